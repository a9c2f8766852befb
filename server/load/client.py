"""One scripted socket; each frame is held against the contract."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from server.load.report import Report
from server.wire.packet import JSON

DEADLINE_S = 15.0  # for what must come
VERSION = "1.0.0"
THREE_PARTY = "three_party"
# What the phase is behind an event; any other kind leaves it as it was.
PHASE_BEHIND = {
    "invite_offered": "invite_pending",
    "invite_accepted": THREE_PARTY,
    "invite_declined": "two_party",
    "invite_expired": "two_party",
    "invite_withdrawn": "two_party",
    "session_ended": "two_party",
}
_LOUD = frozenset({"new_message", "overdue_soon", "overdue"})
_ANSWERS = frozenset({"ack", "error", "history", "explanation"})
_IGNORED = frozenset({"typing", "presence", "read", "delivered", "queue", "desk"})
Frame = dict[str, Any]
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class Missing(Exception):
    """What had to come did not come in time, or a refusal came in its stead."""


class Client:
    """Somebody's socket. `logs` are the events seen, by room and `seq`."""

    def __init__(self, name: str, report: Report) -> None:
        self.name = name
        self.logs: dict[str, dict[int, Frame]] = {}
        self.phases: dict[str, str] = {}
        self._report = report
        self._positions: dict[str, int] = {}
        self._pending: list[Frame] = []
        self._came = asyncio.Event()
        self._count = 0
        self._socket: ClientConnection
        self._reading: asyncio.Task[None] | None = None
        self._is_leaving = False

    async def enter(self, url: str, token: str) -> None:
        """Connect, say hello, and wait until one is live."""
        self._socket = await connect(
            url.replace("http", "ws", 1).rstrip("/") + "/ws",
            subprotocols=[Subprotocol(JSON.value)],
            compression=None,
            proxy=None,
            open_timeout=DEADLINE_S,
        )
        self._report.counts["sockets"] += 1
        self._reading = asyncio.create_task(self._read())
        about = {"name": "sanfang-load", "version": VERSION, "device": "desktop"}
        await self._send({"type": "hello", "token": token, "client": about})
        await self.until("ready")

    async def leave(self) -> None:
        """Close, and wait until nothing comes any more."""
        self._is_leaving = True
        if self._reading is not None:
            await self._socket.close()
            await self._reading

    # --- out --------------------------------------------------------------------------------

    async def ask(self, type_: str, **fields: Any) -> Frame:
        """Ask for something; the answer that bears its `ref`.

        Raises:
            Missing: it was refused, or not answered in time.
        """
        self._count += 1
        ref = f"{self.name}.{self._count}"
        while True:
            await self._send({"type": type_, "ref": ref, **fields})
            answer = await self._next(
                lambda frame: frame.get("ref") == ref and frame["type"] in _ANSWERS,
                f"an answer to {type_}",
            )
            if answer.get("code") != "rate_limited":
                break
            # As a polite client: again with the same `ref`, when the server wants it.
            self._report.counts["throttled"] += 1
            await asyncio.sleep(answer.get("retry_after_ms", 1_000) / 1_000)
        if answer["type"] == "error":
            raise Missing(f"{type_} was refused: {answer['code']} {answer.get('details') or ''}")
        return answer

    async def post(self, room: str, text: str, *, to: int) -> None:
        """Write a message that so many sockets must get; returns once it is durable.

        Raises:
            Missing: it was refused, or not answered in time.
        """
        ref = f"{self.name}.{self._count + 1}"
        self._report.sent(ref, to=to)
        sent_at = perf_counter()
        try:
            body = {"kind": "text", "text": text}
            await self.ask("post_message", room=room, body=body)
        except Missing:
            self._report.flights.pop(ref, None)
            raise
        self._report.acked(perf_counter() - sent_at)

    async def _send(self, frame: Frame) -> None:
        try:
            await self._socket.send(_encode(frame), text=True)
        except ConnectionClosed:
            raise Missing(f"{self.name} was closed") from None

    # --- in ---------------------------------------------------------------------------------

    async def until(self, type_: str, **wanted: Any) -> Frame:
        """The first frame of that type with these fields that was not taken yet.

        Raises:
            Missing: it does not come in time.
        """
        what = " ".join([type_, *(f"{name}={value}" for name, value in wanted.items())])
        return await self._next(
            lambda frame: frame["type"] == type_ and wanted.items() <= frame.items(), what
        )

    async def event(self, room: str, kind: str) -> Frame:
        """The first event of that kind in that room that was not taken yet.

        Raises:
            Missing: it does not come in time.
        """

        def fits(frame: Frame) -> bool:
            if frame["type"] != "event" or frame["room"] != room:
                return False
            return bool(frame["event"]["kind"] == kind)

        return await self._next(fits, f"{kind} in {room}")

    def forget(self) -> None:
        """What came and nobody waited for is of no interest any more."""
        self._pending.clear()

    async def _next(self, fits: Callable[[Frame], bool], what: str) -> Frame:
        try:
            async with asyncio.timeout(DEADLINE_S):
                while True:
                    for number, frame in enumerate(self._pending):
                        if fits(frame):
                            return self._pending.pop(number)
                    if self._reading is not None and self._reading.done():
                        raise Missing(f"{self.name} was closed before {what}")
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            raise Missing(f"{self.name} waited {DEADLINE_S:.0f} s for {what}") from None

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self._take(_decode(data))
        except ConnectionClosed:
            pass
        finally:
            if not self._is_leaving:
                self._report.fault("closed", f"{self.name}: {self._socket.close_code}")
            self._came.set()

    def _take(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind == "event":
            self._see(frame)
        elif kind == "room":
            self._positions[frame["room"]] = frame["after"]
            self.phases[frame["room"]] = frame["phase"]
        elif kind == "alert":
            self._alerted(frame)
        elif kind == "timer":
            self._timed(frame)
        if kind not in _IGNORED and not _is_message(frame):
            self._pending.append(frame)
            self._came.set()

    def _see(self, frame: Frame) -> None:
        """An event: behind the last one, and nothing else."""
        room, seq = frame["room"], frame["seq"]
        last = self._positions.get(room)
        self._report.counts["events"] += 1
        if last is None:
            self._report.fault("access", f"{self.name}: {seq} of {room}, which it is not in")
        elif seq <= last:
            self._report.fault("duplicate", f"{self.name}: {seq} of {room} behind {last}")
        elif seq > last + 1:
            self._report.fault("order", f"{self.name}: {seq} of {room} behind {last}")
        self._positions[room] = seq
        self.logs.setdefault(room, {})[seq] = frame
        self.phases[room] = PHASE_BEHIND.get(frame["event"]["kind"], self.phases.get(room, ""))
        if frame.get("ref"):
            self._report.arrived(frame["ref"])

    def _alerted(self, frame: Frame) -> None:
        """An alert: none of the loud ones while the room is in a session (R25)."""
        self._report.counts["alerts"] += 1
        if frame["kind"] in _LOUD and self.phases.get(frame["room"]) == THREE_PARTY:
            self._report.fault("alert", f"{self.name}: {frame['kind']} of {frame['room']}")

    def _timed(self, frame: Frame) -> None:
        """A countdown: none starts while the room is in a session (R30)."""
        if frame["state"] == "running" and self.phases.get(frame["room"]) == THREE_PARTY:
            self._report.fault("alert", f"{self.name}: a countdown of {frame['room']}")


def _is_message(frame: Frame) -> bool:
    """Whether it is a message: there are many, and nobody waits for one by itself."""
    return bool(frame["type"] == "event" and frame["event"]["kind"] == "message_posted")
