"""What time it is.

Rules, timers and every `_at` use the service's clock, sockets the machine's.
"""

import time
from typing import Protocol

from server.core.model import Instant


class Clock(Protocol):
    """The time that the rules go by, in UTC ms."""

    def now(self) -> Instant:
        """The present instant; never goes back, but where a demo sets it back."""


class SystemClock:
    """The machine's clock, made monotonic: a step back of the machine holds it still."""

    def __init__(self) -> None:
        self._latest = 0

    def now(self) -> Instant:
        self._latest = max(self._latest, time.time_ns() // 1_000_000)
        return self._latest


class DemoClock:
    """The machine's clock and an offset that may be moved in both directions.

    The offset is kept by whoever owns the store; this class only holds it.
    """

    def __init__(self, offset_ms: int = 0, *, machine: Clock | None = None) -> None:
        self._machine = machine or SystemClock()
        self.offset_ms = offset_ms

    def now(self) -> Instant:
        return self._machine.now() + self.offset_ms

    def set(self, now: Instant) -> None:
        """Let it be `now`; the clock runs on from there."""
        self.offset_ms = now - self._machine.now()

    def advance(self, by_ms: int) -> None:
        """Move on by so many milliseconds (back, if negative)."""
        self.offset_ms += by_ms
