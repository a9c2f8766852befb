"""The rounds of a room, folded from its log and nothing else (R22–R37).

Theory of operation. Most steps change the standing of the rounds for good at once, but a recall
(R32) takes a message out of the past. So a `Tracking` keeps two standings and what lies between
them: `base`, the traces since, and `now`, which is base with these traces folded in. A trace moves
into base as soon as its message can no longer be recalled. A recall drops the trace, folds base
again and reports the difference; rounds that are gone are void.

In session nothing is looked at (R22): `observe` hands back the very same tracking, but for the
first message of a logistics agent. What falls due is in `DUES`, whom the merchant's agents hear
of in `ALERTS`, a row each. The conditions are in `traces`, `standing` and `exemptions`.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from server.core import countdown
from server.core import events as e
from server.core.due import Due
from server.core.exemptions import exempt
from server.core.model import Instant, Role, RoomId
from server.core.policy import Policy
from server.core.records import Round
from server.core.rounds import Scope, Stepped, record, settle, step
from server.core.rulesets import RuleSet
from server.core.standing import LATE, RUNNING, VOID, Standing, Wait
from server.core.traces import Kind, Trace, trace_of

RECALLED = ("R32", "recalled")
ANSWERS = (e.InviteAccepted, e.InviteDeclined)
RECALLABLE = frozenset({Kind.QUESTION, Kind.REPLY, Kind.REMARK})


class Tracking(Struct, frozen=True, array_like=True):
    """What must be kept of a room to go on with its rounds; part of a snapshot.

    `shown` is a countdown in session that never counts (R30).
    """

    room: RoomId
    base: Standing = Standing()
    traces: tuple[Trace, ...] = ()
    now: Standing = Standing()
    shown: Round | None = None


class Observed(Struct, frozen=True):
    """A tracking and the rounds that changed on the way, each once."""

    tracking: Tracking
    rounds: tuple[Round, ...] = ()


class DueRow(Struct, frozen=True):
    """What falls due of an open round, whether it still does, and when."""

    rule: str
    kind: str
    holds: Callable[[Wait], bool]
    at: Callable[[Wait, RuleSet], Instant]


class AlertRow(Struct, frozen=True):
    """An alert, the kinds of step that may send it, and when one does."""

    rule: str
    kind: str
    events: tuple[type[e.AnyEvent], ...]
    holds: Callable[[e.Envelope], bool]


# An answer at the limit is in time although what is due by then comes first (R57): hence + 1 ms.
DUES = (
    DueRow(
        "R36",
        "overdue_soon",
        lambda wait: wait.state == RUNNING and wait.warned < 1,
        lambda wait, rules: wait.opened_at + rules.warn_ms,
    ),
    DueRow(
        "R36",
        "overdue",
        lambda wait: wait.state in {RUNNING, LATE} and wait.warned < 2,
        lambda wait, rules: rules.due_at(wait.opened_at) + 1,
    ),
    DueRow("R35", "day_end", lambda wait: True, lambda wait, rules: wait.ends_at),
)

WARNED = {"overdue_soon": 1, "overdue": 2}


def _is_new_message(envelope: e.Envelope) -> bool:
    return envelope.by.role is Role.BUYER and not exempt("alert", envelope.phase)


def _always(_: e.Envelope) -> bool:
    return True


ALERTS = (
    AlertRow("R25", "new_message", (e.MessagePosted,), _is_new_message),
    AlertRow("R25", "invite_answered", ANSWERS, _always),
    AlertRow("R25", "session_ended", (e.SessionEnded,), _always),
)

SILENT = frozenset({"invite_answered", "session_ended"})


def alerts(envelope: e.Envelope) -> tuple[str, ...]:
    """The kinds of alert that a step sends to the shop's online agents (R25)."""
    kind = type(envelope.event)
    return tuple([row.kind for row in ALERTS if kind in row.events and row.holds(envelope)])


def observe(
    tracking: Tracking, envelope: e.Envelope, *, rules: RuleSet, policy: Policy
) -> Observed:
    """The tracking after one more step of the log, and the rounds that it changed."""
    event = envelope.event
    if isinstance(event, e.MessagePosted) and exempt("three_minute_rate", envelope.phase):
        return _in_session(tracking, envelope, rules=rules, policy=policy)
    scope = Scope(tracking.room, rules, policy)
    if isinstance(event, e.MessageRecalled):
        return _recall(scope, tracking, event.seq, envelope.at)
    trace = trace_of(envelope, rules)
    if trace is None:
        return Observed(tracking)
    observed = _add(scope, tracking, trace)
    if tracking.shown is not None and isinstance(event, e.SessionEnded):
        hidden = countdown.hide(tracking.shown, envelope.at)
        shown = replace(observed.tracking, shown=None)
        return Observed(shown, (*observed.rounds, hidden))
    return observed


def dues(tracking: Tracking, *, rules: RuleSet, policy: Policy) -> tuple[Due, ...]:
    """What falls due of the open round, the earliest first (R35, R36)."""
    wait = tracking.now.wait
    if wait is None:
        return ()
    found = [
        Due(row.at(wait, rules), f"{row.kind}:{wait.id}", row.kind)
        for row in DUES
        if row.holds(wait)
    ]
    return tuple(sorted(found, key=lambda due: due.at))


def lapse(tracking: Tracking, due: Due, *, at: Instant, rules: RuleSet, policy: Policy) -> Observed:
    """Apply what fell due; nothing happens where it does no longer, or not by `at`."""
    if at < due.at or due not in dues(tracking, rules=rules, policy=policy):
        return Observed(tracking)
    standing, rounds = settle(Scope(tracking.room, rules, policy), tracking.now, due.at)
    if standing.wait is not None:
        warned = max(standing.wait.warned, WARNED.get(due.kind, 0))
        standing = replace(standing, wait=replace(standing.wait, warned=warned))
    return Observed(replace(tracking, now=standing), rounds)


def _add(scope: Scope, tracking: Tracking, trace: Trace) -> Observed:
    now, rounds = step(scope, tracking.now, trace)
    traces = (*tracking.traces, trace)
    base, traces = _pruned(scope, tracking.base, traces, at=trace.at)
    return Observed(replace(tracking, base=base, traces=traces, now=now), rounds)


def _pruned(
    scope: Scope, base: Standing, traces: tuple[Trace, ...], *, at: Instant
) -> tuple[Standing, tuple[Trace, ...]]:
    """Fold into base what can no longer change.

    The clock may have been set back meanwhile.
    """
    settled = 0
    while settled < len(traces) and abs(at - traces[settled].at) > scope.policy.recall_ms:
        base, _ = step(scope, base, traces[settled])
        settled += 1
    return (base, traces[settled:]) if settled else (base, traces)


def _recall(scope: Scope, tracking: Tracking, seq: int, at: Instant) -> Observed:
    if tracking.shown is not None and tracking.shown.id == seq:
        void = _void(tracking.shown, at)
        return Observed(replace(tracking, shown=None), (void,))
    kept = tuple(
        trace for trace in tracking.traces if trace.seq != seq or trace.kind not in RECALLABLE
    )
    if len(kept) == len(tracking.traces):
        return Observed(tracking)
    _, late = settle(scope, tracking.now, at)
    _, before = _folded(scope, tracking.base, tracking.traces, at=at)
    now, after = _folded(scope, tracking.base, kept, at=at)
    changed = {past.id: past for past in late}
    changed |= {id_: new for id_, new in after.items() if before.get(id_) != new}
    changed |= {id_: _void(old, at) for id_, old in before.items() if id_ not in after}
    now = _carried(tracking.now, now)
    return Observed(replace(tracking, traces=kept, now=now), tuple(changed.values()))


def _folded(
    scope: Scope, base: Standing, traces: Sequence[Trace], *, at: Instant
) -> tuple[Standing, dict[int, Round]]:
    """Base with these traces folded in, and every round that was open since."""
    wait = base.wait
    rounds = {} if wait is None else {wait.id: record(scope, wait, agent=wait.agent)}
    stepped: Stepped = (base, ())
    for trace in traces:
        stepped = step(scope, stepped[0], trace)
        rounds |= {changed.id: changed for changed in stepped[1]}
    standing, late = settle(scope, stepped[0], at)
    return standing, rounds | {changed.id: changed for changed in late}


def _carried(old: Standing, new: Standing) -> Standing:
    """Warnings that went out for a round are not sent again (R36)."""
    before, wait = old.wait, new.wait
    if before is None or wait is None or before.id != wait.id:
        return new
    if before.state == LATE and wait.state == RUNNING:  # the clock was set back meanwhile
        return replace(new, wait=before)
    return replace(new, wait=replace(wait, warned=max(before.warned, wait.warned)))


def _void(gone: Round, at: Instant) -> Round:
    """A round whose messages were all recalled (R32)."""
    rule, reason = RECALLED
    return Round(
        room=gone.room,
        id=gone.id,
        state=VOID,
        opened_at=gone.opened_at,
        due_at=gone.due_at,
        assessed=gone.assessed,
        closed_at=at,
        rule=rule,
        reason=reason,
    )


def _in_session(
    tracking: Tracking, envelope: e.Envelope, *, rules: RuleSet, policy: Policy
) -> Observed:
    session = tracking.now.session
    if envelope.by.role == Role.LOGISTICS and session is not None and not session.spoke:
        trace = trace_of(envelope, rules)
        if trace is not None:
            return _add(Scope(tracking.room, rules, policy), tracking, trace)
    if policy.countdown_in_session == countdown.HIDDEN:
        return Observed(tracking)
    shown, rounds = countdown.show(tracking.shown, envelope, room=tracking.room, rules=rules)
    return Observed(replace(tracking, shown=shown), rounds) if rounds else Observed(tracking)
