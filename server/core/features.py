"""What is looked at in a buyer's message: its signs, concepts and pairs (R9).

Theory of operation. The features of a message are its signs and the pairs of neighbours among them,
and the *concepts* that its words stand for ("still", "not", "receive"), alone and in pairs
with the next three.
"""

from collections.abc import Callable, Hashable, Iterator
from itertools import chain, repeat
from operator import add
from typing import NamedTuple, TypeVar

from server.core.spelling import Spelling, Tables

CONCEPT_SIGNS = 0xE800
WORD_MAX = 3  # signs of a concept's longest word
NOTHING, BEGUN = "\0\1"  # no concept; before those of a word that may go on for three signs
REMEMBERED = 60_000  # pairs of signs that a process keeps its findings of

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


class Remembered(dict[K, T]):
    """What a function gives for a key, worked out when first asked for.

    Once there are `REMEMBERED`, all is forgotten: a message of strange signs costs time, no memory.
    """

    def __init__(self, make: Callable[[K], T]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: K) -> T:
        if len(self) >= REMEMBERED:
            self.clear()
        made = self[key] = self._make(key)
        return made


class Found(NamedTuple):
    """The features of a message: its signs, each with the next, and its concepts.

    `heads` has the concepts of the word that begins at each sign, or `NOTHING`; `concepts` has
    them all in a row.
    """

    signs: str
    pairs: list[str]
    heads: list[str]
    concepts: str

    def near(self) -> Iterator[str]:
        """The concepts, alone and in pairs with the next three."""
        row = self.concepts
        pairs = (map(add, row, row[1:]), map(add, row, row[2:]), map(add, row, row[3:]))
        return chain(row, *pairs)

    def all(self) -> Iterator[str]:
        """Every feature, as often as it occurs."""
        return chain(self.signs, self.pairs, self.near())


class Features:
    """Finds the features of messages."""

    def __init__(self, tables: Tables, lexicon: tuple[str, ...]) -> None:
        self.spelling = Spelling(tables)
        self._concepts: dict[str, str] = {}
        for place, words in enumerate(lexicon):
            for word in words.split(" "):
                self._concepts[word] = self._concepts.get(word, "") + chr(CONCEPT_SIGNS + place)
        self._pairs = {word: found for word, found in self._concepts.items() if len(word) == 2}
        for begun in {word[:2] for word in self._concepts if len(word) == WORD_MAX}:
            shorter = self._concepts.get(begun) or self._concepts.get(begun[0], NOTHING)
            self._pairs[begun] = BEGUN + shorter

    def of(self, text: str) -> Found:
        """The features of a message."""
        signs = self.spelling.signs(text)
        pairs = list(map(add, signs, signs[1:]))
        alone = map(self._concepts.get, signs, repeat(NOTHING))
        heads = list(map(self._pairs.get, pairs, alone))
        row = "".join(heads)
        if BEGUN in row:
            for at, head in enumerate(heads):
                if head[0] == BEGUN:
                    heads[at] = self._concepts.get(signs[at : at + WORD_MAX], head[1:])
            row = "".join(heads)
        return Found(signs, pairs, heads, row.replace(NOTHING, ""))

    def end(self, signs: str, at: int) -> int:
        """Where the longest word that begins there ends."""
        for end in range(at + WORD_MAX, at, -1):
            if signs[at:end] in self._concepts:
                return end
        return at
