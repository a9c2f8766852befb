"""What stays in memory: no more than what is open, however long it goes on."""

import pytest

from server import rooms as rooms_module
from server.core.model import RoomId
from tests.service.given import MINUTE, SECOND, House, room_of

pytestmark = pytest.mark.anyio


async def test_questions_and_answers_leave_no_timers_behind(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    for _ in range(30):
        buyer.post(room)
        merchant.post(room, "在的")
        await house.advance(SECOND)
    assert len(house.service.timers) <= 2
    assert not merchant.heard("alert", kind="overdue_soon")
    buyer.post(room)
    await house.advance(100 * SECOND)
    assert len(merchant.heard("alert", kind="overdue_soon")) == 1


async def test_quiet_rooms_leave_memory_and_come_back_as_they_were(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant = await house.merchant()
    for number in range(20):
        buyer = await house.buyer(f"b-{number}")
        room = await house.opened(buyer)
        buyer.post(room)
        merchant.post(room, "在的")
        await house.quiet()
        buyer.leave()
    merchant.leave()
    await house.advance(2 * MINUTE)
    cells = house.service.rooms.cells
    before = cells[RoomId(room_of("b-3"))].room
    monkeypatch.setattr(rooms_module, "CELLS", 10)
    house.service.rooms._crowded = 10
    last = await house.buyer("b-last")
    await house.opened(last)
    assert len(cells) <= 10
    assert RoomId(room_of("b-last")) in cells
    back = await house.buyer("b-3")
    assert cells[RoomId(room_of("b-3"))].room == before
    assert back.heard("room")[0]["seq"] == 3


async def test_nothing_of_a_socket_is_left_when_it_is_gone(house: House) -> None:
    people = [await house.buyer(), await house.merchant(), await house.courier()]
    await house.opened(people[0])
    early = house.arrive(people[0].identity.role, "b-9")
    early.leave()  # before it was ready
    await house.quiet()
    for person in people:
        person.leave()
    hub = house.service.hub
    assert (hub.by_identity, hub.by_shop, hub.joining) == ({}, {}, {})
    assert house.service.presences._told_online == set()
    assert house.service.joining._catching == set()
    assert house.service.gateway._waking == {}


async def test_a_shop_that_is_always_there_keeps_no_room_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant = await house.merchant()
    monkeypatch.setattr(rooms_module, "CELLS", 10)
    house.service.rooms._crowded = 10
    for number in range(30):
        buyer = await house.buyer(f"b-{number}")
        room = await house.opened(buyer)
        buyer.post(room)
        merchant.post(room, "在的")
        await house.quiet()
        buyer.leave()
        await house.advance(2 * MINUTE)
    assert len(house.service.rooms.cells) <= 10
    old = room_of("b-0")
    assert merchant.seqs(old) == [1, 2, 3]
    merchant.say({"type": "mark_read", "room": old, "seq": 3})  # wakes it
    merchant.say({"type": "typing", "room": old})
    await house.quiet()
    assert merchant.heard("error") == []
    back = await house.buyer("b-0")
    assert back.heard("room")[0]["read"] == {"m-1": 3}
    back.post(old, "再问一下", ref="again")
    await house.quiet()
    assert merchant.seqs(old) == [1, 2, 3, 4]


async def test_r47_nobody_marks_or_types_in_a_room_that_is_not_theirs(house: House) -> None:
    buyer, other = await house.buyer(), await house.buyer("b-2")
    room = await house.opened(buyer)
    for known in (True, False):
        if not known:
            del house.service.rooms.cells[RoomId(room)]
        for frame in ({"type": "typing"}, {"type": "mark_read", "seq": 1}):
            other.say({"room": room} | frame)
        other.say({"type": "typing", "room": "r-nowhere"})
        await house.quiet()
        assert [frame["code"] for frame in other.heard("error")] == ["forbidden"] * 3
        other.forget()
