"""What the features of a buyer's message say of each intent (R9).

Theory of operation. The features of a message are the runs of one to three signs and the *concepts*
that its words stand for ("still", "not", "receive"), alone and in pairs in the order of their
coming. Every known feature has a weight for each intent, a byte, `ZERO` being none. The weights of
one feature are the lanes of one large integer, so adding up a message is one `sum` over the
integers that a dictionary has for its features: eleven sums in one, with no array library. Scores
are the sums over the square root of how many known features there are, so that long messages are no
surer than short ones, and probabilities are their softmax.

The message is a delivery question when that is at least as likely as `boundary`; then the
likeliest of the ten is its intent.
"""

from itertools import combinations
from math import exp, sqrt
from operator import add

from msgspec import Struct

from server.core.intents import INTENTS, OTHER, Reading
from server.core.spelling import Spelling, Tables

ZERO = 128  # the byte of a weight of none
LANES = len(INTENTS)
LANE_BYTES = 4  # room for the sums of 2^24 features
CONCEPT_SIGNS = 0xE800
WORD_MAX = 3  # signs of a concept's longest word
CONCEPTS_MAX = 24  # of a message; more are a story, and pairs grow as the square
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


class Features:
    """Finds the features of messages."""

    def __init__(self, tables: Tables, lexicon: tuple[str, ...]) -> None:
        self.spelling = Spelling(tables)
        self._concepts: dict[str, str] = {}
        for place, words in enumerate(lexicon):
            for word in words.split(" "):
                self._concepts[word] = self._concepts.get(word, "") + chr(CONCEPT_SIGNS + place)

    def of(self, signs: str) -> list[str]:
        """Every feature, as often as it occurs."""
        pairs = list(map(add, signs, signs[1:]))
        triples = list(map(add, pairs, signs[2:]))
        concepts = self._found(signs, pairs, triples)
        return [
            *signs,
            *pairs,
            *triples,
            *concepts,
            *map("".join, combinations(concepts, 2)),
        ]

    def _found(self, signs: str, pairs: list[str], triples: list[str]) -> list[str]:
        """The concepts in the order of their first words, the longest word at each place."""
        get = self._concepts.get
        found: dict[str, None] = {}
        for triple, pair, sign in zip([*triples, "", ""], [*pairs, ""], signs, strict=True):
            concepts = get(triple) or get(pair) or get(sign)
            if concepts:
                found.update(dict.fromkeys(concepts))
        return list(found)[:CONCEPTS_MAX]


class Scorer:
    """Reads messages with a model."""

    def __init__(self, model: Model) -> None:
        self._features = Features(model.tables, model.lexicon)
        self._step, self._bias, self._boundary = model.step, model.bias, model.boundary
        spread = bytearray(LANE_BYTES * len(model.weights))
        spread[::LANE_BYTES] = model.weights
        width = LANE_BYTES * LANES
        self._weights = {
            feature: int.from_bytes(spread[start : start + width], "little")
            for feature, start in zip(
                model.features.split(" "), range(0, len(spread), width), strict=True
            )
        }

    def read(self, text: str) -> Reading:
        """What one message, or several joined by line breaks, is about."""
        text = text[-TEXT_MAX:]
        signs = self._features.spelling.signs(text)
        known = list(filter(None, map(self._weights.get, self._features.of(signs))))
        sums = memoryview(sum(known).to_bytes(LANE_BYTES * LANES, "little")).cast("I").tolist()
        scale = self._step / sqrt(len(known) or 1)
        middle = ZERO * len(known)
        likely = [
            exp((lane - middle) * scale + bias) for lane, bias in zip(sums, self._bias, strict=True)
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
            self._evidence(text, signs, place),
            logistics=round(1 - other, 3),
        )

    def _evidence(self, text: str, signs: str, place: int) -> tuple[str, ...]:
        """The pieces of the message that speak most for an intent and against `other`."""
        weights = self._by_place(signs, place)
        least = EVIDENCE_SHARE * max(weights)
        runs: list[tuple[float, int, int]] = []
        start = 0
        for at, weight in enumerate(weights):
            if weight <= least:
                if start < at:
                    runs.append((sum(weights[start:at]), start, at))
                start = at + 1
        best = sorted(sorted(runs, reverse=True)[:EVIDENCE_MAX], key=lambda run: run[1])
        pieces = (self._piece(text, signs, start, end) for _, start, end in best)
        return tuple(dict.fromkeys(filter(None, pieces)))

    def _by_place(self, signs: str, place: int) -> list[int]:
        """What the runs over each sign say for the intent; nothing at the edges."""
        mine, others = 8 * LANE_BYTES * place, 8 * LANE_BYTES * (LANES - 1)
        weights = [0] * len(signs)
        for at, run in enumerate(map(add, signs, signs[1:])):
            packed = self._weights.get(run)
            if packed:
                gain = (packed >> mine & 255) - (packed >> others & 255)
                weights[at] += gain
                weights[at + 1] += gain
        weights[0] = weights[-1] = 0
        return weights

    def _piece(self, text: str, signs: str, start: int, end: int) -> str:
        """A run of signs as it stands in the message."""
        piece = signs[start:end]
        if piece in text:
            return piece
        spans = self._features.spelling.spans(text)
        if len(spans) != len(signs) - 2:  # a courier's name inside a longer word, and the like
            return ""
        return text[spans[start - 1][0] : spans[end - 2][1]]
