"""The shape of phrases that speak for a reading, or against it (R9).

A phrase's weight is how sure it alone makes one: 0.8 and more is clear, between 0.5 and 0.8 is
vague. Every gap is bounded, so that a search is linear in the text. Case does not matter.
"""

from typing import NamedTuple


class Phrase(NamedTuple):
    """A pattern and how sure it alone makes one of its intent."""

    weight: float
    pattern: str


class Doubt(NamedTuple):
    """A pattern against a delivery question, and the intents that it spares.

    The confidence is multiplied by the factor: 0 is a veto.
    """

    factor: float
    pattern: str
    spares: tuple[str, ...] = ()
