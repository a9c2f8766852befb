"""Which order a card is about, who receives, what two who act at once get (R2, R6, R21)."""

import asyncio

import pytest

from tests.scenarios.cast import HELLO, WHERE, Cast, joined, offered, text

pytestmark = pytest.mark.anyio


async def test_r6_the_inviter_the_text_the_card_and_the_opening_name_the_order_in_turn(cast: Cast):
    cast.put_carrier()
    orders = [
        cast.put_order(f"{cast.order}-{n}", placed_at=f"2026-02-0{9 - n}T10:00:00+08:00")
        for n in range(5)
    ]
    await cast.delivers()
    merchant, buyer = await cast.sells(), await cast.buys()
    room = await cast.opens(buyer)

    async def about(**chosen: str) -> str:
        ack = await merchant.do("offer_invite", room=room, **chosen)
        card = await buyer.event("invite_offered", invite=ack["invite"])
        await merchant.do("withdraw_invite", room=room, invite=ack["invite"])
        return str(card["event"]["order"])

    assert await about() == orders[0], "the most recent"
    await cast.opens(buyer, order=orders[4])
    assert await about() == orders[4], "named at the opening"
    await buyer.do("post_message", room=room, body={"kind": "order", "order": orders[3]})
    assert await about() == orders[3], "the buyer's last order card"
    await buyer.say(room, f"订单 {orders[2]} 怎么样了")
    assert await about() == orders[2], "named in the text"
    assert await about(order=orders[1]) == orders[1], "chosen by the inviter"
    await merchant.say(room, "在路上")
    await buyer.say(room, "谢谢")
    assert await about() == orders[3], "what was answered names none any more"
    cast.demo.advance(minutes=11)
    assert await about() == orders[4], "a card names it for ten minutes"


async def test_r6_a_named_order_that_is_no_candidate_answers_with_its_own_reason(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    paid = cast.put_order(f"{cast.order}-p", status="paid", placed_at="2026-01-01T00:00:00Z")
    await merchant.refused("order_not_shipped", "offer_invite", room=room, order=paid)
    await buyer.say(room, f"{WHERE} {paid}")
    await merchant.no_event("invite_offered")
    await merchant.never("hint")


async def test_r6_without_a_candidate_the_reason_is_the_most_recent_orders(cast: Cast):
    cast.put_carrier()
    cast.put_order(f"{cast.order}-1", status="closed", placed_at="2026-02-01T00:00:00Z")
    cast.put_order(f"{cast.order}-2", status="unpaid", placed_at="2026-02-02T00:00:00Z")
    merchant, buyer = await cast.sells(), await cast.buys()
    room = await cast.opens(buyer)
    await merchant.refused("order_not_shipped", "offer_invite", room=room)
    third = cast.put_order(f"{cast.order}-3", parcels=[], placed_at="2026-02-03T00:00:00Z")
    await merchant.refused("no_parcel", "offer_invite", room=room)
    token = cast.token("buyer", cast.buyer)
    found = cast.demo.get(f"/api/v1/orders?room={room}", token=token)["orders"]
    reasons = ["no_parcel", "order_not_shipped", "order_finished"]
    assert [order["reason"] for order in found] == reasons
    assert found[0]["id"] == third


async def test_an_order_that_moves_to_another_buyer_leaves_the_first(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    cast.put_order(buyer=f"{cast.buyer}-b")
    await merchant.refused("no_order", "offer_invite", room=room)
    await buyer.refused(
        "not_found", "post_message", room=room, body={"kind": "order", "order": cast.order}
    )


async def test_r10_of_two_who_invite_at_once_one_is_refused(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    replies = await asyncio.gather(
        *(agent.ask("offer_invite", room=room) for agent in (merchant, colleague))
    )
    assert sorted(reply["type"] for reply in replies) == ["ack", "error"]
    (error,) = [reply for reply in replies if reply["type"] == "error"]
    assert error["code"] == "invite_pending"
    await buyer.event("invite_offered")
    await buyer.no_event("invite_offered")


async def test_r10_of_an_acceptance_and_a_withdrawal_at_once_one_wins_for_all(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    yes, gone = await asyncio.gather(
        buyer.ask("answer_invite", room=room, invite=invite, accept=True),
        merchant.ask("withdraw_invite", room=room, invite=invite),
    )
    assert sorted((yes["type"], gone["type"])) == ["ack", "error"]
    lost = yes if yes["type"] == "error" else gone
    assert lost["code"] == "invite_not_open"
    assert lost["details"]["state"] in ("accepted", "withdrawn")
    shown = (await cast.buys()).shown(room)
    assert shown["invite"]["state"] == lost["details"]["state"]
    await courier.fence()


async def test_r14_of_three_who_end_at_once_one_does(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    replies = await asyncio.gather(
        *(c.ask("end_session", room=room, session=session) for c in (buyer, merchant, courier))
    )
    codes = sorted(reply.get("code", "") for reply in replies)
    assert codes[0] == ""
    assert set(codes[1:]) <= {"session_not_open", "forbidden"}
    await merchant.event("session_ended", session=session)
    await merchant.no_event("session_ended")


async def test_r2_one_card_at_a_time_and_none_while_three_talk(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, WHERE)
    card = await merchant.event("invite_offered")
    await buyer.say(room, WHERE)
    await merchant.no_event("invite_offered")
    await merchant.never("hint")
    yes = {"room": room, "invite": card["event"]["invite"], "accept": True}
    session = (await buyer.do("answer_invite", **yes))["session"]
    await courier.event("agent_joined")
    await buyer.say(room, WHERE)
    await courier.say(room, "在查")
    await courier.do("end_session", room=room, session=session)
    ended = await merchant.event("session_ended")
    await merchant.skip()
    cast.demo.clock(ended["at"] + 29 * 60_000)
    await buyer.say(room, WHERE)
    await merchant.expect("hint")
    await merchant.no_event("invite_offered")
    cast.demo.clock(ended["at"] + 30 * 60_000)
    await buyer.say(room, WHERE)
    await merchant.event("invite_offered")


async def test_r2_only_a_human_receiver_makes_the_platform_read(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    for reception in ("bot", "nobody"):
        await merchant.do("set_reception", room=room, reception=reception)
        await buyer.say(room, WHERE)
    await merchant.no_event("invite_offered")
    await merchant.never("hint")
    await merchant.do("close_conversation", room=room)
    assert (await cast.buys()).shown(room)["reception"] == "human", "R21: until it is closed"
    await buyer.say(room, WHERE)
    await merchant.event("invite_offered")


async def test_r4_an_acceptance_outside_service_hours_expires_the_card(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    cast.demo.today("08:30:00")  # the clock was set back
    yes = {"room": room, "invite": invite, "accept": True}
    await buyer.refused("outside_service_hours", "answer_invite", **yes)
    await merchant.event("invite_expired", reason="outside_service_hours")


async def test_r50_is_not_asked_again_at_the_acceptance(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await courier.do("set_status", status="offline")
    await buyer.do("answer_invite", room=room, invite=invite, accept=True)


async def test_marks_only_grow_and_reach_ones_own_other_socket(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    second = await cast.buys()
    for number in range(3):
        await buyer.say(room, f"{number}")
    await buyer.send("mark_read", room=room, seq=4)
    assert (await second.expect("read"))["seq"] == 4
    assert (await merchant.expect("read"))["seq"] == 4
    await buyer.send("mark_read", room=room, seq=2)
    await merchant.send("mark_delivered", room=room, seq=3)
    await buyer.expect("delivered", seq=3)
    await merchant.never("read")
    assert (await cast.buys()).shown(room)["read"] == {cast.buyer: 4}


async def test_presence_is_told_for_the_first_and_the_last_socket_only(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    second = await cast.buys()
    await merchant.never("presence")
    await second.close()
    await merchant.never("presence")
    await buyer.close()
    gone = await merchant.expect("presence", room=room)
    assert (gone["who"], gone["online"]) == ({"role": "buyer", "id": cast.buyer}, False)
    await cast.buys()
    assert (await merchant.expect("presence"))["online"] is True


async def test_r26_the_room_that_was_last_written_in_comes_first(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    other = await (await cast.come("buyer", f"{cast.buyer}-b")).do("open_room", shop=cast.shop)
    token = cast.token("merchant", "agent-1")
    path = f"/api/v1/shops/{cast.shop}/contacts"

    def order() -> list[str]:
        return [contact["room"] for contact in cast.demo.get(path, token=token)["contacts"]]

    assert order() == [other["room"], room]
    said = await buyer.say(room, HELLO)
    assert order() == [room, other["room"]]
    found = cast.demo.get(path, token=token)["contacts"]
    assert found[0]["last_at"] == said["at"]
    first = cast.demo.get(f"{path}?limit=1", token=token)
    rest = cast.demo.get(f"{path}?limit=1&cursor={first['cursor']}", token=token)
    pages = [contact["room"] for contact in (*first["contacts"], *rest["contacts"])]
    assert sorted(pages) == sorted(order())
    assert rest["cursor"] is None
    await merchant.fence()


async def test_r21_a_reception_that_was_set_is_told_and_a_derived_one_is_no_event(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("set_reception", room=room, reception="nobody")
    changed = await buyer.event("reception_changed", reception="nobody")
    assert changed["by"]["role"] == "merchant"
    await merchant.do("set_reception", room=room, reception="human")
    await merchant.close()
    await buyer.expect("presence", online=False)
    assert (await cast.buys()).shown(room)["reception"] == "nobody"
    await buyer.event("reception_changed", reception="human")
    await buyer.no_event("reception_changed")
    await buyer.do("post_message", room=room, body=text("有人吗"))
