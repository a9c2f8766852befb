"""Every mutant of the core's tables: what it changes, and the rules it breaks.

A row that names its rule breaks that one. What the rows of the two tables of `rooms` break is
mapped below by event and command; an event or a command without an entry is a KeyError.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from changes import Mutant, always, conditions, keys, label, members, replace, rule_of, swaps
from msgspec.structs import force_setattr

from server.core import (
    allowance,
    burst,
    choice,
    eligibility,
    exemptions,
    invites,
    masks,
    rooms,
    routing,
    rulesets,
    standing,
    traces,
    tracker,
    verdicts,
)
from server.core import commands as c
from server.core import events as e
from server.core.model import PHASE_OF, Phase, Role, Stage
from server.core.policy import Hours

EVENTS: dict[type[Any], frozenset[int]] = {
    e.RoomOpened: frozenset({1}),
    e.MessagePosted: frozenset({1, 13}),
    e.MessageRecalled: frozenset({48}),
    e.ReceptionChanged: frozenset({21}),
    e.RoomAssigned: frozenset({37}),
    e.InviteOffered: frozenset({2, 3, 10}),
    e.InviteAccepted: frozenset({1, 10}),
    e.InviteDeclined: frozenset({10}),
    e.InviteExpired: frozenset({10}),
    e.InviteWithdrawn: frozenset({10}),
    e.AgentJoined: frozenset({1, 44}),
    e.AgentLeft: frozenset({14, 44, 45}),
    e.SessionKept: frozenset({14}),
    e.SessionEnded: frozenset({14}),
    e.ConversationClosed: frozenset({38}),
}
OPENED = frozenset({1})  # a room begins with its opening, and with nothing else

COMMANDS: dict[type[Any], frozenset[int]] = {
    c.PostMessage: frozenset({13}),
    c.RecallMessage: frozenset({48}),
    c.OfferInvite: frozenset({3}),
    c.WithdrawInvite: frozenset({10}),
    c.AnswerInvite: frozenset({1, 10}),
    c.ChangeInviteOrder: frozenset({6}),
    c.ReopenInvite: frozenset({11}),
    c.EndSession: frozenset({14}),
    c.KeepSession: frozenset({14}),
    c.PrioritizeSession: frozenset({44}),
    c.SetReception: frozenset({21}),
    c.AssignRoom: frozenset({37}),
    c.CloseConversation: frozenset({38}),
}
MEMBERSHIP = frozenset({47})  # who may not ask

WHY = frozenset({19})  # the order of answers, and which checks have none

# The platform is no member of any room, and asks nothing of one.
MEMBERS = [role for role in Role if role is not Role.PLATFORM]

PHASES = {
    Phase.TWO_PARTY: frozenset({1, 38}),
    Phase.INVITE_PENDING: frozenset({2, 3, 10}),
    Phase.THREE_PARTY: frozenset({13, 22}),
}

TRACES: dict[type[Any], frozenset[int]] = {
    e.MessagePosted: frozenset({32, 34}),
    e.ReceptionChanged: frozenset({32}),
    e.RoomAssigned: frozenset({37}),
    e.InviteOffered: frozenset({31}),
    e.InviteAccepted: frozenset({31}),
    e.SessionEnded: frozenset({31}),
    e.ConversationClosed: frozenset({21, 32}),
}


def mutants() -> Iterator[Mutant]:
    """All of them, table by table, with names of their own."""
    yield from _transitions()
    yield from _permissions()
    yield from _checks()
    yield from _order()
    yield from _burst()
    yield from members("SOFT", invites.SOFT, 51)
    yield from _tracker()
    yield from _traces()
    yield from _numbers()
    for name, rows, without in (
        ("OPENING", standing.OPENING, True),
        ("TAKEOVER", standing.TAKEOVER, True),
        ("VOIDING", standing.VOIDING, False),
        ("LATE_AFTER_ALL", standing.LATE_AFTER_ALL, True),
        ("EXEMPTIONS", tuple(exemptions.EXEMPTIONS.values()), False),
        ("REFILLS", allowance.REFILLS, False),
        ("LIMITS", allowance.LIMITS, False),
        ("OPEN", routing.OPEN, True),
    ):
        yield from conditions(name, rows, without=without)
    yield from members("SHOP", allowance.SHOP, 28)
    yield from keys("FIRST", routing.FIRST)
    yield from keys("BEST", routing.BEST)
    yield from _verdicts()
    yield from _masks()


# --- the tables ----------------------------------------------------------------------------------


def _transitions() -> Iterator[Mutant]:
    table, stages = rooms.TRANSITIONS, list(Stage)
    for (event, stage), after in table.items():
        key, name, rules = (event, stage), _pair(event, stage), EVENTS[event]
        other = stages[(stages.index(after) + 1) % len(stages)]
        yield Mutant(f"TRANSITIONS {name}: removed", rules, partial(table.pop, key))
        led = partial(table.__setitem__, key, other)
        yield Mutant(f"TRANSITIONS {name}: to {other}", rules, led)
    for event in e.AnyEvent.__args__:
        for stage in Stage:
            if (event, stage) not in table:
                added = partial(table.__setitem__, (event, stage), stage)
                broken = OPENED if stage is Stage.NEW else EVENTS[event]
                yield Mutant(f"TRANSITIONS {_pair(event, stage)}: added", broken, added)


def _pair(kind: type[Any], of: str) -> str:
    return f"{kind.__name__} {of}"


def _permissions() -> Iterator[Mutant]:
    table, stages = rooms.PERMISSIONS, frozenset(Stage)
    for command in c.MemberCommand.__args__:
        for role in MEMBERS:
            key, rules = (command, role), COMMANDS[command]
            name = f"PERMISSIONS {_pair(command, role)}"
            change = partial(table.__setitem__, key)
            if key not in table:
                yield Mutant(f"{name}: granted", MEMBERSHIP, partial(change, stages))
                continue
            yield Mutant(f"{name}: removed", rules, partial(table.pop, key))
            other = partial(change, stages - table[key])
            yield Mutant(f"{name}: in the other stages", rules, other)


def _checks() -> Iterator[Mutant]:
    for number, check in enumerate(eligibility.CHECKS, start=1):
        name = f"CHECKS {number} {label(check)}"
        change, rule = partial(force_setattr, check), rule_of(check)
        failure = eligibility.Failure("mutant")
        yield Mutant(f"{name}: always passes", rule, partial(change, "ask", always(None)))
        yield Mutant(f"{name}: always fails", rule, partial(change, "ask", always(failure)))
        for purpose in eligibility.Purpose:
            flipped = check.purposes ^ {purpose}
            how = "not asked" if purpose in check.purposes else "asked"
            changed = partial(change, "purposes", flipped)
            yield Mutant(f"{name}: {how} for {purpose.name}", rule, changed)
        needs = not check.needs_order
        yield Mutant(f"{name}: needs_order is {needs}", WHY, partial(change, "needs_order", needs))
    yield from swaps("CHECKS", eligibility.CHECKS, rules=WHY)


def _order() -> Iterator[Mutant]:
    six = frozenset({6})
    for number, row in enumerate(choice.NAMINGS, start=1):
        dropped = partial(force_setattr, row, "order", always(None))
        yield Mutant(f"NAMINGS {number} {row.name}: dropped", six, dropped)
    yield from swaps("NAMINGS", choice.NAMINGS, rules=six)
    no_newest = partial(replace, choice._newest, always(None))
    yield Mutant("NAMINGS newest: dropped", six, no_newest)
    for status, problem in choice.ORDER_STATUS.items():
        other = None if problem else "order_finished"
        flipped = partial(choice.ORDER_STATUS.__setitem__, status, other)
        yield Mutant(f"ORDER_STATUS {status}: {other}", frozenset({7}), flipped)


def _burst() -> Iterator[Mutant]:
    two = frozenset({2})
    for most in (burst.MOST - 1, burst.MOST + 1):
        changed = partial(setattr, burst, "MOST", most)
        yield Mutant(f"BURST MOST: {most}", two, changed)
    endless = partial(setattr, burst.Burst, "end", lambda kept: kept)
    yield Mutant("BURST end: an answer ends none", two, endless)
    lasting = partial(setattr, burst.Burst, "without", lambda kept, _: kept)
    yield Mutant("BURST without: what was recalled stays", frozenset({48}), lasting)
    alone = partial(setattr, burst.Burst, "before", always(()))
    yield Mutant("BURST before: nothing", two | {6}, alone)


def _tracker() -> Iterator[Mutant]:
    yield from conditions("DUES", tracker.DUES, without=False)
    for number, row in enumerate(tracker.DUES, start=1):
        later = partial(force_setattr, row, "at", partial(_later, row.at))
        yield Mutant(f"DUES {number} {row.kind}: a millisecond later", rule_of(row), later)
    yield from conditions("ALERTS", tracker.ALERTS, without=False)
    for number, alert in enumerate(tracker.ALERTS, start=1):
        for event in e.AnyEvent.__args__:
            name, asked = f"ALERTS {number} {alert.kind}", event in alert.events
            others = tuple(kind for kind in alert.events if kind is not event)
            flipped = others if asked else (*others, event)
            how = "not at" if asked else "at"
            change = partial(force_setattr, alert, "events", flipped)
            yield Mutant(f"{name}: {how} {event.__name__}", rule_of(alert), change)
    yield from members("SILENT", tracker.SILENT, 25)
    yield from members("RECALLABLE", tracker.RECALLABLE, 32)
    for kind in tracker.WARNED:
        forgotten = partial(tracker.WARNED.pop, kind)
        yield Mutant(f"WARNED {kind}: removed", frozenset({36}), forgotten)


def _later(at: Callable[..., int], *case: Any) -> int:
    return at(*case) + 1


def _numbers() -> Iterator[Mutant]:
    for rules in rulesets.RULESETS.values():
        for name, rule in (("limit_ms", 34), ("cap_ms", 35), ("warn_ms", 36)):
            more = partial(force_setattr, rules, name, getattr(rules, name) + 1)
            yield Mutant(f"RULESETS {rules.version} {name}: one more", frozenset({rule}), more)
        longer = Hours(rules.assessed.start - 1, rules.assessed.end)
        more = partial(force_setattr, rules, "assessed", longer)
        yield Mutant(f"RULESETS {rules.version} assessed: a minute more", frozenset({33}), more)
    for stage, phase in PHASE_OF.items():
        other = Phase.THREE_PARTY if phase is not Phase.THREE_PARTY else Phase.TWO_PARTY
        moved = partial(PHASE_OF.__setitem__, stage, other)
        yield Mutant(f"PHASE_OF {stage}: {other}", PHASES[phase], moved)


def _traces() -> Iterator[Mutant]:
    for kind, rows in traces.MESSAGES:
        yield from conditions(kind.name, rows, without=True)
        without = tuple(row for row in traces.MESSAGES if row[0] is not kind)
        rules = frozenset[int]().union(*(rule_of(row) for row in rows))
        dropped = partial(replace, traces.MESSAGES, without)
        yield Mutant(f"MESSAGES {kind}: dropped", rules, dropped)
    for event in traces.TRACES:
        removed = partial(traces.TRACES.pop, event)
        yield Mutant(f"TRACES {event.__name__}: removed", TRACES[event], removed)


def _verdicts() -> Iterator[Mutant]:
    for measure, rows in verdicts.OUTSIDE.items():
        table = f"OUTSIDE {measure}"
        yield from conditions(table, rows, without=False)
        for number, row in enumerate(rows, start=1):
            other = partial(force_setattr, row, "counted", not row.counted)
            yield Mutant(f"{table} {number}: counted is {not row.counted}", rule_of(row), other)


def _masks() -> Iterator[Mutant]:
    for mask in (
        masks.masked_name,
        masks.masked_phone,
        masks.masked_address,
        masks.masked_receiver,
        masks.masked_order,
        masks.masked_envelope,
    ):
        bare = partial(replace, mask, lambda shown: shown)
        yield Mutant(f"MASKS {mask.__name__}: shows all", frozenset({46}), bare)
