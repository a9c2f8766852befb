"""A real server on a loopback port, over either transport, and a client that shows every byte."""

import asyncio
import base64
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Opcode

from server.wire.direct import direct_protocol
from server.wire.limits import Limits
from server.wire.surroundings import Surroundings
from server.wire.websocket import endpoint
from tests.wire.fakes import HELLO, WALL, FakeGateway

JSON_PROTOCOL = "sanfang.v1.json"
DEADLINE_S = 20
MASK = b"\x01\x02\x03\x04"


@dataclass
class Serving:
    """The server, what is behind it, and where it is."""

    transport: str
    surroundings: Surroundings
    gateway: FakeGateway
    server: uvicorn.Server
    port: int
    raw_clients: list["RawClient"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws"

    def sweep_as_if_later(self, seconds: float) -> None:
        """Do what will be due by then."""
        self.surroundings.sweep(self.surroundings.now() + seconds)

    def connect(self, **options: Any) -> connect:
        """A client of the websockets library, not yet past its hello."""
        return connect(
            self.url + options.pop("query", ""),
            **{"subprotocols": [JSON_PROTOCOL], "ping_interval": None} | options,
        )

    @asynccontextmanager
    async def joined(self, **options: Any) -> AsyncIterator[ClientConnection]:
        """A client that has said hello in JSON and is ready."""
        async with self.connect(**options) as client:
            await client.send(msgspec.json.encode(HELLO).decode())
            assert await receive(client) == {"type": "ready"}
            yield client

    async def raw(self, *, hello: bool = True) -> "RawClient":
        """A client that writes its own bytes, past the handshake."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        client = RawClient(reader, writer)
        self.raw_clients.append(client)
        await client.shake_hands(self.port)
        if hello:
            client.write(client.text(msgspec.json.encode(HELLO)))
            assert await client.frame() == (Opcode.TEXT, b'{"type":"ready"}')
        return client

    async def until(self, condition: Any) -> None:
        """Let the server run until something holds, or fail."""
        async with asyncio.timeout(DEADLINE_S):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0)


class RawClient:
    """A WebSocket client without any mercy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def shake_hands(self, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.write(
            f"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {JSON_PROTOCOL}\r\n\r\n".encode()
        )
        async with asyncio.timeout(DEADLINE_S):
            head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")

    @staticmethod
    def frame_of(first: int, payload: bytes, *, masked: bool = True) -> bytes:
        """A client's frame; `first` is its first byte."""
        length = len(payload)
        if length < 126:
            head = bytes((first, length))
        elif length < 65_536:
            head = bytes((first, 126)) + length.to_bytes(2, "big")
        else:
            head = bytes((first, 127)) + length.to_bytes(8, "big")
        if not masked:
            return head + payload
        head = head[:1] + bytes((head[1] | 0x80,)) + head[2:]
        body = bytes(byte ^ MASK[i % 4] for i, byte in enumerate(payload))
        return head + MASK + body

    def text(self, payload: bytes) -> bytes:
        return self.frame_of(0x81, payload)

    def post(self, ref: str, text: str = "你好") -> bytes:
        """A whole frame that posts a message."""
        body = {"kind": "text", "text": text}
        frame = {"type": "post_message", "ref": ref, "room": "r-1", "body": body}
        return self.text(msgspec.json.encode(frame))

    def write(self, data: bytes) -> None:
        self.writer.write(data)

    async def frame(self) -> tuple[Opcode, bytes]:
        """The next frame that comes."""
        async with asyncio.timeout(DEADLINE_S):
            first, length = await self.reader.readexactly(2)
            if length >= 126:
                size = 2 if length == 126 else 8
                length = int.from_bytes(await self.reader.readexactly(size), "big")
            return Opcode(first & 0x0F), await self.reader.readexactly(length)

    async def acked(self) -> str:
        """The `ref` of the ack that comes next."""
        opcode, payload = await self.frame()
        answer = msgspec.json.decode(payload)
        assert (opcode, answer["type"]) == (Opcode.TEXT, "ack"), answer
        return answer["ref"]

    async def close_code(self) -> int:
        """The code of the close frame that comes next, past any other frame."""
        while True:
            opcode, payload = await self.frame()
            if opcode is Opcode.CLOSE:
                return int.from_bytes(payload[:2], "big")

    async def is_at_end(self) -> bool:
        """Whether nothing comes any more."""
        async with asyncio.timeout(DEADLINE_S):
            return await self.reader.read() == b""

    def abort(self) -> None:
        self.writer.transport.abort()


async def receive(client: ClientConnection) -> Any:
    """The next frame of a JSON client."""
    async with asyncio.timeout(DEADLINE_S):
        return msgspec.json.decode(await client.recv())


@asynccontextmanager
async def serve(transport: str, **limits: Any) -> AsyncIterator[Serving]:
    """A server over `direct` or `asgi`; at the end nothing may be left in it."""
    surroundings = Surroundings(Limits(**limits), wall=lambda: WALL)
    gateway = FakeGateway()
    surroundings.open_to(gateway)
    app = Starlette(
        routes=[
            WebSocketRoute("/ws", endpoint(surroundings)),
            WebSocketRoute("/echo", _echo),
            Route("/ws", _plain),
        ]
    )
    config = uvicorn.Config(
        app,
        port=0,
        lifespan="off",
        log_config=None,
        ws=direct_protocol(surroundings) if transport == "direct" else "websockets-sansio",
        ws_max_size=surroundings.limits.frame_bytes,
        ws_ping_interval=None,
        ws_per_message_deflate=False,
    )
    config.load()
    server = uvicorn.Server(config)
    # Without `serve`, which would take the signals of the tests' process.
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    serving = Serving(transport, surroundings, gateway, server, port)
    try:
        yield serving
    finally:
        for client in serving.raw_clients:
            client.abort()
        await _end(serving)
    assert surroundings.sessions == set()
    assert server.server_state.connections == set()
    assert sorted(map(id, gateway.gone_ones)) == sorted(map(id, gateway.joined))


async def _end(serving: Serving) -> None:
    """As uvicorn's own end, but without its waits."""
    state = serving.server.server_state
    for listener in serving.server.servers:
        listener.close()
    for connection in list(state.connections):
        connection.shutdown()
    await serving.until(lambda: not state.connections and not state.tasks)


async def _echo(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


def _plain(request: Any) -> PlainTextResponse:
    return PlainTextResponse("not a socket")


__all__ = ["RawClient", "Serving", "receive", "serve"]
