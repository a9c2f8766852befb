"""May an invite go out, and why not? One list of checks (R19).

`CHECKS` is the whole truth: deciding stops at its first failure, explaining (R19) lists it all,
and its order is the order in which errors answer. Each row says for which purposes it is asked:

    PLATFORM  the platform wants to offer a card by itself (R2)
    MERCHANT  a merchant agent pressed the button (R3)
    REOPEN    the buyer asks for a settled card again (R11)
    CHANGE    the buyer takes another order on the open card (R6)
    ACCEPT    the buyer says yes; the card already stands (R10)
"""

from collections.abc import Callable
from enum import Enum, auto
from hashlib import blake2b
from typing import Any

from msgspec import Struct

from server.core.choice import parcel_problem, status_problem
from server.core.facts import Facts
from server.core.model import (
    Client,
    Device,
    Instant,
    InviteState,
    Order,
    Phase,
    Reception,
    Rollout,
    ShopId,
    Switch,
)
from server.core.policy import Hours, Policy
from server.core.room import Room


class Purpose(Enum):
    """What the answer is for."""

    PLATFORM = auto()
    MERCHANT = auto()
    REOPEN = auto()
    CHANGE = auto()
    ACCEPT = auto()


class Case(Struct, frozen=True, kw_only=True):
    """One question: for this room, now, for this purpose, about this order."""

    room: Room
    facts: Facts
    at: Instant
    policy: Policy
    purpose: Purpose
    client: Client | None = None
    order: Order | None = None


class Outcome(Struct, frozen=True, kw_only=True):
    """How one check came out.

    `passed` is None where it needs an order and there is none.
    """

    rule: str
    passed: bool | None
    reason: str | None = None
    details: dict[str, Any] = {}


class Failure(Struct, frozen=True):
    """A check's no: the wire code, and data for the client."""

    reason: str
    details: dict[str, Any] = {}


# --- the checks ------------------------------------------------------------------------------


def reception(room: Room, facts: Facts) -> Reception:
    """Who receives the room (R21).

    What was set, else human; nobody while no agent is online.
    """
    wanted = room.reception or Reception.HUMAN
    if wanted is Reception.HUMAN and not facts.merchants:
        return Reception.NOBODY
    return wanted


def share_of(shop: ShopId, salt: str) -> float:
    """A shop's place among all, 0 ≤ share < 100, the same for ever (R16)."""
    place = blake2b(f"{salt}:{shop}".encode(), digest_size=8).digest()
    return int.from_bytes(place, "big") * 100 / 2**64


def is_rolled_out(shop: ShopId, rollout: Rollout, at: Instant) -> bool:
    """Whether the platform covers the shop: deny beats allow beats percentage (R16)."""
    if at < rollout.from_at or shop in rollout.deny:
        return False
    return shop in rollout.allow or share_of(shop, rollout.salt) < rollout.percent


def has_entry(shop: ShopId, switch: Switch, rollout: Rollout, device: Device) -> bool:
    """Whether the shop's agents have the invite button on this device (R17)."""
    if device is Device.MOBILE:
        return switch.entry.mobile
    rolled_out = share_of(shop, rollout.salt + ":desktop") < rollout.desktop_percent
    return switch.entry.desktop and rolled_out


def _own_client(case: Case) -> Failure | None:
    minimum = case.policy.minimum_client
    if case.client is None or case.client.version >= minimum:
        return None
    return Failure("client_outdated", {"minimum": ".".join(map(str, minimum))})


def _entry(case: Case) -> Failure | None:
    if case.client is None:
        return None
    facts, device = case.facts, case.client.device
    if has_entry(case.room.shop, facts.switch, facts.rollout, device):
        return None
    return Failure("entry_closed", {"device": device})


def _switched_on(case: Case) -> Failure | None:
    return None if case.facts.switch.enabled else Failure("switched_off")


def _auto(case: Case) -> Failure | None:
    return None if case.facts.switch.auto else Failure("auto_off")


def _rolled_out(case: Case) -> Failure | None:
    if is_rolled_out(case.room.shop, case.facts.rollout, case.at):
        return None
    return Failure("not_rolled_out")


def _no_open_card(case: Case) -> Failure | None:
    return Failure("invite_pending") if case.room.phase is Phase.INVITE_PENDING else None


def _no_session(case: Case) -> Failure | None:
    return Failure("not_in_phase") if case.room.phase is Phase.THREE_PARTY else None


def _service_hours(case: Case) -> Failure | None:
    hours = case.policy.service_hours
    if hours.contains(case.at, case.policy.zone):
        return None
    return Failure("outside_service_hours", {"hours": str(hours)})


def _has_order(case: Case) -> Failure | None:
    return Failure("no_order") if case.order is None else None


def _order_shipped(case: Case) -> Failure | None:
    assert case.order is not None
    problem = status_problem(case.order)
    return Failure(problem, {"order": case.order.id}) if problem else None


def _one_known_parcel(case: Case) -> Failure | None:
    assert case.order is not None
    problem = parcel_problem(case.order, case.facts.carriers)
    return Failure(problem, {"order": case.order.id}) if problem else None


def _desk_there(case: Case) -> Failure | None:
    assert case.order is not None
    if len(case.order.parcels) != 1:
        return None  # R8 has answered
    carrier_id = case.order.parcels[0].carrier
    carrier = case.facts.carriers.get(carrier_id)
    if carrier is not None and carrier.hours is not None:
        hours = Hours.parse(carrier.hours)
        if not hours.contains(case.at, case.policy.zone):
            return Failure("carrier_desk_closed", {"carrier": carrier_id, "hours": str(hours)})
    desk = case.facts.desk(carrier_id)
    if desk.online == 0:
        return Failure("carrier_desk_closed", {"carrier": carrier_id})
    if desk.expected_wait_ms > case.policy.desk_wait_ms:
        expected = desk.expected_wait_ms
        return Failure("carrier_desk_busy", {"carrier": carrier_id, "expected_ms": expected})
    return None


def _cooled_down(case: Case) -> Failure | None:
    assert case.order is not None
    cards = [card for card in case.room.cards if card.order == case.order.id]
    if any(card.never_again for card in cards):
        return Failure("cooldown", {"never_again": True})
    declines = [card.settled_at or 0 for card in cards if card.state is InviteState.DECLINED]
    until = 0
    if case.purpose is Purpose.MERCHANT and declines:
        policy = case.policy
        first = len(declines) == 1
        wait = (
            policy.merchant_after_decline_ms if first else policy.merchant_after_second_decline_ms
        )
        until = max(declines) + wait
    if case.purpose is Purpose.PLATFORM:
        others = [
            card.ended_at or card.settled_at or 0 for card in cards if _is_other_end(card.state)
        ]
        until = max(
            [at + case.policy.platform_after_decline_ms for at in declines]
            + [at + case.policy.platform_after_other_ms for at in others],
            default=0,
        )
    if case.at >= until:
        return None
    return Failure("cooldown", {"until_at": until, "retry_after_ms": until - case.at})


def _is_other_end(state: InviteState) -> bool:
    return state in (InviteState.EXPIRED, InviteState.WITHDRAWN, InviteState.ACCEPTED)


def _human_receives(case: Case) -> Failure | None:
    if reception(case.room, case.facts) is Reception.HUMAN:
        return None
    return Failure("human_not_receiving")


def _merchant_clients(case: Case) -> Failure | None:
    minimum = case.policy.minimum_client
    if any(client.version >= minimum for client in case.facts.merchants):
        return None
    return Failure("merchant_client_outdated", {"minimum": ".".join(map(str, minimum))})


class Check(Struct, frozen=True):
    """A row: the rule, its question, when it is asked, and whether it needs an order."""

    rule: str
    ask: Callable[[Case], Failure | None]
    purposes: frozenset[Purpose]
    needs_order: bool = False


_P, _M, _R, _C, _A = Purpose
_ALL = frozenset(Purpose)
CHECKS: tuple[Check, ...] = (
    Check("R18", _own_client, frozenset({_M})),
    Check("R17", _entry, frozenset({_M})),
    Check("R15", _switched_on, _ALL),
    Check("R15", _auto, frozenset({_P})),
    Check("R16", _rolled_out, _ALL),
    Check("R10", _no_open_card, frozenset({_P, _M, _R})),
    Check("R2", _no_session, frozenset({_P, _M, _R})),
    Check("R4", _service_hours, _ALL),
    Check("R6", _has_order, _ALL),
    Check("R7", _order_shipped, _ALL, needs_order=True),
    Check("R8", _one_known_parcel, _ALL, needs_order=True),
    Check("R50", _desk_there, frozenset({_P, _M, _R, _C}), needs_order=True),
    Check("R11", _cooled_down, frozenset({_P, _M}), needs_order=True),
    Check("R21", _human_receives, frozenset({_P})),
    Check("R18", _merchant_clients, frozenset({_P})),
)


def explain(case: Case) -> list[Outcome]:
    """Every check of the purpose, in order, with its outcome (R19)."""
    return [_outcome(check, case) for check in CHECKS if case.purpose in check.purposes]


def first_failure(case: Case) -> Outcome | None:
    """The check that answers, or None: the invite may go out."""
    return next((outcome for outcome in explain(case) if outcome.passed is False), None)


def _outcome(check: Check, case: Case) -> Outcome:
    if check.needs_order and case.order is None:
        return Outcome(rule=check.rule, passed=None)
    failure = check.ask(case)
    if failure is None:
        return Outcome(rule=check.rule, passed=True)
    return Outcome(rule=check.rule, passed=False, reason=failure.reason, details=failure.details)
