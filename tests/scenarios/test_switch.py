"""Switches, roll-out, carriers, old clients and hints (R15–R20, R51, R56)."""

import pytest

from tests.scenarios.cast import WHERE, Cast, joined, offered
from tests.scenarios.client import Frame

pytestmark = pytest.mark.anyio


def _path(cast: Cast) -> str:
    return f"/api/v1/shops/{cast.shop}/switch"


def _set(cast: Cast, **changes) -> Frame:
    return cast.demo.put(_path(cast), changes, token=cast.platform)


async def test_r15_a_shop_begins_with_everything_on(cast: Cast):
    merchant = await cast.sells()
    (switch,) = [f for f in merchant.greeting if f["type"] == "switch"]
    assert switch == {
        "type": "switch",
        "shop": cast.shop,
        "enabled": True,
        "auto": True,
        "entry": {"mobile": True, "desktop": True},
    }


async def test_r15_off_withdraws_the_open_card_at_once_and_tells_every_agent(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    stranger = await cast.sells("agent-9", shop=f"{cast.shop}-x")
    invite = await offered(buyer, merchant, room)
    await colleague.do("set_switch", enabled=False)
    for agent in (merchant, colleague):
        switch = await agent.expect("switch", enabled=False)
        assert (switch["shop"], switch["changed_by"]) == (cast.shop, "agent-2")
        assert switch["auto"] is True
        assert switch["changed_at"] > 0
    gone = await buyer.event("invite_withdrawn", invite=invite, reason="switched_off")
    assert gone["by"]["role"] == "platform"
    await merchant.refused("switched_off", "offer_invite", room=room)
    await buyer.say(room, WHERE)
    await merchant.event("message_posted")
    await merchant.never("hint")
    await merchant.do("set_switch", enabled=True)
    await offered(buyer, merchant, room)
    await stranger.never("switch")


async def test_r15_off_leaves_running_and_waiting_sessions_alone(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    session = await joined(buyer, merchant, courier, room)
    other = await cast.come("buyer", f"{cast.buyer}-b")
    cast.put_order(f"{cast.order}-b", buyer=f"{cast.buyer}-b")
    waiting = (await other.do("open_room", shop=cast.shop))["room"]
    invite = await offered(other, merchant, waiting)
    await other.do("answer_invite", room=waiting, invite=invite, accept=True)
    await merchant.do("set_switch", enabled=False)
    await courier.say(room, "您好")
    await courier.do("end_session", room=room, session=session)
    await other.event("agent_joined")
    await merchant.skip()
    await other.say(waiting, "还没到")
    await merchant.event("message_posted")
    await merchant.never("alert")


async def test_r10_an_acceptance_that_comes_after_the_switch_is_refused(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    rollout = cast.demo.get("/api/v1/rollout", token=cast.platform)
    try:
        cast.demo.put("/api/v1/rollout", {"deny": [cast.shop]}, token=cast.platform)
        yes = {"room": room, "invite": invite, "accept": True}
        await buyer.refused("not_rolled_out", "answer_invite", **yes)
    finally:
        cast.demo.put("/api/v1/rollout", rollout, token=cast.platform)
    await merchant.event("invite_expired", reason="not_rolled_out")


async def test_r15_changes_are_kept_and_if_match_guards_them(cast: Cast):
    first = cast.demo.call("GET", _path(cast), token=cast.platform)
    assert first.json["enabled"] is True
    tag = first.headers["etag"]
    agent = cast.token("merchant", "agent-1")
    body = {"auto": False}
    good = cast.demo.call("PUT", _path(cast), body, token=agent, if_match=tag)
    assert good.status == 200
    assert good.headers["etag"] != tag
    stale = cast.demo.call("PUT", _path(cast), {"auto": True}, token=agent, if_match=tag)
    assert (stale.status, stale.json["code"]) == (412, "conflict")
    assert stale.headers["content-type"] == "application/problem+json"
    merchant = await cast.sells()
    await merchant.do("set_switch", entry={"mobile": False})
    changes = cast.demo.get(f"{_path(cast)}/changes", token=agent)["changes"]
    assert [change["by"] for change in changes] == ["agent-1", "agent-1"]
    assert all(change["at"] > 0 for change in changes)
    now = cast.demo.get(_path(cast), token=agent)
    assert now["entry"] == {"mobile": False, "desktop": True}
    assert (now["auto"], now["changed_by"]) == (False, "agent-1")
    for token in (
        cast.token("merchant", "agent-1", shop=f"{cast.shop}-x"),
        cast.token("buyer", cast.buyer),
        cast.token("bot", "bot-1"),
    ):
        assert cast.demo.call("PUT", _path(cast), {"auto": True}, token=token).status == 403
        assert cast.demo.call("GET", _path(cast), token=token).status == 403


async def test_r17_each_device_has_its_own_entry(cast: Cast):
    buyer, desktop, _, room = await cast.scene()
    mobile = await cast.sells("agent-2", hello={"device": "mobile"})
    await desktop.do("set_switch", entry={"desktop": False})
    for agent in (desktop, mobile):
        switch = await agent.expect("switch", entry={"mobile": True, "desktop": False})
        assert switch["enabled"] is True
    await desktop.refused("entry_closed", "offer_invite", room=room)
    invite = await offered(buyer, mobile, room)
    await mobile.do("withdraw_invite", room=room, invite=invite)
    await desktop.do("set_switch", entry={"mobile": False, "desktop": True})
    await mobile.refused("entry_closed", "offer_invite", room=room)
    await offered(buyer, desktop, room)


async def test_r17_a_closed_entry_stops_no_platform_invite(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    _set(cast, entry={"mobile": False, "desktop": False})
    await buyer.say(room, WHERE)
    await merchant.event("invite_offered", inviter="platform")


async def test_r17_the_desktop_entry_has_a_percentage_of_its_own(cast: Cast):
    _, desktop, _, room = await cast.scene()
    mobile = await cast.sells("agent-2", hello={"device": "mobile"})
    try:
        cast.demo.put("/api/v1/rollout", {"desktop_percent": 0}, token=cast.platform)
        await desktop.refused("entry_closed", "offer_invite", room=room)
        await mobile.do("offer_invite", room=room)
    finally:
        cast.demo.put("/api/v1/rollout", {"desktop_percent": 100}, token=cast.platform)


async def test_r51_auto_off_leaves_a_hint_and_the_merchants_own_invite(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    await merchant.do("set_switch", auto=False)
    said = await buyer.say(room, WHERE)
    for agent in (merchant, colleague):
        hint = await agent.expect("hint")
        assert (hint["room"], hint["seq"]) == (room, said["seq"])
        assert hint["intent"] in ("not_received", "arrival_time")
        assert hint["evidence"]
    await buyer.no_event("invite_offered")
    await buyer.never("hint")
    await offered(buyer, merchant, room)


async def test_r51_a_hard_reason_leaves_no_hint(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    cast.put_order(status="received")
    await buyer.say(room, WHERE)
    await merchant.never("hint")
    await merchant.no_event("invite_offered")


async def test_r16_the_roll_out_takes_effect_at_once_and_only_adds_shops(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    rollout = cast.demo.get("/api/v1/rollout", token=cast.platform)
    assert rollout["percent"] == 100
    assert rollout["mode"] == "live"
    path = f"/api/v1/rooms/{room}/explanation"

    def covered(**changes) -> bool:
        cast.demo.put("/api/v1/rollout", changes, token=cast.platform)
        return bool(cast.demo.get(path, token=cast.platform)["possible"])

    try:
        by_percent = [covered(percent=percent) for percent in (0, 20, 40, 60, 80, 100)]
        assert by_percent == sorted(by_percent), "raising it only adds"
        assert (by_percent[0], by_percent[-1]) == (False, True)
        assert covered(percent=0, allow=[cast.shop]) is True
        assert covered(deny=[cast.shop]) is False, "deny beats allow"
        await merchant.refused("not_rolled_out", "offer_invite", room=room)
        assert covered(deny=[], percent=100, from_at="2030-01-01T00:00:00+08:00") is False
        denied = cast.demo.call(
            "PUT", "/api/v1/rollout", {"percent": 1}, token=cast.token("merchant", "agent-1")
        )
        assert denied.status == 403
    finally:
        cast.demo.put("/api/v1/rollout", rollout, token=cast.platform)
    await offered(buyer, merchant, room)


async def test_r56_a_shadow_decides_and_sends_nothing(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    try:
        cast.demo.put("/api/v1/rollout", {"mode": "shadow"}, token=cast.platform)
        await buyer.say(room, WHERE)
        await buyer.no_event("invite_offered")
        await merchant.never("hint")
    finally:
        cast.demo.put("/api/v1/rollout", {"mode": "live"}, token=cast.platform)
    await offered(buyer, merchant, room)


async def test_r20_a_carrier_switched_off_takes_effect_at_once(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    cast.put_carrier(enabled=False)
    yes = {"room": room, "invite": invite, "accept": True}
    await buyer.refused("carrier_not_supported", "answer_invite", **yes)
    await merchant.event("invite_expired", reason="carrier_not_supported")
    await merchant.refused("carrier_not_supported", "offer_invite", room=room)
    cast.put_carrier(enabled=True, hours="18:00-20:00")
    await merchant.refused("carrier_desk_closed", "offer_invite", room=room)
    cast.put_carrier(enabled=True)
    await offered(buyer, merchant, room)
    shop = cast.token("merchant", "agent-1")
    denied = cast.demo.call("PUT", "/api/v1/carriers", {"carriers": []}, token=shop)
    assert denied.status == 403


async def test_r18_an_old_merchant_client_chats_and_is_told_to_upgrade(cast: Cast):
    buyer, _, _, room = await cast.scene()
    old = await cast.sells("agent-old", hello={"version": "0.9.9"})
    advised = old.greeting[0]["upgrade_advised"]
    assert advised["minimum"] == "1.0.0"
    assert advised["url"]
    error = await old.refused("client_outdated", "offer_invite", room=room)
    assert error["details"]["minimum"] == "1.0.0"
    await old.say(room, "你好")
    await buyer.event("message_posted")
    newer = await cast.sells("agent-new", hello={"version": "1.0.0.1"})
    assert "upgrade_advised" not in newer.greeting[0]
    ten = await cast.sells("agent-ten", hello={"version": "0.10"})
    assert "upgrade_advised" in ten.greeting[0], "numbers, not decimals"
    other = await cast.come("buyer", f"{cast.buyer}-b", hello={"version": "0.1"})
    assert "upgrade_advised" not in other.greeting[0]
