"""The same over both transports: frames come through, and every close has its code."""

import asyncio
import logging

import msgspec
import pytest
from websockets.exceptions import ConnectionClosedError, InvalidStatus
from websockets.frames import Opcode

from server.wire import frames as f
from tests.wire.fakes import HELLO
from tests.wire.serving import DEADLINE_S, RawClient, receive, serve

pytestmark = pytest.mark.anyio

POST = {"type": "post_message", "ref": "c-1", "room": "r-1", "body": {"kind": "text", "text": "x"}}


@pytest.fixture(scope="module", params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request):
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture(params=["direct", "asgi"])
def transport(request):
    return request.param


async def read_on(client) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            await client.recv()


async def closed_with(client) -> int:
    """The code of the close, past what comes before it."""
    with pytest.raises(ConnectionClosedError) as caught:
        await read_on(client)
    return caught.value.rcvd.code


async def test_frames_come_and_go_in_json(transport):
    async with serve(transport) as serving, serving.joined() as client:
        await client.send(msgspec.json.encode(POST).decode())
        assert await receive(client) == {"type": "ack", "ref": "c-1"}
        assert client.subprotocol == "sanfang.v1.json"


async def test_frames_come_and_go_in_messagepack(transport):
    async with (
        serve(transport) as serving,
        serving.connect(subprotocols=["chat", "sanfang.v1.msgpack"]) as client,
    ):
        for frame in (HELLO, POST):
            await client.send(msgspec.msgpack.encode(frame))
        answers = [msgspec.msgpack.decode(await client.recv()) for _ in range(2)]
        assert answers == [{"type": "ready"}, {"type": "ack", "ref": "c-1"}]


async def test_many_frames_in_one_segment_are_taken_in_order(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        refs = [f"c-{number}" for number in range(40)]
        client.write(b"".join(client.post(ref) for ref in refs))
        assert [await client.acked() for _ in refs] == refs


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64, 150, 1_000])
async def test_it_does_not_matter_how_bytes_are_cut_into_segments(transport, size):
    async with serve(transport) as serving:
        client = await serving.raw()
        texts = ["", "x" * 20, "好" * 60, "y" * 1_500]
        data = b"".join(
            [
                client.post("1", "a" + texts[0]),
                client.frame_of(0x89, b"ping"),
                client.post("2", "a" + texts[1]),
                client.frame_of(0x01, b'{"type":"typing",'),
                client.frame_of(0x8A, b""),
                client.frame_of(0x80, b'"room":"r-1"}'),
                client.post("3", texts[2]),
                client.frame_of(0x89, b""),
                client.post("4", texts[3]),
            ]
        )
        for at in range(0, len(data), size):
            client.write(data[at : at + size])
            await client.writer.drain()
            await asyncio.sleep(0)
        got = [await client.frame() for _ in range(6)]
        assert [payload for opcode, payload in got if opcode is Opcode.PONG] == [b"ping", b""]
        acks = [msgspec.json.decode(each) for opcode, each in got if opcode is Opcode.TEXT]
        assert [each["ref"] for each in acks] == ["1", "2", "3", "4"]
        handled = serving.gateway.handled
        assert [type(each) for each in handled].count(f.Typing) == 1
        assert handled[-1].body.text == texts[3]


async def test_a_message_in_fragments_is_put_together(transport):
    async with serve(transport) as serving, serving.joined() as client:
        text = msgspec.json.encode(POST | {"body": {"kind": "text", "text": "好" * 1_000}}).decode()
        await client.send([text[at : at + 100] for at in range(0, len(text), 100)])
        assert await receive(client) == {"type": "ack", "ref": "c-1"}
        assert serving.gateway.handled[0].body.text == "好" * 1_000


async def test_a_ping_is_answered_with_what_it_bore(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        client.write(client.frame_of(0x89, b"\xff" * 125))
        assert await client.frame() == (Opcode.PONG, b"\xff" * 125)


async def test_a_frame_of_64_kib_is_taken_and_a_larger_one_closes_with_1009(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        room = 64 * 1024 - len(b'{"type":"ping","x":""}')
        client.write(client.text(b'{"type":"ping","x":"' + b"x" * room + b'"}'))
        opcode, payload = await client.frame()
        assert (opcode, msgspec.json.decode(payload)["type"]) == (Opcode.TEXT, "pong")
        client.write(client.text(b'{"type":"ping","x":"' + b"x" * (room + 1) + b'"}'))
        assert await client.close_code() == 1009


async def test_fragments_that_grow_too_large_close_with_1009(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        client.write(client.frame_of(0x01, b"x" * 40_000))
        client.write(client.frame_of(0x00, b"x" * 40_000))
        assert await client.close_code() == 1009


@pytest.mark.parametrize("in_fragments", [False, True])
async def test_invalid_utf8_closes_with_1007(transport, in_fragments):
    async with serve(transport) as serving:
        client = await serving.raw()
        if in_fragments:
            client.write(client.frame_of(0x01, b'{"type":"ping","x":"'))
            client.write(client.frame_of(0x80, b'\xe5\xa5"}'))
        else:
            client.write(client.text(b'{"type":"ping","x":"\xff"}'))
        assert await client.close_code() == 1007
        assert serving.gateway.handled == []


VIOLATIONS = {
    "without a mask": RawClient.frame_of(0x81, b"{}", masked=False),
    "a reserved bit": RawClient.frame_of(0xC1, b"{}"),
    "an unknown opcode": RawClient.frame_of(0x83, b"{}"),
    "a ping in fragments": RawClient.frame_of(0x09, b""),
    "a ping that is too long": RawClient.frame_of(0x89, b"x" * 126),
    "a pong that is too long": RawClient.frame_of(0x8A, b"x" * 126),
    "a continuation of nothing": RawClient.frame_of(0x80, b"{}"),
    "a text within a text": RawClient.frame_of(0x01, b"{") + RawClient.frame_of(0x81, b"{}"),
    "a close with half a code": RawClient.frame_of(0x88, b"\x03"),
    "a close with a code that may not be sent": RawClient.frame_of(0x88, b"\x03\xee"),
}


@pytest.mark.parametrize("violation", VIOLATIONS)
async def test_what_breaks_the_rfc_closes_with_1002_and_nothing_after_it_counts(
    transport, violation
):
    async with serve(transport) as serving:
        client = await serving.raw()
        client.write(VIOLATIONS[violation] + client.post("after"))
        assert await client.close_code() == 1002
        assert serving.gateway.handled == []
        assert await client.is_at_end()


async def test_binary_on_the_json_sub_protocol_closes_with_4400(transport):
    async with serve(transport) as serving, serving.joined() as client:
        await client.send(msgspec.json.encode(POST))
        assert await closed_with(client) == 4400


async def test_no_hello_in_time_closes_with_4408(transport):
    async with serve(transport) as serving, serving.connect() as client:
        await serving.until(lambda: serving.surroundings.sessions)
        serving.sweep_as_if_later(6)
        assert await closed_with(client) == 4408


async def test_a_bad_token_is_told_and_closes_with_4401(transport):
    async with serve(transport) as serving, serving.connect() as client:
        await client.send(msgspec.json.encode(HELLO | {"token": "bad"}).decode())
        assert (await receive(client))["code"] == "unauthorized"
        assert await closed_with(client) == 4401


async def test_what_was_sent_before_a_close_comes_before_it(transport):
    async with serve(transport) as serving, serving.joined() as client:
        [session] = serving.gateway.joined
        for _ in range(100):
            session.send(f.Left(room="r-1", reason="x" * 1_000))
        session.send(f.Bye(reason="restart", reconnect_after_ms=500))
        session.close(1012, "restart")
        frames = [await receive(client) for _ in range(101)]
        assert frames[-1]["type"] == "bye"
        assert await closed_with(client) == 1012


async def test_a_peer_that_closes_is_answered_and_gone_once(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        client.write(client.frame_of(0x88, b"\x03\xe8bye") + client.post("after"))
        assert await client.close_code() == 1000
        assert await client.is_at_end()
        await serving.until(lambda: serving.gateway.gone_ones)
        assert serving.gateway.handled == []


async def test_a_peer_that_closes_in_the_middle_of_a_frame_is_gone_once(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        client.write(client.post("half")[:20])
        client.writer.write_eof()
        assert await client.is_at_end()
        await serving.until(lambda: serving.gateway.gone_ones)


async def test_a_peer_that_vanishes_is_gone_once(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        client.abort()
        await serving.until(lambda: serving.gateway.gone_ones)
        [session] = serving.gateway.gone_ones
        session.send(f.Ready())  # goes nowhere, and does no harm


async def test_a_reader_that_never_reads_is_cut_off(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        [session] = serving.gateway.joined
        most = 0
        link = session._link
        async with asyncio.timeout(DEADLINE_S):
            while session.is_open:
                session.send(f.Left(room="r-1", reason="x" * 60_000))
                most = max(most, link.buffered())
                await asyncio.sleep(0)
        # One frame may come on top of the limit, and the close frame.
        assert 1024 * 1024 < most < 1024 * 1024 + 130_000
        serving.sweep_as_if_later(6)
        await serving.until(lambda: serving.gateway.gone_ones)
        assert dict(serving.surroundings.traffic.closed) == {1013: 1}
        client.abort()


async def test_a_reader_that_reads_too_slowly_is_told_1013(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        [session] = serving.gateway.joined
        async with asyncio.timeout(DEADLINE_S):
            while session.is_open:
                session.send(f.Left(room="r-1", reason="x" * 60_000))
                await asyncio.sleep(0)
        assert await client.close_code() == 1013


async def test_a_reader_that_catches_up_is_congested_no_more(transport):
    async with serve(transport) as serving:
        client = await serving.raw()
        [session] = serving.gateway.joined
        sent = 0
        async with asyncio.timeout(DEADLINE_S):
            while not session.congested:
                session.send(f.Left(room="r-1", reason="x" * 60_000))
                sent += 1
                await asyncio.sleep(0)
        waiting = asyncio.create_task(session.drained())
        for _ in range(sent):
            await client.frame()
        async with asyncio.timeout(DEADLINE_S):
            await waiting
        assert session.is_open
        client.write(client.post("still here"))
        assert await client.acked() == "still here"


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"subprotocols": None}, 400, "bad_frame"),
        ({"subprotocols": ["chat"]}, 400, "bad_frame"),
        ({"origin": "https://evil.example"}, 403, "forbidden"),
        ({"origin": "null"}, 403, "forbidden"),
    ],
)
async def test_a_handshake_is_refused_with_a_problem(transport, options, status, code):
    async with serve(transport) as serving:
        with pytest.raises(InvalidStatus) as caught:
            await serving.connect(**options)
        response = caught.value.response
        assert response.status_code == status
        assert response.headers["Content-Type"].startswith("application/problem+json")
        assert msgspec.json.decode(response.body)["code"] == code


async def test_a_page_of_the_same_origin_comes_in(transport):
    async with (
        serve(transport) as serving,
        serving.joined(origin=f"http://127.0.0.1:{serving.port}"),
    ):
        assert len(serving.gateway.joined) == 1


async def test_no_socket_comes_in_once_the_server_is_shut(transport):
    async with serve(transport) as serving:
        serving.surroundings.shut()
        with pytest.raises(InvalidStatus) as caught:
            await serving.connect()
        assert caught.value.response.status_code == 503


async def test_an_end_of_the_server_closes_with_1012(transport):
    async with serve(transport) as serving, serving.joined() as client:
        ending = asyncio.create_task(serving.server.shutdown())
        assert await closed_with(client) == 1012
        await ending


async def test_no_message_nor_token_is_ever_logged(transport, caplog):
    # Below that uvicorn's own protocol logs frames.
    caplog.set_level(logging.DEBUG if transport == "direct" else logging.INFO)
    async with serve(transport) as serving, serving.joined() as client:
        secret = POST | {"body": {"kind": "text", "text": "private words"}, "extra": "private"}
        await client.send(msgspec.json.encode(secret).decode())
        await receive(client)
        await client.send('{"type":"post_message","text":"private"}')
        await receive(client)
    logged = [each.getMessage() for each in caplog.records if each.name != "websockets.client"]
    assert not [text for text in logged if "private" in text or "good" in text]
