"""What the reader knows of characters and words before it learns, from the field's dictionaries.

OpenCC says which character is the simple form of which.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import opencc

from scripts.intents.texts import HERE
from server.core.features import WORD_MAX
from server.core.spelling import COURIER, STRANGER, Spelling, Tables

LEXICON = HERE / "lexicon.txt"
_CHARACTERS = [chr(code) for code in range(0x4E00, 0xA000)]
_WORD = re.compile(r"[a-z]+(?:['&][a-z]+)*")
WORD_ROWS = 2  # rows of the corpus in which a word must be to be known


def tables(texts: Iterable[str]) -> Tables:
    """The tables for a corpus: all traditional characters, and its words, the frequent first."""
    to_simple = opencc.OpenCC("t2s").convert
    simple = {
        char: plain
        for char in _CHARACTERS
        if (plain := to_simple(char)) != char and len(plain) == 1
    }
    return Tables(
        traditional="".join(simple),
        simple="".join(simple.values()),
        words=" ".join(_words(texts)),
    )


def lexicon(spelling: Spelling) -> tuple[str, ...]:
    """The words of every concept in signs; those that the tables do not know are left out."""
    lines = LEXICON.read_text(encoding="utf-8").splitlines()
    concepts = [line.partition(":")[2] for line in lines if line and not line.startswith("#")]
    return tuple(" ".join(_in_signs(words.split(), spelling)) for words in concepts)


def _in_signs(words: Sequence[str], spelling: Spelling) -> list[str]:
    signs = (COURIER if word == COURIER else spelling.signs(word)[1:-1] for word in words)
    return [sign for sign in dict.fromkeys(signs) if sign != STRANGER and len(sign) <= WORD_MAX]


def _words(texts: Iterable[str]) -> list[str]:
    rows: Counter[str] = Counter()
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
        rows.update(set(_WORD.findall(plain)))
    known = [word for word, count in rows.items() if count >= WORD_ROWS]
    return sorted(known, key=lambda word: (-rows[word], word))
