"""The courier's desk: queue, routing, capacity, leads and status (R44, R50)."""

import pytest

from tests.scenarios.cast import Cast, accepted, joined, offered
from tests.scenarios.client import Client

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def _crowd(cast: Cast, merchant: Client, count: int) -> list[tuple[Client, str, str]]:
    """So many more buyers with a session each: who, room, session."""
    found = []
    for number in range(count):
        who = f"{cast.buyer}-{number}"
        cast.put_order(f"{cast.order}-{number}", buyer=who)
        buyer = await cast.come("buyer", who)
        room = (await buyer.do("open_room", shop=cast.shop))["room"]
        found.append((buyer, room, await accepted(buyer, merchant, room)))
        await buyer.fence()
    return found


async def _served_by(buyer: Client, session: str) -> str:
    came = await buyer.event("agent_joined", session=session)
    return str(came["event"]["agent"]["id"])


async def test_r44_sessions_go_to_the_most_free_capacity_then_to_the_longest_idle(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="online", capacity=2)
    await cast.delivers("courier-2", capacity=3)
    crowd = await _crowd(cast, merchant, 5)
    served = [await _served_by(buyer, session) for buyer, _, session in crowd]
    assert served[0] == "courier-2", "three free places against two"
    assert sorted(served) == ["courier-1"] * 2 + ["courier-2"] * 3
    assert "courier-1" in served[1:3], "two against two: the one who has not been served longer"


async def test_r44_of_equals_the_longest_idle_comes_first(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="offline")
    for name in ("z-courier", "a-courier"):
        await cast.delivers(name, capacity=1)
        cast.demo.advance(minutes=1)
    (first,) = await _crowd(cast, merchant, 1)
    assert await _served_by(first[0], first[2]) == "z-courier", "it was there first"


async def test_r44_nobody_gets_more_than_the_capacity_and_a_free_place_is_filled(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    crowd = await _crowd(cast, merchant, 3)
    first, second, third = crowd
    assert await _served_by(first[0], first[2]) == "courier-1"
    await second[0].no_event("agent_joined")
    desk = [f for f in courier.frames if f["type"] == "desk"][-1]
    assert (desk["active"], desk["waiting"], desk["capacity"]) == (1, 2, 1)
    await courier.do("end_session", room=first[1], session=first[2], resolution="solved")
    assert await _served_by(second[0], second[2]) == "courier-1"
    await third[0].no_event("agent_joined")
    await courier.do("set_status", status="online", capacity=2)
    assert await _served_by(third[0], third[2]) == "courier-1"


async def test_r44_paused_agents_keep_their_sessions_and_get_no_more(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.do("set_status", status="paused")
    await courier.say(room, "我还在")
    await merchant.skip()
    other = await cast.come("buyer", f"{cast.buyer}-b")
    cast.put_order(f"{cast.order}-b", buyer=f"{cast.buyer}-b")
    waiting = (await other.do("open_room", shop=cast.shop))["room"]
    await merchant.refused("carrier_desk_closed", "offer_invite", room=waiting)
    await courier.do("set_status", status="online")
    invite = await offered(other, merchant, waiting)
    await courier.do("set_status", status="paused")
    ack = await other.do("answer_invite", room=waiting, invite=invite, accept=True)
    await other.no_event("agent_joined")
    await courier.do("set_status", status="online")
    assert await _served_by(other, ack["session"]) == "courier-1"
    await courier.do("end_session", room=room, session=session)


async def test_r44_places_and_expected_waits_are_told_to_buyer_and_merchant(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    colleague = await cast.sells("agent-2")
    crowd = await _crowd(cast, merchant, 3)
    (_, first_room, first), (second, _, session), (third, third_room, last) = crowd
    for client in (merchant, colleague):
        place = await client.expect("queue", session=last)
        assert (place["room"], place["place"], place["waiting"]) == (third_room, 2, 2)
        assert place["expected_ms"] == 5 * MINUTE, "one ahead, five minutes each, one agent"
    own = await third.expect("queue")
    assert (own["session"], own["place"]) == (last, 2)
    next_one = (await second.fence()) and second.taken("queue")[-1]
    assert (next_one["session"], next_one["place"]) == (session, 1)
    assert next_one["expected_ms"] == 0
    await third.skip()
    await courier.do("end_session", room=first_room, session=first)
    moved = await third.expect("queue")
    assert (moved["place"], moved["waiting"]) == (1, 1)
    await courier.never("queue")
    await third.never("queue", session=session)


async def test_r44_a_lead_prioritizes_and_nobody_else(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    lead = await cast.come("logistics", "lead", lead=True)
    crowd = await _crowd(cast, merchant, 4)
    (_, first_room, first), second, third, fourth = crowd
    up = {"room": fourth[1], "session": fourth[2]}
    await courier.refused("forbidden", "prioritize_session", **up)
    await merchant.refused("forbidden", "prioritize_session", **up)
    foreign = await cast.come("logistics", "lead", lead=True, carrier=f"{cast.carrier}-x")
    await foreign.refused("forbidden", "prioritize_session", **up)
    await lead.refused("forbidden", "prioritize_session", room="room-of-nobody", session="s")
    wrong = {"room": fourth[1], "session": "s-none"}
    error = await lead.ask("prioritize_session", **wrong)
    assert error["code"] in ("session_not_open", "not_found")
    await fourth[0].skip()
    ack = await lead.do("prioritize_session", **up)
    assert (ack["room"], ack["session"]) == (fourth[1], fourth[2])
    place = await fourth[0].expect("queue", session=fourth[2])
    assert (place["place"], place["waiting"]) == (1, 3)
    await lead.do("prioritize_session", room=third[1], session=third[2])
    await courier.do("end_session", room=first_room, session=first)
    assert await _served_by(third[0], third[2]) == "courier-1", "who was raised last goes first"
    error = await lead.refused(
        "session_not_open", "prioritize_session", room=third[1], session=third[2]
    )
    await second[0].no_event("agent_joined")


async def test_r44_status_and_capacity_outlive_a_reconnect_and_a_restart(cast: Cast):
    courier = await cast.delivers(capacity=7)
    await courier.do("set_status", status="paused")
    merchant = await cast.sells()
    await merchant.do("set_status", status="paused")
    await courier.close()
    again = await cast.come("logistics", "courier-1")
    (desk,) = [f for f in again.greeting if f["type"] == "desk"]
    assert (desk["status"], desk["capacity"]) == ("paused", 7)
    cast.demo.restart()
    again = await cast.come("logistics", "courier-1")
    (desk,) = [f for f in again.greeting if f["type"] == "desk"]
    assert (desk["status"], desk["capacity"]) == ("paused", 7)
    await cast.sells()
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    shown = (await cast.buys()).shown(room)
    assert shown["reception"] == "nobody", "the paused agent is not receiving"


async def test_r44_desk_frames_follow_ones_own_status_and_the_queue(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.skip()
    await courier.do("set_status", status="paused", capacity=2)
    desk = await courier.expect("desk", status="paused")
    assert desk == {"type": "desk", "status": "paused", "capacity": 2, "active": 0, "waiting": 0}
    await courier.do("set_status", status="online")
    assert (await courier.expect("desk", status="online"))["capacity"] == 2
    ((buyer, room, session),) = await _crowd(cast, merchant, 1)
    await courier.expect("desk", active=1)
    await buyer.do("end_session", room=room, session=session)
    await courier.expect("desk", active=0)
    other = await cast.delivers("courier-9", carrier=f"{cast.carrier}-x")
    await other.never("desk", waiting=1)
    await buyer.refused("forbidden", "set_status", status="online")


async def test_r50_the_last_hours_mean_handling_time_is_what_one_would_wait(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    ((_, room, session),) = await _crowd(cast, merchant, 1)
    await courier.event("agent_joined", session=session)
    said = await courier.say(room, "您好")
    cast.demo.clock(said["at"] + 8 * MINUTE)
    await courier.do("end_session", room=room, session=session)
    crowd = await _crowd_again(cast, merchant, 3)
    place = await crowd[2][0].expect("queue", place=2)
    assert 8 * MINUTE <= place["expected_ms"] < 9 * MINUTE


async def _crowd_again(cast: Cast, merchant: Client, count: int) -> list[tuple[Client, str, str]]:
    cast.buyer += "-again"
    cast.order += "-again"
    return await _crowd(cast, merchant, count)


async def test_r21_merchant_agents_are_online_unless_they_say_otherwise(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    assert (await cast.buys()).shown(room)["reception"] == "human"
    await merchant.do("set_status", status="offline")
    assert (await cast.buys()).shown(room)["reception"] == "nobody"
    await buyer.say(room, "有人吗")
    await merchant.never("alert")
    await merchant.do("set_status", status="online")
    assert (await cast.buys()).shown(room)["reception"] == "human"
    await buyer.no_event("reception_changed")


async def test_r49_a_session_that_is_prioritized_twice_with_one_ref_is_so_once(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    await joined(buyer, merchant, courier, room)
    cast.put_order(f"{cast.order}-b", buyer=f"{cast.buyer}-b")
    second = await cast.come("buyer", f"{cast.buyer}-b")
    waiting = (await second.do("open_room", shop=cast.shop))["room"]
    session = await accepted(second, merchant, waiting)
    lead = await cast.come("logistics", "lead", lead=True)
    first = await lead.do("prioritize_session", room=waiting, session=session, ref="up")
    await courier.do("set_status", status="online", capacity=2)
    await courier.event("agent_joined", session=session)
    again = await lead.do("prioritize_session", room=waiting, session=session, ref="up")
    assert again == {**first, "duplicate": True}
    again = {"room": waiting, "session": session}
    error = await lead.refused("session_not_open", "prioritize_session", **again, ref="later")
    assert error["details"]["state"] == "active"


async def test_r44_the_order_of_the_queue_outlives_a_restart(cast: Cast):
    _, merchant, courier, _ = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    (lost, lost_room, returned), second, third, fourth = await _crowd(cast, merchant, 4)
    await _served_by(lost, returned)
    lead = await cast.come("logistics", "lead", lead=True)
    await lead.do("prioritize_session", room=fourth[1], session=fourth[2])
    await courier.close()
    await lost.expect("presence", online=False)
    cast.demo.advance(s=31)
    await lost.event("agent_left", reason="disconnected")
    await lead.do("prioritize_session", room=third[1], session=third[2])
    expected = [third[1], lost_room, fourth[1], second[1]]
    for _ in range(2):
        fresh = await cast.sells("agent-9")
        places = {f["place"]: f["room"] for f in fresh.greeting if f["type"] == "queue"}
        assert [places[number] for number in (1, 2, 3, 4)] == expected
        cast.demo.restart()
