"""What becomes due in a session as time passes: one deadline each, no timers."""

import math
from enum import Enum, auto
from typing import Final

from server.wire.limits import Limits

_NEVER: Final = math.inf


class Due(Enum):
    """What a deadline asks for."""

    NO_HELLO = auto()  # none came in time
    TOKEN_OVER = auto()
    NO_PONG = auto()  # none came in time
    TOKEN_WARNING = auto()
    PING = auto()
    CUT = auto()  # nobody answered the close


class Deadlines:
    """The deadlines of one session, in seconds of the machine's monotonic clock.

    `next` is the nearest: whoever looks at many sessions compares that alone.
    """

    __slots__ = ("_cut", "_hello", "_ping", "_pong", "_token", "_warning", "next")

    def __init__(self, now_s: float, limits: Limits) -> None:
        self._hello = now_s + limits.hello_s
        self._token = self._warning = self._ping = self._pong = self._cut = _NEVER
        self.next = self._hello

    def greeted(self, now_s: float, limits: Limits) -> None:
        """Hello came: pings begin."""
        self._hello = _NEVER
        self._ping = now_s + limits.ping_s
        self._plan()

    def believed(self, until_s: float, limits: Limits) -> None:
        """A token holds until then."""
        self._token = until_s
        self._warning = until_s - limits.token_warning_s
        self._plan()

    def pinged(self, now_s: float, limits: Limits) -> None:
        """A ping went out: its pong is awaited."""
        self._ping, self._pong = _NEVER, now_s + limits.pong_s
        self._plan()

    def answered(self, now_s: float, limits: Limits) -> None:
        """A pong came; one that nobody awaits changes nothing."""
        if self._pong is not _NEVER:
            self._ping, self._pong = now_s + limits.ping_s, _NEVER
            self._plan()

    def closing(self, now_s: float, limits: Limits) -> None:
        """Only the peer's answer is awaited."""
        self._hello = self._token = self._warning = self._ping = self._pong = _NEVER
        self._cut = now_s + limits.linger_s
        self._plan()

    def over(self) -> None:
        """Nothing is awaited any more."""
        self._cut = _NEVER
        self._plan()

    def take(self, now_s: float) -> Due | None:
        """What is due by now, the gravest first; a warning or a ping is due once."""
        if now_s < self.next:
            return None
        if now_s >= self._cut:
            found, self._cut = Due.CUT, _NEVER
        elif now_s >= self._hello:
            found = Due.NO_HELLO
        elif now_s >= self._token:
            found = Due.TOKEN_OVER
        elif now_s >= self._pong:
            found = Due.NO_PONG
        elif now_s >= self._warning:
            found, self._warning = Due.TOKEN_WARNING, _NEVER
        else:
            found, self._ping = Due.PING, _NEVER
        self._plan()
        return found

    @property
    def token_until_s(self) -> float:
        """When the token ends."""
        return self._token

    def _plan(self) -> None:
        self.next = min(self._hello, self._token, self._warning, self._ping, self._pong, self._cut)
