"""A mutant, and the kinds of change that make one of a row.

Rows are frozen to everybody else: a change is made in a process that ends with the tests.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from msgspec.structs import force_setattr


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


def replace(old: object, new: object) -> None:
    """Wherever a module has the old object under a name of its own, it has the new one."""
    for module in list(sys.modules.values()):
        for name, value in list(vars(module).items()):
            if value is old:
                setattr(module, name, new)


def negated(holds: Callable[..., bool]) -> Callable[..., bool]:
    """The condition that holds where this one does not."""
    return lambda *case: not holds(*case)


def always(answer: object) -> Callable[..., Any]:
    """The same answer whatever is asked."""
    return lambda *case, **more: answer


def rule_of(row: Any) -> frozenset[int]:
    """The rule that a row names."""
    return frozenset({int(row.rule.removeprefix("R"))})


def label(row: Any) -> str:
    """What a row is called."""
    if hasattr(row, "ask"):
        return str(row.ask.__name__.lstrip("_"))
    for field in ("name", "kind", "code", "measure"):
        if hasattr(row, field):
            return str(getattr(row, field))
    return ""


def conditions(table: str, rows: Sequence[Any], *, without: bool) -> Iterator[Mutant]:
    """Rows with `holds`. `without` is what a row answers that is as good as not there."""
    for number, row in enumerate(rows, start=1):
        name = f"{table} {number} {label(row)}".rstrip()
        change = partial(force_setattr, row, "holds")
        yield Mutant(f"{name}: dropped", rule_of(row), partial(change, always(without)))
        yield Mutant(f"{name}: negated", rule_of(row), partial(change, negated(row.holds)))


def members(table: str, known: frozenset[Any], rule: int) -> Iterator[Mutant]:
    """A set without each of its members in turn."""
    for member in sorted(known):
        change = partial(replace, known, known - {member})
        yield Mutant(f"{table} {member}: removed", frozenset({rule}), change)


@dataclass(frozen=True)
class _Backwards:
    """A key that sorts the other way round."""

    value: Any

    def __lt__(self, other: "_Backwards") -> bool:
        return bool(other.value < self.value)


def _backwards(value: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *case: _Backwards(value(*case))


def keys(table: str, rows: Sequence[Any]) -> Iterator[Mutant]:
    """Rows with `value`, the first of which decides."""
    for number, row in enumerate(rows, start=1):
        name, change = f"{table} {number} {row.name}", partial(force_setattr, row, "value")
        yield Mutant(f"{name}: dropped", rule_of(row), partial(change, always(0)))
        yield Mutant(f"{name}: reversed", rule_of(row), partial(change, _backwards(row.value)))
    yield from swaps(table, rows, rules=rule_of(rows[0]))


def swaps(table: str, rows: Sequence[Any], *, rules: frozenset[int]) -> Iterator[Mutant]:
    """Neighbours in the wrong order, where some rule says which is the right one."""
    for number in range(len(rows) - 1):
        swapped = list(rows)
        swapped[number], swapped[number + 1] = swapped[number + 1], swapped[number]
        name = f"{table} {number + 2} {label(rows[number + 1])}: before the one above"
        yield Mutant(name, rules, partial(replace, rows, tuple(swapped)))
