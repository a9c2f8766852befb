"""What a session exempts the merchant from, one row a measure (R22–R28).

A message is in session when the room's phase is `three_party` as it is written: from the
acceptance on, the wait for an agent included. Whoever judges a message asks its row here first,
so that there is one place where "in session" means "not charged for".
"""

from collections.abc import Callable

from msgspec import Struct

from server.core.model import Phase


class Exemption(Struct, frozen=True):
    """A measure, the rule that exempts from it, and when it does."""

    measure: str
    rule: str
    holds: Callable[[Phase], bool]


def in_session(phase: Phase) -> bool:
    """Whether what is written in this phase is in session."""
    return phase == Phase.THREE_PARTY


# The order is that of the verdicts of a message (R42).
EXEMPTIONS: dict[str, Exemption] = {
    row.measure: row
    for row in (
        Exemption("three_minute_rate", "R23", in_session),
        Exemption("average_response", "R24", in_session),
        Exemption("alert", "R25", in_session),
        Exemption("marketing", "R27", in_session),
        Exemption("message_limit", "R28", in_session),
        Exemption("assessment", "R22", in_session),
    )
}


def exempt(measure: str, phase: Phase) -> bool:
    """Whether a message written in this phase is outside the measure."""
    return EXEMPTIONS[measure].holds(phase)
