"""What the features of a buyer's message say of each intent (R9).

Theory of operation. The features of a message are the runs of one to three signs and the *concepts*
that its words stand for ("still", "not", "receive"), alone and in pairs of near words, in their
order. Every known feature has a weight for each intent, a byte, `ZERO` being none. The weights of
one feature are the lanes of one large integer, so adding up a message is one `sum` over the
integers that a dictionary has for its features: eleven sums in one, with no array library. Scores
are the sums over the square root of how many known features there are, so that long messages are no
surer than short ones, and probabilities are their softmax.

The message is a delivery question when that is at least as likely as `boundary`; then the
likeliest of the ten is its intent.
"""

from itertools import repeat
from math import exp, sqrt
from operator import add
from typing import NamedTuple

from msgspec import Struct

from server.core.intents import INTENTS, OTHER, Reading
from server.core.spelling import Spelling, Tables

ZERO = 128  # the byte of a weight of none
LANES = len(INTENTS)
LANE_BYTES = 4  # room for the sums of 2^24 features
LANE = (1 << 8 * LANE_BYTES) - 1
CONCEPT_SIGNS = 0xE800
WORD_MAX = 3  # signs of a concept's longest word
NEIGHBOURS = 4  # concepts after one that make pairs with it
APART = 7  # signs between the starts of words that are near
SILENCE = "\0" * NEIGHBOURS
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


class Said(NamedTuple):
    """The concepts of a message in a row, and where the word of each begins.

    Where words are far from each other, `SILENCE` is between their concepts.
    """

    concepts: str
    places: list[int]


class Features:
    """Finds the features of messages."""

    def __init__(self, tables: Tables, lexicon: tuple[str, ...]) -> None:
        self.spelling = Spelling(tables)
        self._concepts: dict[str, str] = {}
        for place, words in enumerate(lexicon):
            for word in words.split(" "):
                self._concepts[word] = self._concepts.get(word, "") + chr(CONCEPT_SIGNS + place)

    def of(self, signs: str) -> tuple[list[str], Said]:
        """Every feature, as often as it occurs, and the concepts among them."""
        pairs = list(map(add, signs, signs[1:]))
        triples = list(map(add, pairs, signs[2:]))
        said = self._said(signs, pairs, triples)
        concepts = said.concepts
        features = [*signs, *pairs, *triples, *concepts]
        for distance in range(1, NEIGHBOURS + 1):
            features += map(add, concepts, concepts[distance:])
        return features, said

    def _said(self, signs: str, pairs: list[str], triples: list[str]) -> Said:
        """The concepts of the longest word at each place."""
        get = self._concepts.get
        concepts, places, before = "", [], 0
        for at, words in enumerate(zip([*triples, "", ""], [*pairs, ""], signs, strict=True)):
            triple, pair, sign = words
            found = get(triple) or get(pair) or get(sign)
            if found:
                if at - before > APART:
                    found = SILENCE + found
                concepts += found
                places += [at] * len(found)
                before = at
        return Said(concepts, places)

    def end(self, signs: str, at: int) -> int:
        """Where the longest word that begins there ends."""
        ends = range(at + WORD_MAX, at, -1)
        return next((end for end in ends if signs[at:end] in self._concepts), at)


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
        features, said = self._features.of(signs)
        known = list(filter(None, map(self._weights.get, features)))
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
            self._evidence(text, signs, said, place),
            logistics=round(1 - other, 3),
        )

    def _evidence(self, text: str, signs: str, said: Said, place: int) -> tuple[str, ...]:
        """The pieces of the message that speak most for an intent and against `other`."""
        gains = self._gains(said.concepts, place)
        least = EVIDENCE_SHARE * max(gains, default=0)
        best: dict[int, int] = {}
        for gain, at in sorted(zip(gains, said.places, strict=True), reverse=True):
            if gain <= least or len(best) == EVIDENCE_MAX:
                break
            best[at] = self._features.end(signs, at)
        runs: list[list[int]] = []
        for at, end in sorted(best.items()):
            if runs and at <= runs[-1][1] + 1:  # one sign between them belongs to both
                runs[-1][1] = max(end, runs[-1][1])
            else:
                runs.append([at, end])
        pieces = (self._piece(text, signs, start, end) for start, end in runs)
        return tuple(dict.fromkeys(filter(None, pieces)))

    def _gains(self, concepts: str, place: int) -> list[int]:
        """What each concept, alone and with the next, says for an intent against `other`."""
        get, none = self._weights.get, repeat(0)
        alone = map(get, concepts, none)
        pairs = list(map(get, map(add, concepts, concepts[1:]), none))
        sums = map(add, map(add, alone, [*pairs, 0]), [0, *pairs])
        mine, others = 8 * LANE_BYTES * place, 8 * LANE_BYTES * (LANES - 1)
        return [(packed >> mine & LANE) - (packed >> others & LANE) for packed in sums]

    def _piece(self, text: str, signs: str, start: int, end: int) -> str:
        """A run of signs as it stands in the message."""
        piece = signs[start:end]
        if piece in text:
            return piece
        spans = self._features.spelling.spans(text)
        if len(spans) != len(signs) - 2:  # a courier's name inside a longer word, and the like
            return ""
        return text[spans[start - 1][0] : spans[end - 2][1]]
