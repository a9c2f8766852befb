"""The socket endpoint for all roles under any ASGI server.

Slower than `server.wire.direct`, and the same to a client: both only carry a `Session`. Pings and
the largest frame are the server's to set here (uvicorn: `ws_ping_interval`, `ws_max_size`).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.wire.handshake import PROBLEM, Refusal, admit
from server.wire.packet import JSON, Encoding, Packet
from server.wire.session import Session
from server.wire.surroundings import Surroundings

logger = logging.getLogger(__name__)

# What a server raises when the peer has gone while we write.
_GONE = (WebSocketDisconnect, OSError, RuntimeError)


def endpoint(surroundings: Surroundings) -> Callable[[WebSocket], Awaitable[None]]:
    """What `WebSocketRoute("/ws", …)` takes."""

    async def serve(websocket: WebSocket) -> None:
        verdict = admit(
            surroundings,
            origins=websocket.headers.getlist("origin"),
            host=websocket.headers.get("host", ""),
            offered=websocket.scope.get("subprotocols", ()),
        )
        if isinstance(verdict, Refusal):
            await _refuse(websocket, verdict)
            return
        await websocket.accept(subprotocol=verdict.value)
        await Outbox(websocket, verdict, surroundings).run()

    return serve


async def _refuse(websocket: WebSocket, refusal: Refusal) -> None:
    await websocket.receive()  # `connect`
    if "websocket.http.response" in websocket.scope.get("extensions", ()):
        response = Response(refusal.body, status_code=refusal.status, media_type=PROBLEM)
        await websocket.send_denial_response(response)
    else:
        # Such a server answers any refusal with 403.
        await websocket.close()


class Outbox:
    """A session's link over ASGI: what waits, and the task that writes it.

    Bounded by `outbox_bytes`: the session closes a socket whose reader is slower than that.
    """

    def __init__(self, websocket: WebSocket, encoding: Encoding, shared: Surroundings) -> None:
        self._websocket = websocket
        self._encoding = encoding
        self._congested_bytes = shared.limits.resume_bytes
        self._linger_s = shared.limits.linger_s
        self._packets: deque[Packet] = deque()
        self._bytes = 0
        self._wake = asyncio.Event()
        self._farewell: tuple[int, str] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._session = Session(self, encoding, shared=shared)
        shared.sessions.add(self._session)

    async def run(self) -> None:
        """Carry the session until its socket is gone."""
        writer = asyncio.create_task(self._write())
        self._reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait({writer, self._reader}, return_when=asyncio.FIRST_COMPLETED)
            # The writer ends first once it has said goodbye: the peer may answer.
            await asyncio.wait({self._reader}, timeout=self._linger_s)
        finally:
            for task in (writer, self._reader):
                task.cancel()
            await asyncio.gather(writer, self._reader, return_exceptions=True)
            self._session.lost()

    # --- the link ---------------------------------------------------------------------------

    def send_packet(self, packet: Packet) -> None:
        self._packets.append(packet)
        self._bytes += len(packet.payload(self._encoding))
        if self._bytes > self._congested_bytes:
            self._session.congested = True
        self._wake.set()

    def ping(self) -> bool:
        return False

    def buffered(self) -> int:
        return self._bytes

    def close(self, code: int, reason: str) -> None:
        self._farewell = (code, reason)
        self._wake.set()

    def abort(self) -> None:
        if self._reader is not None:
            self._reader.cancel()

    # --- its tasks --------------------------------------------------------------------------

    async def _read(self) -> None:
        session, websocket = self._session, self._websocket
        while websocket.client_state is WebSocketState.CONNECTED:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                break
            text = message.get("text")
            if text is not None:
                session.receive(text.encode(), True)
            else:
                session.receive(message["bytes"], False)
        session.end()

    async def _write(self) -> None:
        try:
            while self._farewell is None or self._packets:
                if not self._packets:
                    self._wake.clear()
                    await self._wake.wait()
                    continue
                await self._write_one(self._packets.popleft())
            code, reason = self._farewell
            await self._websocket.close(code, reason)
        except _GONE:
            self._session.end()

    async def _write_one(self, packet: Packet) -> None:
        payload = packet.payload(self._encoding)
        if self._encoding is JSON:
            await self._websocket.send_text(payload.decode())
        else:
            await self._websocket.send_bytes(payload)
        self._bytes -= len(payload)
        if self._session.congested and self._bytes < self._congested_bytes // 2:
            self._session.relieved()
