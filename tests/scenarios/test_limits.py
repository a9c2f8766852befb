"""How much one identity and one connection may do (the limits of section 1.5)."""

import contextlib

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Opcode

from tests.scenarios.cast import Cast

pytestmark = pytest.mark.anyio

SETTINGS = {
    "SANFANG_RATE_PER_S": "20",
    "SANFANG_RATE_BURST": "60",
    "SANFANG_ROOMS_PER_HOUR": "3",
    "SANFANG_MERCHANT_ROOMS": "2",
    "SANFANG_REPLAY_EVENTS": "3",
    "SANFANG_PING_S": "1.5",
    "SANFANG_PONG_S": "1",
}


async def test_4429_closes_the_eleventh_socket_of_an_identity_alone(cast: Cast):
    ten = [await cast.buys() for _ in range(10)]
    eleventh = await cast.open()
    await eleventh.greet(cast.token("buyer", cast.buyer))
    assert await eleventh.closed() == 4429
    assert all(frame["type"] != "welcome" for frame in eleventh.frames)
    for client in ten:
        await client.fence()
    await ten[0].close()
    await cast.buys()


async def test_over_the_rate_is_refused_with_a_wait_and_far_above_it_closes_with_4429(cast: Cast):
    client = await cast.buys()
    for number in range(80):
        await client.send("fetch_history", ref=f"r{number}", room="room-of-nobody")
    error = await client.expect("error", code="rate_limited")
    assert error["retryable"] is True
    assert error["retry_after_ms"] > 0
    assert error["ref"].startswith("r")
    with contextlib.suppress(ConnectionClosed):
        for _ in range(800):
            await client.send("typing", room="r")
    assert await client.closed() == 4429


async def test_more_rooms_an_hour_than_allowed_are_rate_limited(cast: Cast):
    buyer = await cast.buys()
    for number in range(3):
        await buyer.do("open_room", shop=f"{cast.shop}-{number}")
    error = await buyer.refused("rate_limited", "open_room", shop=f"{cast.shop}-3", ref="again")
    assert error["retry_after_ms"] > 0
    await buyer.do("open_room", shop=f"{cast.shop}-0")


async def test_1011_closes_a_socket_that_answers_no_ping(cast: Cast):
    answers, mute = await cast.buys(), await cast.sells()
    protocol = mute.connection.protocol
    send = protocol.send_frame
    protocol.send_frame = lambda frame: None if frame.opcode is Opcode.PONG else send(frame)
    assert await mute.closed() == 1011
    gone = await cast.come("merchant", "agent-2")
    assert gone.greeting[-1]["type"] == "ready"
    await answers.fence()


async def test_a_merchant_agent_gets_the_newest_rooms_up_to_a_number_and_the_rest_later(cast: Cast):
    rooms = []
    buyers = []
    for number in range(3):
        buyer = await cast.come("buyer", f"{cast.buyer}-{number}")
        rooms.append((await buyer.do("open_room", shop=cast.shop))["room"])
        buyers.append(buyer)
        cast.demo.advance(minutes=2)
    merchant = await cast.sells()
    shown = [f["room"] for f in merchant.greeting if f["type"] == "room"]
    assert shown == [rooms[2], rooms[1]], "newest first"
    said = await buyers[0].say(rooms[0], "还在吗")
    snapshot = await merchant.expect("room", room=rooms[0])
    assert snapshot["after"] == said["seq"] - 1
    await merchant.event("message_posted")
    named = await cast.sells("agent-2", hello={"resume": {rooms[1]: 1}})
    assert {f["room"] for f in named.greeting if f["type"] == "room"} == set(rooms)


async def test_r49_the_length_of_a_replay_is_a_setting(cast: Cast):
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    for number in range(4):
        await buyer.say(room, f"{number}")
    for position, reset in ((1, True), (2, False)):
        back = await cast.buys(hello={"resume": {room: position}})
        assert back.shown(room)["reset"] is reset
        seqs = [f["seq"] for f in back.greeting if f["type"] == "event"]
        assert seqs == ([] if reset else [3, 4, 5])


async def test_r47_without_a_list_of_origins_only_the_same_origin_comes_in(cast: Cast):
    own = await cast.open(additional_headers={"origin": cast.demo.url})
    await own.hello(cast.token("buyer", cast.buyer))
    for origin in ("https://evil.example", "null", cast.demo.url.replace("127.", "128.")):
        with pytest.raises(InvalidStatus) as refused:
            await cast.open(additional_headers={"origin": origin})
        assert refused.value.response.status_code == 403
