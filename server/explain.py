"""Would an invite be possible, and with which order? Asked, not done (R6, R19)."""

from msgspec import Struct

from server.cell import Cell
from server.core.choice import choose_order, order_problem
from server.core.eligibility import Case, Purpose, explain
from server.core.model import Client, Identity, Order, OrderId, Role
from server.rooms import Rooms
from server.views import checks
from server.wire.frames import Check


class Explained(Struct, frozen=True):
    """The answer to `check_invite`: whether, every check, for which order."""

    possible: bool
    checks: tuple[Check, ...]
    order: OrderId | None


def explain_invite(
    rooms: Rooms, cell: Cell, who: Identity, *, order: OrderId | None, client: Client | None
) -> Explained:
    """What would happen if the caller, or the platform, invited now (R19)."""
    at = rooms.now()
    room, facts = cell.shown, rooms.facts(cell)
    platform = who.role is Role.PLATFORM
    chosen = choose_order(
        room, facts, chosen=order, texts=room.burst.texts, at=at, policy=rooms.policy
    )
    case = Case(
        room=room,
        facts=facts,
        at=at,
        policy=rooms.policy,
        purpose=Purpose.PLATFORM if platform else Purpose.MERCHANT,
        client=client,
        order=chosen,
    )
    outcomes = explain(case)
    possible = all(outcome.passed for outcome in outcomes)
    return Explained(possible, checks(outcomes), chosen.id if chosen else None)


def orders_with_reasons(rooms: Rooms, cell: Cell) -> list[tuple[Order, str | None]]:
    """The orders of a room, newest first, each with why it is no candidate (R6–R8)."""
    carriers = rooms.shops.carriers
    newest = sorted(cell.orders, key=lambda order: (order.placed_at, order.id), reverse=True)
    return [(order, order_problem(order, carriers)) for order in newest]
