"""What couriers and those who wait hear of a desk: what is durable, and only what is new."""

import pytest

from tests.service.given import House

pytestmark = pytest.mark.anyio


async def test_r44_a_wait_that_is_not_stored_is_counted_for_nobody(house: House) -> None:
    merchant, courier = await house.merchant(), await house.courier(capacity=1)
    waiting = []
    for name in ("b-1", "b-2", "b-3"):
        buyer = await house.buyer(name)
        room = await house.opened(buyer)
        waiting.append((buyer, room))
        if name != "b-3":
            await house.accepted(buyer, merchant, room)
    buyer, room = waiting[2]
    invite = await house.offered(merchant, room)
    for person in (courier, merchant):
        person.forget()
    house.store.gate.clear()
    buyer.ask("answer_invite", room=room, invite=invite, accept=True)
    house.service.rooms.delivery.desk_changed("sto")
    await house.until(lambda: merchant.heard("queue"))
    assert [(q["place"], q["waiting"]) for q in merchant.heard("queue")] == [(1, 1)]
    assert courier.heard("desk") == []  # for it nothing is new
    house.store.gate.set()
    await house.quiet()
    assert [frame["waiting"] for frame in courier.heard("desk")] == [2]
    assert [(q["place"], q["waiting"]) for q in buyer.heard("queue")][-1] == (2, 2)


async def test_r44_agents_hear_nothing_of_a_desk_that_is_as_before(house: House) -> None:
    merchant, buyer = await house.merchant(), await house.buyer()
    one, other = await house.courier("l-1", capacity=2), await house.courier("l-2", capacity=1)
    room = await house.opened(buyer)
    other.forget()
    session = await house.accepted(buyer, merchant, room)
    await house.do(buyer, "end_session", room=room, session=session)
    assert [frame["active"] for frame in one.heard("desk")][-2:] == [1, 0]
    assert other.heard("desk") == []


async def test_r44_every_socket_of_an_agent_hears_of_the_next_change(house: House) -> None:
    first = await house.courier("l-1", capacity=2)
    second = await house.courier("l-1", capacity=2)
    for person in (first, second):
        person.forget()
    await house.do(first, "set_status", status="paused")
    assert [frame["status"] for frame in first.heard("desk")] == ["paused"]
    assert [frame["status"] for frame in second.heard("desk")] == ["paused"]
