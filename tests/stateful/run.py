"""Runs: many worlds, one after the other; and what to do with one that fails."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from unittest import mock

from tests.stateful.moves import Move, make, plan
from tests.stateful.world import World

AUDIT_EVERY = 10  # moves
SNAPSHOT_EVERY = 20  # events, that a restart begins at a snapshot more often than not


class Broken(AssertionError):
    """A run that ended with faults; `moves` is as much of it as was made."""

    def __init__(self, moves: list[Move], faults: list[str]) -> None:
        self.moves = moves
        self.faults = faults
        super().__init__("\n".join(faults[:5]))


@dataclass
class Tally:
    """What happened in all worlds."""

    steps: int = 0
    worlds: int = 0
    audits: int = 0
    restarts: int = 0
    resumes: int = 0
    events: Counter[str] = field(default_factory=Counter)

    def add(self, world: World, steps: int) -> None:
        self.steps += steps
        self.worlds += 1
        self.audits += world.audits
        self.restarts += world.restarts
        self.resumes += world.resumes
        self.events.update(world.counts)


def play(moves: list[Move], tally: Tally | None = None) -> None:
    """Make the moves in a new world.

    Raises:
        Broken: something is wrong; with the moves up to there.
    """
    with tempfile.TemporaryDirectory() as folder, _frequent_snapshots():
        asyncio.run(_play(moves, Path(folder) / "world.db", tally))


async def _play(moves: list[Move], file: Path, tally: Tally | None) -> None:
    world = World(file)
    await world.open()
    try:
        await world.put_orders()
        for number, move in enumerate(moves, start=1):
            await make(world, move)
            if number % AUDIT_EVERY == 0 or move[0] == "restart" or number == len(moves):
                await world.audit()
            if world.faults:
                raise Broken(moves[:number], world.faults)
    finally:
        await world.close()
    if tally is not None:
        tally.add(world, len(moves))


def run(seed: int, *, worlds: int, steps: int) -> Tally:
    """So many worlds of so many steps; the n-th is `plan(seed + n, steps)`.

    Raises:
        AssertionError: with the seed, the faults, and the fewest moves that still do it.
    """
    tally = Tally()
    for number in range(seed, seed + worlds):
        try:
            play(plan(number, steps), tally)
        except Broken as broken:
            fewest = shrink(broken.moves)
            lines = [f"seed {number}, {len(fewest)} of {len(broken.moves)} moves suffice:"]
            lines += [f"    {move!r}," for move in fewest]
            raise AssertionError("\n".join([*lines, *broken.faults[:5]])) from None
    return tally


def shrink(moves: list[Move], *, within_s: float = 30) -> list[Move]:
    """Leave out what the failure does not need: halves, quarters, down to single moves."""
    deadline = monotonic() + within_s
    size = len(moves) // 2
    while size >= 1:
        for start in range(0, len(moves), size):
            if monotonic() > deadline:
                return moves
            fewer = moves[:start] + moves[start + size :]
            if _fails(fewer):
                moves = fewer
                break
        else:
            size //= 2
    return moves


def _fails(moves: list[Move]) -> bool:
    try:
        play(moves)
    except Broken:
        return True
    return False


@contextmanager
def _frequent_snapshots() -> Iterator[None]:
    with mock.patch("server.journal.SNAPSHOT_EVERY", SNAPSHOT_EVERY):
        yield
