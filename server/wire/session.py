"""One socket's protocol, without the socket.

Theory of operation. A session is in one of three stages:

    HELLO ── a good `hello` ──> LIVE ── close, or the peer is gone ──> CLOSED
      └─────── anything else, or 5 s ─────────────────────────────────────┘

Bytes come in by `receive`, frames go out by `send`; the `Link` is the socket beneath, the `Gateway`
the service above. Nothing is written in CLOSED, so nothing ever follows a close frame. A session
has no timers but `deadlines`, and `Surroundings.sweep` looks at those about once a second. A frame
that comes in looks at the clock too, so a token ends in time.
"""

import asyncio
import logging
import math
import secrets
from enum import Enum
from typing import Final

from server.auth import Claims
from server.core.errors import Refused, StoreUnavailable
from server.core.model import Client, Device, Identity, RoomId
from server.wire import decoder
from server.wire.deadlines import Deadlines, Due
from server.wire.frames import (
    Ack,
    ClientInfo,
    ErrorFrame,
    Hello,
    RefreshToken,
    ServerFrame,
    TokenExpiring,
)
from server.wire.messages import DEFAULT_LOCALE, locale_of, message
from server.wire.pace import Pace
from server.wire.packet import JSON, Encoding, Packet
from server.wire.surroundings import Gateway, Link, Surroundings

__all__ = ["Claims", "Gateway", "Link", "Session", "Stage"]

logger = logging.getLogger(__name__)


class Stage(Enum):
    HELLO = "hello"
    LIVE = "live"
    CLOSED = "closed"


_HELLO: Final = Stage.HELLO
_LIVE: Final = Stage.LIVE
_CLOSED: Final = Stage.CLOSED

# How a refusal at the door closes the socket; any other is ours or passing.
_CLOSE_OF = {"unauthorized": 4401, "forbidden": 4403, "client_outdated": 4426, "rate_limited": 4429}
_NOBODY: Final = Client(name="", version=(), device=Device.DESKTOP, locale=DEFAULT_LOCALE)


class Session:
    """One connection: hello, limits, token, liveness; small, for many idle ones.

    `rooms` is the hub's: the last `seq` that was delivered, per room.
    """

    __slots__ = (
        "__weakref__",
        "_bad",
        "_link",
        "_pace",
        "_shared",
        "_stage",
        "_waiters",
        "client",
        "congested",
        "deadlines",
        "encoding",
        "id",
        "identity",
        "is_joined",
        "rooms",
    )

    identity: Identity  # from `hello` on

    def __init__(self, link: Link, encoding: Encoding, *, shared: Surroundings) -> None:
        now = shared.now()
        self.id = secrets.token_hex(8)
        self.encoding = encoding
        self.client = _NOBODY
        self.rooms: dict[RoomId, int] = {}
        self.is_joined = False  # `gone` will be said
        self.congested = False  # set by the link while more waits than it likes
        self.deadlines = Deadlines(now, shared.limits)
        self._link = link
        self._shared = shared
        self._stage = _HELLO
        self._bad = 0  # bad frames in a row
        self._pace = Pace(now)
        self._waiters: tuple[asyncio.Future[None], ...] = ()

    @property
    def locale(self) -> str:
        """The language of what people read; before `hello` the default."""
        return self.client.locale

    @property
    def is_open(self) -> bool:
        """Whether what is sent still goes out."""
        return self._stage is not _CLOSED

    @property
    def stage(self) -> Stage:
        return self._stage

    # --- out --------------------------------------------------------------------------------

    def send(self, frame: ServerFrame) -> None:
        """Send a frame to this client alone."""
        self.send_packet(Packet(frame))

    def send_packet(self, packet: Packet) -> None:
        """Send what others get too. Dropped once the socket is closing."""
        if self._stage is _CLOSED:
            return
        if self.congested and self._link.buffered() > self._shared.limits.outbox_bytes:
            self.close(1013, "too slow a reader")
            return
        self._shared.traffic.sent[packet.kind] += 1
        self._link.send_packet(packet)

    def refuse(self, error: Exception, ref: str | None = None) -> None:
        """Answer a frame that failed; a fault of ours is logged, without content."""
        if not isinstance(error, Refused):
            logger.error("a frame failed", exc_info=error)
            stored_not = isinstance(error, StoreUnavailable)
            error = Refused("store_unavailable" if stored_not else "overloaded")
        details = dict(error.details)
        retry_after_ms = details.pop("retry_after_ms", None)
        self._shared.traffic.refused[error.code] += 1
        self.send(
            ErrorFrame(
                ref=ref,
                code=error.code,
                message=message(error.code, self.locale),
                retryable=error.retryable,
                retry_after_ms=retry_after_ms,
                details=details or None,
            )
        )

    async def drained(self) -> None:
        """Wait until little waits for the reader, or the socket closes.

        For what is long: a replay that is written faster than it is read would close the socket.
        """
        while self.congested and self._stage is not _CLOSED:
            waiter = asyncio.get_running_loop().create_future()
            self._waiters = (*self._waiters, waiter)
            await waiter

    def close(self, code: int, reason: str = "") -> None:
        """Close the socket; nothing goes out after that."""
        if self._stage is _CLOSED:
            return
        self.end()
        self._shared.traffic.closed[code] += 1
        self._link.close(code, reason)

    def abort(self) -> None:
        """Cut the socket without a word."""
        self.end()
        self._link.abort()

    # --- in ---------------------------------------------------------------------------------

    def receive(self, data: bytes, is_text: bool) -> None:
        """Take a whole message that came in a text or a binary frame."""
        shared = self._shared
        now = shared.now()
        if now >= self.deadlines.next:
            self.sweep(now)
        if self._stage is not _LIVE:
            if self._stage is _HELLO and self._is_fit(data, is_text):
                self._greet(data, now)
            return
        if not self._is_fit(data, is_text):
            return
        if not self.admit(now):
            if self._stage is _LIVE:
                self._refuse_over_rate(data, now)
            return
        try:
            frame = decoder.decode(data, self.encoding)
        except decoder.BadFrame as bad:
            self._refuse_bad(bad)
            return
        self._bad = 0
        shared.traffic.received[type(frame)] += 1
        try:
            if type(frame) is RefreshToken:
                self._refresh(frame, now)
            elif type(frame) is Hello:
                raise Refused("bad_frame", path="$.type", problem="hello comes once")
            else:
                shared.gateway.handle(self, frame)
        except Exception as error:  # noqa: BLE001 - refuse() logs what is not a refusal
            # Also a frame that needs no `ref` may bear one: `typing`, say.
            self.refuse(error, getattr(frame, "ref", None) or decoder.ref_of(data, self.encoding))

    def admit(self, now: float) -> bool:
        """Count something that came against the rate; far above it the socket is closed."""
        limits = self._shared.limits
        if self._pace.admits(now, limits):
            return True
        if self._pace.strikes >= limits.strikes:
            self.close(4429, "far above the rate limit")
        return False

    def answers_ping(self) -> bool:
        """Whether a WebSocket ping is to be answered: they count against the rate too."""
        return self._stage is not _CLOSED and self.admit(self._shared.now())

    def pong(self) -> None:
        """The peer answered a ping."""
        self.deadlines.answered(self._shared.now(), self._shared.limits)

    def relieved(self) -> None:
        """The link has little left to write."""
        self.congested = False
        self._wake()

    def end(self) -> None:
        """Nothing may be written any more: a close frame went one way or the other."""
        if self._stage is _CLOSED:
            return
        self._stage = _CLOSED
        self._wake()
        self.deadlines.closing(self._shared.now(), self._shared.limits)

    def lost(self) -> None:
        """The socket is gone; the link says so once."""
        self.end()
        self.deadlines.over()
        self._shared.sessions.discard(self)
        if self.is_joined:
            self.is_joined = False
            try:
                self._shared.gateway.gone(self)
            except Exception:
                logger.exception("a session's end was not taken well")

    # --- time -------------------------------------------------------------------------------

    def sweep(self, now_s: float) -> None:
        """Do what is due by the machine's (monotonic) clock."""
        while (due := self.deadlines.take(now_s)) is not None:
            match due:
                case Due.CUT:
                    self._link.abort()
                case Due.NO_HELLO:
                    self.close(4408, "no hello in time")
                case Due.TOKEN_OVER:
                    self.refuse(Refused("unauthorized"))
                    self.close(4401, "token expired")
                case Due.NO_PONG:
                    self.close(1011, "no pong in time")
                case Due.TOKEN_WARNING:
                    left_s = self.deadlines.token_until_s - now_s
                    ends_at = round((self._shared.wall() + left_s) * 1000)
                    self.send(TokenExpiring(expires_at=ends_at))
                case Due.PING if self._link.ping():
                    self.deadlines.pinged(now_s, self._shared.limits)

    def _wake(self) -> None:
        waiters, self._waiters = self._waiters, ()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

    # --- what a frame leads to --------------------------------------------------------------

    def _is_fit(self, data: bytes, is_text: bool) -> bool:
        """Whether it is the kind of message agreed on; else the socket is closed."""
        if is_text is not (self.encoding is JSON):
            self.close(4400, "binary and text mixed up")
            return False
        if is_text and not decoder.is_utf8(data):
            self.close(1007, "invalid UTF-8")
            return False
        return True

    def _greet(self, data: bytes, now: float) -> None:
        try:
            hello = decoder.decode(data, self.encoding)
        except decoder.BadFrame:
            if decoder.is_hello_without_token(data, self.encoding):
                self._turn_away(Refused("unauthorized"))
            else:
                self.close(4400, "first frame is no well-formed hello")
            return
        if type(hello) is not Hello:
            self.close(4400, "first frame is no hello")
            return
        self._shared.traffic.received[Hello] += 1
        self.client = _client(hello.client, hello.locale)
        shared, minimum = self._shared, self._shared.limits.hard_minimum_client
        try:
            claims = shared.gateway.authenticate(hello.token)
            if self.client.version < minimum:
                raise Refused("client_outdated", minimum=".".join(map(str, minimum)))
            self.identity = claims.identity
            self._stage = _LIVE
            self.deadlines.greeted(now, shared.limits)
            self._believe(claims, now)
            self.is_joined = True
            shared.gateway.join(self, hello)
        except Refused as refused:
            self.is_joined = False
            self._turn_away(refused)
        except Exception as error:  # noqa: BLE001 - refuse() logs it, and `gone` tidies up
            self.refuse(error)
            self.close(1013, "overloaded")

    def _turn_away(self, refused: Refused) -> None:
        self.refuse(refused)
        self.close(_CLOSE_OF.get(refused.code, 1013), refused.code)

    def _believe(self, claims: Claims, now: float) -> None:
        """Take a token's end; it is by the wall clock, we wait by the monotonic one."""
        until = now + (claims.expires_at - self._shared.wall())
        self.deadlines.believed(until, self._shared.limits)

    def _refresh(self, frame: RefreshToken, now: float) -> None:
        claims = self._shared.gateway.authenticate(frame.token)
        if claims.identity.key != self.identity.key:
            raise Refused("unauthorized")
        self.identity = claims.identity  # a name or a lead's rank may be new
        self._believe(claims, now)
        self.send(Ack(ref=frame.ref))

    def _refuse_bad(self, bad: decoder.BadFrame) -> None:
        self.refuse(bad, bad.ref)
        # A type that we do not know (yet) is still a conversation, and so is a long text.
        self._bad = self._bad + 1 if bad.code == "bad_frame" else 0
        if self._bad >= self._shared.limits.bad_frames:
            self.close(4400, "bad frames on end")

    def _refuse_over_rate(self, data: bytes, now: float) -> None:
        wait_ms = math.ceil(self._pace.wait_s(now, self._shared.limits) * 1000)
        refused = Refused("rate_limited", retry_after_ms=max(1, wait_ms))
        self.refuse(refused, decoder.ref_of(data, self.encoding))


def _client(info: ClientInfo, locale: str) -> Client:
    """What a client says of itself; its version is filled up: 1 is 1.0.0 (R18)."""
    version = [*map(int, info.version.split(".")), 0, 0]
    return Client(
        name=info.name,
        version=tuple(version[: max(3, len(version) - 2)]),
        device=info.device,
        locale=locale_of(locale),
    )
