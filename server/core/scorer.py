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

from collections.abc import Sequence
from itertools import pairwise
from math import exp, sqrt
from operator import add

from msgspec import Struct

from server.core.intents import INTENTS, OTHER, Reading
from server.core.spelling import Spelling, Tables

ZERO = 128  # the byte of a weight of none
LANES = len(INTENTS)
LANE_BYTES = 4  # room for the sums of 2^24 features
LANE = (1 << 8 * LANE_BYTES) - 1
CONCEPT_SIGNS = 0xE800
WORD_MAX = 3  # signs of a concept's longest word
NEIGHBOURS, APART = 4, 7  # words that follow one, and signs from its start, that make pairs with it
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


Word = tuple[int, str]  # where a word of the lexicon begins in a message, and its concepts


class Features:
    """Finds the features of messages."""

    def __init__(self, tables: Tables, lexicon: tuple[str, ...]) -> None:
        self.spelling = Spelling(tables)
        self._concepts: dict[str, str] = {}
        for place, words in enumerate(lexicon):
            for word in words.split(" "):
                self._concepts[word] = self._concepts.get(word, "") + chr(CONCEPT_SIGNS + place)

    def of(self, signs: str) -> tuple[list[str], list[Word]]:
        """Every feature, as often as it occurs, and the words among them."""
        pairs = list(map(add, signs, signs[1:]))
        triples = list(map(add, pairs, signs[2:]))
        get = self._concepts.get
        words = [
            (at, concepts)
            for at, (triple, pair, sign) in enumerate(
                zip([*triples, "", ""], [*pairs, ""], signs, strict=True)
            )
            if (concepts := get(triple) or get(pair) or get(sign))
        ]
        features = [*signs, *pairs, *triples]
        for place, (at, concepts) in enumerate(words, start=1):
            features += concepts
            for then, others in words[place : place + NEIGHBOURS]:
                if then - at > APART:
                    break
                features += together(concepts, others)
        return features, words

    def end(self, signs: str, at: int) -> int:
        """Where the longest word that begins there ends."""
        ends = range(at + WORD_MAX, at, -1)
        return next((end for end in ends if signs[at:end] in self._concepts), at)


def together(concepts: str, others: str) -> Sequence[str]:
    """The pairs of what two words stand for."""
    if len(concepts) == len(others) == 1:
        return (concepts + others,)
    return [one + other for one in concepts for other in others]


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
        features, words = self._features.of(signs)
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
            self._evidence(text, signs, words, place),
            logistics=round(1 - other, 3),
        )

    def _evidence(self, text: str, signs: str, words: list[Word], place: int) -> tuple[str, ...]:
        """The pieces of the message that speak most for an intent and against `other`."""
        gains = self._gains(words, place)
        least = EVIDENCE_SHARE * max(gains, default=0)
        best = sorted(
            (-gain, at) for gain, (at, _) in zip(gains, words, strict=True) if gain > least
        )
        runs: list[list[int]] = []
        for at in sorted(at for _, at in best[:EVIDENCE_MAX]):
            end = self._features.end(signs, at)
            if runs and at <= runs[-1][1] + 1:  # one sign between them belongs to both
                runs[-1][1] = max(end, runs[-1][1])
            else:
                runs.append([at, end])
        pieces = (self._piece(text, signs, start, end) for start, end in runs)
        return tuple(dict.fromkeys(filter(None, pieces)))

    def _gains(self, words: list[Word], place: int) -> list[int]:
        """What each word, alone and with its neighbours, says for an intent against `other`."""
        weights = self._weights
        sums = [sum(weights.get(concept, 0) for concept in concepts) for _, concepts in words]
        for at, ((_, one), (_, other)) in enumerate(pairwise(words)):
            both = sum(weights.get(pair, 0) for pair in together(one, other))
            sums[at] += both
            sums[at + 1] += both
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
