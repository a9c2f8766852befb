"""Finds corpus rows too near to what the reader is measured with.

`python scripts/intents/near_copies.py --texts FILE [--remove]`; exit 1 if there are any.

A row is too near to a dev message when
- both are the same but for spaces, punctuation, case and width, however short; or
- both have `LONG` letters or more, and their pairs of neighbouring letters overlap by `DICE`, or
  one becomes the other by changing at most `1 - RATIO` of the letters.

Below six letters a change of one is mostly a change of the wish ("到哪了", "到了吗") and every
buyer's words are alike, so only the same words count. From six on, one letter in seven is mostly
a typo or a particle; where it is the wish ("什么时候能发", "什么时候能送") the row is lost for
nothing, which costs less than a doubt. Besides, a row that is the same as *any* real text of the
file, from `SAME` letters on, was hardly made up and goes too; shorter ones ("好的", "到哪了")
nobody can avoid writing.

Blocking loses nothing: a pair that is near shares two of three letter pairs, so it shares one of
the dev message's rarest third, and only corpus rows under those are looked at.
"""

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import floor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.intents.texts import CORPUS, Row, bare, corpus, dev, labels, texts

LONG = 6
SAME = 5
DICE = 0.8
RATIO = 0.85
SHARED = 2 / 3  # of a message's letter pairs, at least: what follows from DICE, and from RATIO

Pairs = frozenset[tuple[str, int]]  # a letter pair, and which of its occurrences


class Copy(NamedTuple):
    """A corpus row, the real text that it is near to, and in what way.

    `how` is `dev` or `file` for the same words, else the measure and its value.
    """

    row: Row
    text: str
    how: str


def main() -> int:
    """Print the rows that are too near; with `--remove` take them out."""
    options = _options()
    real = texts(options.texts)
    measured = [text.text for text, _ in dev(real, labels())]
    found = list(copies(corpus(), measured, [text.text for text in real]))
    for copy in found:
        row = copy.row
        print(f"{row.file}:{row.line}\t{copy.how}\t{row.intent}\t{row.text!r}\t{copy.text!r}")
    kinds = Counter(copy.how.split()[0] for copy in found)
    print(f"{len(found)} rows are too near to real texts:", dict(kinds))
    if options.remove and found:
        remove(CORPUS, [copy.row for copy in found])
        print("removed")
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, metavar="FILE", required=True)
    parser.add_argument("--remove", action="store_true", help="take the rows out of the corpus")
    return parser.parse_args()


def copies(rows: Sequence[Row], measured: Iterable[str], real: Iterable[str]) -> Iterator[Copy]:
    """Each row that is too near to a measured message or the same as any real one, once."""
    exact = {bare(text): text for text in measured}
    written = {form: text for text in real if len(form := bare(text)) >= SAME}
    near = _near(rows, exact)
    for place, row in enumerate(rows):
        form = bare(row.text)
        if form in exact:
            yield Copy(row, exact[form], "dev")
        elif place in near:
            text, how = near[place]
            yield Copy(row, text, how)
        elif form in written:
            yield Copy(row, written[form], "file")


def _near(rows: Sequence[Row], measured: dict[str, str]) -> dict[int, tuple[str, str]]:
    """By the place of a row: the measured message that it is near to, and how."""
    forms = [bare(row.text) for row in rows]
    pairs = [letter_pairs(form) if len(form) >= LONG else frozenset() for form in forms]
    under: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for place, each in enumerate(pairs):
        for pair in each:
            under[pair].append(place)
    near: dict[int, tuple[str, str]] = {}
    for form, text in measured.items():
        if len(form) < LONG:
            continue
        wanted = letter_pairs(form)
        rare = sorted(wanted, key=lambda pair: (len(under[pair]), pair))
        tried = {place for pair in rare[: _prefix(len(wanted))] for place in under[pair]}
        for place in tried - near.keys():
            how = nearness(form, forms[place], len(wanted & pairs[place]))
            if how:
                near[place] = (text, how)
    return near


def _prefix(count: int) -> int:
    """How many of a message's letter pairs to look under so that no near row is missed."""
    return count - floor(SHARED * count) + 1


def letter_pairs(form: str) -> Pairs:
    """The pairs of neighbouring letters; the second occurrence of a pair is another one."""
    seen: Counter[str] = Counter()
    numbered = []
    for first, second in pairwise(form):
        seen[first + second] += 1
        numbered.append((first + second, seen[first + second]))
    return frozenset(numbered)


def nearness(one: str, other: str, shared: int) -> str:
    """In what way two bare forms are near; empty if they are not.

    They have `shared` letter pairs in common.
    """
    dice = 2 * shared / (len(one) + len(other) - 2)
    if dice >= DICE:
        return f"dice {dice:.2f}"
    longer = max(len(one), len(other))
    most = floor((1 - RATIO) * longer + 1e-9)
    # One change takes away at most two pairs.
    if abs(len(one) - len(other)) > most or shared < longer - 1 - 2 * most:
        return ""
    distance = changes(one, other)
    return f"edit {1 - distance / longer:.2f}" if distance <= most else ""


def changes(one: str, other: str) -> int:
    """Letters to put in, take out or replace so that one becomes the other."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        corner, row[0] = row[0], number
        for place, sign in enumerate(other, start=1):
            kept = corner + (letter != sign)
            corner = row[place]
            row[place] = min(kept, row[place] + 1, row[place - 1] + 1)
    return row[-1]


def remove(folder: Path, rows: Iterable[Row]) -> None:
    """Take these lines out of the corpus files."""
    gone: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        gone[row.file].add(row.line)
    for name, numbers in gone.items():
        lines = (folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for number, line in enumerate(lines, start=1) if number not in numbers]
        (folder / name).write_text("".join(kept), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
