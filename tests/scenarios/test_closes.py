"""Who is let in, and how sockets are closed (sections 1 and 1.5 of docs/protocol.md, R18)."""

import asyncio
import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.scenarios.cast import Cast, text
from tests.scenarios.client import JSON, MSGPACK

pytestmark = pytest.mark.anyio

SETTINGS = {
    "SANFANG_HELLO_S": "2",
    "SANFANG_HARD_MINIMUM_CLIENT": "0.5.0",
    "SANFANG_ORIGINS": "https://shop.example",
    "SANFANG_OUTBOX_BYTES": "65536",
}


HELLO = {
    "type": "hello",
    "token": "T",
    "client": {"name": "n", "version": "1.0", "device": "mobile"},
}


async def _turned_away(cast: Cast, protocols: list[str] | None, **headers: str) -> Any:
    address = cast.demo.url.replace("http", "ws", 1) + "/ws"
    offered = None if protocols is None else [Subprotocol(each) for each in protocols]
    with pytest.raises(InvalidStatus) as refused:
        await connect(address, subprotocols=offered, additional_headers=headers, proxy=None)
    response = refused.value.response
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, json.loads(response.body)


@pytest.mark.parametrize("offered", [None, ["chat"], ["sanfang.v2.json", "mqtt"]])
async def test_no_known_sub_protocol_is_refused_in_the_handshake(cast: Cast, offered):
    status, problem = await _turned_away(cast, offered)
    assert (status, problem["status"], problem["code"]) == (400, 400, "bad_frame")


async def test_a_known_sub_protocol_among_others_is_taken(cast: Cast):
    address = cast.demo.url.replace("http", "ws", 1) + "/ws"
    offered = [Subprotocol("chat"), Subprotocol(MSGPACK)]
    async with connect(address, subprotocols=offered, proxy=None) as connection:
        assert connection.subprotocol == MSGPACK


async def test_a_foreign_origin_is_refused_and_an_allowed_one_comes_in(cast: Cast):
    status, problem = await _turned_away(cast, [JSON], origin="https://evil.example")
    assert (status, problem["code"]) == (403, "forbidden")
    allowed = {"origin": "https://shop.example"}
    client = await cast.open(additional_headers=allowed)
    await client.hello(cast.token("buyer", cast.buyer))


@pytest.mark.parametrize(
    "first",
    [
        {"type": "ping"},
        {"type": "dance"},
        {"type": "hello"},
        ["hello"],
        "not json",
        {"type": "hello", "token": "T", "client": {"name": "n", "version": "1", "device": "tv"}},
        {
            "type": "hello",
            "token": "T",
            "client": {"name": "n", "version": "a", "device": "mobile"},
        },
        {"type": "hello", "token": "T", "client": {"name": "n", "version": "1"}},
        {"type": "hello", "token": "T"},
        {**HELLO, "resume": {"room": -1}},
        {**HELLO, "resume": ["room"]},
        {**HELLO, "epoch": 7},
    ],
)
async def test_4400_closes_what_begins_with_no_well_formed_hello(cast: Cast, first: Any):
    client = await cast.open()
    if isinstance(first, dict) and first.get("token") == "T":
        first = {**first, "token": cast.token("buyer", cast.buyer)}
    await client.send_raw(first)
    expected = 4401 if first == {"type": "hello"} else 4400  # a token is missing
    assert await client.closed() == expected


@pytest.mark.parametrize("protocol", [JSON, MSGPACK])
async def test_4400_closes_where_binary_and_text_are_mixed_up(cast: Cast, protocol: str):
    client = await cast.open(protocol=protocol)
    await client.hello(cast.token("buyer", cast.buyer))
    wrong = b'{"type":"ping"}' if protocol == JSON else '{"type":"ping"}'
    await client.connection.send(wrong)
    assert await client.closed() == 4400


async def test_4400_closes_after_twenty_bad_frames_on_end_and_not_before(cast: Cast):
    client = await cast.buys()
    for _ in range(19):
        await client.send_raw({"type": "typing"})
    await client.fence()  # a good frame begins the count anew
    for _ in range(19):
        await client.send_raw("{")
    await client.fence()
    for _ in range(20):
        await client.send_raw({"type": "typing", "room": 7})
    assert await client.closed() == 4400
    errors = [frame for frame in client.frames if frame["type"] == "error"]
    assert {error["code"] for error in errors} == {"bad_frame"}
    assert len(errors) == 58


async def test_4401_closes_bad_expired_and_foreign_tokens(cast: Cast):
    good = cast.token("buyer", cast.buyer)
    spoilt = good[:-4] + ("AAAA" if not good.endswith("AAAA") else "BBBB")
    expired = cast.token("buyer", cast.buyer, expires_in_s=-1)
    unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4Iiwicm9sZSI6ImJ1eWVyIiwiZXhwIjo5OTk5OTk5OTk5fQ."
    for token in ("", "nonsense", spoilt, expired, unsigned):
        client = await cast.open()
        await client.greet(token)
        assert await client.closed() == 4401, token
        assert all(frame["type"] != "welcome" for frame in client.frames)
        error = client.pending[0]
        assert (error["type"], error["code"]) == ("error", "unauthorized")


async def test_4401_closes_when_the_token_ends_and_a_new_one_renews_it_in_place(cast: Cast):
    client, other = await cast.open(), await cast.open()
    await client.hello(cast.token("buyer", cast.buyer, expires_in_s=3))
    await other.hello(cast.token("buyer", cast.buyer, expires_in_s=3))
    assert (await client.expect("token_expiring"))["expires_at"] > 1_700_000_000_000
    await client.refused("unauthorized", "refresh_token", token=cast.token("buyer", "somebody"))
    await client.refused("unauthorized", "refresh_token", token="nonsense")
    await client.do("refresh_token", token=cast.token("buyer", cast.buyer))
    assert await other.closed() == 4401
    await client.fence()


async def test_4408_closes_a_socket_without_hello_in_time(cast: Cast):
    assert await (await cast.open()).closed() == 4408


async def test_r18_4426_closes_a_client_below_the_hard_minimum(cast: Cast):
    client = await cast.open()
    await client.greet(cast.token("merchant", "agent-1"), version="0.4.9")
    assert await client.closed() == 4426
    ok = await cast.open()
    await ok.hello(cast.token("merchant", "agent-1"), version="0.5")


async def test_1007_closes_invalid_utf_8(cast: Cast):
    client = await cast.buys()
    await client.connection.send(b'{"type":"ping","x":"\xff\xfe"}', text=True)
    assert await client.closed() == 1007


async def test_1009_closes_a_frame_above_64_kib_and_one_below_is_read(cast: Cast):
    client = await cast.buys()
    await client.send("ping", padding="x" * 65_000)
    await client.expect("pong")
    await client.send("ping", padding="x" * 66_000)
    assert await client.closed() == 1009


async def test_1013_closes_too_slow_a_reader_and_others_go_on(cast: Cast):
    merchant, buyer = await cast.sells(), await cast.buys()
    room = await cast.opens(buyer)
    await merchant.do("set_reception", room=room, reception="nobody")  # nothing is read (R2)
    slow = await cast.open(sock=_narrow(cast.demo.url))
    await slow.hello(cast.token("merchant", "slow"))
    slow.connection.transport.pause_reading()
    body = text("🐢" * 2_000)
    for batch in range(40):
        for number in range(100):
            ref = f"slow-{batch}-{number}"
            await buyer.send("post_message", ref=ref, room=room, body=body)
        await buyer.reply(ref)
        if b'sanfang_closes_total{code="1013"}' in cast.demo.call("GET", "/metrics").body:
            break
        buyer.pending.clear()
    else:
        pytest.fail("nobody minds a reader that never reads")
    slow.connection.transport.resume_reading()
    assert await slow.closed() in (1013, 1006)
    await merchant.fence()


def _narrow(url: str) -> socket.socket:
    """A connection that takes little before its reader must read."""
    parts = urlsplit(url)
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
    narrow.connect((parts.hostname, parts.port))
    narrow.setblocking(False)
    return narrow


async def test_r47_token_travels_in_hello_and_a_query_counts_for_nothing(cast: Cast):
    token = cast.token("buyer", cast.buyer)
    address = cast.demo.url.replace("http", "ws", 1) + f"/ws?token={token}"
    async with connect(address, subprotocols=[Subprotocol(JSON)], proxy=None) as connection:
        await connection.send('{"type":"ping"}')
        await asyncio.wait_for(connection.wait_closed(), 10)
        assert connection.close_code == 4400
    assert token not in cast.demo.log.read_text()


async def test_unknown_fields_are_ignored_and_an_unknown_type_is_answered(cast: Cast):
    buyer = await cast.buys(hello={"colour": "red"})
    room = await cast.opens(buyer)
    await buyer.do("post_message", room=room, body={**text("你好"), "mood": 1}, extra=[1])
    error = await buyer.ask("dance", room=room)
    assert (error["type"], error["code"]) == ("error", "unknown_type")
    await buyer.fence()


async def test_types_that_we_do_not_know_close_nothing_however_many(cast: Cast):
    buyer = await cast.buys()
    for number in range(30):
        error = await buyer.ask(f"dance_{number}", room="r")
        assert error["code"] == "unknown_type"
    await buyer.fence()
