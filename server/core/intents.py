"""What a buyer's message is about, how sure that is, and which words say so (R9).

Theory of operation. Every intent has weighted phrases. An intent is as likely as its heaviest
phrase that occurs, and a little more for the next; doubts (a return, an order that was not sent
off, "no need to hurry") take from that. Among clear intents the first of `PRECEDENCE` wins: who
writes that the tracking stands still and to please hurry up has a problem with the tracking.
Otherwise the likeliest does. Below `FLOOR` it is `other`. Any text gets an answer, in linear time.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from msgspec import Struct

from server.core import doubts, phrases_en, phrases_zh

OTHER = "other"
INTENTS = (
    "not_received",
    "signed_not_received",
    "wrong_place",
    "tracking_stale",
    "delayed_urge",
    "change_delivery",
    "origin_restricted",
    "choose_courier",
    "delivery_time",
    "arrival_time",
    OTHER,
)
LOGISTICS = frozenset(INTENTS) - {OTHER}

# The order of the table: what went wrong before what is asked for before what is only asked.
PRECEDENCE = tuple(phrases_zh.PHRASES)
CLEAR = 0.8  # a phrase of this weight decides alone (R2's default)
FLOOR = 0.4  # less is no reading
SECOND = 0.3  # how much a second phrase adds of what is missing to certainty
HIGHEST = 0.99


class Reading(Struct, frozen=True):
    """An intent of `INTENTS`, how sure (0 to 1), and the words that decided.

    `confidence` is how likely it is the named intent, `logistics` how likely it is a delivery
    question at all, of whichever of the ten.
    """

    intent: str
    confidence: float
    evidence: tuple[str, ...] = ()
    logistics: float = 0.0


Reader = Callable[[str], Reading]  # gives any text a reading, and the same one always


class _Phrase(NamedTuple):
    weight: float
    search: re.Pattern[str]


class _Doubt(NamedTuple):
    factor: float
    search: re.Pattern[str]
    spares: frozenset[str]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


_PHRASES = {
    intent: tuple(
        _Phrase(phrase.weight, _compiled(phrase.pattern))
        for phrase in (*phrases_zh.PHRASES[intent], *phrases_en.PHRASES[intent])
    )
    for intent in PRECEDENCE
}
_DOUBTS = tuple(
    _Doubt(doubt.factor, _compiled(doubt.pattern), frozenset(doubt.spares))
    for doubt in (*doubts.CHINESE, *doubts.ENGLISH)
)


def classify(text: str) -> Reading:
    """Read one message.

    For `other` the confidence is that it is no delivery question.
    """
    found = {
        intent: reading
        for intent, phrases in _PHRASES.items()
        if (reading := _read(intent, phrases, text)) is not None
    }
    if not found:
        return Reading(OTHER, HIGHEST, logistics=round(1 - HIGHEST, 2))
    doubted, against = _doubted(found, text)
    best = _best(doubted)
    if best.confidence < FLOOR:
        return Reading(OTHER, round(1 - best.confidence, 2), against, best.confidence)
    return Reading(best.intent, best.confidence, best.evidence, best.confidence)


def _read(intent: str, phrases: tuple[_Phrase, ...], text: str) -> Reading | None:
    hits = [
        (phrase.weight, match.group())
        for phrase in phrases
        if (match := phrase.search.search(text)) is not None
    ]
    if not hits:
        return None
    hits.sort(key=lambda hit: -hit[0])
    sure = hits[0][0]
    if len(hits) > 1:
        sure += (1 - sure) * SECOND * hits[1][0]
    evidence = tuple(dict.fromkeys(words for _, words in hits))
    return Reading(intent, min(HIGHEST, round(sure, 2)), evidence)


def _doubted(found: dict[str, Reading], text: str) -> tuple[list[Reading], tuple[str, ...]]:
    """The readings after all doubts, and the words of these."""
    sure = {intent: reading.confidence for intent, reading in found.items()}
    against = []
    for doubt in _DOUBTS:
        match = doubt.search.search(text)
        if match is None:
            continue
        against.append(match.group())
        for intent in sure:
            if intent not in doubt.spares:
                sure[intent] *= doubt.factor
    readings = [
        Reading(intent, round(sure[intent], 2), reading.evidence)
        for intent, reading in found.items()
    ]
    return readings, tuple(against)


def _best(readings: list[Reading]) -> Reading:
    clear = [reading for reading in readings if reading.confidence >= CLEAR]
    if clear:
        return min(clear, key=lambda reading: PRECEDENCE.index(reading.intent))
    return max(readings, key=lambda reading: reading.confidence)
