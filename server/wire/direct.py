"""The short path under uvicorn: bytes to the session and back.

Theory of operation. uvicorn makes one protocol object a socket and gives it the request's head.
For our path the handshake is done here, and what it took is dropped; any other path goes to
uvicorn's own protocol and the ASGI app. From then on the bytes are cut into whole frames here.

- A whole, unfragmented, masked data frame is unmasked and handed to the session at once; so is a
  ping or a pong. That is nearly all there ever is.
- Anything else (fragments, a close, what breaks RFC 6455) goes to the library's parser, a whole
  frame at a time. It is made when it is needed and kept only while a message is in fragments. So
  it never holds half a frame, and no two parsers can disagree about where a frame begins.

What is sent in one turn of the loop is gathered and written at its end: an event and the answer to
its author are one system call. A single frame's bytes are shared by all receivers; no task, no
queue. The transport's buffer is the outbox. A close is answered by the peer, or `Session.sweep`
cuts the socket.
"""

import asyncio
import socket
from typing import Any, ClassVar, cast

from uvicorn.config import Config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from server.wire.framing import (
    BINARY,
    CLOSE,
    CONTROL_BYTES,
    MASKED,
    PING,
    PONG,
    TEXT,
    header,
    measure,
)
from server.wire.opening import QUIET, open_socket
from server.wire.packet import Encoding, Packet
from server.wire.session import Session
from server.wire.surroundings import Surroundings

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled module
    from websockets.utils import apply_mask

_UNIX = getattr(socket, "AF_UNIX", None)
_DATA = frozenset({TEXT, BINARY})
FRAGMENTS = 1_024  # of one message; more is no way to send 64 KiB


def direct_protocol(surroundings: Surroundings, *, path: str = "/ws") -> type[asyncio.Protocol]:
    """What `uvicorn.Config(ws=…)` takes, so that `path` is served without ASGI."""

    class Direct(DirectProtocol):
        __slots__ = ()
        _shared = surroundings
        _path = path
        _gathered: ClassVar[list[DirectProtocol]] = []

    return Direct


class DirectProtocol(asyncio.Protocol):
    """One socket: the handshake, then the link of a `Session`."""

    __slots__ = (
        "_connections",
        "_fragments",
        "_is_deaf",
        "_library",
        "_need",
        "_other",
        "_out",
        "_rest",
        "_session",
        "_start",
        "transport",
    )

    _shared: ClassVar[Surroundings]
    _path: ClassVar[str]
    _gathered: ClassVar[list["DirectProtocol"]]  # have something in `_out`
    transport: asyncio.Transport

    def __init__(
        self, config: Config, server_state: ServerState, app_state: dict[str, Any]
    ) -> None:
        # Only until it is known whether the socket is ours.
        self._start: tuple[Config, ServerState, dict[str, Any]] | None
        self._start = (config, server_state, app_state)
        self._connections = server_state.connections
        self._other: WebSocketsSansIOProtocol | None = None
        self._session: Session | None = None
        self._library: ServerProtocol | None = None
        self._fragments: list[Frame] = []
        self._rest: bytearray | None = None  # of a frame that has begun
        self._out: list[bytes] | None = None  # gathered in this turn of the loop
        self._need = 0  # bytes of `_rest` without which nothing can be done
        self._is_deaf = False  # after a violation nothing more is read

    # --- asyncio ----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is no subclass.
        self.transport = cast(asyncio.Transport, transport)
        self._connections.add(self)  # type: ignore[arg-type]  # uvicorn names its own classes only

    def data_received(self, data: bytes) -> None:
        session = self._session
        if session is None:
            self._open(data)
            return
        if self._is_deaf:
            return
        rest = self._rest
        if rest is not None:
            rest += data
            if len(rest) < self._need:
                return
            data, self._rest = bytes(rest), None
        self._cut(data, session)

    def eof_received(self) -> None:
        if self._other is not None:
            self._other.eof_received()
        elif self._session is not None:
            self._flush()
            self._session.end()  # the transport closes once its buffer is out

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.discard(self)
        self._rest = self._library = self._out = None
        if self._other is not None:
            self._other.connection_lost(exc)
        elif self._session is not None:
            self._session.lost()

    def pause_writing(self) -> None:
        if self._other is not None:
            self._other.pause_writing()
        elif self._session is not None:
            self._session.congested = True

    def resume_writing(self) -> None:
        if self._other is not None:
            self._other.resume_writing()
        elif self._session is not None:
            self._session.relieved()

    def shutdown(self) -> None:
        """uvicorn ends: it waits until its connections are gone."""
        if self._session is None:
            self.transport.close()
            return
        self._session.close(1012, "server restarts")
        # Nobody may sweep any more.
        loop = asyncio.get_running_loop()
        loop.call_later(self._shared.limits.linger_s, self.transport.abort)

    # --- the handshake ----------------------------------------------------------------------

    def _open(self, head: bytes) -> None:
        if self._other is not None:
            self._other.data_received(head)
            return
        assert self._start is not None
        opening = open_socket(
            head,
            self._shared,
            path=self._path,
            default_headers=self._start[1].default_headers,
        )
        if opening is None:
            self._pass_on(head)
            return
        self._start = None
        self.transport.write(opening.answer)
        if opening.encoding is None:
            self.transport.close()
        else:
            self._begin(opening.encoding)

    def _begin(self, encoding: Encoding) -> None:
        sock = self.transport.get_extra_info("socket")
        if sock is not None and sock.family != _UNIX:
            # Not every listening socket hands this down, and small frames would wait for acks.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        congested_bytes = self._shared.limits.resume_bytes
        self.transport.set_write_buffer_limits(high=congested_bytes, low=congested_bytes // 2)
        self._session = Session(self, encoding, shared=self._shared)
        self._shared.sessions.add(self._session)

    def _pass_on(self, head: bytes) -> None:
        """Leave the socket to uvicorn's own protocol."""
        assert self._start is not None
        config, server_state, app_state = self._start
        self._start = None
        other = WebSocketsSansIOProtocol(config, server_state, app_state)
        other.logger = other.conn.logger = QUIET
        other.conn.debug = False
        self._other = other
        self._connections.discard(self)
        other.connection_made(self.transport)
        other.data_received(head)
        # uvicorn sets us as soon as we return; then the transport can be the other's.
        asyncio.get_running_loop().call_soon(self.transport.set_protocol, other)

    # --- in ---------------------------------------------------------------------------------

    def _cut(self, data: bytes, session: Session) -> None:
        """Cut whole frames from what came, and keep the rest."""
        at, end = 0, len(data)
        frame_bytes = self._shared.limits.frame_bytes
        while at < end:
            body, stop = measure(data, at, end)
            if end - at > 1 and (data[at + 1] < MASKED or stop - body > frame_bytes):
                self._break_off(data[at:], session)
                return
            if stop > end:
                self._rest, self._need = bytearray(data[at:]), stop - at
                return
            first = data[at]
            if first in _DATA and self._library is None:
                session.receive(apply_mask(data[body:stop], data[body - 4 : body]), first == TEXT)
            elif not session.is_open:
                if first == CLOSE:
                    self.transport.close()
            elif first == PONG and stop - body <= CONTROL_BYTES:
                session.pong()
            elif first == PING and stop - body <= CONTROL_BYTES:
                if session.answers_ping():
                    payload = apply_mask(data[body:stop], data[body - 4 : body])
                    self._write(header(PONG, len(payload)) + payload)
            else:
                self._consult(data[at:stop], session)
                if self._is_deaf:
                    return
            at = stop

    def _break_off(self, data: bytes, session: Session) -> None:
        """Have the library say what is wrong with a header, and close."""
        self._consult(data, session)
        if not self._is_deaf:  # it saw nothing wrong, and would wait for the rest
            session.close(1002, "protocol error")
            self._is_deaf = True

    def _consult(self, data: bytes, session: Session) -> None:
        """Let the library judge what is not plain."""
        library = self._library
        if library is None:
            library = self._library = ServerProtocol(
                state=State.OPEN, max_size=self._shared.limits.frame_bytes, logger=QUIET
            )
        library.receive_data(data)
        frames = [event for event in library.events_received() if isinstance(event, Frame)]
        if library.parser_exc is not None:
            code = library.close_sent.code if library.close_sent else 1002
            self._fall_silent(b"".join(library.data_to_send()), code=code, session=session)
            return
        for frame in frames:
            if frame.opcode is Opcode.CLOSE:
                session.end()
                self._write(b"".join(library.data_to_send()))
                self.transport.close()
            else:
                self._collect(frame, session)
        if not self._fragments:
            self._library = None

    def _collect(self, frame: Frame, session: Session) -> None:
        fragments = self._fragments
        fragments.append(frame)
        if frame.fin:
            is_text = fragments[0].opcode is Opcode.TEXT
            self._fragments = []
            session.receive(b"".join(each.data for each in fragments), is_text)
        elif len(fragments) >= FRAGMENTS:
            session.close(1009, "too many fragments")

    def _fall_silent(self, farewell: bytes, *, code: int, session: Session) -> None:
        """Close after a violation: what the peer sends from here on cannot be read."""
        self._is_deaf = True
        self._library, self._fragments = None, []
        if not session.is_open:
            self.transport.abort()
            return
        session.end()
        self._shared.traffic.closed[code] += 1
        self._write(farewell)
        # Closing with unread bytes would reset the connection and lose the close frame on its way.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    # --- the link ---------------------------------------------------------------------------

    def send_packet(self, packet: Packet) -> None:
        assert self._session is not None
        data = packet.framed(self._session.encoding)
        if self._out is not None:
            self._out.append(data)
            return
        self._out = [data]
        self._gathered.append(self)
        if len(self._gathered) > 1:
            return
        try:
            asyncio.get_running_loop().call_soon(self._flush_all)
        except RuntimeError:  # driven by hand: there is no turn to wait for
            self._flush_all()

    @classmethod
    def _flush_all(cls) -> None:
        gathered = cls._gathered[:]
        cls._gathered.clear()
        for protocol in gathered:
            protocol._flush()

    def _flush(self) -> None:
        out, self._out = self._out, None
        if out is not None:
            self.transport.write(out[0] if len(out) == 1 else b"".join(out))

    def _write(self, data: bytes) -> None:
        """Write at once, behind what was gathered."""
        self._flush()
        self.transport.write(data)

    def ping(self) -> bool:
        self._write(header(PING, 0))
        return True

    def buffered(self) -> int:
        return self.transport.get_write_buffer_size() + sum(map(len, self._out or ()))

    def close(self, code: int, reason: str) -> None:
        payload = code.to_bytes(2, "big") + reason.encode()
        self._write(header(CLOSE, len(payload)) + payload)

    def abort(self) -> None:
        self._out = None
        self.transport.abort()
