"""What falls due, by the demo's clock: cards, waits, idle sessions, absent agents (R14, R57)."""

import pytest

from tests.scenarios.cast import WHERE, Cast, accepted, joined, offered

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def test_r57_at_exactly_expires_at_the_card_is_expired_and_a_moment_before_it_is_not(
    cast: Cast,
):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    card = await merchant.event("invite_offered", invite=invite)
    expires_at = card["event"]["expires_at"]
    cast.demo.clock(expires_at)
    gone = await merchant.event("invite_expired", invite=invite, reason="timeout")
    assert gone["at"] == expires_at
    assert gone["by"]["role"] == "platform"
    error = await buyer.refused(
        "invite_not_open", "answer_invite", room=room, invite=invite, accept=True
    )
    assert error["details"]["state"] == "expired"
    again = (await buyer.do("reopen_invite", room=room, invite=invite))["invite"]
    card = await merchant.event("invite_offered", invite=again)
    cast.demo.clock(card["event"]["expires_at"] - 15_000)
    await buyer.do("answer_invite", room=room, invite=again, accept=True)


async def test_r10_a_card_ends_at_closing_time_at_the_latest_and_r4_none_is_offered_after(
    cast: Cast,
):
    closing = cast.demo.today("21:00:00")
    cast.demo.today("20:55:00")
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    card = await merchant.event("invite_offered")
    assert abs(card["event"]["expires_at"] - closing) < 1_000
    assert card["event"]["expires_at"] % MINUTE == 0
    cast.demo.clock(card["event"]["expires_at"])
    await merchant.event("invite_expired", invite=invite)
    await buyer.refused("outside_service_hours", "reopen_invite", room=room, invite=invite)
    await merchant.refused("outside_service_hours", "offer_invite", room=room)
    cast.demo.today("08:59:30")
    await merchant.refused("outside_service_hours", "offer_invite", room=room)
    cast.demo.today("09:00:00")
    again = await offered(buyer, merchant, room)
    cast.demo.today("09:05:00")
    await buyer.do("answer_invite", room=room, invite=again, accept=True)
    await courier.event("agent_joined")


async def test_r4_a_session_accepted_before_closing_is_served_as_usual(cast: Cast):
    cast.demo.today("20:58:00")
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    cast.demo.today("21:01:00")
    await courier.fence()
    await buyer.say(room, "还在吗")
    await buyer.no_event("session_ended")
    await buyer.do("end_session", room=room, session=session)


async def test_r14_a_wait_ends_after_three_minutes_if_no_agent_is_online(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await courier.do("set_status", status="offline")
    ack = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    cast.demo.clock(ack["at"] + 3 * MINUTE - 15_000)
    await merchant.no_event("session_ended")
    cast.demo.clock(ack["at"] + 3 * MINUTE)
    ended = await merchant.event("session_ended", session=ack["session"], reason="no_agent")
    assert ended["at"] == ack["at"] + 3 * MINUTE
    await merchant.expect("alert", kind="session_ended")


async def test_r14_a_wait_ends_after_ten_minutes_if_agents_are_there_but_full(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    await joined(buyer, merchant, courier, room)
    await courier.say(room, "您好")
    other = await cast.come("buyer", f"{cast.buyer}-b")
    cast.put_order(f"{cast.order}-b", buyer=f"{cast.buyer}-b")
    waiting = (await other.do("open_room", shop=cast.shop))["room"]
    session = await accepted(other, merchant, waiting)
    yes = await other.event("invite_accepted")
    cast.demo.clock(yes["at"] + 9 * MINUTE)
    await other.no_event("session_ended")
    cast.demo.clock(yes["at"] + 10 * MINUTE)
    ended = await other.event("session_ended", session=session, reason="no_agent")
    assert ended["at"] == yes["at"] + 10 * MINUTE


async def test_r14_an_idle_session_is_warned_two_minutes_ahead_and_ends_after_fifteen(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    said = await courier.say(room, "您好")
    await merchant.say(room, "我也在")
    last = said["at"]
    cast.demo.clock(last + 13 * MINUTE)
    for client in (buyer, courier):
        warning = await client.expect("idle_warning")
        assert warning["session"] == session
        assert warning["ends_at"] == last + 15 * MINUTE
    late = await cast.buys()
    assert [f["ends_at"] for f in late.greeting if f["type"] == "idle_warning"] == [
        last + 15 * MINUTE
    ]
    await merchant.never("idle_warning")
    cast.demo.clock(last + 15 * MINUTE)
    left = await courier.event("agent_left", reason="ended")
    ended = await buyer.event("session_ended", session=session, reason="idle")
    assert left["at"] == ended["at"] == last + 15 * MINUTE
    assert ended["by"]["role"] == "platform"
    await courier.expect("left", room=room)


@pytest.mark.parametrize("who", ["buyer", "logistics"])
async def test_r14_keep_session_answers_the_warning(cast: Cast, who: str):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    said = await courier.say(room, "您好")
    cast.demo.clock(said["at"] + 14 * MINUTE)
    await merchant.refused("forbidden", "keep_session", room=room, session=session)
    keeper = buyer if who == "buyer" else courier
    kept = await keeper.do("keep_session", room=room, session=session)
    cast.demo.clock(kept["at"] + 14 * MINUTE)
    await buyer.no_event("session_ended")
    warnings = buyer.taken("idle_warning")
    assert [w["ends_at"] for w in warnings][-1] == kept["at"] + 15 * MINUTE
    cast.demo.clock(kept["at"] + 15 * MINUTE)
    await merchant.event("session_ended", reason="idle")
    await buyer.refused("session_not_open", "keep_session", room=room, session=session)


async def test_r44_an_agent_silent_for_a_minute_loses_the_session_once(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    second = await cast.delivers("courier-2", status="paused")
    session = await joined(buyer, merchant, courier, room)
    came = next(
        f for f in courier.frames if f["type"] == "event" and f["event"]["kind"] == "agent_joined"
    )
    await second.do("set_status", status="online")
    cast.demo.clock(came["at"] + MINUTE)
    left = await buyer.event("agent_left", agent="courier-1", reason="silent")
    assert left["at"] == came["at"] + MINUTE
    await courier.expect("left", room=room)
    back = await buyer.event("agent_joined", session=session)
    assert back["event"]["agent"]["id"] == "courier-2", "the silent one is the last to get it back"
    await second.say(room, "您好，我来处理")
    await buyer.say(room, "好的")


async def test_r44_a_silent_agent_who_is_alone_gets_it_back_and_keeps_it(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await joined(buyer, merchant, courier, room)
    cast.demo.advance(s=61)
    await buyer.event("agent_left", reason="silent")
    again = await buyer.event("agent_joined")
    assert again["event"]["agent"]["id"] == "courier-1"
    cast.demo.advance(minutes=5)
    await buyer.no_event("agent_left")
    await courier.say(room, "您好")
    assert courier.taken("left")
    assert (await courier.fence())["heads"][room]


async def test_r45_an_agent_away_for_thirty_seconds_keeps_its_session_and_longer_loses_it(
    cast: Cast,
):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.say(room, "您好")
    await courier.close()
    await buyer.expect("presence", online=False)
    cast.demo.advance(s=12)
    await buyer.no_event("agent_left")
    back = await cast.come("logistics", "courier-1")
    assert back.shown(room)["session"]["id"] == session
    cast.demo.advance(s=60)
    await back.say(room, "我还在")
    await back.close()
    await buyer.expect("presence", online=False)
    cast.demo.advance(s=31)
    left = await buyer.event("agent_left", agent="courier-1", reason="disconnected")
    place = await buyer.expect("queue", session=session)
    assert (place["place"], place["waiting"]) == (1, 1)
    cast.demo.clock(left["at"] + 3 * MINUTE)
    ended = await buyer.event("session_ended", session=session, reason="no_agent")
    assert ended["at"] == left["at"] + 3 * MINUTE, "a new wait begins the limits anew"


async def test_r57_what_is_due_happens_in_due_order_over_a_long_leap(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    session = await joined(buyer, merchant, courier, room)
    said = await courier.say(room, "您好")
    cast.demo.clock(said["at"] + 12 * MINUTE)
    other = await cast.come("buyer", f"{cast.buyer}-b")
    cast.put_order(f"{cast.order}-b", buyer=f"{cast.buyer}-b")
    waiting = (await other.do("open_room", shop=cast.shop))["room"]
    second = await accepted(other, merchant, waiting)
    cast.demo.advance(minutes=300)
    ended = await buyer.event("session_ended", session=session, reason="idle")
    assert ended["at"] == said["at"] + 15 * MINUTE
    came = await other.event("agent_joined", session=second)
    assert came["at"] == ended["at"], "the agent was free in time, so nobody waited ten minutes"
    silent = await other.event("agent_left", reason="silent")
    assert silent["at"] == came["at"] + MINUTE
    await other.event("agent_joined")
    over = await other.event("session_ended", reason="idle")
    assert over["at"] == silent["at"] + 15 * MINUTE
    assert came["seq"] < silent["seq"] < over["seq"]


async def test_the_clock_set_back_undoes_nothing_and_seq_still_grows(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.say(room, WHERE)
    card = await buyer.event("invite_offered")
    cast.demo.clock(card["event"]["expires_at"])
    gone = await buyer.event("invite_expired")
    now = cast.demo.advance(minutes=-60)
    later = await buyer.say(room, "好")
    assert later["seq"] == gone["seq"] + 1
    assert later["at"] < gone["at"]
    assert abs(later["at"] - now) < 5_000
    invite = card["event"]["invite"]
    await buyer.refused("invite_not_open", "answer_invite", room=room, invite=invite, accept=True)
    again = await buyer.do("reopen_invite", room=room, invite=invite)
    assert again["expires_at"] > again["at"]
    await buyer.do("answer_invite", room=room, invite=again["invite"], accept=True)
    await merchant.event("agent_joined")


async def test_r11_the_platform_waits_half_an_hour_after_an_expiry_and_a_day_after_a_no(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.say(room, WHERE)
    card = await buyer.event("invite_offered")
    cast.demo.clock(card["event"]["expires_at"])
    cast.demo.advance(minutes=29)
    await merchant.skip()
    await buyer.say(room, WHERE)
    await merchant.expect("hint")
    await merchant.no_event("invite_offered")
    cast.demo.advance(minutes=2)
    await buyer.say(room, WHERE)
    second = await buyer.event("invite_offered")
    no = {"room": room, "invite": second["event"]["invite"], "accept": False}
    declined = await buyer.do("answer_invite", **no)
    cast.demo.clock(declined["at"] + 8 * 60 * MINUTE)
    await buyer.say(room, WHERE)
    await buyer.no_event("invite_offered")
    cast.demo.clock(declined["at"] + 24 * 60 * MINUTE)
    await buyer.say(room, WHERE)
    await buyer.event("invite_offered")


async def test_r11_the_merchant_waits_a_minute_then_a_day_then_for_ever(cast: Cast):
    buyer, merchant, _, room = await cast.scene()

    async def declined(**more: bool) -> int:
        invite = await offered(buyer, merchant, room)
        no = {"room": room, "invite": invite, "accept": False}
        return int((await buyer.do("answer_invite", **no, **more))["at"])

    first_at = await declined()
    error = await merchant.refused("cooldown", "offer_invite", room=room)
    assert error["details"]["until_at"] == first_at + MINUTE
    cast.demo.clock(first_at + MINUTE)
    second_at = await declined()
    cast.demo.clock(second_at + 8 * 60 * MINUTE)
    error = await merchant.refused("cooldown", "offer_invite", room=room)
    assert error["details"]["until_at"] == second_at + 24 * 60 * MINUTE
    cast.demo.clock(second_at + 24 * 60 * MINUTE)
    await declined(never_again=True)
    cast.demo.advance(minutes=48 * 60)
    await merchant.refused("cooldown", "offer_invite", room=room)
    last = [f for f in buyer.frames if f["type"] == "event" and "expires_at" in f["event"]][-1]
    await buyer.do("reopen_invite", room=room, invite=last["event"]["invite"])
