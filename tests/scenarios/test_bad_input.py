"""Bad input: a code, the named field, nothing half done, and the socket lives (section 1.5)."""

import json

import pytest

from tests.scenarios.cast import HELLO, Cast, joined, offered, text
from tests.scenarios.client import JSON, MSGPACK

pytestmark = pytest.mark.anyio

MANY = 2**64

# type, fields, path: everything that a decoder must mind.
WRONG = [
    ("post_message", {"body": {"kind": "text"}}, "$.body.text"),
    ("post_message", {"body": {"kind": "text", "text": ""}}, "$.body.text"),
    ("post_message", {"body": {"kind": "text", "text": 7}}, "$.body.text"),
    ("post_message", {"body": {"kind": "song", "text": "la"}}, "$.body.kind"),
    ("post_message", {"body": "text"}, "$.body"),
    ("post_message", {}, "$.body"),
    ("post_message", {"room": 5, "body": text("a")}, "$.room"),
    ("post_message", {"room": None, "body": text("a")}, "$.room"),
    ("recall_message", {"seq": -1}, "$.seq"),
    ("recall_message", {"seq": 0}, "$.seq"),
    ("recall_message", {"seq": 1.5}, "$.seq"),
    ("recall_message", {"seq": "2"}, "$.seq"),
    ("answer_invite", {"invite": "i"}, "$.accept"),
    ("answer_invite", {"invite": "i", "accept": "yes"}, "$.accept"),
    ("answer_invite", {"accept": True}, "$.invite"),
    ("set_reception", {"reception": "parrot"}, "$.reception"),
    ("end_session", {"session": "s", "resolution": "perhaps"}, "$.resolution"),
    ("fetch_history", {"before": -3}, "$.before"),
    ("fetch_history", {"limit": 0}, "$.limit"),
    ("fetch_history", {"limit": 201}, "$.limit"),
    ("assign_room", {}, "$.to"),
    ("mark_read", {"seq": -1}, "$.seq"),
    ("mark_delivered", {"seq": "x"}, "$.seq"),
    ("set_status", {"status": "asleep"}, "$.status"),
    ("set_status", {"status": "online", "capacity": 0}, "$.capacity"),
    ("set_status", {"status": "online", "capacity": 101}, "$.capacity"),
    ("set_switch", {"enabled": "yes"}, "$.enabled"),
    ("set_switch", {"entry": {"mobile": 1}}, "$.entry.mobile"),
    ("open_room", {"shop": "no spaces"}, "$.shop"),
    ("open_room", {}, "$.shop"),
    ("refresh_token", {}, "$.token"),
]


@pytest.mark.parametrize("protocol", [JSON, MSGPACK])
async def test_a_wrong_field_is_named_and_nothing_else_happens(cast: Cast, protocol: str):
    watching, buyer = await cast.buys(), await cast.open(protocol=protocol)
    await buyer.hello(cast.token("buyer", cast.buyer))
    room = (await buyer.do("open_room", shop=cast.shop))["room"]
    for number, (type_, fields, path) in enumerate(WRONG):
        frame = {"type": type_, "ref": f"w{number}", "room": room, **fields}
        if number % 10 == 0:
            await buyer.fence()  # twenty in a row would close
        await buyer.send_raw(frame)
        error = await buyer.expect("error", ref=f"w{number}")
        assert error["code"] == "bad_frame", frame
        assert error["details"]["path"] == path, (frame, error)
        assert error["retryable"] is False
    assert (await watching.fence())["heads"] == {room: 1}


@pytest.mark.parametrize(
    "ref", [None, "", "r" * 65, 7, ["r"], {"r": 1}], ids=["none", "empty", "long", "7", "[]", "{}"]
)
async def test_a_command_without_a_good_ref_is_no_command(cast: Cast, ref):
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    frame = {"type": "post_message", "room": room, "body": text("a")}
    await buyer.send_raw(frame if ref is None else {**frame, "ref": ref})
    error = await buyer.expect("error")
    assert (error["code"], error["details"]["path"]) == ("bad_frame", "$.ref")
    assert error.get("ref") == (ref if isinstance(ref, str) else None)
    assert (await buyer.fence())["heads"] == {room: 1}


@pytest.mark.parametrize(
    "raw",
    ["", "{", "[]", "null", '"hello"', "17", '{"type":"ping"', "{}", '{"type":null}', '{"type":5}'],
)
async def test_what_is_no_frame_is_answered_and_the_socket_lives(cast: Cast, raw: str):
    buyer = await cast.buys()
    await buyer.send_raw(raw)
    error = await buyer.expect("error")
    assert error["code"] == "bad_frame"
    assert error["details"]["path"].startswith("$")
    await buyer.fence()


async def test_numbers_without_end_and_nesting_without_end_are_bad_frames(cast: Cast):
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    for raw in (
        json.dumps({"type": "mark_read", "room": room, "seq": MANY}),
        json.dumps({"type": "recall_message", "ref": "r", "room": room, "seq": 10**40}),
        '{"type":"typing","room":' + "[" * 20_000 + "]" * 20_000 + "}",
        '{"type":"post_message","ref":"s","room":"r","body":{"kind":"text","text":"\\ud800"}}',
        json.dumps({"type": "hello", "token": "t", "client": {}}),
    ):
        await buyer.send_raw(raw)
        assert (await buyer.expect("error"))["code"] == "bad_frame", raw[:80]
    await buyer.fence()


async def test_a_second_hello_is_no_conversation(cast: Cast):
    buyer = await cast.buys()
    await buyer.greet(cast.token("buyer", cast.buyer))
    error = await buyer.expect("error")
    assert error["code"] == "bad_frame"
    await buyer.fence()


async def test_r48_a_text_has_two_thousand_characters_at_most(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    longest = await buyer.do("post_message", room=room, body=text("好" * 2_000))
    error = await buyer.refused("too_long", "post_message", room=room, body=text("好" * 2_001))
    assert error["details"]["path"] == "$.body.text"
    await merchant.fence()
    assert merchant.seqs(room)[-1] == longest["seq"]
    await buyer.do("post_message", room=room, body=text("📦" * 2_000))


async def test_marks_beyond_the_head_and_recalls_of_nothing_are_refused(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.send("mark_read", room=room, seq=9)
    error = await buyer.expect("error")
    assert error["code"] == "bad_frame"
    assert error["details"]["path"] == "$.seq"
    for seq in (1, 9):
        await buyer.refused("not_found", "recall_message", room=room, seq=seq)
    said = await merchant.say(room, "你好")
    await buyer.refused("forbidden", "recall_message", room=room, seq=said["seq"])
    await merchant.never("read")


async def test_r48_cards_of_unknown_or_foreign_orders_and_uploads_are_not_found(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    foreign = cast.put_order(f"{cast.order}-x", buyer=f"{cast.buyer}-b")
    second = cast.put_order(f"{cast.order}-y", status="received")
    for kind in ("order", "parcel"):
        for order in ("order-of-nobody", foreign):
            card = {"kind": kind, "order": order}
            await buyer.refused("not_found", "post_message", room=room, body=card)
        await buyer.do("post_message", room=room, body={"kind": kind, "order": second})
        await merchant.event("message_posted", body={"kind": kind, "order": second})
    image = {"kind": "image", "upload": "u-none", "width": 3, "height": 3}
    await buyer.refused("not_found", "post_message", room=room, body=image)
    promotion = {"kind": "promotion", "title": "好物", "text": "看看"}
    await buyer.refused("forbidden", "post_message", room=room, body=promotion)
    own = {"kind": "order", "order": cast.order}
    await buyer.do("post_message", room=room, body=own)  # R6: what the card is about
    await joined(buyer, merchant, courier, room)
    card = {"kind": "order", "order": second}
    await courier.refused("not_found", "post_message", room=room, body=card)
    await courier.do("post_message", room=room, body=own)


async def test_r48_recall_is_too_late_after_two_minutes_and_not_before(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    one, two = await buyer.say(room, HELLO), await buyer.say(room, HELLO)
    cast.demo.clock(one["at"] + 105_000)
    await buyer.do("recall_message", room=room, seq=one["seq"])
    cast.demo.clock(two["at"] + 120_001)
    await buyer.refused("recall_too_late", "recall_message", room=room, seq=two["seq"])
    await merchant.event("message_recalled", seq=one["seq"])


async def test_r10_a_stale_invite_and_an_unknown_one_are_refused(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await merchant.do("withdraw_invite", room=room, invite=invite)
    stale = {"room": room, "invite": invite, "accept": True}
    error = await buyer.refused("invite_not_open", "answer_invite", **stale)
    assert error["details"] == {"state": "withdrawn"}
    await buyer.refused("not_found", "answer_invite", **{**stale, "invite": "i-none"})
    await buyer.refused("invite_not_open", "reopen_invite", room=room, invite=invite)


async def test_ndjson_with_one_bad_line_stores_nothing_and_names_the_line(cast: Cast):
    good = {"shop": cast.shop, "buyer": cast.buyer, "status": "shipped", "placed_at": 1}
    lines = [{**good, "id": f"{cast.order}-{n}", "parcels": []} for n in range(3)]
    lines[1]["status"] = "lost"
    body = "\n".join(json.dumps(line) for line in lines).encode()
    answer = cast.demo.call("POST", "/api/v1/orders", body, token=cast.platform)
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["code"] == "bad_frame"
    assert answer.json["details"]["line"] == 2
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    path = f"/api/v1/orders?room={room}"
    assert cast.demo.get(path, token=cast.platform)["orders"] == []
    lines[1]["status"] = "shipped"
    body = "\n".join(json.dumps(line) for line in lines).encode()
    assert cast.demo.call("POST", "/api/v1/orders", body, token=cast.platform).status == 200
    found = cast.demo.get(path, token=cast.platform)["orders"]
    assert {order["id"] for order in found} == {line["id"] for line in lines}
    assert {order["reason"] for order in found} == {"no_parcel"}


async def test_an_older_version_of_an_order_is_a_conflict_and_changes_nothing(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    cast.put_order(version=5)
    body = {"shop": cast.shop, "buyer": cast.buyer, "status": "closed", "placed_at": 1}
    path = f"/api/v1/orders/{cast.order}"
    answer = cast.demo.call("PUT", path, {**body, "version": 4}, token=cast.platform)
    assert (answer.status, answer.json["code"]) == (409, "conflict")
    await offered(buyer, merchant, room)
    denied = cast.demo.call("PUT", path, body, token=cast.token("merchant", "agent-1"))
    assert denied.status == 403
