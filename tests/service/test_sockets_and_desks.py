"""Agents with several sockets, short drops, pauses and less capacity; commands sent again."""

import logging

import pytest

from server.core.model import Role
from tests.service.given import MINUTE, SECOND, STO, House, Person

pytestmark = pytest.mark.anyio


async def served(house: House, *names: str) -> dict[str, tuple[Person, str, str]]:
    """Buyers with a session each."""
    merchant = await house.merchant()
    found = {}
    for name in names:
        buyer = await house.buyer(name)
        room = await house.opened(buyer)
        found[name] = (buyer, room, await house.accepted(buyer, merchant, room))
    return found


async def test_r45_an_agent_is_gone_with_its_last_socket_only(house: House) -> None:
    courier = await house.courier()
    other = await house.courier()
    _, room, _ = (await served(house, "b-1"))["b-1"]
    courier.leave()
    await house.advance(45 * SECOND)
    assert "agent_left" not in await house.kinds(room)
    assert other.events(room) == ["invite_accepted", "agent_joined"]
    await house.do(other, "post_message", room=room, body={"kind": "text", "text": "查到了"})
    other.leave()
    await house.advance(30 * SECOND)
    assert "agent_left" not in await house.kinds(room)
    await house.advance(1)
    assert (await house.kinds(room))[-1] == "agent_left"


async def test_r44_who_is_paused_or_offline_or_takes_fewer_keeps_what_they_have(
    house: House,
) -> None:
    courier = await house.courier(capacity=2)
    rooms = await served(house, "b-1", "b-2", "b-3")
    assert len(courier.heard("room")) == 2
    await house.do(courier, "set_status", status="online", capacity=1)
    for _, room, _ in list(rooms.values())[:2]:
        await house.do(courier, "post_message", room=room, body={"kind": "text", "text": "好"})
    await house.do(courier, "set_status", status="offline")
    assert courier.heard("left") == []
    buyer, room, session = rooms["b-1"]
    await house.do(courier, "set_status", status="online")
    await house.do(buyer, "end_session", room=room, session=session)
    assert len(courier.heard("room")) == 2  # one of one is taken
    await house.do(courier, "set_status", status="online", capacity=2)
    assert courier.heard("room")[-1]["room"] == rooms["b-3"][1]


async def test_r44_a_queue_is_served_when_its_agent_comes_back_after_a_restart(
    house: House,
) -> None:
    await house.courier(capacity=1)
    rooms = await served(house, "b-1", "b-2")
    await house.restart()
    assert [each.room for each in house.service.desks.queue(STO)] == [rooms["b-2"][1]]
    back = await house.come(Role.LOGISTICS, "l-1")
    assert [frame["room"] for frame in back.heard("room")] == [rooms["b-1"][1]]
    await house.do(back, "end_session", room=rooms["b-1"][1], session=rooms["b-1"][2])
    assert back.events(rooms["b-2"][1]) == ["invite_accepted", "agent_joined"]


async def test_r45_who_does_not_come_back_after_a_restart_loses_all_in_order(
    house: House,
) -> None:
    await house.courier(capacity=3)
    rooms = await served(house, "b-1", "b-2", "b-3")
    await house.restart()
    await house.advance(30 * SECOND)
    assert house.service.desks.queue(STO) == []
    await house.advance(1)
    assert [each.room for each in house.service.desks.queue(STO)] == [
        room for _, room, _ in rooms.values()
    ]


async def test_r45_nothing_is_undone_or_done_twice_when_the_clock_is_set_back(
    house: House,
) -> None:
    courier = await house.courier()
    buyer, room, _ = (await served(house, "b-1"))["b-1"]
    await house.do(courier, "post_message", room=room, body={"kind": "text", "text": "查一下"})
    await house.advance(14 * MINUTE)
    assert len(buyer.heard("idle_warning")) == 1
    await house.advance(-10 * MINUTE)
    await house.advance(10 * MINUTE)
    assert len(buyer.heard("idle_warning")) == 1
    await house.advance(MINUTE)
    assert (await house.kinds(room))[-1] == "session_ended"
    await house.advance(-60 * MINUTE)
    await house.advance(60 * MINUTE)
    assert (await house.kinds(room)).count("session_ended") == 1


@pytest.mark.parametrize("is_full", [False, True])
async def test_r49_a_repeat_waits_for_its_original_and_goes_on_if_that_is_lost(
    house: House, is_full: bool
) -> None:
    buyer, again = await house.buyer(), await house.buyer()
    room = await house.opened(buyer)
    house.store.gate.clear()
    house.store.is_full = is_full
    buyer.post(room, ref="same")
    await house.until(lambda: not house.store.queued)
    again.post(room, ref="same")
    behind = again.post(room, "之后", ref="behind")
    await house.until(lambda: house.store.queued)
    house.store.gate.set()
    await house.until(lambda: buyer.answer("same"))
    house.store.is_full = False
    await house.quiet()
    repeat, last = again.answer("same"), again.answer(behind)
    assert repeat is not None
    assert last is not None
    assert repeat["type"] == last["type"] == "ack"
    assert bool(repeat.get("duplicate")) is not is_full
    assert buyer.code("same") == ("store_unavailable" if is_full else None)
    assert (repeat["seq"], last["seq"]) == (2, 3)


async def test_r48_a_message_that_is_on_its_way_can_be_recalled(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    buyer.post(room)
    ref = buyer.ask("recall_message", room=room, seq=2)
    await house.quiet()
    assert buyer.code(ref) is None
    assert await house.kinds(room) == ["room_opened", "message_posted", "message_recalled"]


async def test_logs_of_a_full_disk_have_no_text_and_no_token(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    house.store.is_full = True
    caplog.set_level(logging.DEBUG)
    ref = buyer.post(room, "我的手机号是13812345678")
    await house.until(lambda: buyer.code(ref))
    answer = str(buyer.answer(ref))
    for text in (caplog.text, answer):
        assert "13812345678" not in text
        assert "手机号" not in text
    assert room in caplog.text
    assert "disk" not in answer  # what is wrong with it is nobody's business
