"""The numbers and predicates of the measures, by version (R33–R36).

A report names the version that it used, and a log can be folded under any of them. To add one,
put a row into `RULESETS`; what it does differently is a field here, never an `if` elsewhere.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.core.bodies import Body, Erased, Image, Text
from server.core.model import Instant
from server.core.policy import DAY_MINUTES, Hours

WRITTEN = (Text, Image, Erased)


def written(body: Body) -> bool:
    """Whether a person wrote or drew it: no card (R24, R32).

    What was erased on request (R55) is taken for such a message: cards hold nothing personal.
    """
    return isinstance(body, WRITTEN)


class RuleSet(Struct, frozen=True, kw_only=True):
    """One version of the measures. Durations in ms."""

    version: str
    assessed: Hours
    limit_ms: int
    cap_ms: int
    warn_ms: int
    asks: Callable[[Body], bool] = written
    answers: Callable[[Body], bool] = written

    def counts(self, opened_at: Instant, zone: ZoneInfo) -> bool:
        """Whether a round that began then is assessed (R33)."""
        return self.assessed.contains(opened_at, zone)

    def due_at(self, opened_at: Instant) -> Instant:
        """The last instant at which an answer is in time (R34, inclusive)."""
        return opened_at + self.limit_ms

    def in_time(self, opened_at: Instant, moment: Instant) -> bool:
        """Whether a round is not yet past its limit at that moment (R34, inclusive)."""
        return moment <= self.due_at(opened_at)

    def capped(self, time_ms: int) -> int:
        """A round's time as it enters the average (R35)."""
        return min(time_ms, self.cap_ms)


RULESETS: dict[str, RuleSet] = {
    rules.version: rules
    for rules in (
        RuleSet(
            version="2023.1",
            assessed=Hours(8 * 60, DAY_MINUTES),
            limit_ms=180_000,
            cap_ms=600_000,
            warn_ms=100_000,
        ),
    )
}
