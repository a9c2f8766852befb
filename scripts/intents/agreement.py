"""How far the readings of the dev set agree: `python scripts/intents/agreement.py`.

Each message was read three times, each time blind to the others: twice by the guide, once by the
short definitions of the intents alone. Two by the guide say how clear it is; the third says how
well a reader does who knows no more than the definitions, and so what figures to expect at best.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.intents.figures import score
from scripts.intents.texts import readings
from server.core.intents import OTHER

NAMES = ("guide", "guide_again", "definitions")


def main() -> int:
    """Print how far each two readings agree, and how the third one fares against the labels."""
    found = readings()
    print(f"{len(found)} messages          of eleven      delivery question or not")
    print(f"{'':28s}agree      κ    agree      κ")
    for one, other in combinations(NAMES, 2):
        pairs = [(getattr(each, one), getattr(each, other)) for each in found]
        two = [(a == OTHER, b == OTHER) for a, b in pairs]
        figures = "   ".join(f"{agreement(each):6.3f} {kappa(each):6.3f}" for each in (pairs, two))
        print(f"{one + ' / ' + other:27s}{figures}")
    third = score((each.most() != OTHER, each.definitions != OTHER) for each in found)
    both = f"precision {third.precision:.3f}, recall {third.recall:.3f}"
    print(f"definitions against the labels: {both}")
    print("most often read differently (guide / definitions):")
    mixed = Counter((each.guide, each.definitions) for each in found)
    for (a, b), times in mixed.most_common():
        if a != b and times > 4:
            print(f"{times:4d}  {a} / {b}")
    return 0


def agreement(pairs: Sequence[tuple[object, object]]) -> float:
    """The share of pairs whose two labels are the same."""
    return sum(a == b for a, b in pairs) / len(pairs)


def kappa(pairs: Sequence[tuple[object, object]]) -> float:
    """Agreement beyond that of two who hand out the same shares of labels blindly."""
    ours, theirs = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    blind = sum(ours[label] * theirs[label] for label in ours) / len(pairs) ** 2
    return (agreement(pairs) - blind) / (1 - blind) if blind < 1 else 1.0


if __name__ == "__main__":
    sys.exit(main())
