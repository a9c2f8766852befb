"""How the rounds of a room stand, and when they change (R22–R37).

A `Standing` has at most one open round, a `Wait`. What opens a round, what makes one void and
what makes a void one late after all are lists of conditions, a row each; `rounds` applies them.
"""

from collections.abc import Callable

from msgspec import Struct

from server.core.model import Instant, Reception
from server.core.rulesets import RuleSet
from server.core.traces import Trace

RUNNING, ANSWERED, LATE = "running", "answered", "late"
VOID, NOT_ASSESSED = "void", "not_assessed"


class Wait(Struct, frozen=True, array_like=True):
    """An open round: `running`, `late` or `not_assessed`; `ends_at` is its day's end.

    `warned` counts the warnings that went out (R36); `agent` is who held the room when it turned
    late (R37).
    """

    id: int
    opened_at: Instant
    ends_at: Instant
    state: str
    warned: int = 0
    agent: str | None = None


class Session(Struct, frozen=True, array_like=True):
    """A session: the round that it made void, and whether an agent wrote."""

    accepted_at: Instant
    voided: Wait | None = None
    spoke: bool = False


class Standing(Struct, frozen=True, array_like=True):
    """How the rounds stand between two traces.

    `unheard` is the buyer's message that a bot was to answer and nothing followed; `offered_at`
    when the open card was offered, if it is the platform's; `assigned` and `replied` are the
    agents of R37.
    """

    reception: str = Reception.HUMAN
    unheard: int | None = None
    wait: Wait | None = None
    offered_at: Instant | None = None
    session: Session | None = None
    assigned: str | None = None
    replied: str | None = None

    @property
    def holder(self) -> str | None:
        """Whose an unanswered round is (R37)."""
        return self.assigned or self.replied


class Condition(Struct, frozen=True):
    """One thing that must hold, of the standing and the trace that meets it."""

    rule: str
    name: str
    holds: Callable[[Standing, Trace, RuleSet], bool]


def moment_of(standing: Standing, trace: Trace) -> Instant:
    """The instant that counts at an acceptance (R31)."""
    return trace.at if standing.offered_at is None else standing.offered_at


OPENING = (
    Condition("R32", "no round is open", lambda s, t, rules: s.wait is None),
    Condition("R32", "not the bot's to answer", lambda s, t, rules: s.reception != Reception.BOT),
)

# In a session nothing is unheard: an acceptance clears it, and in-session messages set it not.
TAKEOVER = (
    Condition("R32", "a human takes over", lambda s, t, rules: t.who == Reception.HUMAN),
    Condition("R32", "the buyer wrote last", lambda s, t, rules: s.unheard is not None),
    Condition("R32", "no round is open", lambda s, t, rules: s.wait is None),
)

# Any of them is enough.
VOIDING = (
    Condition(
        "R31",
        "not past its limit at the moment that counts",
        lambda s, t, rules: s.wait is not None and rules.in_time(s.wait.opened_at, moment_of(s, t)),
    ),
    Condition(
        "R33",
        "without a limit",
        lambda s, t, rules: s.wait is not None and s.wait.state == NOT_ASSESSED,
    ),
)

LATE_AFTER_ALL = (
    Condition("R31", "the merchant ended it", lambda s, t, rules: t.who == "merchant"),
    Condition(
        "R31",
        "before any logistics message",
        lambda s, t, rules: s.session is not None and not s.session.spoke,
    ),
)
