"""What a buyer's message may be about, and how a reading of one looks (R9)."""

from collections.abc import Callable
from typing import Literal, get_args

from msgspec import Struct

Intent = Literal[
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
    "other",
]
INTENTS: tuple[str, ...] = get_args(Intent)
OTHER = INTENTS[-1]
LOGISTICS = frozenset(INTENTS) - {OTHER}


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
