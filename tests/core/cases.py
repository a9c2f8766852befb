"""The questions that the tests of eligibility ask of a room in play."""

from typing import Any

from msgspec.structs import replace

from server.core.eligibility import Case, Outcome, Purpose, explain
from server.core.model import CarrierId, Parcel, ParcelId
from tests.core.play import BUYER, DESKTOP, Play


def asked(play: Play, purpose: Purpose, **more: Any) -> list[Outcome]:
    """Every check of a purpose, for the room as it is."""
    case = Case(
        room=play.room,
        facts=play.facts,
        at=play.at,
        policy=play.policy,
        purpose=purpose,
        client=DESKTOP,
        order=play.facts.orders[0] if play.facts.orders else None,
    )
    return explain(replace(case, **more))


def reasons(play: Play, purpose: Purpose, **more: Any) -> list[str | None]:
    return [one.reason for one in asked(play, purpose, **more) if one.passed is False]


def why_no_card(play: Play, text: str = "快递三天没动了") -> str | None:
    """The reason for which a question brings no platform card; None if it does."""
    added = play.says(BUYER, text)
    assert play.last.reading is not None
    return None if len(added) == 2 else play.last.reading.reason


def parcels(*carriers: CarrierId) -> tuple[Parcel, ...]:
    return tuple(
        Parcel(id=ParcelId(f"p{number}"), carrier=carrier)
        for number, carrier in enumerate(carriers)
    )
