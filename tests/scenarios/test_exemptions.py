"""What the merchant is not charged for, on the wire and in the answers of HTTP (R22–R30, R42)."""

from typing import Any

import pytest

from tests.scenarios.cast import HELLO, Cast, joined, offered, text
from tests.scenarios.client import Client, Frame

pytestmark = pytest.mark.anyio

PROMOTION = {
    "kind": "promotion",
    "title": "新品",
    "text": "欢迎选购",
    "url": "https://shop.example/1",
}
MEASURES = {
    "three_minute_rate",
    "average_response",
    "alert",
    "marketing",
    "message_limit",
    "assessment",
}
NOISE = {"alert", "timer", "hint"}


def _contacts(cast: Cast, agent: str = "agent-1") -> list[Frame]:
    token = cast.token("merchant", agent)
    return list(cast.demo.get(f"/api/v1/shops/{cast.shop}/contacts", token=token)["contacts"])


def _verdicts(cast: Cast, room: str) -> dict[int, dict[str, Frame]]:
    found: dict[int, dict[str, Frame]] = {}
    path = f"/api/v1/rooms/{room}/verdicts?after=0&limit=200"
    for verdict in cast.demo.get(path, token=cast.platform)["verdicts"]:
        found.setdefault(verdict["seq"], {})[verdict["measure"]] = verdict
    return found


async def test_r25_in_session_messages_make_no_noise_of_any_kind(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    session = await joined(buyer, merchant, courier, room)
    for agent in (merchant, colleague):
        answered = await agent.expect("alert", kind="invite_answered")
        assert answered["room"] == room
        await agent.skip()
    for number in range(3):
        await buyer.say(room, f"我的快递到哪了，一直没收到货 {number}")
        await courier.say(room, f"正在查 {number}")
    cast.demo.advance(minutes=10)
    for agent in (merchant, colleague):
        await agent.never(lambda f: f["type"] in NOISE)
        assert len(agent.taken("event")) == 6, "they see the messages all the same"
    await buyer.do("end_session", room=room, session=session)
    ended = await merchant.expect("alert")
    assert ended["kind"] == "session_ended"
    await merchant.never(lambda f: f["type"] in NOISE)


async def test_r25_the_wait_for_an_agent_is_in_session_already(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await courier.do("set_status", status="paused")
    await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    await merchant.expect("alert", kind="invite_answered")
    await buyer.say(room, "还要等多久")
    await merchant.never(lambda f: f["type"] in NOISE)
    assert [each["unread"] for each in _contacts(cast)] == [0]


async def test_r26_contacts_never_list_couriers_and_count_unread_outside_sessions_only(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, HELLO)
    await buyer.say(room, HELLO)
    session = await joined(buyer, merchant, courier, room)
    await buyer.say(room, "会话里的一句")
    await courier.say(room, "您好")
    (contact,) = _contacts(cast)
    assert contact["id"] == cast.buyer
    assert (contact["role"], contact["name"], contact["room"]) == ("buyer", "张小明", room)
    assert contact["unread"] == 2
    assert contact["last_at"] > 0
    await courier.do("end_session", room=room, session=session)
    said = await buyer.say(room, "会话之后的一句")
    assert [each["unread"] for each in _contacts(cast)] == [3]
    await merchant.send("mark_read", room=room, seq=said["seq"] - 1)
    await merchant.fence()
    assert [each["unread"] for each in _contacts(cast)] == [1]
    assert [each["unread"] for each in _contacts(cast, "agent-2")] == [3], "each agent's own mark"
    denied = cast.demo.call(
        "GET", f"/api/v1/shops/{cast.shop}/contacts", token=cast.token("logistics", "courier-1")
    )
    assert denied.status == 403


async def test_r28_the_sixth_message_in_a_row_is_refused_and_the_buyer_refills(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    bot = await cast.come("bot", "bot-1")
    for number in range(5):
        await (bot if number == 2 else merchant).say(room, f"{number}")
    sixth = {"room": room, "body": text("第六句"), "ref": "sixth"}
    error = await merchant.refused("message_limit", "post_message", **sixth)
    assert error["retryable"] is False
    assert error["details"]["limit"] == 5
    await bot.refused("message_limit", "post_message", room=room, body=text("也不行"))
    await buyer.no_event("message_posted", body=text("第六句"))
    await buyer.say(room, "好")
    ack = await merchant.do("post_message", **sixth)
    assert "duplicate" not in ack, "R29: it goes out later with the same ref"


async def test_r28_a_recall_refunds_nothing_and_an_acceptance_refills(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    for number in range(4):
        await merchant.say(room, f"{number}")
    last = await merchant.say(room, "4")
    await merchant.do("recall_message", room=room, seq=last["seq"])
    await merchant.refused("message_limit", "post_message", room=room, body=text("5"))
    session = await joined(buyer, merchant, courier, room)
    for number in range(8):
        await merchant.say(room, f"会话中 {number}")
        await courier.say(room, f"在查 {number}")
    await courier.do("end_session", room=room, session=session)
    for number in range(5):
        await merchant.say(room, f"会话后 {number}")
    await merchant.refused("message_limit", "post_message", room=room, body=text("又是第六句"))


async def test_r28_a_buyers_message_in_a_session_refills_nothing(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.do("end_session", room=room, session=session)
    for number in range(5):
        await merchant.say(room, f"{number}")
    cast.demo.advance(minutes=2)
    session = await _again(buyer, merchant, courier, room)
    await buyer.say(room, "会话里的一句")
    await buyer.do("end_session", room=room, session=session)
    await merchant.say(room, "同意邀请时已重新计数")


async def _again(buyer: Client, merchant: Client, courier: Client, room: str) -> str:
    for client in (buyer, courier):
        await client.skip()
    return await joined(buyer, merchant, courier, room)


async def test_r27_one_promotion_a_day_outside_sessions_and_any_number_inside(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    first = await merchant.do("post_message", room=room, body=PROMOTION)
    await buyer.event("message_posted", body=PROMOTION)
    error = await merchant.refused("marketing_limit", "post_message", room=room, body=PROMOTION)
    assert error["details"]["until_at"] == first["at"] + 24 * 3_600_000
    by_rule = text("领券立减，全场八折")
    await merchant.refused("marketing_limit", "post_message", room=room, body=by_rule)
    await merchant.say(room, "普通的话")
    session = await joined(buyer, merchant, courier, room)
    await merchant.do("post_message", room=room, body=PROMOTION)
    await merchant.do("post_message", room=room, body=by_rule)
    await courier.say(room, "领券立减")
    await courier.do("end_session", room=room, session=session)
    cast.demo.clock(first["at"] + 24 * 3_600_000 - 20_000)
    await merchant.refused("marketing_limit", "post_message", room=room, body=PROMOTION)
    cast.demo.clock(first["at"] + 24 * 3_600_000)
    await merchant.do("post_message", room=room, body=PROMOTION)


async def test_r29_a_refused_message_leaves_no_trace(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("post_message", room=room, body=PROMOTION)
    head = (await buyer.fence())["heads"][room]
    await merchant.refused("marketing_limit", "post_message", room=room, body=PROMOTION, ref="p")
    assert (await buyer.fence())["heads"][room] == head
    page = await merchant.ask("fetch_history", room=room)
    assert page["events"][-1]["seq"] == head


async def test_r42_each_message_has_a_verdict_for_each_measure_with_rule_and_phase(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    asked = (await buyer.say(room, HELLO))["seq"]
    replied = (await merchant.say(room, "在的"))["seq"]
    session = await joined(buyer, merchant, courier, room)
    inside = [(await c.say(room, "会话中"))["seq"] for c in (buyer, merchant, courier)]
    await courier.do("end_session", room=room, session=session)
    found = _verdicts(cast, room)
    assert set(found) == {asked, replied, *inside}
    for verdicts in found.values():
        assert set(verdicts) == MEASURES
        for verdict in verdicts.values():
            assert verdict["version"] == "2023.1"
            assert verdict["rule"].startswith("R")
    rules = {"three_minute_rate": "R23", "average_response": "R24", "alert": "R25"}
    rules |= {"marketing": "R27", "message_limit": "R28", "assessment": "R22"}
    for seq in inside:
        for measure, verdict in found[seq].items():
            assert verdict["counted"] is False
            assert verdict["phase"] == "three_party"
            assert verdict["rule"] == rules[measure]
    for seq, measure in (
        (asked, "three_minute_rate"),
        (asked, "alert"),
        (replied, "average_response"),
        (replied, "message_limit"),
    ):
        assert found[seq][measure]["counted"] is True, (seq, measure)
        assert found[seq][measure]["phase"] == "two_party"


async def test_r42_verdicts_are_for_shop_and_platform_and_go_on_after_a_seq(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    seqs = [(await buyer.say(room, HELLO))["seq"] for _ in range(3)]
    path = f"/api/v1/rooms/{room}/verdicts"
    own = cast.demo.get(f"{path}?after={seqs[0]}", token=cast.token("merchant", "agent-1"))
    assert {verdict["seq"] for verdict in own["verdicts"]} == set(seqs[1:])
    page = cast.demo.get(f"{path}?limit=1", token=cast.platform)
    assert {verdict["seq"] for verdict in page["verdicts"]} == {seqs[0]}
    page = cast.demo.get(f"{path}?cursor={page['cursor']}", token=cast.platform)
    assert {verdict["seq"] for verdict in page["verdicts"]} == set(seqs[1:])
    for token in (
        cast.token("buyer", cast.buyer),
        cast.token("logistics", "courier-1"),
        cast.token("merchant", "agent-1", shop=f"{cast.shop}-x"),
    ):
        assert cast.demo.call("GET", path, token=token).status == 403
    await merchant.fence()
    await courier.fence()


def _decisions(cast: Cast) -> Any:
    return cast.demo.get(
        f"/api/v1/shops/{cast.shop}/decisions", token=cast.token("merchant", "agent-1")
    )


async def test_r19_silent_decisions_are_counted_by_reason(cast: Cast):
    cast.put_carrier()
    cast.put_order(status="paid")
    await cast.delivers()
    merchant, buyer = await cast.sells(), await cast.buys()
    room = await cast.opens(buyer)
    question = "我的快递到哪了，一直没收到货"
    await buyer.say(room, question)
    await buyer.say(room, question)
    assert _decisions(cast)["reasons"] == {"order_not_shipped": 2}
    cast.put_order(status="shipped")
    await buyer.say(room, question)
    await merchant.event("invite_offered")
    found = _decisions(cast)
    assert (found["invited"], found["hints"]) == (1, 0)
    assert found["reasons"] == {"order_not_shipped": 2}
