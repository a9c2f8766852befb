"""People with a client each: what they saw, what they were promised, and what broke a promise.

A person's client is held to the contract frame by frame (section 1.2 of docs/protocol.md): in one
room every `seq` once and in order, nothing that is not durable, no alert and no countdown in a
session. What breaks it is noted in `faults`, since an exception here would end in a server's log.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from server.core.model import Identity
from server.wire.packet import JSON, Packet
from server.wire.session import Session
from server.wire.surroundings import Surroundings

THREE_PARTY = "three_party"
# What the phase is behind an event; any other kind leaves it as it was.
PHASE_BEHIND = {
    "room_opened": "two_party",
    "invite_offered": "invite_pending",
    "invite_accepted": THREE_PARTY,
    "invite_declined": "two_party",
    "invite_expired": "two_party",
    "invite_withdrawn": "two_party",
    "session_ended": "two_party",
}
Frame = dict[str, Any]
IsDurable = Callable[[str, int], bool]


class Person:
    """Somebody and their client; it is the session's `Link` while connected."""

    def __init__(self, identity: Identity, token: str, is_durable: IsDurable) -> None:
        self.identity = identity
        self.faults: list[str] = []
        self.views: dict[str, dict[int, Frame]] = {}
        self.positions: dict[str, int] = {}
        self.phases: dict[str, str] = {}
        self.acks: dict[str, Frame] = {}
        self.sent: list[Frame] = []
        self.alerts: list[tuple[str, int]] = []  # room and seq of each `new_message`
        self.timers: list[tuple[str, int]] = []  # room and start of each that ran
        self.is_ready = False
        self._token = token
        self._is_durable = is_durable
        self._session: Session | None = None
        self._epoch: str | None = None
        self._named: dict[str, int] = {}

    @property
    def id(self) -> str:
        return self.identity.id

    @property
    def is_connected(self) -> bool:
        return self._session is not None

    # --- what they do -----------------------------------------------------------------------

    def connect(self, surroundings: Surroundings) -> None:
        """Come (back), and name what was seen."""
        self.is_ready = False
        self._named = dict(self.positions)
        self._session = Session(self, JSON, shared=surroundings)
        surroundings.sessions.add(self._session)
        hello = {"type": "hello", "token": self._token, "resume": self._named}
        if self._epoch is not None:
            hello["epoch"] = self._epoch
        client = {"name": "test", "version": "1.2.0", "device": "desktop"}
        self._session.receive(msgspec.json.encode(hello | {"client": client}), True)

    def disconnect(self) -> None:
        """The socket is gone."""
        session, self._session = self._session, None
        self.is_ready = False
        if session is not None:
            session.lost()

    def ask(self, **frame: Any) -> None:
        """Send a frame with a new `ref`."""
        frame["ref"] = f"{self.id}-{len(self.sent) + 1}"
        self.sent.append(frame)
        self.say(frame)

    def say(self, frame: Frame) -> None:
        """Send a frame as it is."""
        self.write(msgspec.json.encode(frame))

    def write(self, data: bytes) -> None:
        if self._session is not None:
            self._session.receive(data, True)

    # --- the link ---------------------------------------------------------------------------

    def send_packet(self, packet: Packet) -> None:
        frame = msgspec.json.decode(packet.payload(JSON))
        handler = getattr(self, f"_{frame['type']}", None)
        if handler is not None:
            handler(frame)

    def ping(self) -> bool:
        return False

    def buffered(self) -> int:
        return 0

    def close(self, code: int, reason: str) -> None:
        self.disconnect()

    def abort(self) -> None:
        self.disconnect()

    # --- what they see ----------------------------------------------------------------------

    def _fault(self, text: str) -> None:
        self.faults.append(f"{self.identity.role} {self.id}: {text}")

    def _welcome(self, frame: Frame) -> None:
        self._epoch = frame["epoch"]

    def _ready(self, frame: Frame) -> None:
        self.is_ready = True

    def _room(self, frame: Frame) -> None:
        room, after = frame["room"], frame["after"]
        named = self._named.pop(room, None) if not self.is_ready else None
        if named is not None and self.identity.shop is None and self.identity.carrier is None:
            if frame.get("reset") or after != named:
                self._fault(f"resumed {room} at {named}, was given {after}")
        elif named is not None and after < named:
            self._fault(f"resumed {room} at {named}, was given {after} again")
        self.positions[room] = after
        self.phases[room] = frame["phase"]

    def _left(self, frame: Frame) -> None:
        self.positions.pop(frame["room"], None)

    def _event(self, frame: Frame) -> None:
        room, seq = frame["room"], frame["seq"]
        last = self.positions.get(room)
        if last is None:
            self._fault(f"event {seq} of {room} without a room frame")
        elif seq != last + 1:
            self._fault(f"event {seq} of {room} behind {last}")
        if not self._is_durable(room, seq):
            self._fault(f"event {seq} of {room} before it was durable")
        self.positions[room] = seq
        view = self.views.setdefault(room, {})
        if view.setdefault(seq, frame) != frame:
            self._fault(f"event {seq} of {room} is another than before")
        self.phases[room] = PHASE_BEHIND.get(frame["event"]["kind"], self.phases.get(room, ""))

    def _ack(self, frame: Frame) -> None:
        ref, first = frame["ref"], self.acks.get(frame["ref"])
        # An answer without `at` is about no step of its own: an `open_room` of what is open.
        if first is not None and first.get("at") and first.get("seq") != frame.get("seq"):
            self._fault(f"{ref} was {first.get('seq')} and is {frame.get('seq')} (R49)")
        if first is None:
            self.acks[ref] = frame
        seq = frame.get("seq")
        if seq and not self._is_durable(frame["room"], seq):
            self._fault(f"ack of {ref} before it was durable")

    def _alert(self, frame: Frame) -> None:
        room, kind = frame["room"], frame["kind"]
        if kind == "new_message":
            self.alerts.append((room, frame["seq"]))
        elif kind in {"overdue", "overdue_soon"} and self.phases.get(room) == THREE_PARTY:
            self._fault(f"{kind} of {room} in a session (R25)")

    def _timer(self, frame: Frame) -> None:
        if frame["state"] != "running":
            return
        self.timers.append((frame["room"], frame["opened_at"]))
        if self.phases.get(frame["room"]) == THREE_PARTY:
            self._fault(f"a countdown of {frame['room']} runs in a session (R30)")
