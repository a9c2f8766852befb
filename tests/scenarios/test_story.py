"""The story from end to end, with every frame in its place (R1–R3, R10, R12–R14, R53)."""

import pytest

from tests.scenarios.cast import WHERE, Cast, joined, offered, text

pytestmark = pytest.mark.anyio


async def test_r2_a_delivery_question_brings_the_platforms_card(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    said = await buyer.say(room, WHERE)
    for client in (buyer, merchant):
        message = await client.event("message_posted")
        assert (message["seq"], message["by"]["role"]) == (said["seq"], "buyer")
        card = await client.event("invite_offered", inviter="platform", order=cast.order)
        assert card["seq"] == said["seq"] + 1
        assert card["by"]["role"] == "platform"
        assert card["event"]["trigger"] == said["seq"]
        assert card["event"]["intent"] in ("not_received", "arrival_time")
        assert card["event"]["carrier"] == cast.carrier
        assert card["event"]["parcel"] == f"parcel-{cast.order}"
        assert card["event"]["expires_at"] == card["at"] + 600_000
    await courier.never("event")


async def test_r3_a_merchants_card_leads_to_three_parties_and_back(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, "你好")
    invite = await offered(buyer, merchant, room)
    card = await merchant.event("invite_offered", inviter="merchant")
    assert card["by"]["id"] == "agent-1"
    assert "trigger" not in card["event"]
    ack = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    assert ack["invite"] == invite
    yes = await merchant.event("invite_accepted", invite=invite, session=ack["session"])
    assert yes["seq"] == ack["seq"]
    assert yes["event"]["terms"]
    assert yes["event"]["locale"] == "zh-CN"
    for client in (buyer, merchant, courier):
        came = await client.event("agent_joined", session=ack["session"])
        agent = {"id": "courier-1", "name": "courier-1", "carrier": cast.carrier, "badge": "K7"}
        assert came["event"]["agent"] == agent, "R1: company and badge are shown"
    for author, client in (("buyer", buyer), ("merchant", merchant), ("logistics", courier)):
        said = await client.say(room, f"{author} 说")
        for other in (buyer, merchant, courier):
            seen = await other.event("message_posted", body=text(f"{author} 说"))
            assert (seen["seq"], seen["by"]["role"]) == (said["seq"], author)
    await buyer.do("end_session", room=room, session=ack["session"])
    await merchant.event("session_ended", session=ack["session"], reason="buyer")
    assert (await cast.buys()).shown(room)["phase"] == "two_party"


async def test_r14_at_an_end_the_agent_leaves_then_the_session_ends_then_it_is_shown_out(
    cast: Cast,
):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    promise_at = cast.demo.advance(s=1) + 3_600_000
    ack = await courier.do(
        "end_session",
        room=room,
        session=session,
        resolution="follow_up",
        summary="已联系网点",
        promise_at=promise_at,
        ticket="T-9",
        note="只给快递公司",
    )
    assert ack["session"] == session
    await courier.fence()
    kinds = [_kind(frame) for frame in courier.pending if _kind(frame) in _ENDING]
    assert kinds == ["agent_left", "session_ended", "left"]
    for client in (buyer, merchant):
        left = await client.event("agent_left", session=session, reason="ended")
        ended = await client.event("session_ended", session=session, reason="follow_up")
        assert ended["seq"] == left["seq"] + 1 == ack["seq"]
        assert ended["event"]["summary"] == "已联系网点"
        assert ended["event"]["promise_at"] == promise_at
        assert ended["event"]["ticket"] == "T-9"
        assert "note" not in ended["event"], "R53: the note is for carrier and platform"
    await courier.refused("forbidden", "post_message", room=room, body=text("还在吗"))


_ENDING = {"agent_left", "session_ended", "left"}


def _kind(frame):
    return frame["event"]["kind"] if frame["type"] == "event" else frame["type"]


async def test_r14_an_agents_end_without_resolution_is_other(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.do("end_session", room=room, session=session)
    await buyer.event("session_ended", reason="other")


@pytest.mark.parametrize("resolution", ["solved", "not_logistics", "other"])
async def test_r53_each_resolution_is_the_reason_of_the_end(cast: Cast, resolution: str):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.do("end_session", room=room, session=session, resolution=resolution)
    await merchant.event("session_ended", reason=resolution)


async def test_r14_a_wait_can_be_ended_by_the_merchant(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await courier.do("set_status", status="paused")
    ack = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    await merchant.expect("queue", place=1)
    await merchant.do("end_session", room=room, session=ack["session"])
    ended = await buyer.event("session_ended", reason="merchant")
    assert ended["seq"] == ack["seq"] + 1, "nobody was there to leave"
    await merchant.refused("session_not_open", "end_session", room=room, session=ack["session"])


async def test_r10_the_buyer_declines_and_the_opposite_answer_is_refused(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await buyer.do("answer_invite", room=room, invite=invite, accept=False)
    await merchant.event("invite_declined", invite=invite)
    alert = await merchant.expect("alert", kind="invite_answered")
    assert alert["room"] == room
    again = await buyer.do("answer_invite", room=room, invite=invite, accept=False)
    assert again["duplicate"] is True
    error = await buyer.refused(
        "invite_not_open", "answer_invite", room=room, invite=invite, accept=True
    )
    assert error["details"]["state"] == "declined"
    await merchant.no_event("invite_accepted")


async def test_r10_the_same_yes_again_is_a_duplicate_with_its_session(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    first = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    again = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    assert (again["duplicate"], again["session"]) == (True, first["session"])
    error = await buyer.refused(
        "invite_not_open", "answer_invite", room=room, invite=invite, accept=False
    )
    assert error["details"]["state"] == "accepted"


async def test_r10_only_the_inviter_withdraws_and_a_second_card_is_refused(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    other = await cast.sells("agent-2")
    invite = await offered(buyer, merchant, room)
    await other.refused("invite_pending", "offer_invite", room=room)
    await other.refused("forbidden", "withdraw_invite", room=room, invite=invite)
    await merchant.do("withdraw_invite", room=room, invite=invite)
    gone = await buyer.event("invite_withdrawn", invite=invite, reason="inviter")
    assert gone["by"]["id"] == "agent-1"
    error = await merchant.refused("invite_not_open", "withdraw_invite", room=room, invite=invite)
    assert error["details"]["state"] == "withdrawn"


async def test_r10_a_platforms_card_is_nobodys_to_withdraw(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.say(room, WHERE)
    card = await merchant.event("invite_offered", inviter="platform")
    invite = card["event"]["invite"]
    await merchant.refused("forbidden", "withdraw_invite", room=room, invite=invite)


async def test_r6_changing_the_order_replaces_the_card(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    other = cast.put_order(f"{cast.order}-b", placed_at="2026-02-01T10:00:00+08:00")
    unpaid = cast.put_order(f"{cast.order}-c", status="unpaid")
    invite = await offered(buyer, merchant, room)
    change = {"room": room, "invite": invite}
    await buyer.refused("order_not_shipped", "change_invite_order", **change, order=unpaid)
    await buyer.refused("no_order", "change_invite_order", **change, order="order-of-nobody")
    ack = await buyer.do("change_invite_order", **change, order=other)
    gone = await merchant.event("invite_withdrawn", invite=invite, reason="order_changed")
    card = await merchant.event("invite_offered", order=other, inviter="merchant")
    assert card["seq"] == gone["seq"] + 1 == ack["seq"]
    assert card["event"]["invite"] == ack["invite"] != invite
    await buyer.refused("invite_not_open", "change_invite_order", **change, order=cast.order)
    await buyer.do("answer_invite", room=room, invite=ack["invite"], accept=True)


async def test_r11_the_buyer_reopens_a_declined_card(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    error = await buyer.refused("invite_not_open", "reopen_invite", room=room, invite=invite)
    assert error["details"]["state"] == "offered"
    await buyer.do("answer_invite", room=room, invite=invite, accept=False)
    ack = await buyer.do("reopen_invite", room=room, invite=invite)
    assert ack["invite"] != invite
    await merchant.event("invite_offered", invite=ack["invite"], order=cast.order)
    await buyer.do("answer_invite", room=room, invite=ack["invite"], accept=True)


async def test_r48_recall_reception_assignment_and_close_are_steps_of_the_room(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await cast.sells("agent-2")
    said = await buyer.say(room, "发错了")
    await buyer.do("recall_message", room=room, seq=said["seq"])
    await merchant.event("message_recalled", seq=said["seq"])
    await merchant.refused("forbidden", "recall_message", room=room, seq=said["seq"])
    await merchant.do("set_reception", room=room, reception="bot")
    await buyer.event("reception_changed", reception="bot")
    await merchant.do("assign_room", room=room, to="agent-2")
    await buyer.event("room_assigned", agent="agent-2")
    await merchant.refused("not_found", "assign_room", room=room, to="agent-of-nobody")
    await merchant.do("close_conversation", room=room)
    await buyer.event("conversation_closed")
    await merchant.refused("not_in_phase", "close_conversation", room=room)
    await buyer.say(room, "还有个问题")
    seen = await merchant.event("message_posted", body=text("还有个问题"))
    assert seen["seq"] == 7


async def test_r14_a_conversation_is_closed_in_two_party_only(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await merchant.refused("not_in_phase", "close_conversation", room=room)
    ack = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    await merchant.refused("not_in_phase", "close_conversation", room=room)
    await merchant.refused("not_in_phase", "offer_invite", room=room)
    await courier.event("agent_joined")
    await buyer.do("end_session", room=room, session=ack["session"])
    await merchant.do("close_conversation", room=room)


async def test_r48_marks_typing_and_presence_reach_the_others_and_are_no_events(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await joined(buyer, merchant, courier, room)
    head = (await buyer.fence())["heads"][room]
    await buyer.send("typing", room=room)
    await buyer.send("mark_read", room=room, seq=head)
    await merchant.send("mark_delivered", room=room, seq=head - 1)
    for other in (merchant, courier):
        assert (await other.expect("typing"))["who"] == {"role": "buyer", "id": cast.buyer}
        read = await other.expect("read", room=room)
        assert (read["who"]["id"], read["seq"]) == (cast.buyer, head)
    told = await courier.expect("delivered", room=room)
    assert (told["who"], told["seq"]) == ({"role": "merchant", "id": "agent-1"}, head - 1)
    await buyer.never("typing")
    await courier.close()
    gone = await buyer.expect("presence", room=room, online=False)
    assert gone["who"] == {"role": "logistics", "id": "courier-1"}
    back = await cast.come("logistics", "courier-1")
    here = await merchant.expect("presence", room=room, online=True)
    assert here["who"]["id"] == "courier-1"
    assert (await back.fence())["heads"][room] == head


async def test_r14_a_session_that_a_foreign_agent_names_is_not_its_business(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    stranger = await cast.delivers("courier-2")
    await stranger.refused("forbidden", "end_session", room=room, session=session)
    await stranger.refused("forbidden", "keep_session", room=room, session=session)
    await courier.refused("not_found", "end_session", room=room, session="session-of-nobody")
