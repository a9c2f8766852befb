"""How a room's rounds change from trace to trace (R22–R37).

Theory of operation. `step` first applies what time alone brought about by the trace's instant
(`settle`: R34's limit, R35's end of the day), then the trace. A round that changed is handed out
as a `Round`. The conditions are the tables of `standing`.

    question, takeover ──> running (not_assessed outside assessed hours, R33)
    running ──180 s──> late, still open            running, late ──reply──> answered, late
    open ──acceptance──> void, or late (R31)       open ──midnight──> late (R35)
    void ──ended by the merchant before any logistics message──> late (R31)

The instants come from a clock that may be set back: no time is ever negative.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from server.core.model import Instant, Reception, RoomId
from server.core.policy import Policy, next_midnight
from server.core.records import Round
from server.core.rulesets import RuleSet
from server.core.standing import (
    ANSWERED,
    LATE,
    LATE_AFTER_ALL,
    NOT_ASSESSED,
    OPENING,
    RUNNING,
    TAKEOVER,
    VOID,
    VOIDING,
    Session,
    Standing,
    Wait,
    moment_of,
)
from server.core.traces import Kind, Trace

WHY: dict[str, tuple[str, str]] = {NOT_ASSESSED: ("R33", "outside_assessed_hours")}
OPENED_SESSION = ("R31", "session_opened")


class Scope(Struct, frozen=True):
    """What a fold is told besides the log."""

    room: RoomId
    rules: RuleSet
    policy: Policy


Stepped = tuple[Standing, tuple[Round, ...]]


def record(scope: Scope, wait: Wait, *, state: str | None = None, **more: Any) -> Round:
    """The round as it is kept and shown; `state` where it is not the wait's own."""
    state = state or wait.state
    rule, reason = WHY.get(state, (None, None))
    more.setdefault("rule", rule)
    more.setdefault("reason", reason)
    return Round(
        room=scope.room,
        id=wait.id,
        state=state,
        opened_at=wait.opened_at,
        due_at=scope.rules.due_at(wait.opened_at),
        assessed=wait.state != NOT_ASSESSED,
        **more,
    )


def step(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    """The standing after one more trace, and the rounds that it changed, each once."""
    settled, before = settle(scope, standing, trace.at)
    stepped, after = STEPS[trace.kind](scope, settled, trace)
    if not before:
        return stepped, after
    return stepped, tuple({changed.id: changed for changed in (*before, *after)}.values())


def settle(scope: Scope, standing: Standing, at: Instant) -> Stepped:
    """What time alone has brought about by then (R34, R35)."""
    wait = standing.wait
    if wait is None:
        return standing, ()
    if at >= wait.ends_at:
        return _end_day(scope, standing, wait)
    if wait.state == RUNNING and not scope.rules.in_time(wait.opened_at, at):
        holder = standing.holder
        late = replace(wait, state=LATE, warned=max(wait.warned, 1), agent=holder)
        return replace(standing, wait=late), (record(scope, late, agent=holder),)
    return standing, ()


def _end_day(scope: Scope, standing: Standing, wait: Wait) -> Stepped:
    """R35: one open at the day's end closes as late with the cap's time."""
    closed = record(
        scope,
        wait,
        state=_closing(wait, LATE),
        closed_at=wait.ends_at,
        time_ms=scope.rules.cap_ms,
        agent=standing.holder,
    )
    return replace(standing, wait=None), (closed,)


def _closing(wait: Wait, state: str) -> str:
    """R33: what is not assessed stays so, however it closes."""
    return NOT_ASSESSED if wait.state == NOT_ASSESSED else state


def _open(scope: Scope, standing: Standing, *, opener: int, at: Instant) -> Stepped:
    zone = scope.policy.zone
    state = RUNNING if scope.rules.counts(at, zone) else NOT_ASSESSED
    wait = Wait(opener, at, next_midnight(at, zone), state)
    return replace(standing, wait=wait, unheard=None), (record(scope, wait),)


def _question(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    if all(row.holds(standing, trace, scope.rules) for row in OPENING):
        return _open(scope, standing, opener=trace.seq, at=trace.at)
    unheard = trace.seq if standing.reception == Reception.BOT else None
    return replace(standing, unheard=unheard), ()


def _reply(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    wait = standing.wait
    replied = replace(standing, wait=None, unheard=None, replied=trace.who)
    if wait is None:
        return replied, ()
    state = ANSWERED if scope.rules.in_time(wait.opened_at, trace.at) else LATE
    closed = record(
        scope,
        wait,
        state=_closing(wait, state),
        closed_at=trace.at,
        time_ms=max(0, trace.at - wait.opened_at),
        answer=trace.seq,
        agent=trace.who,
    )
    return replied, (closed,)


def _remark(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    return replace(standing, unheard=None), ()


def _reception(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    received = replace(standing, reception=trace.who)
    if all(row.holds(standing, trace, scope.rules) for row in TAKEOVER):
        return _open(scope, received, opener=standing.unheard or 0, at=trace.at)
    return received, ()


def _assigned(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    return replace(standing, assigned=trace.who), ()


def _offered(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    return replace(standing, offered_at=trace.moment), ()


def _accepted(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    wait = standing.wait
    session = Session(trace.at)
    opened = replace(standing, wait=None, unheard=None, offered_at=None, session=session)
    if wait is None:
        return opened, ()
    if any(row.holds(standing, trace, scope.rules) for row in VOIDING):
        rule, reason = OPENED_SESSION
        void = record(scope, wait, state=VOID, closed_at=trace.at, rule=rule, reason=reason)
        return replace(opened, session=replace(session, voided=wait)), (void,)
    waited = moment_of(standing, trace) - wait.opened_at
    return opened, (_late(scope, standing, wait, closed_at=trace.at, time_ms=waited),)


def _late(
    scope: Scope, standing: Standing, wait: Wait, *, closed_at: Instant, time_ms: int
) -> Round:
    return record(
        scope,
        wait,
        state=_closing(wait, LATE),
        closed_at=closed_at,
        time_ms=max(0, time_ms),
        agent=standing.holder,
    )


def _spoke(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    session = standing.session
    if session is None or session.spoke:
        return standing, ()
    return replace(standing, session=replace(session, spoke=True)), ()


def _ended(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    session = standing.session
    ended = replace(standing, session=None)
    if session is None or session.voided is None:
        return ended, ()
    if not all(row.holds(standing, trace, scope.rules) for row in LATE_AFTER_ALL):
        return ended, ()
    wait, at = session.voided, session.accepted_at
    waited = at - wait.opened_at
    return ended, (_late(scope, standing, wait, closed_at=at, time_ms=waited),)


def _closed(scope: Scope, standing: Standing, trace: Trace) -> Stepped:
    return replace(standing, reception=Reception.HUMAN, unheard=None), ()


STEPS: dict[Kind, Callable[[Scope, Standing, Trace], Stepped]] = {
    Kind.QUESTION: _question,
    Kind.REPLY: _reply,
    Kind.REMARK: _remark,
    Kind.RECEPTION: _reception,
    Kind.ASSIGNED: _assigned,
    Kind.OFFERED: _offered,
    Kind.ACCEPTED: _accepted,
    Kind.SPOKE: _spoke,
    Kind.ENDED: _ended,
    Kind.CLOSED: _closed,
}
