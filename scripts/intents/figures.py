"""How well messages were read: accuracy, precision, recall, reliability.

"Positive" is a delivery question, any of the ten; `other` is negative.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from server.core.intents import INTENTS, OTHER, Reading

BINS = 10


class Read(NamedTuple):
    """One message of the dev set: what it is, where from, and how it was read."""

    label: str
    lang: str
    natural: bool
    reading: Reading

    @property
    def is_right(self) -> bool:
        """Whether it was read as what it is, of all eleven."""
        return self.reading.intent == self.label

    @property
    def is_positive(self) -> bool:
        """Whether it is a delivery question."""
        return self.label != OTHER


class Score(NamedTuple):
    """Precision, recall and their harmonic mean, and how many there are to find."""

    precision: float
    recall: float
    f1: float
    n: int


class Bin(NamedTuple):
    """The messages whose figure lies in one tenth."""

    low: float
    n: int
    said: float  # the mean of the figure
    held: float  # the share for which it was true


def share(part: float, whole: float) -> float:
    """The quotient; 0 of nothing."""
    return part / whole if whole else 0.0


def accuracy(reads: Sequence[Read]) -> float:
    """The share that was read as what it is."""
    return share(sum(read.is_right for read in reads), len(reads))


def score(pairs: Iterable[tuple[bool, bool]]) -> Score:
    """Of (is it, was it said)."""
    times = Counter(pairs)
    hits, missed, wrong = times[True, True], times[True, False], times[False, True]
    precision, recall = share(hits, hits + wrong), share(hits, hits + missed)
    f1 = share(2 * hits, 2 * hits + missed + wrong)
    return Score(precision, recall, f1, hits + missed)


def by_intent(reads: Sequence[Read]) -> dict[str, Score]:
    """Each intent against the ten others."""
    return {
        intent: score((read.label == intent, read.reading.intent == intent) for read in reads)
        for intent in INTENTS
    }


def macro_f1(reads: Sequence[Read]) -> float:
    """The mean F1 of the intents that occur."""
    found = [each for each in by_intent(reads).values() if each.n]
    return share(sum(each.f1 for each in found), len(found))


def at_boundary(reads: Iterable[Read]) -> Score:
    """Delivery questions, said to be one where the intent is not `other`."""
    return score((read.is_positive, read.reading.intent != OTHER) for read in reads)


def at_threshold(reads: Iterable[Read], threshold: float) -> Score:
    """Delivery questions, said to be one from so much `logistics` on."""
    return score((read.is_positive, read.reading.logistics >= threshold) for read in reads)


def thresholds(reads: Sequence[Read]) -> list[tuple[float, Score]]:
    """Every threshold that makes a difference, from the highest down."""
    ordered = sorted(reads, key=lambda read: -read.reading.logistics)
    positives = sum(read.is_positive for read in reads)
    found: list[tuple[float, Score]] = []
    hits = 0
    for said, read in enumerate(ordered, start=1):
        hits += read.is_positive
        value = read.reading.logistics
        if said < len(ordered) and ordered[said].reading.logistics == value:
            continue  # alike: they come together or not at all
        precision, recall = share(hits, said), share(hits, positives)
        found.append((value, Score(precision, recall, share(2 * hits, said + positives), said)))
    return found


def precision_at(reads: Sequence[Read], recall: float) -> float:
    """The best precision with which so many of the delivery questions are found."""
    return max(
        (each.precision for _, each in thresholds(reads) if each.recall >= recall), default=0
    )


def recall_at(reads: Sequence[Read], precision: float) -> float:
    """The most of the delivery questions that are found with so much precision."""
    return max(
        (each.recall for _, each in thresholds(reads) if each.precision >= precision), default=0
    )


def reliability(
    reads: Sequence[Read], said: Callable[[Read], float], held: Callable[[Read], bool]
) -> list[Bin]:
    """What was said against what was true, in tenths; empty ones are left out."""
    tenths: dict[int, list[Read]] = {}
    for read in reads:
        tenths.setdefault(min(BINS - 1, int(said(read) * BINS)), []).append(read)
    return [
        Bin(
            number / BINS,
            len(inside),
            share(sum(map(said, inside)), len(inside)),
            share(sum(map(held, inside)), len(inside)),
        )
        for number, inside in sorted(tenths.items())
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance of what was said from what was true (ECE)."""
    return share(
        sum(each.n * abs(each.said - each.held) for each in bins), sum(each.n for each in bins)
    )


def confusion(reads: Iterable[Read]) -> Counter[tuple[str, str]]:
    """How often each label was read as each intent."""
    return Counter((read.label, read.reading.intent) for read in reads)
