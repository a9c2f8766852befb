"""What a decision must know that is not in the room's log."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from server.core.model import Carrier, CarrierId, Client, DeskLoad, Order, OrderId, Rollout, Switch


class Facts(Struct, frozen=True, kw_only=True):
    """The world around a room, as it is now.

    `orders` are this buyer's in this shop; `opened_order` is the one named in `open_room`;
    `desk` tells a carrier's load, `is_agent` whether an id is an agent of the shop.
    `merchants` are the clients of the shop's agents that are online.
    """

    switch: Switch
    rollout: Rollout
    carriers: Mapping[CarrierId, Carrier]
    orders: tuple[Order, ...] = ()
    opened_order: OrderId | None = None
    merchants: tuple[Client, ...] = ()
    desk: Callable[[CarrierId], DeskLoad] = lambda _: DeskLoad()
    is_agent: Callable[[str], bool] = lambda _: False
