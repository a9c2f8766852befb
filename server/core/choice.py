"""Which order is a consultation about, and is it one that an invite can be for? (R6–R8)"""

from collections.abc import Mapping

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


def choose_order(
    room: Room, facts: Facts, *, chosen: OrderId | None, text: str, at: Instant, policy: Policy
) -> Order | None:
    """The order that the consultation is about (R6); it need not be a candidate.

    The inviter's choice, the text, a fresh order card and `open_room` name one, in this order;
    else the newest candidate, else the newest order. None: the buyer has no such order.
    """
    by_id = {order.id: order for order in facts.orders}
    if chosen is not None:
        return by_id.get(chosen)
    named = _named_in(text, by_id) or _on_card(room, at, policy) or facts.opened_order
    if named is not None and named in by_id:
        return by_id[named]
    newest = sorted(facts.orders, key=lambda order: (order.placed_at, order.id), reverse=True)
    candidates = [order for order in newest if order_problem(order, facts.carriers) is None]
    return next(iter(candidates or newest), None)


def _named_in(text: str, orders: Mapping[OrderId, Order]) -> OrderId | None:
    found: list[tuple[int, int, OrderId]] = []
    for order in orders:
        start = text.find(order)
        if start >= 0 and _stands_alone(text, start, start + len(order)):
            found.append((start, -len(order), order))
    return min(found)[2] if found else None


def _stands_alone(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _on_card(room: Room, at: Instant, policy: Policy) -> OrderId | None:
    if room.order_card is None or at - room.order_card[1] > policy.order_card_ms:
        return None
    return room.order_card[0]
