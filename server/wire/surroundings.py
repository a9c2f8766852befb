"""What surrounds a session: service above, socket beneath, what all share."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Protocol

from server.auth import Claims
from server.wire.frames import ClientFrame, Hello
from server.wire.limits import Limits
from server.wire.packet import Packet

if TYPE_CHECKING:
    from server.wire.session import Session

SWEEP_EVERY_S = 1.0


class Gateway(Protocol):
    """The service behind the sockets; every call is synchronous, on the loop."""

    def authenticate(self, token: str) -> Claims:
        """Whose token it is.

        Raises:
            Refused: `unauthorized` closes with 4401, `forbidden` (locked out) with 4403.
        """

    def join(self, session: "Session", hello: Hello) -> None:
        """Take a session in, and send `welcome` to `ready`, now or later.

        `identity` and `client` are set. If it raises, `gone` is not called for a Refused.

        Raises:
            Refused: answered, and closes: `rate_limited` (the 11th socket) with 4429, one that
                `_CLOSE_OF` does not know with 1013.
        """

    def handle(self, session: "Session", frame: ClientFrame) -> None:
        """Carry a frame out. What goes wrong later is answered with `session.refuse`.

        Raises:
            Refused: answered as an `error`; the socket lives on.
        """

    def gone(self, session: "Session") -> None:
        """The socket of a session that was taken in is closed. Said once."""


class Link(Protocol):
    """A socket as a session needs it.

    No method raises, waits, or says `lost` before it returns. It calls `Session.receive`, `pong`,
    `answers_ping`, `end` (the peer closes), `lost` (once, at the end) and keeps
    `Session.congested`, calling `relieved` as that ends.
    """

    def send_packet(self, packet: Packet) -> None:
        """Write, or put into the outbox. Never called after `close`."""

    def ping(self) -> bool:
        """Send a WebSocket ping; False where the server beneath sends them by itself."""

    def buffered(self) -> int:
        """Bytes that wait for the reader."""

    def close(self, code: int, reason: str) -> None:
        """Send a close frame after what was written before. Called once."""

    def abort(self) -> None:
        """Cut the socket and drop what waits."""


class Traffic:
    """Counts since the start, for whoever watches: cheap to add to."""

    __slots__ = ("closed", "received", "refused", "sent")

    def __init__(self) -> None:
        self.received: defaultdict[type, int] = defaultdict(int)  # by the frame's class
        self.sent: defaultdict[type, int] = defaultdict(int)
        self.refused: defaultdict[str, int] = defaultdict(int)  # by code
        self.closed: defaultdict[int, int] = defaultdict(int)  # by us, by close code

    def frames(self) -> dict[tuple[str, str], int]:
        """Frames by direction (`in`, `out`) and `type`."""
        counted = {("in", _type_of(kind)): n for kind, n in list(self.received.items())}
        counted.update({("out", _type_of(kind)): n for kind, n in list(self.sent.items())})
        return counted


def _type_of(kind: Any) -> str:
    return str(kind.__struct_config__.tag)


class Surroundings:
    """Gateway, limits, clocks and counts; one for all sessions of a process.

    Made before the service exists and before the server listens. Until `open_to`, and again after
    `shut`, handshakes are refused with 503.
    """

    __slots__ = ("gateway", "is_open", "limits", "now", "origins", "sessions", "traffic", "wall")

    gateway: Gateway  # from `open_to` on

    def __init__(
        self,
        limits: Limits,
        *,
        origins: Collection[str] = (),
        now: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """`origins` is the allow-list; none: the same origin, `*`: any.

        `now` is monotonic, `wall` unix time; both in seconds and of the machine.
        """
        self.is_open = False
        self.limits = limits
        self.origins = frozenset(origin.lower().rstrip("/") for origin in origins)
        self.now = now
        self.wall = wall
        self.traffic = Traffic()
        self.sessions: set[Session] = set()

    def open_to(self, gateway: Gateway) -> None:
        """Let sockets in, to this service."""
        self.gateway = gateway
        self.is_open = True

    def shut(self) -> None:
        """Let no new socket in; those that are there stay."""
        self.is_open = False

    async def keep_sweeping(self) -> None:
        """Sweep once a second until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            self.sweep()

    def sweep(self, now_s: float | None = None) -> None:
        """Do what is due in any session. To be called about once a second."""
        now = self.now() if now_s is None else now_s
        for session in [each for each in self.sessions if each.deadlines.next <= now]:
            session.sweep(now)
