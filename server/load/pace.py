"""So many messages a second, spread evenly over all rooms."""

import asyncio


class Pace:
    """Spaces messages: `take` returns when the next may go out.

    Late ones do not pile up to a burst.
    """

    def __init__(self, per_s: float) -> None:
        self._every_s = 1 / per_s
        self._next_at = 0.0

    async def take(self) -> None:
        """Wait for one's turn."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        at = max(self._next_at, now)
        self._next_at = at + self._every_s
        if at > now:
            await asyncio.sleep(at - now)
