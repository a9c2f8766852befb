"""Every mutant of the core's tables: what it changes, and the rules it breaks.

A row that names its rule breaks that one. Rows of the two tables of `rooms`, and what has no rule
of its own, are mapped below. `change` is called in a process that ends with the tests.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec.structs import force_setattr

from server.core import (
    allowance,
    choice,
    eligibility,
    exemptions,
    invites,
    masks,
    rooms,
    routing,
    standing,
    traces,
    tracker,
    verdicts,
)
from server.core import commands as c
from server.core import events as e
from server.core.model import Role, Stage


@dataclass(frozen=True)
class Mutant:
    """One change, its name, and the rules of which a test must notice it."""

    name: str
    rules: frozenset[int]
    change: Callable[[], object]

    @property
    def table(self) -> str:
        """The first word of the name."""
        return self.name.split(maxsplit=1)[0].rstrip(":")


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

# R47 for all of them: who may ask is the server's to say.
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
# The platform is no member of any room, and asks nothing of one.
MEMBERS = [role for role in Role if role is not Role.PLATFORM]

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
    yield from _members("SOFT", invites.SOFT, 51)
    yield from _tracker()
    yield from _traces()
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
        yield from _conditions(name, rows, without=without)
    yield from _members("SHOP", allowance.SHOP, 28)
    yield from _keys("FIRST", routing, routing.FIRST)
    yield from _keys("BEST", routing, routing.BEST)
    yield from _verdicts()
    yield from _masks()


# --- kinds of change -----------------------------------------------------------------------------


def _replace(old: object, new: object) -> None:
    """Wherever a module has the old object under a name of its own, it has the new one."""
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)


def _negated(holds: Callable[..., bool]) -> Callable[..., bool]:
    return lambda *case: not holds(*case)


def _always(answer: object) -> Callable[..., Any]:
    return lambda *case, **more: answer


def _rule(row: Any) -> frozenset[int]:
    return frozenset({int(row.rule.removeprefix("R"))})


def _label(row: Any) -> str:
    for field in ("name", "kind", "code", "measure"):
        if hasattr(row, field):
            return str(getattr(row, field))
    return ""


def _conditions(table: str, rows: Sequence[Any], *, without: bool) -> Iterator[Mutant]:
    """Rows with `holds`. `without` is what a row answers that is as good as not there."""
    for number, row in enumerate(rows, start=1):
        name = f"{table} {number} {_label(row)}".rstrip()
        change = partial(force_setattr, row, "holds")
        yield Mutant(f"{name}: dropped", _rule(row), partial(change, _always(without)))
        if row.holds is not verdicts._always:  # negated, it is dropped
            yield Mutant(f"{name}: negated", _rule(row), partial(change, _negated(row.holds)))


def _members(table: str, members: frozenset[Any], rule: int) -> Iterator[Mutant]:
    for member in sorted(members):
        change = partial(_replace, members, members - {member})
        yield Mutant(f"{table} {member}: removed", frozenset({rule}), change)


class _Backwards:
    """A key that sorts the other way round."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: "_Backwards") -> bool:
        return bool(other.value < self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Backwards) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]  # a key is compared, never looked up


def _backwards(value: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *case: _Backwards(value(*case))


def _keys(table: str, module: Any, rows: Sequence[Any]) -> Iterator[Mutant]:
    """Rows with `value`, the first of which decides."""
    for number, row in enumerate(rows, start=1):
        name, change = f"{table} {number} {row.name}", partial(force_setattr, row, "value")
        yield Mutant(f"{name}: dropped", _rule(row), partial(change, _always(0)))
        yield Mutant(f"{name}: reversed", _rule(row), partial(change, _backwards(row.value)))
    yield from _swaps(table, rows)


def _swaps(table: str, rows: Sequence[Any]) -> Iterator[Mutant]:
    """Neighbours in the wrong order."""
    for number in range(len(rows) - 1):
        swapped = list(rows)
        swapped[number], swapped[number + 1] = swapped[number + 1], swapped[number]
        name = f"{table} {number + 2} {rows[number + 1].name}: before the one above"
        yield Mutant(name, _rule(rows[number]), partial(_replace, rows, tuple(swapped)))


# --- the tables ----------------------------------------------------------------------------------


def _transitions() -> Iterator[Mutant]:
    table, stages = rooms.TRANSITIONS, list(Stage)
    for (event, stage), after in table.items():
        key, name, rules = (event, stage), _pair(event, stage), EVENTS[event]
        other = stages[(stages.index(after) + 1) % len(stages)]
        yield Mutant(f"TRANSITIONS {name}: removed", rules, partial(table.pop, key))
        led = partial(table.__setitem__, key, other)
        yield Mutant(f"TRANSITIONS {name}: to {other}", rules, led)
    for event, rules in EVENTS.items():
        for stage in Stage:
            if (event, stage) not in table:
                added = partial(table.__setitem__, (event, stage), stage)
                yield Mutant(f"TRANSITIONS {_pair(event, stage)}: added", rules, added)


def _pair(kind: type[Any], of: str) -> str:
    return f"{kind.__name__} {of}"


def _permissions() -> Iterator[Mutant]:
    table, stages = rooms.PERMISSIONS, frozenset(Stage)
    for command, more in COMMANDS.items():
        for role in MEMBERS:
            key, rules = (command, role), more | {47}
            name = f"PERMISSIONS {_pair(command, role)}"
            change = partial(table.__setitem__, key)
            if key not in table:
                yield Mutant(f"{name}: granted", rules, partial(change, stages))
                continue
            yield Mutant(f"{name}: removed", rules, partial(table.pop, key))
            other = partial(change, stages - table[key])
            yield Mutant(f"{name}: in the other stages", rules, other)


def _checks() -> Iterator[Mutant]:
    for number, check in enumerate(eligibility.CHECKS, start=1):
        name = f"CHECKS {number} {check.ask.__name__.lstrip('_')}"
        change, rule = partial(force_setattr, check), _rule(check)
        failure = eligibility.Failure("mutant")
        yield Mutant(f"{name}: always passes", rule, partial(change, "ask", _always(None)))
        yield Mutant(f"{name}: always fails", rule, partial(change, "ask", _always(failure)))
        for purpose in eligibility.Purpose:
            flipped = check.purposes ^ {purpose}
            how = "not asked" if purpose in check.purposes else "asked"
            changed = partial(change, "purposes", flipped)
            yield Mutant(f"{name}: {how} for {purpose.name}", rule, changed)


def _order() -> Iterator[Mutant]:
    six = frozenset({6})
    for number, row in enumerate(choice.NAMINGS, start=1):
        dropped = partial(force_setattr, row, "order", _always(None))
        yield Mutant(f"NAMINGS {number} {row.name}: dropped", six, dropped)
    yield from _swaps("NAMINGS", choice.NAMINGS)
    no_newest = partial(_replace, choice._newest, _always(None))
    yield Mutant("NAMINGS newest: dropped", six, no_newest)
    for status, problem in choice.ORDER_STATUS.items():
        other = None if problem else "order_finished"
        flipped = partial(choice.ORDER_STATUS.__setitem__, status, other)
        yield Mutant(f"ORDER_STATUS {status}: {other}", frozenset({7}), flipped)


def _tracker() -> Iterator[Mutant]:
    yield from _conditions("DUES", tracker.DUES, without=False)
    yield from _conditions("ALERTS", tracker.ALERTS, without=False)
    yield from _members("SILENT", tracker.SILENT, 25)
    yield from _members("RECALLABLE", tracker.RECALLABLE, 32)
    for kind in tracker.WARNED:
        forgotten = partial(tracker.WARNED.pop, kind)
        yield Mutant(f"WARNED {kind}: removed", frozenset({36}), forgotten)


def _traces() -> Iterator[Mutant]:
    for kind, rows in traces.MESSAGES:
        yield from _conditions(kind.name, rows, without=True)
        without = tuple(row for row in traces.MESSAGES if row[0] is not kind)
        rules = frozenset[int]().union(*(_rule(row) for row in rows))
        dropped = partial(_replace, traces.MESSAGES, without)
        yield Mutant(f"MESSAGES {kind}: dropped", rules, dropped)
    for event in traces.TRACES:
        removed = partial(traces.TRACES.pop, event)
        yield Mutant(f"TRACES {event.__name__}: removed", TRACES[event], removed)


def _verdicts() -> Iterator[Mutant]:
    for measure, rows in verdicts.OUTSIDE.items():
        table = f"OUTSIDE {measure}"
        yield from _conditions(table, rows, without=False)
        for number, row in enumerate(rows, start=1):
            other = partial(force_setattr, row, "counted", not row.counted)
            yield Mutant(f"{table} {number}: counted is {not row.counted}", _rule(row), other)


def _masks() -> Iterator[Mutant]:
    for mask in (
        masks.masked_name,
        masks.masked_phone,
        masks.masked_address,
        masks.masked_receiver,
        masks.masked_order,
        masks.masked_envelope,
    ):
        bare = partial(_replace, mask, lambda shown: shown)
        yield Mutant(f"MASKS {mask.__name__}: shows all", frozenset({46}), bare)
