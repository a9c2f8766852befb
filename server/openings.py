"""How many rooms each buyer opened of late (section 1.5 of docs/protocol.md)."""

import time
from collections.abc import Callable

from server.cell import IdentityKey
from server.core.errors import Refused

HOUR_S = 3600.0
FEW = 1_000  # buyers; beyond it those are forgotten who opened nothing in the last hour


class Openings:
    """At most `limit` an hour each, by the machine's clock."""

    def __init__(self, limit: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._now = now
        self._times: dict[IdentityKey, list[float]] = {}
        self._many = FEW

    def __len__(self) -> int:
        return len(self._times)

    def count(self, who: IdentityKey) -> None:
        """Somebody opens a room.

        Raises:
            Refused: `rate_limited`, and when to come back.
        """
        now = self._now()
        recent = [at for at in self._times.get(who, []) if now - at < HOUR_S]
        if len(recent) >= self._limit:
            wait_ms = int((recent[0] + HOUR_S - now) * 1000) + 1
            raise Refused("rate_limited", retry_after_ms=wait_ms)
        self._times[who] = [*recent, now]
        if len(self._times) > self._many:
            self._times = {key: at for key, at in self._times.items() if now - at[-1] < HOUR_S}
            self._many = max(FEW, 2 * len(self._times))

    def forget(self, who: IdentityKey) -> None:
        """The last opening came to nothing."""
        times = self._times.get(who)
        if times:
            times.pop()
        if not times:
            self._times.pop(who, None)
