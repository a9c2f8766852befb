"""Who sees what: membership on the server, and masks for the courier (R26, R46, R47)."""

import json

import pytest

from tests.scenarios.cast import HELLO, WHERE, Cast, joined, text

pytestmark = pytest.mark.anyio

SECRETS = ("张小明", "13812345678", "文三路90号")

# Every command that names a room, with fields that would be good in one's own.
COMMANDS = [
    ("post_message", {"body": text("你好")}),
    ("recall_message", {"seq": 2}),
    ("offer_invite", {}),
    ("withdraw_invite", {"invite": "I"}),
    ("answer_invite", {"invite": "I", "accept": True}),
    ("change_invite_order", {"invite": "I", "order": "O"}),
    ("reopen_invite", {"invite": "I"}),
    ("check_invite", {}),
    ("end_session", {"session": "S"}),
    ("keep_session", {"session": "S"}),
    ("prioritize_session", {"session": "S"}),
    ("set_reception", {"reception": "bot"}),
    ("assign_room", {"to": "agent-1"}),
    ("close_conversation", {}),
    ("fetch_history", {}),
]


async def test_r47_foreign_and_missing_rooms_answer_alike_to_every_command(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, HELLO)
    session = await joined(buyer, merchant, courier, room)
    card = await merchant.event("invite_offered")
    strangers = [
        await cast.come("buyer", f"{cast.buyer}-b"),
        await cast.sells("agent-1", shop=f"{cast.shop}-x"),
        await cast.come("bot", "bot-1", shop=f"{cast.shop}-x"),
        await cast.delivers("courier-2"),
        await cast.delivers("courier-1", carrier=f"{cast.carrier}-x", lead=True),
    ]
    head = (await buyer.fence())["heads"][room]
    for stranger in strangers:
        for type_, fields in COMMANDS:
            names = {"I": card["event"]["invite"], "S": session, "O": cast.order}
            asked = {k: names.get(v, v) if isinstance(v, str) else v for k, v in fields.items()}
            foreign = await stranger.ask(type_, room=room, **asked)
            missing = await stranger.ask(type_, room="r-000000000000000000000000", **asked)
            for reply in (foreign, missing):
                assert reply.pop("ref")
                assert (reply["type"], reply["code"]) == ("error", "forbidden"), (type_, reply)
            assert foreign == missing, type_
        for type_ in ("mark_read", "mark_delivered", "typing"):
            more = {} if type_ == "typing" else {"seq": 1}
            await stranger.send(type_, room=room, **more)
        await stranger.fence()
        assert stranger.taken("event") == []
    assert (await buyer.fence())["heads"][room] == head
    await buyer.never(lambda f: f["type"] in ("typing", "read", "delivered"))


async def test_r47_foreign_and_missing_rooms_answer_alike_over_http(cast: Cast):
    _, _, _, room = await cast.scene()
    tokens = (
        cast.token("buyer", f"{cast.buyer}-b"),
        cast.token("merchant", "agent-1", shop=f"{cast.shop}-x"),
        cast.token("logistics", "courier-1"),
        cast.token("bot", "bot-1", shop=f"{cast.shop}-x"),
    )
    for token in tokens:
        for path in (
            "/api/v1/orders?room={}",
            "/api/v1/rooms/{}/explanation",
            "/api/v1/rooms/{}/verdicts",
        ):
            answers = [
                cast.demo.call("GET", path.format(one), token=token)
                for one in (room, "r-000000000000000000000000")
            ]
            assert [answer.status for answer in answers] == [403, 403], path
            assert answers[0].body == answers[1].body
            assert answers[0].json["code"] == "forbidden"
    assert cast.demo.call("GET", f"/api/v1/orders?room={room}").status == 401


async def test_wrong_roles_are_forbidden_what_is_not_theirs_in_their_own_room(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    bot = await cast.come("bot", "bot-1")
    name = {"room": room, "invite": "i", "session": session, "order": cast.order}
    for client, types in (
        (buyer, ["offer_invite", "withdraw_invite", "set_reception", "assign_room"]),
        (buyer, ["close_conversation", "prioritize_session", "check_invite"]),
        (merchant, ["answer_invite", "change_invite_order", "reopen_invite", "keep_session"]),
        (merchant, ["prioritize_session"]),
        (courier, ["offer_invite", "withdraw_invite", "answer_invite", "set_reception"]),
        (courier, ["assign_room", "close_conversation", "reopen_invite", "prioritize_session"]),
        (bot, ["offer_invite", "answer_invite", "end_session", "assign_room"]),
    ):
        for type_ in types:
            more = {"accept": True, "reception": "bot", "to": "agent-1"}
            await client.refused("forbidden", type_, **name, **more)
    for client in (buyer, courier, bot):
        await client.refused("forbidden", "set_switch", enabled=False)
    for client in (merchant, courier):
        await client.refused("forbidden", "open_room", shop=cast.shop)


async def test_r46_the_joiner_sees_the_context_masked_and_nothing_earlier(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    cast.put_order(f"{cast.order}-other", placed_at="2026-01-01T00:00:00+08:00")
    await buyer.say(room, "先前的私事")
    asked = await buyer.say(room, WHERE)
    card = await buyer.event("invite_offered")
    invite = card["event"]["invite"]
    yes = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    snapshot = await courier.expect("room", room=room)
    context = snapshot["context"]
    assert context["order"]["id"] == cast.order
    assert context["parcel"]["id"] == f"parcel-{cast.order}"
    assert context["intent"] == card["event"]["intent"]
    trigger = context["trigger"]
    assert (trigger["seq"], trigger["event"]["body"]) == (asked["seq"], text(WHERE))
    assert trigger["by"]["name"] == "张**"
    receiver = context["order"]["receiver"]
    assert receiver["name"] == "张**"
    assert receiver["phone"] == "138******78"
    assert receiver["address"] == "浙江省杭州市西湖区***"
    assert snapshot["visible_from"] == yes["seq"]
    assert {m["id"]: m["name"] for m in snapshot["members"]}[cast.buyer] == "张**"
    await buyer.say(room, "麻烦看看")
    await buyer.send("mark_read", room=room, seq=yes["seq"])
    await buyer.send("typing", room=room)
    await courier.expect("typing")
    back = await cast.come("logistics", "courier-1", hello={"resume": {room: 0}})
    page = await back.ask("fetch_history", room=room)
    orders = cast.demo.get(
        f"/api/v1/orders?room={room}", token=cast.token("logistics", "courier-1")
    )
    assert [order["id"] for order in orders["orders"]] == [cast.order], "no other order"
    seen = json.dumps([courier.frames, back.frames, page, orders], ensure_ascii=False)
    for secret in (*SECRETS, "先前的私事", f"{cast.order}-other"):
        assert secret not in seen, secret
    assert page["events"][0]["seq"] == yes["seq"]
    await merchant.fence()


async def test_r46_what_people_write_is_not_masked(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await joined(buyer, merchant, courier, room)
    await buyer.say(room, "我叫张小明，电话 13812345678")
    seen = await courier.event("message_posted")
    assert seen["event"]["body"]["text"] == "我叫张小明，电话 13812345678"
    assert seen["by"]["name"] == "张**"
    own = await buyer.event("message_posted")
    assert own["by"]["name"] == "张小明"


async def test_r46_nothing_after_the_session_ends(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await buyer.do("end_session", room=room, session=session)
    await courier.expect("left", room=room)
    await courier.skip()
    await buyer.say(room, "只给店铺的话")
    await buyer.send("typing", room=room)
    await courier.never(lambda f: f["type"] != "desk")
    await courier.refused("forbidden", "fetch_history", room=room)
    await courier.send("mark_read", room=room, seq=1)
    assert (await courier.expect("error"))["code"] == "forbidden"
    assert (await courier.fence())["heads"] == {}
    token = cast.token("logistics", "courier-1")
    assert cast.demo.call("GET", f"/api/v1/orders?room={room}", token=token).status == 403


async def test_r46_an_agent_of_the_same_id_at_another_carrier_is_somebody_else(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    twin = await cast.delivers("courier-1", carrier=f"{cast.carrier}-x")
    await joined(buyer, merchant, courier, room)
    await buyer.say(room, "您好")
    await twin.never(lambda f: f["type"] in ("room", "event"))
    await twin.refused("forbidden", "fetch_history", room=room)


async def test_a_platform_token_reads_all_over_http(cast: Cast):
    buyer, _, _, room = await cast.scene()
    await buyer.say(room, HELLO)
    for path in (
        f"/api/v1/orders?room={room}",
        f"/api/v1/rooms/{room}/explanation",
        f"/api/v1/rooms/{room}/verdicts",
        f"/api/v1/shops/{cast.shop}/contacts",
        f"/api/v1/shops/{cast.shop}/decisions",
    ):
        assert cast.demo.get(path, token=cast.platform)
    missing = cast.demo.call("GET", "/api/v1/rooms/r-none/explanation", token=cast.platform)
    assert missing.status == 403
