"""Clients that talk without a pause and come back by themselves, as a client of ours does.

What was not acknowledged is sent again with its `ref`; what was seen is named in `resume`. So each
message must be there once, whatever happens to the server meanwhile.
"""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from server.auth import Authority, identity_of
from server.core.model import Role
from tests.faults.process import SECRET

AT_ONCE = 24  # messages in flight of one client
DEADLINE_S = 30.0
AGAIN_S = 0.05  # between two attempts to connect
Frame = dict[str, Any]
_authority = Authority({None: SECRET})
_decode = msgspec.json.Decoder().decode


def token(role: str, sub: str, **claims: Any) -> str:
    """A token as the platform would give it."""
    return _authority.mint(identity_of(Role(role), sub, **claims), expires_in_s=3_600)


@dataclass
class Talker:
    """Somebody who writes into rooms in turn, from `talk` on until `hush`."""

    id: str
    token: str
    port: int
    views: dict[str, dict[int, Frame]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    acked: dict[str, tuple[str, int]] = field(default_factory=dict)  # by ref: room and seq
    faults: list[str] = field(default_factory=list)
    resumes: int = 0

    def __post_init__(self) -> None:
        self.rooms: tuple[str, ...] = ()
        self._unanswered: dict[str, str] = {}
        self._count = 0
        self._epoch: str | None = None
        self._socket: ClientConnection | None = None
        self._changed = asyncio.Event()
        self._replies: deque[Frame] = deque()
        self._is_ready = False
        self._task = asyncio.create_task(self._live())

    # --- what a test says -------------------------------------------------------------------

    def talk(self, *rooms: str) -> None:
        """Write into these rooms from now on."""
        self.rooms = rooms
        self._fill()

    def hush(self) -> None:
        """Write nothing new."""
        self.rooms = ()

    @property
    def is_quiet(self) -> bool:
        return self._is_ready and not self._unanswered

    async def ask(self, **frame: Any) -> Frame:
        """Ask for something before the talk; its ack."""
        await self.until(lambda: self._is_ready)
        assert self._socket is not None
        self._count += 1
        ref = f"{self.id}-{self._count}"
        await self._socket.send(json.dumps(frame | {"ref": ref}))
        found: list[Frame] = []

        def answered() -> bool:
            found.extend(each for each in self._replies if each.get("ref") == ref)
            return bool(found)

        await self.until(answered)
        assert found[0]["type"] == "ack", found[0]
        return found[0]

    async def until(self, holds: Any) -> None:
        """Wait for something that frames bring about."""
        async with asyncio.timeout(DEADLINE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def leave(self) -> None:
        """End, for good."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    # --- the life of a client ---------------------------------------------------------------

    async def _live(self) -> None:
        address = f"ws://127.0.0.1:{self.port}/ws"
        protocols = [Subprotocol("sanfang.v1.json")]
        loop = asyncio.get_running_loop()
        while True:
            try:
                async with connect(
                    address, subprotocols=protocols, compression=None, proxy=None, max_queue=None
                ) as socket:
                    await self._converse(socket)
            except (OSError, ConnectionClosed, InvalidHandshake, TimeoutError):
                pass
            self._is_ready, self._socket = False, None
            again = loop.create_future()
            loop.call_later(AGAIN_S, again.set_result, None)
            await again

    async def _converse(self, socket: ClientConnection) -> None:
        hello: Frame = {"type": "hello", "token": self.token, "resume": self.positions}
        hello["client"] = {"name": "talker", "version": "1.0.0", "device": "desktop"}
        if self._epoch is not None:
            hello["epoch"] = self._epoch
        await socket.send(json.dumps(hello))
        self._socket = socket
        async for data in socket:
            frame = _decode(data)
            handler = getattr(self, f"_{frame['type']}", None)
            if handler is not None:
                handler(frame)
            self._changed.set()

    def _fill(self) -> None:
        """Have as much in flight as there may be."""
        while self.rooms and self._is_ready and len(self._unanswered) < AT_ONCE:
            self._count += 1
            ref = f"{self.id}-{self._count}"
            room = self.rooms[self._count % len(self.rooms)]
            body = {"kind": "text", "text": f"第{self._count}条"}
            frame = {"type": "post_message", "ref": ref, "room": room, "body": body}
            self._unanswered[ref] = json.dumps(frame)
            self._write(self._unanswered[ref])

    def _write(self, text: str) -> None:
        assert self._socket is not None
        # Without waiting: what is in flight is bounded.
        self._socket.protocol.send_text(text.encode())
        for data in self._socket.protocol.data_to_send():
            self._socket.transport.write(data)

    # --- frames -----------------------------------------------------------------------------

    def _welcome(self, frame: Frame) -> None:
        if self._epoch not in {None, frame["epoch"]}:
            self.faults.append(f"{self.id}: a new epoch without a reset")
        self._epoch = frame["epoch"]

    def _room(self, frame: Frame) -> None:
        room, after = frame["room"], frame["after"]
        known = self.positions.get(room)
        if frame.get("reset") or (known is not None and known != after):
            self.faults.append(f"{self.id}: {room} goes on at {after}, seen was {known}")
        self.resumes += known is not None
        self.positions[room] = after

    def _ready(self, frame: Frame) -> None:
        self._is_ready = True
        for text in self._unanswered.values():
            self._write(text)
        self._fill()

    def _event(self, frame: Frame) -> None:
        room, seq = frame["room"], frame["seq"]
        if seq != self.positions.get(room, 0) + 1:
            self.faults.append(f"{self.id}: {seq} of {room} behind {self.positions.get(room)}")
        self.positions[room] = seq
        self.views.setdefault(room, {})[seq] = frame

    def _ack(self, frame: Frame) -> None:
        ref = frame["ref"]
        if self._unanswered.pop(ref, None) is None:
            self._replies.append(frame)
            return
        self.acked[ref] = (frame["room"], frame["seq"])
        self._fill()

    def _error(self, frame: Frame) -> None:
        if frame.get("ref") in self._unanswered:
            self.faults.append(f"{self.id}: {frame}")
        else:
            self._replies.append(frame)

    def _left(self, frame: Frame) -> None:
        self.faults.append(f"{self.id}: had to leave: {frame}")
