"""Break the core's rules one row at a time and see which test notices: `python scripts/mutate.py`.

A mutant is one row of a table removed, negated or led elsewhere, in memory. It is killed when a
test fails whose name carries the row's rule (`test_r31_...`); a failing test with another number
does not say what is broken. Exits 1 when one survives, 2 when the tests fail with no mutant at all.

    python scripts/mutate.py                       # all of them
    python scripts/mutate.py --only CHECKS         # those whose name has this in it
    python scripts/mutate.py --sample 40 --seed 7  # as many, the same ones for the same seed
    python scripts/mutate.py --list                # their names alone
"""

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import forks
import mutants
from changes import Mutant

# Nothing is changed. If a test fails all the same, no mutant's failure would mean anything.
CONTROL = Mutant("CONTROL: nothing changed", frozenset(), lambda: None)


def main(arguments: Sequence[str], *, known: Sequence[Mutant] | None = None) -> int:
    """Run the chosen ones of all `known` mutants; 0 where each was killed."""
    asked = _asked(arguments)
    chosen = _chosen(list(mutants.mutants()) if known is None else list(known), asked)
    if asked.list:
        for mutant in chosen:
            print(f"{_rules(mutant):<16} {mutant.name}")
        print(f"{len(chosen)} mutants")
        return 0
    began = time.monotonic()
    try:
        control, *outcomes = _run([CONTROL, *chosen], jobs=asked.jobs)
    except forks.BrokenTests as error:
        print(error, file=sys.stderr)
        return 2
    if control.test or control.died:
        print(f"fails with no mutant at all: {control.test}", file=sys.stderr)
        return 2
    return _report(outcomes, seconds=time.monotonic() - began)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/mutate.py", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--list", action="store_true", help="name them and do nothing")
    parser.add_argument("--only", default="", metavar="PATTERN", help="a regular expression")
    parser.add_argument("--sample", type=int, metavar="N", help="run N of them")
    parser.add_argument("--seed", type=int, default=0, help="which N")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at a time")
    return parser.parse_args(arguments)


def _chosen(known: list[Mutant], asked: argparse.Namespace) -> list[Mutant]:
    found = [mutant for mutant in known if re.search(asked.only, mutant.name)]
    if asked.sample is None or asked.sample >= len(found):
        return found
    picked = set(random.Random(asked.seed).sample(range(len(found)), asked.sample))
    return [mutant for number, mutant in enumerate(found) if number in picked]


def _run(chosen: list[Mutant], *, jobs: int) -> list[forks.Outcome]:
    def tell(outcome: forks.Outcome) -> None:
        test = (outcome.test or "").rpartition("/")[2]
        rules = _rules(outcome.mutant)
        print(f"{outcome.word:<9} {rules:<12} {outcome.mutant.name:<64} {test}", flush=True)

    outcomes = forks.run(chosen, jobs=jobs, tell=tell)
    place = {mutant.name: number for number, mutant in enumerate(chosen)}
    return sorted(outcomes, key=lambda outcome: place[outcome.mutant.name])


def _rules(mutant: Mutant) -> str:
    return " ".join(f"R{number}" for number in sorted(mutant.rules))


def _report(outcomes: list[forks.Outcome], *, seconds: float) -> int:
    tables = Counter(outcome.mutant.table for outcome in outcomes)
    killed = Counter(outcome.mutant.table for outcome in outcomes if outcome.killed)
    print(f"\n{'table':<24} {'mutants':>8} {'killed':>8} {'survived':>9}")
    for table, count in tables.items():
        print(f"{table:<24} {count:>8} {killed[table]:>8} {count - killed[table]:>9}")
    left = [outcome for outcome in outcomes if not outcome.killed]
    for outcome in left:
        by = f", seen only by {outcome.test}" if outcome.test else ""
        print(f"{outcome.word}: {outcome.mutant.name} ({_rules(outcome.mutant)}){by}")
    print(f"\n{len(outcomes)} mutants, {len(outcomes) - len(left)} killed, {seconds:.0f} s")
    return 1 if left or not outcomes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
