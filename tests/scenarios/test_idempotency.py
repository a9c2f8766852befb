"""(room, identity, `ref`) is the key: a command sent again happens once (section 1.1, R49)."""

import pytest

from tests.scenarios.cast import HELLO, Cast, accepted, joined, offered, text
from tests.scenarios.client import Client, Frame

pytestmark = pytest.mark.anyio


async def _twice(client: Client, type_: str, **fields) -> Frame:
    """Ask, and ask again with the same `ref`; the first answer."""
    ref = fields.pop("ref", f"twice-{type_}-{fields['room']}")
    first = await client.do(type_, ref=ref, **fields)
    again = await client.do(type_, ref=ref, **fields)
    assert again.pop("duplicate") is True
    assert "duplicate" not in first or first.pop("duplicate") is False
    assert again == first
    return first


async def test_r49_each_command_of_the_story_repeated_answers_the_same_and_adds_nothing(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    other = cast.put_order(f"{cast.order}-b", placed_at="2026-02-01T10:00:00+08:00")
    at = {"room": room}
    said = await _twice(buyer, "post_message", **at, body=text(HELLO))
    assert (said["room"], said["seq"]) == (room, 2)
    assert said["at"] > 0
    await _twice(buyer, "recall_message", **at, seq=said["seq"])
    await _twice(merchant, "set_reception", **at, reception="human")
    await _twice(merchant, "assign_room", **at, to="agent-1")
    gone = await _twice(merchant, "offer_invite", **at)
    assert gone["invite"]
    await _twice(merchant, "withdraw_invite", **at, invite=gone["invite"])
    card = await _twice(merchant, "offer_invite", **at, ref="second card")
    new = await _twice(buyer, "change_invite_order", **at, invite=card["invite"], order=other)
    await _twice(buyer, "answer_invite", **at, invite=new["invite"], accept=False)
    back = await _twice(buyer, "reopen_invite", **at, invite=new["invite"])
    yes = await _twice(buyer, "answer_invite", **at, invite=back["invite"], accept=True, ref="yes")
    session = yes["session"]
    assert session
    await courier.event("agent_joined")
    await _twice(courier, "post_message", **at, body=text("您好"))
    await _twice(buyer, "keep_session", **at, session=session)
    await _twice(courier, "end_session", **at, session=session, resolution="solved")
    await _twice(merchant, "close_conversation", **at)
    await buyer.fence()
    head = (await buyer.fence())["heads"][room]
    assert buyer.seqs(room) == list(range(1, head + 1))
    steps = [f for f in buyer.frames if f["type"] == "event" and "ref" in f]
    refs = [(f["by"]["role"], f["ref"]) for f in steps]
    assert len(refs) == len(set(refs)), "each command is one step"


async def test_r49_the_key_is_looked_up_before_membership_and_state(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    said = await courier.say(room, "您好", ref="before the end")
    await courier.do("end_session", room=room, session=session, ref="the end")
    for ref, fields in (
        ("before the end", {"type_": "post_message", "body": text("您好")}),
        ("the end", {"type_": "end_session", "session": session}),
    ):
        again = await courier.do(**fields, room=room, ref=ref)
        assert again["duplicate"] is True
    assert said["seq"] < again["seq"]
    await courier.refused("forbidden", "post_message", room=room, body=text("新的"))


async def test_r49_a_repeat_that_overtakes_its_original_waits_for_it(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    second = await cast.buys()
    for number in range(20):
        ref = f"race-{number}"
        for client in (buyer, second, buyer):
            await client.send("post_message", ref=ref, room=room, body=text(ref))
        replies = [await buyer.reply(ref), await buyer.reply(ref), await second.reply(ref)]
        assert {reply["type"] for reply in replies} == {"ack"}
        assert len({reply["seq"] for reply in replies}) == 1
        assert sorted(reply.get("duplicate", False) for reply in replies) == [False, True, True]
    await merchant.fence()
    assert merchant.seqs(room) == list(range(1, 22))


async def test_r49_the_same_ref_of_another_identity_or_in_another_room_is_another_command(
    cast: Cast,
):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    other = (await buyer.do("open_room", shop=f"{cast.shop}-b"))["room"]
    seqs = [
        (await client.say(where, "你好", ref="one"))["seq"]
        for client, where in ((buyer, room), (merchant, room), (colleague, room), (buyer, other))
    ]
    assert seqs == [2, 3, 4, 2]


async def test_r49_a_repeat_with_another_content_still_gets_the_first_answer(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    first = await buyer.say(room, "你好", ref="one")
    again = await buyer.say(room, "再见", ref="one")
    assert (again["seq"], again["duplicate"]) == (first["seq"], True)
    await merchant.no_event("message_posted", body=text("再见"))


async def test_r49_a_repeat_after_a_crash_gets_the_first_answer(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    session = await accepted(buyer, merchant, room)
    said = await buyer.say(room, "你好", ref="one")
    ended = await buyer.do("end_session", room=room, session=session, ref="two")
    opened = await buyer.do("open_room", shop=f"{cast.shop}-b", ref="three")
    cast.demo.restart()
    back = await cast.buys()
    again = await back.say(room, "你好", ref="one")
    assert again == {**said, "duplicate": True}
    again = await back.do("end_session", room=room, session=session, ref="two")
    assert again == {**ended, "duplicate": True}
    again = await back.do("open_room", shop=f"{cast.shop}-b", ref="three")
    assert (again["room"], again["duplicate"]) == (opened["room"], True)
    assert (await back.fence())["heads"] == {room: ended["seq"], opened["room"]: 1}


async def test_r49_a_refused_ref_may_be_used_again(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await merchant.refused("invite_pending", "offer_invite", room=room, ref="again")
    await buyer.do("answer_invite", room=room, invite=invite, accept=False)
    cast.demo.advance(minutes=2)
    ack = await merchant.do("offer_invite", room=room, ref="again")
    assert "duplicate" not in ack
    await merchant.refused("too_long", "post_message", room=room, body=text("长" * 2_001), ref="m")
    assert "duplicate" not in await merchant.say(room, "短", ref="m")


async def test_r10_a_ref_refused_by_an_expiring_acceptance_may_be_used_again(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    cast.put_order(status="received")
    yes = {"room": room, "invite": invite, "accept": True, "ref": "yes"}
    await buyer.refused("order_finished", "answer_invite", **yes)
    gone = await merchant.event("invite_expired", invite=invite, reason="order_finished")
    assert gone["by"]["role"] == "platform"
    error = await buyer.refused("invite_not_open", "answer_invite", **yes)
    assert error["details"]["state"] == "expired"
    cast.put_order(status="shipped")
    reopened = await buyer.do("reopen_invite", room=room, invite=invite)
    ack = await buyer.do("answer_invite", **{**yes, "invite": reopened["invite"]})
    assert "duplicate" not in ack


async def test_every_reply_bears_its_ref_and_frames_without_ref_get_none(cast: Cast):
    buyer, _, _, room = await cast.scene()
    for type_, fields in (
        ("fetch_history", {"room": room}),
        ("post_message", {"room": room, "body": text("你好")}),
        ("post_message", {"room": "room-of-nobody", "body": text("你好")}),
        ("post_message", {"room": room}),
        ("no_such_type", {}),
    ):
        reply = await buyer.ask(type_, **fields, ref=f"一 {type_} {len(fields)}")
        assert reply["ref"] == f"一 {type_} {len(fields)}"
    await buyer.fence()
    buyer.taken("event")
    await buyer.send("mark_read", room=room, seq=1)
    await buyer.send("mark_delivered", room=room, seq=1)
    await buyer.send("typing", room=room)
    await buyer.never(lambda f: f["type"] in ("ack", "error"))


async def test_an_error_bears_the_ref_of_any_frame_that_had_one(cast: Cast):
    buyer = await cast.buys()
    for type_, fields in (
        ("typing", {}),
        ("mark_read", {"seq": 1}),
        ("mark_delivered", {"seq": 1}),
    ):
        await buyer.send(type_, ref=f"of {type_}", room="room-of-nobody", **fields)
        error = await buyer.expect("error")
        assert (error["code"], error["ref"]) == ("forbidden", f"of {type_}")
    await buyer.send("hello", ref="again", token="t", client={})
    assert (await buyer.expect("error"))["ref"] == "again"


async def test_r49_a_room_that_is_opened_by_many_sockets_at_once_is_opened_once(cast: Cast):
    merchant = await cast.sells()
    sockets = [await cast.buys() for _ in range(4)]
    refs = ["same", "same", "another", "third"]
    for client, ref in zip(sockets, refs, strict=True):
        await client.send("open_room", ref=ref, shop=cast.shop)
    acks = [await client.reply(ref) for client, ref in zip(sockets, refs, strict=True)]
    assert {ack["type"] for ack in acks} == {"ack"}
    assert len({ack["room"] for ack in acks}) == 1
    room = acks[0]["room"]
    for client in (merchant, *sockets):
        await client.fence()
        assert client.seqs(room) == [1]
    again = await sockets[0].do("open_room", ref=refs[0], shop=cast.shop)
    assert again["room"] == room
