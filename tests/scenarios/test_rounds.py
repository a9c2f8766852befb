"""The merchant's countdown and alerts (R23–R25, R30–R37), as the shop's agents see them."""

import pytest

from tests.scenarios.cast import HELLO, WHERE, Cast, accepted, joined, offered
from tests.scenarios.client import Client, Frame

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def _timer(client: Client, state: str, **fields) -> Frame:
    return await client.expect("timer", state=state, **fields)


async def test_r34_a_round_runs_and_is_answered(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    asked = await buyer.say(room, HELLO)
    for agent in (merchant, colleague):
        running = await _timer(agent, "running", room=room)
        assert running["opened_at"] == asked["at"]
        assert running["due_at"] == asked["at"] + 180_000
        alert = await agent.expect("alert", kind="new_message")
        assert (alert["room"], alert["seq"]) == (room, asked["seq"])
    await buyer.say(room, "有人吗")
    await merchant.expect("alert", kind="new_message")
    await merchant.never("timer")
    answered = await merchant.say(room, "在的")
    for agent in (merchant, colleague):
        done = await _timer(agent, "answered")
        assert done["closed_at"] == answered["at"]
        assert done["opened_at"] == asked["at"]
    await buyer.never(lambda f: f["type"] in ("timer", "alert", "hint", "switch"))


async def test_r34_an_answer_at_the_limit_is_in_time_and_after_it_late_twice(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    await _timer(merchant, "running")
    cast.demo.clock(asked["at"] + 165_000)
    await merchant.say(room, "在的")
    await _timer(merchant, "answered")
    asked = await buyer.say(room, "请问")
    await _timer(merchant, "running", opened_at=asked["at"])
    cast.demo.clock(asked["at"] + 180_001)
    late = await _timer(merchant, "late")
    assert late.get("closed_at") is None
    assert late["opened_at"] == asked["at"]
    replied = await merchant.say(room, "抱歉久等")
    late = await _timer(merchant, "late", closed_at=replied["at"])
    assert late["opened_at"] == asked["at"]


async def test_r36_a_round_warns_at_100_s_and_at_180_s_all_agents_online(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    paused = await cast.sells("agent-3")
    await paused.do("set_status", status="paused")
    asked = await buyer.say(room, HELLO)
    cast.demo.clock(asked["at"] + 85_000)
    await merchant.never("alert", kind="overdue_soon")
    cast.demo.clock(asked["at"] + 100_000)
    for agent in (merchant, colleague):
        soon = await agent.expect("alert", kind="overdue_soon")
        assert soon["room"] == room
        await agent.never("alert", kind="overdue")
    cast.demo.clock(asked["at"] + 181_000)
    for agent in (merchant, colleague):
        await agent.expect("alert", kind="overdue")
    cast.demo.advance(minutes=30)
    for agent in (merchant, colleague):
        await agent.never("alert", kind="overdue_soon")
        await agent.never("alert", kind="overdue")
    await paused.never("alert")
    await paused.expect("timer", state="late")


async def test_r33_a_round_at_night_is_not_assessed_and_warns_nobody(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    cast.demo.next_day("03:00:00")
    asked = await buyer.say(room, HELLO)
    timer = await _timer(merchant, "not_assessed")
    assert timer["opened_at"] == asked["at"]
    assert timer["rule"] == "R33"
    cast.demo.advance(minutes=20)
    await merchant.never(lambda f: f["type"] == "alert" and f["kind"].startswith("overdue"))
    await merchant.never("timer", state="late")
    replied = await merchant.say(room, "早上好")
    closed = await _timer(merchant, "not_assessed", closed_at=replied["at"])
    assert closed["opened_at"] == asked["at"]
    cast.demo.today("08:00:00")
    await buyer.say(room, HELLO)
    await _timer(merchant, "running")


async def test_r35_a_round_open_at_the_days_end_closes_as_late_and_a_new_day_opens_another(
    cast: Cast,
):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    midnight = cast.demo.today("23:59:59") // MINUTE * MINUTE + MINUTE
    cast.demo.clock(midnight)
    closed = await _timer(merchant, "late", closed_at=midnight)
    assert closed["opened_at"] == asked["at"]
    cast.demo.clock(midnight + 10 * 60 * MINUTE)
    again = await buyer.say(room, "第二天了")
    running = await _timer(merchant, "running", opened_at=again["at"])
    assert running["due_at"] == again["at"] + 180_000


async def test_r32_bots_do_not_answer_and_a_human_who_takes_over_has_a_round(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    bot = await cast.come("bot", "bot-1")
    await buyer.say(room, HELLO)
    await _timer(merchant, "running")
    spoken = await bot.say(room, "您好，我是机器人")
    seen = await buyer.event("message_posted", body={"kind": "text", "text": "您好，我是机器人"})
    assert seen["by"]["role"] == "bot"
    await merchant.never("timer")
    await merchant.say(room, "人工在")
    await _timer(merchant, "answered")
    await bot.do("set_reception", room=room, reception="bot")
    await buyer.say(room, "再问一个")
    await merchant.never("timer")
    taken = await merchant.do("set_reception", room=room, reception="human")
    running = await _timer(merchant, "running")
    assert running["opened_at"] == taken["at"]
    assert spoken["seq"] < taken["seq"]
    await bot.never("timer")


async def test_r32_recalls_open_a_round_again_and_make_one_void(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    reply = await merchant.say(room, "在")
    await _timer(merchant, "answered")
    merchant.taken("timer")
    await merchant.do("recall_message", room=room, seq=reply["seq"])
    running = await _timer(merchant, "running")
    assert running["opened_at"] == asked["at"]
    await buyer.do("recall_message", room=room, seq=asked["seq"])
    void = await _timer(merchant, "void")
    assert void["reason"] == "recalled"
    cast.demo.advance(minutes=10)
    await merchant.never(lambda f: f["type"] == "alert" and f["kind"].startswith("overdue"))


async def test_r31_a_round_in_time_at_acceptance_is_void_and_says_why(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    await _timer(merchant, "running")
    session = await accepted(buyer, merchant, room)
    yes = await merchant.event("invite_accepted")
    void = await _timer(merchant, "void")
    assert (void["opened_at"], void["closed_at"]) == (asked["at"], yes["at"])
    assert (void["rule"], void["reason"]) == ("R31", "session_opened")
    await courier.event("agent_joined")
    await courier.say(room, "您好")
    await merchant.do("end_session", room=room, session=session)
    cast.demo.advance(minutes=10)
    await merchant.never("timer")
    await merchant.never(lambda f: f["type"] == "alert" and f["kind"].startswith("overdue"))


async def test_r31_a_merchants_card_counts_from_the_acceptance(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    invite = await offered(buyer, merchant, room)
    cast.demo.clock(asked["at"] + 200_000)
    await _timer(merchant, "late")
    ack = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    late = await _timer(merchant, "late", closed_at=ack["at"])
    assert late["opened_at"] == asked["at"]
    await merchant.never("timer", state="void")


async def test_r31_a_platforms_card_counts_from_its_offer(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, WHERE)
    card = await buyer.event("invite_offered", inviter="platform")
    cast.demo.clock(asked["at"] + 200_000)
    await _timer(merchant, "late")
    invite = card["event"]["invite"]
    await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    void = await _timer(merchant, "void")
    assert (void["reason"], void["opened_at"]) == ("session_opened", asked["at"])


async def test_r31_the_merchant_who_ends_before_any_logistics_message_is_late_after_all(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    session = await joined(buyer, merchant, courier, room)
    yes = await merchant.event("invite_accepted")
    await _timer(merchant, "void")
    await merchant.say(room, "我们一起看")
    await merchant.do("end_session", room=room, session=session)
    late = await _timer(merchant, "late")
    assert (late["opened_at"], late["closed_at"]) == (asked["at"], yes["at"])


@pytest.mark.parametrize("who", ["buyer", "logistics"])
async def test_r31_others_who_end_early_change_nothing(cast: Cast, who: str):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, HELLO)
    session = await joined(buyer, merchant, courier, room)
    await _timer(merchant, "void")
    merchant.taken("timer")
    await (buyer if who == "buyer" else courier).do("end_session", room=room, session=session)
    await merchant.expect("alert", kind="session_ended")
    await merchant.never("timer")


async def test_r31_nothing_in_a_session_opens_a_round_and_the_next_message_after_it_does(
    cast: Cast,
):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await buyer.say(room, "在会话里问")
    await courier.do("end_session", room=room, session=session)
    await merchant.never("timer")
    asked = await buyer.say(room, "会话之后问")
    running = await _timer(merchant, "running")
    assert running["opened_at"] == asked["at"]


async def test_r30_an_open_round_is_told_at_hello_until_it_closes(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    cast.demo.advance(minutes=5)
    agent = await cast.sells("agent-2")
    (timer,) = [f for f in agent.greeting if f["type"] == "timer"]
    assert (timer["state"], timer["opened_at"]) == ("late", asked["at"])
    await merchant.say(room, "在")
    fresh = await cast.sells("agent-3")
    assert not [f for f in fresh.greeting if f["type"] == "timer"]


async def test_a_clock_set_back_makes_no_round_negative_and_warns_nobody_twice(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    cast.demo.clock(asked["at"] + 200_000)
    await merchant.expect("alert", kind="overdue")
    await merchant.skip()
    cast.demo.clock(asked["at"] - 60_000)
    cast.demo.clock(asked["at"] + 200_000)
    await merchant.never("alert")
    cast.demo.clock(asked["at"] - 60_000)
    replied = await merchant.say(room, "在")
    done = await merchant.expect("timer")
    assert done["closed_at"] == replied["at"]
    assert done["state"] in ("answered", "late")


async def test_r32_rounds_open_though_nobody_receives(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("set_reception", room=room, reception="nobody")
    asked = await buyer.say(room, HELLO)
    running = await _timer(merchant, "running")
    assert running["opened_at"] == asked["at"]


async def test_r38_a_round_stays_open_when_the_conversation_is_closed(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    asked = await buyer.say(room, HELLO)
    await _timer(merchant, "running")
    await merchant.do("close_conversation", room=room)
    await merchant.never("timer")
    cast.demo.clock(asked["at"] + 181_000)
    await merchant.expect("alert", kind="overdue", room=room)
    replied = await merchant.say(room, "抱歉久等")
    late = await _timer(merchant, "late", closed_at=replied["at"])
    assert late["opened_at"] == asked["at"]
