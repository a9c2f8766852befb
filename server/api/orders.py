"""Orders: told by the platform, seen by a room's members with eligibility."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from server.api.call import Call, bad, cursor_of, decode, instant
from server.api.operation import Operation
from server.auth import Id
from server.core.errors import Refused
from server.core.model import (
    CarrierId,
    Item,
    Order,
    OrderId,
    OrderStatus,
    Parcel,
    ParcelId,
    Receiver,
    Role,
    RoomId,
    ShopId,
)

NDJSON = "application/x-ndjson"
Text = Annotated[str, Meta(max_length=200)]


class ParcelBody(Struct, frozen=True, kw_only=True):
    """A parcel; an unknown carrier is kept as it came."""

    id: Id
    carrier: Id
    tracking: Annotated[str, Meta(max_length=64)] | None = None


class ItemBody(Struct, frozen=True, kw_only=True):
    """A line of an order."""

    title: Text = ""
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class ReceiverBody(Struct, frozen=True, kw_only=True):
    """Where the order goes."""

    name: Text = ""
    phone: Text = ""
    address: Text = ""


class OrderBody(Struct, frozen=True, kw_only=True):
    """An order as the platform tells it; `placed_at` in UTC ms or ISO 8601."""

    shop: Id
    buyer: Id
    status: OrderStatus
    placed_at: int | str
    version: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0
    items: Annotated[list[ItemBody | Text], Meta(max_length=200)] = []  # a text: its title
    receiver: ReceiverBody | None = None
    parcels: Annotated[list[ParcelBody], Meta(max_length=100)] = []


class OrderLine(OrderBody, frozen=True, kw_only=True):
    """A line of an upload: an order with its id."""

    id: Id


class StoredOrder(Struct, frozen=True):
    """What was stored."""

    id: str
    version: int


class StoredOrders(Struct, frozen=True):
    """How many orders were stored."""

    stored: int


class OrderView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order of a room and whether an invite could name it (R6–R8)."""

    id: OrderId
    status: OrderStatus
    placed_at: int
    parcels: tuple[Parcel, ...] | UnsetType = UNSET  # never left out, though it may be empty
    eligible: bool | UnsetType = UNSET
    items: tuple[Item, ...] = ()
    reason: str | None = None


class OrdersView(Struct, frozen=True):
    """The orders of a room, newest first."""

    orders: list[OrderView]
    cursor: str | None


async def put_order(call: Call) -> StoredOrder:
    call.platform()
    order = _order(call.path_id("order"), await call.body(OrderBody))
    await call.service.put_orders([order])
    return StoredOrder(order.id, order.version)


async def post_orders(call: Call) -> StoredOrders:
    call.platform()
    raw = await call.raw(call.context.settings.orders_bytes)
    lines = {
        number: _line(number, text)
        for number, text in enumerate(raw.split(b"\n"), start=1)
        if text.strip()
    }
    _in_order(lines)
    try:
        await call.service.put_orders(list(lines.values()))
    except Refused as refused:
        at = _line_of(lines, refused)
        raise Refused(refused.code, refused.message, **refused.details | at) from None
    return StoredOrders(len(lines))


async def get_orders(call: Call) -> OrdersView:
    caller, room = call.caller, call.query("room")
    if room is None:
        raise bad("a room is needed", path="room")
    cell = await call.service.member(caller, RoomId(room))
    found = await call.service.order_eligibility(cell)
    if caller.role is Role.LOGISTICS:
        # R46: the session's order and no other.
        session = cell.room.session
        found = [(o, reason) for o, reason in found if session and o.id == session.order]
    start, limit = call.cursor(int) or 0, call.limit
    page = found[start : start + limit]
    more = cursor_of(start + limit) if len(found) > start + limit else None
    return OrdersView([_view(order, reason) for order, reason in page], more)


def _line(number: int, text: bytes) -> Order:
    try:
        line = decode(text, OrderLine)
        return _order(line.id, line)
    except Refused as refused:
        details = refused.details | {"line": number}
        raise Refused(refused.code, f"line {number}: {refused.message}", **details) from None


def _in_order(lines: dict[int, Order]) -> None:
    """Refuse an upload with a line that is older than one before it."""
    newest: dict[OrderId, int] = {}
    for number, order in lines.items():
        version = newest.get(order.id, order.version)
        if order.version < version:
            raise Refused("conflict", order=order.id, version=version, line=number)
        newest[order.id] = order.version


def _line_of(lines: dict[int, Order], refused: Refused) -> dict[str, int]:
    """Which line the refusal is about: the service gives its place among the orders."""
    place = refused.details.get("number")
    return {"line": list(lines)[place]} if place is not None else {}


def _order(order: str, body: OrderBody) -> Order:
    parcels = tuple(
        Parcel(id=ParcelId(p.id), carrier=CarrierId(p.carrier), tracking=p.tracking)
        for p in body.parcels
    )
    if len({parcel.id for parcel in parcels}) != len(parcels):
        raise bad("a parcel is there twice", path="$.parcels")
    to = body.receiver
    return Order(
        id=OrderId(order),
        shop=ShopId(body.shop),
        buyer=body.buyer,
        status=body.status,
        placed_at=instant(body.placed_at, path="$.placed_at"),
        version=body.version,
        items=tuple(_item(item) for item in body.items),
        receiver=Receiver(name=to.name, phone=to.phone, address=to.address) if to else None,
        parcels=parcels,
    )


def _item(item: ItemBody | str) -> Item:
    if isinstance(item, str):
        return Item(title=item)
    return Item(title=item.title, quantity=item.quantity)


def _view(order: Order, reason: str | None) -> OrderView:
    return OrderView(
        id=order.id,
        status=order.status,
        placed_at=order.placed_at,
        parcels=order.parcels,
        eligible=reason is None,
        items=order.items,
        reason=reason,
    )


OPERATIONS = (
    Operation(
        method="PUT",
        path="/api/v1/orders/{order}",
        endpoint=put_order,
        summary="Store an order; an older version than the stored one is a conflict",
        who="platform",
        body=OrderBody,
        answer=StoredOrder,
    ),
    Operation(
        method="POST",
        path="/api/v1/orders",
        endpoint=post_orders,
        summary="Store many orders, one a line: all or none, and a bad line is named",
        who="platform",
        body=OrderLine,
        body_media=NDJSON,
        answer=StoredOrders,
    ),
    Operation(
        method="GET",
        path="/api/v1/orders",
        endpoint=get_orders,
        summary="The orders of a room's buyer in its shop, each with its eligibility",
        who="members of the room",
        answer=OrdersView,
        query={"room": "whose orders", "cursor": "of the last page", "limit": "1–200"},
    ),
)
