"""How fast a client may send: a token bucket, kept as one instant (GCRA)."""

from server.wire.limits import Limits


class Pace:
    """The rate of one connection. Times in seconds of any one clock.

    `_paid_at` is when all that came is paid for at the rate; it may run ahead by a burst. What is
    over the rate is refused and counts as a strike; what is within takes a strike back. So only
    a client that sends more than twice the rate for long is far above it.
    """

    __slots__ = ("_paid_at", "strikes")

    def __init__(self, now_s: float) -> None:
        self._paid_at = now_s
        self.strikes = 0

    def admits(self, now_s: float, limits: Limits) -> bool:
        """Count a frame, and say whether it is within the rate."""
        paid_at = self._paid_at if self._paid_at > now_s else now_s
        if (paid_at - now_s) * limits.rate_per_s > limits.rate_burst - 1:
            self.strikes += 1
            return False
        self._paid_at = paid_at + 1 / limits.rate_per_s
        if self.strikes:
            self.strikes -= 1
        return True

    def wait_s(self, now_s: float, limits: Limits) -> float:
        """How long until a frame is within the rate."""
        return max(0.0, self._paid_at - now_s - (limits.rate_burst - 1) / limits.rate_per_s)
