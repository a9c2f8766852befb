"""What a step leaves behind for the rounds: small, without what was written.

Theory of operation. `trace_of` goes through `TRACES` and takes the first row that holds; a step
for which none does means nothing to a round. `QUESTION` and `REPLY` say what makes a message one
or the other, a row a condition (R22–R24, R32). In-session messages leave no trace but one: that
a logistics agent wrote at all, for the end of R31.
"""

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from server.core import events as e
from server.core.exemptions import exempt
from server.core.model import Instant, Inviter, Reception, Role
from server.core.rulesets import RuleSet


class Kind(StrEnum):
    """What a step was to the rounds."""

    QUESTION = "question"
    REPLY = "reply"
    REMARK = "remark"
    RECEPTION = "reception"
    ASSIGNED = "assigned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    SPOKE = "spoke"
    ENDED = "ended"
    CLOSED = "closed"


class Trace(Struct, frozen=True, array_like=True):
    """One step in its place.

    `who` is the agent (reply, assigned), the reception, the session's end; `moment` is when a
    platform's card was first offered (R31), None for a merchant's.
    """

    kind: Kind
    seq: int
    at: Instant
    who: str = ""
    moment: Instant | None = None


def _judged(measure: str, envelope: e.Envelope) -> bool:
    return not exempt(measure, envelope.phase)


class Condition(Struct, frozen=True):
    """One thing that must hold of a posted message."""

    rule: str
    name: str
    holds: Callable[[e.Envelope, e.MessagePosted, RuleSet], bool]


QUESTION = (
    Condition("R23", "outside a session", lambda m, event, rules: _judged("three_minute_rate", m)),
    Condition("R32", "the buyer's", lambda m, event, rules: m.by.role == Role.BUYER),
    Condition("R24", "no card", lambda m, event, rules: rules.asks(event.body)),
)

REPLY = (
    Condition("R24", "outside a session", lambda m, event, rules: _judged("average_response", m)),
    Condition("R32", "a human agent's", lambda m, event, rules: m.by.role == Role.MERCHANT),
    Condition("R32", "no card", lambda m, event, rules: rules.answers(event.body)),
)

# After a bot's message or a shop's card the buyer is not the one who wrote last (R32).
REMARK = (
    Condition("R23", "outside a session", lambda m, event, rules: _judged("three_minute_rate", m)),
    Condition("R32", "not the buyer's", lambda m, event, rules: m.by.role != Role.BUYER),
)

SPOKE = (
    Condition("R31", "a logistics agent's", lambda m, event, rules: m.by.role == Role.LOGISTICS),
)

MESSAGES: tuple[tuple[Kind, tuple[Condition, ...]], ...] = (
    (Kind.QUESTION, QUESTION),
    (Kind.REPLY, REPLY),
    (Kind.REMARK, REMARK),
    (Kind.SPOKE, SPOKE),
)


def trace_of(envelope: e.Envelope, rules: RuleSet) -> Trace | None:
    """What the step leaves behind, or None where it means nothing to a round."""
    make = TRACES.get(type(envelope.event))
    return None if make is None else make(envelope, envelope.event, rules)


def _message(envelope: e.Envelope, event: e.MessagePosted, rules: RuleSet) -> Trace | None:
    for kind, conditions in MESSAGES:
        if all(condition.holds(envelope, event, rules) for condition in conditions):
            who = envelope.by.id if kind is Kind.REPLY else ""
            return Trace(kind, envelope.seq, envelope.at, who)
    return None


def _reception(envelope: e.Envelope, event: e.ReceptionChanged, rules: RuleSet) -> Trace:
    return Trace(Kind.RECEPTION, envelope.seq, envelope.at, Reception(event.reception))


def _assigned(envelope: e.Envelope, event: e.RoomAssigned, rules: RuleSet) -> Trace:
    return Trace(Kind.ASSIGNED, envelope.seq, envelope.at, event.agent)


def _offered(envelope: e.Envelope, event: e.InviteOffered, rules: RuleSet) -> Trace:
    moment = None
    if event.inviter == Inviter.PLATFORM:
        moment = envelope.at if event.since_at is None else event.since_at
    return Trace(Kind.OFFERED, envelope.seq, envelope.at, moment=moment)


def _accepted(envelope: e.Envelope, event: e.InviteAccepted, rules: RuleSet) -> Trace:
    return Trace(Kind.ACCEPTED, envelope.seq, envelope.at)


def _ended(envelope: e.Envelope, event: e.SessionEnded, rules: RuleSet) -> Trace:
    return Trace(Kind.ENDED, envelope.seq, envelope.at, event.reason)


def _closed(envelope: e.Envelope, event: e.ConversationClosed, rules: RuleSet) -> Trace:
    return Trace(Kind.CLOSED, envelope.seq, envelope.at)


TRACES: dict[type[e.AnyEvent], Callable[..., Trace | None]] = {
    e.MessagePosted: _message,
    e.ReceptionChanged: _reception,
    e.RoomAssigned: _assigned,
    e.InviteOffered: _offered,
    e.InviteAccepted: _accepted,
    e.SessionEnded: _ended,
    e.ConversationClosed: _closed,
}
