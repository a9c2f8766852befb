"""The load's side: sockets that cost next to nothing, and rooms that run the closed loop.

Theory of operation. A socket has two modes. While a room is set up its frames are decoded and
waited for (`until`). In the loop they are only looked at: an event must bear the `seq` that is
due, and when all three have it the next member posts. So the load's core is never the narrow one.
"""

import asyncio
import base64
import os
from time import perf_counter
from typing import Any

import msgspec

# 54 characters, 112 bytes.
TEXT = "你好，单号 773190047731 三天没动了，请问到哪里了，几时能送到家？谢谢您啦 order 1109"
PROTOCOL = "sanfang.v1.json"
WAIT_S = 300.0  # 6,000 sockets take their time to come in
_EVENT = b'{"type":"event"'
_TEXT_FRAME, _PING = 0x81, 0x89
_EMPTY_PONG = bytes((0x8A, 0x80)) + bytes(4)


def frame_of(payload: bytes) -> bytes:
    """A client's text frame. The mask is 0: to unmask it costs the server what any other does."""
    length = len(payload)
    if length < 126:
        return bytes((_TEXT_FRAME, 0x80 | length)) + bytes(4) + payload
    return bytes((_TEXT_FRAME, 0x80 | 126)) + length.to_bytes(2, "big") + bytes(4) + payload


class Socket(asyncio.Protocol):
    """One WebSocket client."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._rest = b""
        self._is_open = False
        self._came: list[dict[str, Any]] = []
        self._waiter: asyncio.Future[None] | None = None
        self.loop: Room | None = None
        self.is_lost = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True
        if self.loop is not None:
            self.loop.fault = "a socket was closed"
        self._wake()

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        if not self._is_open:
            head, blank, data = data.partition(b"\r\n\r\n")
            if not blank:
                self._rest = head
                return
            if b" 101 " not in head:
                raise RuntimeError(f"the handshake was refused: {head!r}")
            self._is_open = True
            self._wake()
        at, end = 0, len(data)
        while end - at >= 2:
            length = data[at + 1]
            body = at + 2
            if length == 126:
                body = at + 4
                length = data[at + 2] << 8 | data[at + 3] if end >= body else end
            elif length == 127:
                body = at + 10
                length = int.from_bytes(data[at + 2 : body], "big") if end >= body else end
            if body + length > end:
                break
            if data[at] == _TEXT_FRAME:
                self._take(data, body, body + length)
            elif data[at] == _PING:
                self.transport.write(_EMPTY_PONG)
            at = body + length
        self._rest = data[at:]

    def _take(self, data: bytes, start: int, stop: int) -> None:
        if self.loop is None:
            self._came.append(msgspec.json.decode(data[start:stop]))
            self._wake()
        elif data.startswith(_EVENT, start):
            self.loop.saw(data, start, stop)
        elif data.startswith(b'{"type":"error"', start):
            self.loop.fault = data[start:stop].decode()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def send(self, **frame: Any) -> None:
        """Send an object."""
        self.transport.write(frame_of(msgspec.json.encode(frame)))

    async def opened(self) -> None:
        """The handshake is over."""
        while not self._is_open:
            await self._next()

    async def until(self, type_: str, **wanted: Any) -> dict[str, Any]:
        """The next frame of that type with these fields; what comes before is dropped."""
        while True:
            while self._came:
                frame = self._came.pop(0)
                if frame["type"] == "error":
                    raise RuntimeError(f"refused: {frame}")
                if frame["type"] == type_ and wanted.items() <= frame.items():
                    return frame
            await self._next()

    async def event(self, kind: str) -> dict[str, Any]:
        """The next event of that kind."""
        while True:
            frame = await self.until("event")
            if frame["event"]["kind"] == kind:
                return frame

    async def _next(self) -> None:
        if self.is_lost:
            raise RuntimeError("the server closed the socket")
        self._waiter = asyncio.get_running_loop().create_future()
        async with asyncio.timeout(WAIT_S):
            await self._waiter


class Room:
    """Three sockets and one message in flight. `posted` are counted only when all three had it."""

    def __init__(self, members: tuple[Socket, Socket, Socket], room: str, seq: int) -> None:
        """`seq` is the room's head; `tag` makes the refs of this run."""
        self.room = room
        self._members = members
        self._head = b'{"type":"post_message","ref":"b'
        body = {"kind": "text", "text": TEXT}
        self._tail = b'","room":"%s","body":%s}' % (room.encode(), msgspec.json.encode(body))
        self._seq = seq
        self._due = b""
        self._left = 0
        self._sent_at = 0.0
        self.posted = 0
        self.latencies: list[float] = []
        self.is_stopping = False
        self.idle = asyncio.Event()
        self.fault = ""
        for member in members:
            member.loop = self

    def post(self) -> None:
        """The next member says the next thing."""
        self._seq += 1
        self._due = b'"seq":%d,' % self._seq
        self._left = 3
        self._sent_at = perf_counter()
        number = self.posted
        message = frame_of(self._head + b"%d" % number + self._tail)
        self._members[number % 3].transport.write(message)

    def saw(self, data: bytes, start: int, stop: int) -> None:
        """One member has an event."""
        if data.find(self._due, start, stop) < 0:
            self.fault = f"not {self._due!r}: {data[start:stop]!r}"
            return
        self._left -= 1
        if self._left:
            return
        self.latencies.append(perf_counter() - self._sent_at)
        self.posted += 1
        if self.is_stopping:
            self.idle.set()
        else:
            self.post()


async def connect(port: int, path: str) -> Socket:
    """An open socket."""
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: Socket(path), "127.0.0.1", port)
    await socket.opened()
    return socket
