"""A socket, a service and clocks that do as they are told."""

from typing import Any

import msgspec

from server.core.errors import Refused
from server.core.model import Identity, Role
from server.wire import frames as f
from server.wire.limits import Limits
from server.wire.packet import JSON, Encoding, Packet
from server.wire.session import Claims, Session
from server.wire.surroundings import Surroundings

BUYER = Identity(role=Role.BUYER, id="b1", name="李雷")
HELLO: dict[str, Any] = {
    "type": "hello",
    "token": "good",
    "client": {"name": "web", "version": "1.2.3", "device": "mobile"},
    "locale": "en",
}
WALL = 1_700_000_000.0  # when the fake clocks start; the monotonic one starts at 0


class FakeLink:
    """Keeps what was written, decoded, and how it was closed."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.frames: list[dict[str, Any]] = []
        self.closed: tuple[int, str] | None = None
        self.is_aborted = False
        self.pings = 0
        self.can_ping = True
        self.waiting = 0

    def send_packet(self, packet: Packet) -> None:
        assert self.closed is None, "written after the close frame"
        module = msgspec.json if self.encoding is JSON else msgspec.msgpack
        self.frames.append(module.decode(packet.payload(self.encoding)))

    def ping(self) -> bool:
        self.pings += self.can_ping
        return self.can_ping

    def buffered(self) -> int:
        return self.waiting

    def close(self, code: int, reason: str) -> None:
        assert self.closed is None, "closed twice"
        self.closed = (code, reason)

    def abort(self) -> None:
        self.is_aborted = True


class FakeGateway:
    """Takes everybody with the token `good` in, acks every `ref`, and fails as told."""

    def __init__(self) -> None:
        self.tokens = {"good": Claims(BUYER, WALL + 3_600)}
        self.handled: list[Any] = []
        self.joined: list[Session] = []
        self.gone_ones: list[Session] = []
        self.on_join: Exception | None = None
        self.on_handle: Exception | None = None
        self.on_gone: Exception | None = None

    def authenticate(self, token: str) -> Claims:
        if token not in self.tokens:
            raise Refused("unauthorized", "no such token")
        return self.tokens[token]

    def join(self, session: Session, hello: f.Hello) -> None:
        if self.on_join is not None:
            raise self.on_join
        self.joined.append(session)
        session.send(f.Ready())

    def handle(self, session: Session, frame: Any) -> None:
        self.handled.append(frame)
        if self.on_handle is not None:
            raise self.on_handle
        if type(frame) is f.Ping:
            session.send(f.Pong(server_time_at=0, heads={}))
        elif hasattr(frame, "ref"):
            session.send(f.Ack(ref=frame.ref))

    def gone(self, session: Session) -> None:
        self.gone_ones.append(session)
        if self.on_gone is not None:
            raise self.on_gone


class Table:
    """A session between a fake link and a fake gateway, on a clock that is moved by hand."""

    def __init__(self, encoding: Encoding = JSON, **limits: Any) -> None:
        self.now_s = 0.0
        self.gateway = FakeGateway()
        self.surroundings = Surroundings(
            Limits(**limits), now=lambda: self.now_s, wall=lambda: WALL + self.now_s
        )
        self.surroundings.open_to(self.gateway)
        self.link = FakeLink(encoding)
        self.session = Session(self.link, encoding, shared=self.surroundings)
        self.surroundings.sessions.add(self.session)

    def say(self, frame: Any) -> None:
        """Send an object as the client does."""
        is_text = self.link.encoding is JSON
        module = msgspec.json if is_text else msgspec.msgpack
        self.session.receive(module.encode(frame), is_text)

    def hello(self, **changes: Any) -> "Table":
        self.say(HELLO | changes)
        return self

    def post(self, ref: str = "c-1", text: str = "你好") -> None:
        body = {"kind": "text", "text": text}
        self.say({"type": "post_message", "ref": ref, "room": "r-1", "body": body})

    def wait(self, seconds: float) -> None:
        """Let time pass, swept as the server sweeps: about once a second."""
        until = self.now_s + seconds
        while self.now_s < until:
            self.now_s = min(until, self.now_s + 1)
            self.surroundings.sweep()

    def heard(self) -> list[dict[str, Any]]:
        """What the client got since it was asked last."""
        frames, self.link.frames = self.link.frames, []
        return frames

    @property
    def close_code(self) -> int | None:
        return self.link.closed[0] if self.link.closed else None
