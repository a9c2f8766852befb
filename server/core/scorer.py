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

from collections.abc import Iterator
from itertools import chain, repeat, zip_longest
from math import exp, sqrt
from operator import add
from typing import NamedTuple

from msgspec import Struct

from server.core.intents import INTENTS, OTHER, Reading
from server.core.spelling import Spelling, Tables

ZERO = 128  # the byte of a weight of none
LANES = len(INTENTS)
LANE_BYTES = 3  # room for the sums of 2^16 known features, more than a message has
LANE = (1 << 8 * LANE_BYTES) - 1
SHIFTS = tuple(range(0, 8 * LANE_BYTES * LANES, 8 * LANE_BYTES))
CONCEPT_SIGNS = 0xE800
WORD_MAX = 3  # signs of a concept's longest word
NEIGHBOURS = 3  # concepts after one that make pairs with it
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

    def of(self, signs: str) -> tuple[Iterator[str], Said]:
        """Every feature, as often as it occurs, and the concepts among them."""
        pairs = list(map(add, signs, signs[1:]))
        triples = list(map(add, pairs, signs[2:]))
        said = self._said(signs, pairs, triples)
        concepts = said.concepts
        near = (map(add, concepts, concepts[apart:]) for apart in range(1, NEIGHBOURS + 1))
        return chain(signs, pairs, triples, concepts, *near), said

    def _said(self, signs: str, pairs: list[str], triples: list[str]) -> Said:
        """The concepts of the longest word at each place."""
        get = self._concepts.get
        longest = zip_longest(map(get, triples), map(get, pairs), map(get, signs))
        concepts, places, before = "", [], 0
        for at, (triple, pair, sign) in enumerate(longest):
            found = triple or pair or sign
            if found:
                if at - before > APART:
                    found = SILENCE + found
                concepts += found
                places += [at] * len(found)
                before = at
        return Said(concepts, places)

    def end(self, signs: str, at: int) -> int:
        """Where the longest word that begins there ends."""
        for end in range(at + WORD_MAX, at, -1):
            if signs[at:end] in self._concepts:
                return end
        return at


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
        total, middle = sum(known), ZERO * len(known)
        scale = self._step / sqrt(len(known) or 1)
        likely = [
            exp(((total >> shift & LANE) - middle) * scale + bias)
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
            self._evidence(text, signs, said, place),
            logistics=round(1 - other, 3),
        )

    def _evidence(self, text: str, signs: str, said: Said, place: int) -> tuple[str, ...]:
        """The pieces of the message that speak most for an intent and against `other`."""
        gains = self._gains(said.concepts, place)
        least = EVIDENCE_SHARE * max(gains, default=0)
        strong = [(gain, at) for gain, at in zip(gains, said.places, strict=True) if gain > least]
        strong.sort(reverse=True)
        best = {at for _, at in strong[:EVIDENCE_MAX]}
        runs: list[list[int]] = []
        for at in sorted(best):
            end = self._features.end(signs, at)
            if runs and at <= runs[-1][1] + 1:  # one sign between them belongs to both
                runs[-1][1] = max(end, runs[-1][1])
            else:
                runs.append([at, end])
        return tuple(dict.fromkeys(self._pieces(text, signs, runs)))

    def _gains(self, concepts: str, place: int) -> list[int]:
        """What each concept, alone and with the next, says for an intent against `other`."""
        get, none = self._weights.get, repeat(0)
        alone = map(get, concepts, none)
        pairs = list(map(get, map(add, concepts, concepts[1:]), none))
        sums = map(add, map(add, alone, [*pairs, 0]), [0, *pairs])
        mine, others = SHIFTS[place], SHIFTS[-1]
        return [(packed >> mine & LANE) - (packed >> others & LANE) for packed in sums]

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
