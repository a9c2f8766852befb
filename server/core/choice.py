"""Which order a consultation is about, and whether it is a candidate (R6–R8)."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from server.core.facts import Facts
from server.core.model import Carrier, CarrierId, Instant, Order, OrderId, OrderStatus
from server.core.policy import Policy
from server.core.room import Room


def order_problem(order: Order, carriers: Mapping[CarrierId, Carrier]) -> str | None:
    """Why an order is no candidate (R7, R8); None if it is one."""
    return status_problem(order) or parcel_problem(order, carriers)


def status_problem(order: Order) -> str | None:
    """What the order's status stands against (R7)."""
    return ORDER_STATUS[order.status]


ORDER_STATUS: dict[OrderStatus, str | None] = {  # R7
    OrderStatus.UNPAID: "order_not_shipped",
    OrderStatus.PAID: "order_not_shipped",
    OrderStatus.PARTIALLY_SHIPPED: None,
    OrderStatus.SHIPPED: None,
    OrderStatus.RECEIVED: "order_finished",
    OrderStatus.CLOSED: "order_finished",
}


def parcel_problem(order: Order, carriers: Mapping[CarrierId, Carrier]) -> str | None:
    """What its parcels stand against (R8)."""
    if not order.parcels:
        return "no_parcel"
    if len(order.parcels) > 1:
        return "several_parcels"
    carrier = carriers.get(order.parcels[0].carrier)
    return None if carrier is not None and carrier.enabled else "carrier_not_supported"


class Consultation(Struct, frozen=True, kw_only=True):
    """What may name an order: the inviter, the room, what the buyer wrote.

    `texts` are the buyer's, the last first.
    """

    room: Room
    facts: Facts
    chosen: OrderId | None
    texts: tuple[str, ...]
    at: Instant
    policy: Policy


class Naming(Struct, frozen=True):
    """A way to name an order."""

    rule: str
    name: str
    order: Callable[[Consultation], OrderId | None]


def _named_in_words(asked: Consultation) -> OrderId | None:
    named = (_named_in(text, asked.facts.orders) for text in asked.texts)
    return next((order for order in named if order is not None), None)


def _named_in(text: str, orders: Sequence[Order]) -> OrderId | None:
    found: list[tuple[int, int, OrderId]] = []
    for order in orders:
        start = text.find(order.id)
        if start >= 0 and _stands_alone(text, start, start + len(order.id)):
            found.append((start, -len(order.id), order.id))
    return min(found)[2] if found else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _on_card(asked: Consultation) -> OrderId | None:
    card = asked.room.order_card
    if card is None or asked.at - card[1] > asked.policy.order_card_ms:
        return None
    return card[0]


# The first that names an order of the buyer's wins.
NAMINGS = (
    Naming("R6", "the inviter's choice", lambda asked: asked.chosen),
    Naming("R6", "the text", _named_in_words),
    Naming("R6", "the buyer's last order card", _on_card),
    Naming("R6", "what the buyer came with", lambda asked: asked.facts.opened_order),
)


def choose_order(
    room: Room,
    facts: Facts,
    *,
    chosen: OrderId | None,
    texts: tuple[str, ...],
    at: Instant,
    policy: Policy,
) -> Order | None:
    """The order that the consultation is about (R6); it need not be a candidate.

    `texts` are what the buyer wrote, the last first, as that is searched first. One that is named,
    else the newest candidate, else the newest order. None: the buyer has no such order.
    """
    by_id = {order.id: order for order in facts.orders}
    if chosen is not None and chosen not in by_id:
        return None
    asked = Consultation(room=room, facts=facts, chosen=chosen, texts=texts, at=at, policy=policy)
    for naming in NAMINGS:
        named = naming.order(asked)
        if named in by_id:
            return by_id[named]
    return _newest(facts)


def _newest(facts: Facts) -> Order | None:
    newest = sorted(facts.orders, key=lambda order: (order.placed_at, order.id), reverse=True)
    candidates = [order for order in newest if order_problem(order, facts.carriers) is None]
    return next(iter(candidates or newest), None)
