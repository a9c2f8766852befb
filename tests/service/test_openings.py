"""Opening a room: once, also from two sockets at once, and never where nothing was stored."""

import pytest

from server.core.errors import Refused
from server.core.model import OrderId, Role, RoomId
from server.openings import FEW, HOUR_S, Openings
from tests.service.given import SHOP, House, room_of

pytestmark = pytest.mark.anyio


async def test_a_room_that_two_sockets_open_at_once_is_opened_once(house: House) -> None:
    one, other = await house.buyer(), await house.buyer()
    refs = [one.ask("open_room", "a", shop=SHOP), other.ask("open_room", "b", shop=SHOP)]
    await house.quiet()
    answers = [one.answer(refs[0]), other.answer(refs[1])]
    assert [(a["type"], a["room"], a["seq"]) for a in answers if a] == [
        ("ack", room_of("b-1"), 1)
    ] * 2
    assert await house.kinds(room_of("b-1")) == ["room_opened"]
    assert one.events(room_of("b-1")) == other.events(room_of("b-1")) == ["room_opened"]


async def test_r49_the_same_ref_at_once_is_one_opening_and_one_repeat(house: House) -> None:
    one, other = await house.buyer(), await house.buyer()
    one.ask("open_room", "a", shop=SHOP)
    other.ask("open_room", "a", shop=SHOP)
    await house.quiet()
    repeats = [bool(p.answer("a") and p.answer("a").get("duplicate")) for p in (one, other)]
    assert sorted(repeats) == [False, True]
    assert await house.kinds(room_of("b-1")) == ["room_opened"]


async def test_r49_no_room_is_acknowledged_whose_opening_was_lost(house: House) -> None:
    one, other = await house.buyer(), await house.buyer()
    house.store.gate.clear()
    house.store.is_full = True
    first = one.ask("open_room", "a", shop=SHOP)
    await house.until(lambda: house.service.rooms.cells and not house.store.queued)
    second = other.ask("open_room", "b", shop=SHOP)
    await house.until(lambda: house.store.queued)  # it waits for what became of the first
    house.store.gate.set()
    await house.until(lambda: one.code(first))
    await house.until(lambda: other.answer(second))
    assert [one.code(first), other.code(second)] == ["store_unavailable"] * 2
    house.store.is_full = False
    assert await house.store.all_rooms() == []
    await house.do(other, "open_room", shop=SHOP)
    assert await house.kinds(room_of("b-1")) == ["room_opened"]


async def test_r6_an_order_that_was_not_kept_is_kept_when_it_is_named_again(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    house.store.is_full = True
    ref = buyer.ask("open_room", shop=SHOP, order="b-1-o")
    await house.until(lambda: buyer.code(ref) == "store_unavailable")
    house.store.is_full = False
    await house.do(buyer, "open_room", shop=SHOP, order="b-1-o")
    row = await house.store.room_row(RoomId(room))
    assert row is not None
    assert row.order == OrderId("b-1-o")


async def test_r6_orders_that_come_while_a_room_is_read_are_seen(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    del house.service.rooms.cells[RoomId(room)]
    load = house.store.load

    async def loading(wanted: RoomId) -> object:
        found = await load(wanted)
        await house.put_order("b-1", "newer")
        return found

    house.store.load = loading
    await house.do(buyer, "post_message", room=room, body={"kind": "order", "order": "newer"})


def test_so_many_rooms_an_hour_and_those_that_failed_do_not_count() -> None:
    now = 0.0
    openings = Openings(2, now=lambda: now)
    key = (Role.BUYER, "", "b-1")
    openings.count(key)
    openings.count(key)
    openings.forget(key)
    now = 60.0
    openings.count(key)
    with pytest.raises(Refused) as refused:
        openings.count(key)
    assert refused.value.code == "rate_limited"
    assert 0 < refused.value.details["retry_after_ms"] - (HOUR_S - 60) * 1000 <= 1
    now = HOUR_S
    openings.count(key)


def test_those_who_opened_nothing_for_an_hour_are_forgotten() -> None:
    now = 0.0
    openings = Openings(60, now=lambda: now)
    for number in range(3 * FEW):
        now += HOUR_S / FEW
        openings.count((Role.BUYER, "", f"b-{number}"))
    assert len(openings) <= 2 * FEW


async def test_r47_a_room_that_is_not_stored_yet_is_none(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    house.store.gate.clear()
    buyer.ask("open_room", shop=SHOP)
    await house.until(lambda: house.service.rooms.cells)
    refs = [
        merchant.ask("fetch_history", room=room_of("b-1")),
        merchant.ask("check_invite", room=room_of("b-1")),
    ]
    await house.until(lambda: merchant.answer(refs[1]))
    assert [merchant.code(ref) for ref in refs] == ["forbidden"] * 2
    house.store.gate.set()
    await house.quiet()
    again = merchant.ask("fetch_history", room=room_of("b-1"))
    await house.quiet()
    assert merchant.code(again) is None
