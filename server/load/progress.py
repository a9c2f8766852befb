"""A bar on stderr, where that is a terminal."""

import sys
from time import monotonic
from typing import TextIO

WIDTH = 32
EVERY_S = 0.1


class Progress:
    """How far a load is. `total` are messages; silent where nobody looks."""

    def __init__(
        self, total: int, *, is_shown: bool | None = None, to: TextIO = sys.stderr
    ) -> None:
        self._total = max(1, total)
        self._done = 0
        self._stream = to
        self._is_shown = to.isatty() if is_shown is None else is_shown
        self._drawn_at = 0.0

    def step(self) -> None:
        """One more message is durable."""
        self._done += 1
        now = monotonic()
        if self._is_shown and now - self._drawn_at >= EVERY_S:
            self._drawn_at = now
            self._draw()

    def close(self) -> None:
        """Leave the line to what follows."""
        if self._is_shown:
            self._draw()
            self._stream.write("\n")

    def _draw(self) -> None:
        share = min(1.0, self._done / self._total)
        bar = "█" * round(WIDTH * share)
        self._stream.write(f"\r{bar:░<{WIDTH}} {share:4.0%}  {self._done}/{self._total} messages")
        self._stream.flush()
