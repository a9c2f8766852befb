"""A room that is not in memory: it is read once, and nobody overtakes anybody meanwhile."""

import pytest

from server.cell import Cell
from server.core.errors import StoreUnavailable
from tests.service.given import House

pytestmark = pytest.mark.anyio


async def let_go(house: House, room: str) -> None:
    """The room leaves memory, as quiet ones do."""
    del house.service.rooms.cells[room]


async def test_r49_messages_keep_their_order_while_their_room_is_read(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    await let_go(house, room)
    adopt = house.service.rooms.adopt

    def adopting(cell: Cell) -> Cell:
        adopted = adopt(cell)
        buyer.post(room, "二", ref="second")  # comes in right behind the look-up
        return adopted

    house.service.rooms.adopt = adopting
    buyer.post(room, "一", ref="first")
    await house.quiet()
    assert [frame["ref"] for frame in buyer.heard("ack")][-2:] == ["first", "second"]
    said = [e["event"]["body"]["text"] for e in buyer.heard("event") if "body" in e["event"]]
    assert said == ["一", "二"]


async def test_a_room_that_is_not_there_is_forbidden(house: House) -> None:
    buyer = await house.buyer()
    refs = [buyer.post("r-nowhere"), buyer.post("r-nowhere")]
    await house.quiet()
    assert [buyer.code(ref) for ref in refs] == ["forbidden", "forbidden"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [(StoreUnavailable("closed"), "store_unavailable"), (ValueError("bits"), "overloaded")],
)
async def test_a_room_that_cannot_be_read_is_answered(
    house: House, fault: Exception, code: str
) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    await let_go(house, room)

    async def broken(*_: object) -> None:
        raise fault

    house.store.load = broken
    refs = [buyer.post(room), buyer.post(room)]
    await house.quiet()
    assert [buyer.code(ref) for ref in refs] == [code, code]
