"""Anything may happen to rooms, in any order, and the rules still hold."""

from typing import get_args

import pytest

from server.core.events import AnyEvent
from tests.stateful.moves import MOVES, plan
from tests.stateful.run import Broken, play, run, shrink
from tests.stateful.test_planted_bugs import forgotten_refs

SEED = 20_231_109
WORLDS, STEPS = 46, 450
AT_LEAST = 100  # times that each kind of event must have happened, or the run says little


def test_r49_whatever_happens_every_room_keeps_its_rules():
    tally = run(SEED, worlds=WORLDS, steps=STEPS)

    kinds = {kind.__struct_config__.tag for kind in get_args(AnyEvent)}
    counts = ", ".join(f"{kind} {tally.events[kind]}" for kind in sorted(kinds))
    print(
        f"\nseed {SEED}: {tally.steps} steps in {tally.worlds} worlds, {tally.restarts} restarts,"
        f" {tally.resumes} resumes, {tally.audits} audits; {counts}"
    )
    assert tally.steps >= 20_000
    assert tally.restarts >= AT_LEAST // 2
    assert tally.resumes >= 5 * AT_LEAST
    assert {kind: n for kind in kinds if (n := tally.events[kind]) < AT_LEAST} == {}


def test_a_seed_says_everything_that_happens():
    assert plan(7, 300) == plan(7, 300)
    assert plan(7, 300) != plan(8, 300)
    assert {name for name, _ in plan(7, 3_000)} == set(MOVES)


def test_the_same_seed_does_the_same_again():
    assert run(7, worlds=2, steps=300) == run(7, worlds=2, steps=300)


def test_a_run_that_fails_shrinks_to_the_moves_that_matter():
    moves = plan(1, 200)
    with forgotten_refs():
        with pytest.raises(Broken) as broken:
            play(moves)
        fewest = shrink(broken.value.moves, within_s=20)

        assert len(fewest) < len(broken.value.moves) / 2
        assert "repeat" in {name for name, _ in fewest}
