"""What the features of a buyer's message say of each intent (R9).

Theory of operation. Every known feature (`features.py`) has a weight for each intent: a byte,
`ZERO` being none. The weights of one feature are the lanes of one large integer, with a one in a
lane above them, so adding up a message is one `sum` over the integers of its features: eleven sums
and their count in one. An integer is made when its feature is first met, and remembered. Scores are
the sums over the square root of the count, so that long messages are no surer than short ones, and
probabilities are their softmax.

The message is a delivery question when that is at least as likely as `boundary`; then the
likeliest of the ten is its intent.
"""

from functools import partial
from math import exp, sqrt
from operator import add

from msgspec import Struct

from server.core.features import NOTHING, Features, Found, Remembered
from server.core.intents import INTENTS, OTHER, Reading
from server.core.spelling import EDGE, Tables

ZERO = 128  # the byte of a weight of none
LANES = len(INTENTS)
LANE_BYTES = 3  # room for the sums of 2^16 known features, more than a message has
LANE = (1 << 8 * LANE_BYTES) - 1
SHIFTS = tuple(range(0, 8 * LANE_BYTES * LANES, 8 * LANE_BYTES))
ZEROS = sum(ZERO << shift for shift in SHIFTS)
MIDDLE = LANE // 2 + 1  # what a lane has for a sum of none, to see sums below it
MIDDLES = sum(MIDDLE << shift for shift in SHIFTS)
ONE = 1 << 8 * LANE_BYTES * LANES
TEXT_MAX = 2_000  # characters that are read: the last ones
EVIDENCE_MAX = 3  # pieces of the message that are shown
EVIDENCE_SHARE = 0.35  # of the strongest place's weight, below which a place is no evidence


class Model(Struct, frozen=True):
    """What was learnt.

    `lexicon` has words in signs, separated by spaces, for each concept. `features` are separated
    by spaces too; for each of them `weights` has a byte for each of `INTENTS`, the weight in steps
    of `step` above `ZERO`. `bias` has a number for each intent.
    """

    tables: Tables
    lexicon: tuple[str, ...]
    features: str
    weights: bytes
    step: float
    bias: tuple[float, ...]
    boundary: float


class Scorer:
    """Reads messages with a model."""

    def __init__(self, model: Model) -> None:
        self._features = Features(model.tables, model.lexicon)
        self._step, self._bias, self._boundary = model.step, model.bias, model.boundary
        self._bytes = bytearray(LANE_BYTES * len(model.weights))
        self._bytes[::LANE_BYTES] = model.weights
        starts = range(0, len(self._bytes), LANE_BYTES * LANES)
        self._starts = dict(zip(model.features.split(" "), starts, strict=True))
        self._weights = Remembered(self._weight)
        self._pairs = Remembered(self._pair)
        self._gains = [Remembered(partial(self._gain, place=n)) for n in range(LANES)]
        self._ends = self._weight(EDGE) + MIDDLES

    def _weight(self, feature: str) -> int:
        """The weights of a feature, one in each lane, and a one in the lane that counts."""
        start = self._starts.get(feature)
        if start is None:
            return 0
        packed = self._bytes[start : start + LANE_BYTES * LANES]
        return int.from_bytes(packed, "little") - ZEROS + ONE

    def _pair(self, pair: str) -> int:
        """The weights of two signs as a pair, and of the first of them."""
        return self._weight(pair) + self._weights[pair[0]]

    def _gain(self, words: tuple[str, str], place: int) -> int:
        """What a word and its next say for an intent and against `other`."""
        word, following = words
        pairs = map(add, word, word[1:] + following[:1])
        weights = sum(map(self._weights.__getitem__, [*word, *pairs])) + MIDDLES
        return (weights >> SHIFTS[place] & LANE) - (weights >> SHIFTS[-1] & LANE)

    def read(self, text: str) -> Reading:
        """What one message, or several joined by line breaks, is about."""
        text = text[-TEXT_MAX:]
        found = self._features.of(text)
        near = sum(map(self._weights.__getitem__, found.near()))
        total = self._ends + sum(map(self._pairs.__getitem__, found.pairs)) + near
        known = total >> 8 * LANE_BYTES * LANES
        scale = self._step / sqrt(known or 1)
        likely = [
            exp(((total >> shift & LANE) - MIDDLE) * scale + bias)
            for shift, bias in zip(SHIFTS, self._bias, strict=True)
        ]
        whole = sum(likely)
        other = likely.pop() / whole  # the last of INTENTS
        if 1 - other < self._boundary:
            return Reading(OTHER, round(other, 3), logistics=round(1 - other, 3))
        best = max(likely)
        place = likely.index(best)
        return Reading(
            INTENTS[place],
            round(best / whole, 3),
            self._evidence(text, found, place),
            logistics=round(1 - other, 3),
        )

    def _evidence(self, text: str, found: Found, place: int) -> tuple[str, ...]:
        """The pieces of the message that speak most for an intent and against `other`."""
        places = [at for at, head in enumerate(found.heads) if head != NOTHING]
        if not places:
            return ()
        words = [found.heads[at] for at in places]
        phrases = zip(words, [*words[1:], ""], strict=True)
        gains = list(map(self._gains[place].__getitem__, phrases))
        ranked = sorted(zip(gains, places, strict=True), reverse=True)[:EVIDENCE_MAX]
        least = EVIDENCE_SHARE * max(gains)
        best = sorted(at for gain, at in ranked if gain > least)
        runs: list[list[int]] = []
        for at in best:
            end = self._features.end(found.signs, at)
            if runs and at <= runs[-1][1] + 1:  # one sign between them belongs to both
                runs[-1][1] = max(end, runs[-1][1])
            else:
                runs.append([at, end])
        return tuple(dict.fromkeys(self._pieces(text, found.signs, runs)))

    def _pieces(self, text: str, signs: str, runs: list[list[int]]) -> list[str]:
        """Runs of signs as they stand in the message."""
        pieces = [signs[start:end] for start, end in runs]
        if all(map(text.__contains__, pieces)):
            return pieces
        spans = self._features.spelling.spans(text)
        if len(spans) == len(signs) - 2:
            return [text[spans[start - 1][0] : spans[end - 2][1]] for start, end in runs]
        # A courier's name inside a longer word, and the like.
        return [piece for piece in pieces if piece in text]
