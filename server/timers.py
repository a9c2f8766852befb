"""What falls due, in due order (R57): one heap, one loop timer for it."""

import asyncio
import heapq
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from server.clock import Clock
from server.core.model import Instant

logger = logging.getLogger(__name__)

Callback = Callable[[Instant], None]  # is given the instant at which it was due

NEVER: Instant = 2**62
LONGEST_S = 3600.0  # the clock may be moved; look again after at most this


class Timers:
    """Callbacks by instant of the service's clock.

    Equal instants run in order of scheduling.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[Instant, int, Callback]] = []
        self._numbers = count()
        self._handle: asyncio.TimerHandle | None = None
        self._armed_for: Instant = NEVER
        self._running = False
        self._at: Instant | None = None
        self.next_at: Instant = NEVER

    def __len__(self) -> int:
        """How much is to come."""
        return len(self._heap)

    def schedule(self, at: Instant, callback: Callback) -> None:
        """Call back once, when the clock has reached `at`."""
        heapq.heappush(self._heap, (at, next(self._numbers), callback))
        if at < self.next_at:
            self.next_at = at
            self._arm()

    def run(self, now: Instant) -> None:
        """Everything due by `now`, and what that makes due by then, in due order."""
        if self._running:
            return
        self._running = True
        try:
            while self._heap and self._heap[0][0] <= now:
                self._at, _, callback = heapq.heappop(self._heap)
                try:
                    callback(self._at)
                except Exception:
                    # One room's fault must keep nobody else's time from passing.
                    logger.exception("what fell due could not be applied")
        finally:
            self._at = None
            self._running = False
            self.next_at = self._heap[0][0] if self._heap else NEVER
            self._arm()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing happens meanwhile, whatever falls due."""
        self._running = True
        try:
            yield
        finally:
            self._running = False
            self._arm()

    def now(self) -> Instant:
        """The time of what is being done; of something due, its instant."""
        return self._clock.now() if self._at is None else self._at

    def moved(self) -> None:
        """The clock was moved: wait anew."""
        self._armed_for = NEVER
        self._arm()

    def clear(self) -> None:
        """Forget everything."""
        self._heap.clear()
        self.next_at = NEVER
        self._arm()

    def _arm(self) -> None:
        if self._running or self.next_at == self._armed_for:
            return
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        self._armed_for = self.next_at
        if self.next_at == NEVER:
            return
        delay_s = min(max(self.next_at - self._clock.now(), 0) / 1000, LONGEST_S)
        self._handle = asyncio.get_running_loop().call_later(delay_s, self._ring)

    def _ring(self) -> None:
        self._handle = None
        self._armed_for = NEVER
        self.run(self._clock.now())
