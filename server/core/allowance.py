"""What the shop may still send outside a session (R27, R28).

Theory of operation. `after` folds the log into two numbers: how many messages of the shop (its
people or its bot) stand in a row, and when the last promotion went out. `refusal` compares them
with the limits before a message is written, the rows of `LIMITS` in order. In session neither is
asked or changed: the rows of `EXEMPTIONS` come first. A recall refunds nothing: it is not looked
at. The buyer's message and the buyer's consent refill: the rows of `REFILLS`.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from msgspec import Struct, structs

from server.core.bodies import Body, Promotion, Text
from server.core.errors import Refused
from server.core.events import AnyEvent, Envelope, InviteAccepted, MessagePosted
from server.core.exemptions import exempt
from server.core.model import Author, Instant, Phase, Role
from server.core.policy import Policy

SHOP = frozenset({Role.MERCHANT, Role.BOT})
WATCHED = (MessagePosted, InviteAccepted)


class Allowance(Struct, frozen=True):
    """What the shop has used up: messages in a row, and the last promotion's time."""

    streak: int = 0
    promoted_at: Instant | None = None


class Refill(Struct, frozen=True):
    """What starts the row of five anew (R28)."""

    rule: str
    name: str
    holds: Callable[[Author, AnyEvent], bool]


class Limit(Struct, frozen=True):
    """A limit, when it stands against a message, and what its author is told."""

    rule: str
    code: str
    measure: str
    holds: Callable[[Allowance, Body, Instant, Policy], bool]
    details: Callable[[Allowance, Instant, Policy], dict[str, Any]]


@lru_cache(maxsize=8)
def _pattern(promotion: str) -> re.Pattern[str]:
    return re.compile(promotion, re.IGNORECASE)


def promotes(body: Body, policy: Policy) -> bool:
    """Whether it is a promotion card or the promotion rule matches its text (R27)."""
    if isinstance(body, Text):
        return _pattern(policy.promotion).search(body.text) is not None
    return isinstance(body, Promotion)


def _is_spent(allowance: Allowance, body: Body, at: Instant, policy: Policy) -> bool:
    return allowance.streak >= policy.message_limit


def _is_promoted(allowance: Allowance, body: Body, at: Instant, policy: Policy) -> bool:
    before = allowance.promoted_at
    return before is not None and at < before + policy.marketing_ms and promotes(body, policy)


def _limit(allowance: Allowance, at: Instant, policy: Policy) -> dict[str, Any]:
    return {"limit": policy.message_limit}


def _until(allowance: Allowance, at: Instant, policy: Policy) -> dict[str, Any]:
    until_at = (allowance.promoted_at or at) + policy.marketing_ms
    return {"until_at": until_at, "retry_after_ms": until_at - at}


def _is_of_buyer(by: Author, event: AnyEvent) -> bool:
    return by.role == Role.BUYER and isinstance(event, MessagePosted)


def _is_acceptance(by: Author, event: AnyEvent) -> bool:
    return isinstance(event, InviteAccepted)


REFILLS = (
    Refill("R28", "the buyer wrote", _is_of_buyer),
    Refill("R28", "the buyer let an agent in", _is_acceptance),
)

# The first that holds answers.
LIMITS = (
    Limit("R28", "message_limit", "message_limit", _is_spent, _limit),
    Limit("R27", "marketing_limit", "marketing", _is_promoted, _until),
)


def after(allowance: Allowance, envelope: Envelope, policy: Policy) -> Allowance:
    """The allowance after a step of the log; the same object when nothing changes."""
    event = envelope.event
    if not isinstance(event, WATCHED):
        return allowance
    if isinstance(event, MessagePosted) and envelope.by.role in SHOP:
        return _spent(allowance, envelope, event.body, policy)
    if allowance.streak == 0 or exempt("message_limit", envelope.phase):
        return allowance
    if any(refill.holds(envelope.by, event) for refill in REFILLS):
        return structs.replace(allowance, streak=0)
    return allowance


def _spent(allowance: Allowance, envelope: Envelope, body: Body, policy: Policy) -> Allowance:
    if not exempt("message_limit", envelope.phase):
        allowance = structs.replace(allowance, streak=allowance.streak + 1)
    if not exempt("marketing", envelope.phase) and promotes(body, policy):
        allowance = structs.replace(allowance, promoted_at=envelope.at)
    return allowance


def refusal(
    allowance: Allowance, role: Role, body: Body, *, phase: Phase, at: Instant, policy: Policy
) -> Refused | None:
    """Why this message may not be written now, or None."""
    if role not in SHOP:
        return None
    for limit in LIMITS:
        if not exempt(limit.measure, phase) and limit.holds(allowance, body, at, policy):
            return Refused(limit.code, **limit.details(allowance, at, policy))
    return None
