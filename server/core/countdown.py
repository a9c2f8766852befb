"""A countdown in session that people see and no measure knows (R30).

Only where `countdown_in_session` is `shown_not_assessed`. It is a `Round` of its own, apart from
the standing that the measures are folded from: it warns nobody and never counts.
"""

from msgspec.structs import replace

from server.core.events import Envelope, MessagePosted
from server.core.model import Instant, Role, RoomId
from server.core.records import Round
from server.core.rulesets import RuleSet
from server.core.standing import NOT_ASSESSED

HIDDEN = "hidden"
SHOWN = ("R30", "in_session")


def show(
    shown: Round | None, envelope: Envelope, *, room: RoomId, rules: RuleSet
) -> tuple[Round | None, tuple[Round, ...]]:
    """The countdown after an in-session message, and its changes."""
    event, by = envelope.event, envelope.by
    if not isinstance(event, MessagePosted):
        return shown, ()
    if shown is not None and by.role == Role.MERCHANT and rules.answers(event.body):
        return None, (hide(shown, envelope.at, answer=envelope.seq, agent=by.id),)
    if shown is not None or by.role != Role.BUYER or not rules.asks(event.body):
        return shown, ()
    rule, reason = SHOWN
    begun = Round(
        room=room,
        id=envelope.seq,
        state=NOT_ASSESSED,
        opened_at=envelope.at,
        due_at=rules.due_at(envelope.at),
        assessed=False,
        rule=rule,
        reason=reason,
    )
    return begun, (begun,)


def hide(
    shown: Round, at: Instant, *, answer: int | None = None, agent: str | None = None
) -> Round:
    """The countdown at its end: a reply, or the session's end."""
    waited = max(0, at - shown.opened_at)
    return replace(shown, closed_at=at, time_ms=waited, answer=answer, agent=agent)
