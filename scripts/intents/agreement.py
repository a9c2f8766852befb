"""How far two labellings of the dev set agree: `python scripts/intents/agreement.py`.

The second is of some messages drawn at random and was made from the guide and the texts alone. It
says how clear the guide is to its own kind of reader, not how near the labels are to the truth.
"""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.intents.texts import DEV, DEV_BLIND, labels


def main() -> int:
    """Print how many messages have both labels, how often they agree, and where not."""
    first = {one.hash: one.label for one in labels(DEV)}
    pairs = [(first[one.hash], one.label) for one in labels(DEV_BLIND) if one.hash in first]
    print(f"n          {len(pairs)}")
    print(f"agreement  {agreement(pairs):.3f}")
    print(f"Cohen's κ  {kappa(pairs):.3f}")
    two = [(a == "other", b == "other") for a, b in pairs]
    print(f"delivery question or not: agreement {agreement(two):.3f}, κ {kappa(two):.3f}")
    for (a, b), times in Counter(pair for pair in pairs if pair[0] != pair[1]).most_common():
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
