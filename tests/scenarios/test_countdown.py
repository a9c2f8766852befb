"""The interim state of the notice: a countdown in session that ticks and never counts (R30)."""

import pytest

from tests.scenarios.cast import Cast, joined

pytestmark = pytest.mark.anyio

SETTINGS = {"SANFANG_COUNTDOWN_IN_SESSION": "shown_not_assessed"}


async def test_r30_a_countdown_in_session_is_shown_as_not_assessed_and_warns_nobody(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await merchant.skip()
    asked = await buyer.say(room, "会话里问一句")
    shown = await merchant.expect("timer")
    assert (shown["state"], shown["rule"]) == ("not_assessed", "R30")
    assert shown["opened_at"] == asked["at"]
    fresh = await cast.sells("agent-2")
    (timer,) = [f for f in fresh.greeting if f["type"] == "timer"]
    assert timer == shown
    cast.demo.advance(minutes=5)
    await merchant.never("alert")
    replied = await merchant.say(room, "在看")
    closed = await merchant.expect("timer")
    assert (closed["state"], closed["closed_at"]) == ("not_assessed", replied["at"])
    await buyer.say(room, "再问一句")
    await merchant.expect("timer", state="not_assessed")
    await courier.say(room, "我来答")
    await courier.do("end_session", room=room, session=session)
    ended = await merchant.event("session_ended")
    closed = await merchant.expect("timer")
    assert (closed["state"], closed["closed_at"]) == ("not_assessed", ended["at"])
    await merchant.never("timer")


async def test_r30_an_open_round_stops_at_the_acceptance_all_the_same(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, "在吗")
    await merchant.expect("timer", state="running")
    await joined(buyer, merchant, courier, room)
    void = await merchant.expect("timer", state="void")
    assert void["reason"] == "session_opened"
    await merchant.never("timer")
