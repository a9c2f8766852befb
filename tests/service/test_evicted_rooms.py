"""After a failed commit a room is read anew: its desk, its dues and what was told stay right."""

import asyncio

import pytest

from tests.service.given import MINUTE, SECOND, STO, House, Person

pytestmark = pytest.mark.anyio


async def fail(house: House, person: Person, room: str) -> None:
    """A message of theirs finds the disk full."""
    house.store.is_full = True
    ref = person.post(room)
    await house.until(lambda: person.code(ref) == "store_unavailable")
    house.store.is_full = False
    await house.quiet()


async def test_r44_a_join_upon_a_lost_acceptance_leaves_the_desk_as_it_was(house: House) -> None:
    buyer, merchant, courier = await house.buyer(), await house.merchant(), await house.courier()
    room = await house.opened(buyer)
    invite = await house.offered(merchant, room)
    merchant.forget()
    courier.forget()
    house.store.is_full = True
    ref = buyer.ask("answer_invite", room=room, invite=invite, accept=True)
    await house.until(lambda: buyer.code(ref) == "store_unavailable")
    house.store.is_full = False
    await house.quiet()
    assert merchant.heard("event") == courier.heard("event") == courier.heard("room") == []
    assert house.service.desks.load(STO).free == 5
    assert house.service.desks.queue(STO) == []
    assert all(not frame.get("active") for frame in courier.heard("desk"))
    await house.do(buyer, "answer_invite", room=room, invite=invite, accept=True)
    assert courier.events(room) == ["invite_accepted", "agent_joined"]
    assert courier.heard("desk")[-1]["active"] == 1


async def test_r44_an_agent_keeps_its_session_and_its_load_while_the_room_is_away(
    house: House,
) -> None:
    merchant, courier = await house.merchant(), await house.courier(capacity=1)
    rooms = {}
    for name in ("b-1", "b-2"):
        buyer = await house.buyer(name)
        room = await house.opened(buyer)
        await house.accepted(buyer, merchant, room)
        rooms[name] = (buyer, room)
    buyer, room = rooms["b-1"]
    reads = house.store.load
    seen: list[int] = []

    async def load(wanted: str) -> object:
        house.service.rooms.assign(STO, at=house.now)  # whoever asks meanwhile
        seen.append(house.service.desks.load(STO).free)
        return await reads(wanted)

    house.store.load = load
    await fail(house, buyer, room)
    assert seen == [0]
    assert courier.events(rooms["b-2"][1]) == []
    assert courier.heard("left") == []
    await house.do(courier, "post_message", room=room, body={"kind": "text", "text": "查到了"})


async def test_r44_a_wait_keeps_the_place_that_a_lead_gave_it(house: House) -> None:
    merchant, lead = await house.merchant(), await house.courier("l-9", lead=True)
    await house.do(lead, "set_status", status="online", capacity=1)
    sessions = {}
    for name in ("b-0", "b-1", "b-2"):
        buyer = await house.buyer(name)
        room = await house.opened(buyer)
        sessions[name] = (buyer, room, await house.accepted(buyer, merchant, room))
    buyer, room, session = sessions["b-2"]
    await house.do(lead, "prioritize_session", room=room, session=session)
    await fail(house, buyer, room)
    await fail(house, *sessions["b-1"][:2])
    queue = [waiting.room for waiting in house.service.desks.queue(STO)]
    assert queue == [room, sessions["b-1"][1]]


async def test_r10_a_card_expires_in_a_room_that_had_to_be_read_anew(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    await house.offered(merchant, room)
    await fail(house, buyer, room)
    await house.advance(10 * MINUTE)
    assert (await house.kinds(room))[-1] == "invite_expired"


async def test_r36_nobody_is_warned_twice_and_everybody_once(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    await house.do(buyer, "post_message", room=room, body={"kind": "text", "text": "在吗"})
    await house.advance(100 * SECOND)
    assert len(merchant.heard("alert", kind="overdue_soon")) == 1
    await fail(house, buyer, room)
    await house.advance(SECOND)
    assert len(merchant.heard("alert", kind="overdue_soon")) == 1
    assert merchant.heard("alert", kind="overdue") == []
    await house.advance(80 * SECOND)
    assert len(merchant.heard("alert", kind="overdue")) == 1


async def test_r36_a_warning_whose_round_was_not_stored_comes_when_it_is(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    await house.do(buyer, "post_message", room=room, body={"kind": "text", "text": "在吗"})
    house.store.is_full = True
    house.service.clock.advance(181 * SECOND)
    house.service.timers.run(house.now)
    await house.until(lambda: house.store.failed)
    assert merchant.heard("alert", kind="overdue") == []
    house.store.is_full = False
    await house.quiet()
    await house.advance(SECOND)
    assert len(merchant.heard("alert", kind="overdue")) == 1
    (stored,) = await house.store.rounds(room)
    assert stored.state == "late"


async def test_r14_who_was_there_after_three_minutes_is_not_asked_again(house: House) -> None:
    merchant, courier = await house.merchant(), await house.courier(capacity=1)
    first, buyer = await house.buyer("b-1"), await house.buyer("b-2")
    await house.accepted(first, merchant, await house.opened(first))
    room = await house.opened(buyer)
    await house.accepted(buyer, merchant, room)
    await house.advance(4 * MINUTE)
    await house.do(courier, "set_status", status="offline")
    await fail(house, buyer, room)
    await house.advance(MINUTE)
    assert (await house.kinds(room))[-1] == "invite_accepted"


async def test_r15_a_card_that_came_back_goes_with_the_switch(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    await house.offered(merchant, room)
    house.store.is_full = True
    house.service.rooms.reload_s = 0.01
    ref = buyer.post(room)
    await house.until(lambda: buyer.code(ref))
    house.store.is_full = False
    switched = merchant.ask("set_switch", enabled=False)
    await house.quiet()
    assert merchant.code(switched) is None
    assert (await house.kinds(room))[-1] == "invite_withdrawn"


async def test_what_fails_again_and_again_is_tried_again_after_a_pause(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    await house.offered(merchant, room)
    house.service.rooms.reload_s = 3600
    house.store.is_full = True
    house.service.clock.advance(10 * MINUTE)
    house.service.timers.run(house.now)
    await house.until(lambda: house.store.failed == 2)
    for _ in range(100):
        await asyncio.sleep(0)
    assert house.store.failed == 2  # once more at once, and then not for an hour
