"""JSON and MessagePack carry the same content in both directions (section 1)."""

import pytest

from tests.scenarios.cast import HELLO, Cast, joined, text
from tests.scenarios.client import MSGPACK, Client, Frame

pytestmark = pytest.mark.anyio

# Answers are for one socket alone; places and marks come when they come.
ASIDE = {"ack", "error", "pong", "presence", "read", "desk", "queue"}
OWN = {"connection", "server_time_at"}  # of a socket, not of what happens


def _same(frame: Frame) -> Frame:
    return {name: value for name, value in frame.items() if name not in OWN}


def _told(client: Client) -> list[Frame]:
    return [_same(frame) for frame in client.frames if frame["type"] not in ASIDE]


async def _pair(cast: Cast, role: str, who: str, **more) -> tuple[Client, Client]:
    """Two sockets of one identity, one in each encoding."""
    one, two = await cast.open(), await cast.open(protocol=MSGPACK)
    token = cast.token(role, who, **more)
    for client in (one, two):
        await client.hello(token)
    return one, two


async def test_both_encodings_see_the_same_story(cast: Cast):
    cast.put_carrier()
    cast.put_order()
    courier, packed_courier = await _pair(cast, "logistics", "courier-1")
    await packed_courier.do("set_status", status="online", capacity=3)
    merchant, packed_merchant = await _pair(cast, "merchant", "agent-1")
    buyer, packed_buyer = await _pair(cast, "buyer", cast.buyer, name="张小明")
    pairs = [(courier, packed_courier), (merchant, packed_merchant), (buyer, packed_buyer)]
    room = (await packed_buyer.do("open_room", shop=cast.shop))["room"]
    await packed_buyer.say(room, f"{HELLO} 🚚")
    await packed_merchant.say(room, "在的")
    session = await joined(packed_buyer, packed_merchant, packed_courier, room)
    await packed_courier.say(room, "您好")
    await packed_buyer.send("mark_read", room=room, seq=3)
    await packed_buyer.send("typing", room=room)
    cast.demo.advance(minutes=13.5)
    end = {"room": room, "session": session, "resolution": "follow_up", "promise_at": 2**52}
    await packed_courier.do("end_session", **end)
    for one, two in pairs:
        await one.fence()
        await two.fence()
        told, packed = _told(one), _told(two)
        assert told == packed
        assert {f["type"] for f in told} >= {"welcome", "ready", "event"}


@pytest.mark.parametrize("type_", ["fetch_history", "check_invite", "post_message", "no_such"])
async def test_both_encodings_get_the_same_reply(cast: Cast, type_: str):
    one, two = await _pair(cast, "merchant", "agent-1")
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    fields: Frame = {"room": room, "ref": "same"}
    if type_ == "post_message":
        fields["body"] = text("")
    replies = [await client.ask(type_, **fields) for client in (one, two)]
    assert replies[0] == replies[1]


async def test_the_message_of_an_error_is_in_the_clients_language(cast: Cast):
    chinese = await cast.buys(hello={"locale": "zh-CN"})
    english = await cast.come("buyer", f"{cast.buyer}-b", hello={"locale": "en"})
    found = [
        (await client.refused("forbidden", "fetch_history", room="r-none"))["message"]
        for client in (chinese, english)
    ]
    assert found[0] != found[1]
    assert not found[0].isascii()
    assert found[1].isascii()


@pytest.mark.parametrize(
    "raw", [b"", b"\xc1", b"\x93\x01", b"\x81\xa4type\xa4pin\xff", b"\x81\x01\x02", b"\xd4\x05\x00"]
)
async def test_binary_rubbish_is_answered_and_the_socket_lives(cast: Cast, raw: bytes):
    client = await cast.open(protocol=MSGPACK)
    await client.hello(cast.token("buyer", cast.buyer))
    await client.send_raw(raw)
    error = await client.expect("error")
    assert error["code"] == "bad_frame"
    assert error["details"]["path"].startswith("$")
    await client.fence()
