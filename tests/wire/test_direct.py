"""What only the short path does: cutting frames, pings, other paths, what an idle socket keeps."""

import asyncio
import logging
from itertools import pairwise
from types import SimpleNamespace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from server.wire.direct import FRAGMENTS, direct_protocol
from server.wire.limits import Limits
from server.wire.opening import open_socket
from server.wire.surroundings import Surroundings
from tests.wire.fakes import HELLO, WALL, FakeGateway
from tests.wire.serving import RawClient, receive, serve

HEAD = (
    b"GET /ws HTTP/1.1\r\nhost: h\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    b"sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n"
    b"sec-websocket-protocol: sanfang.v1.json\r\n\r\n"
)
SMALL = 300  # bytes; what is "too large" where it matters that frames are quick to make
PLAIN = RawClient.frame_of(0x81, b'{"type":"ping"}')


class FakeTransport(asyncio.Transport):
    """Keeps what was written."""

    def __init__(self):
        super().__init__()
        self.written = bytearray()
        self.is_closed = False
        self.is_aborted = False
        self.has_eof = False

    def write(self, data):
        assert not self.is_closed
        assert not self.has_eof
        self.written += data

    def set_write_buffer_limits(self, high=None, low=None):
        pass

    def get_write_buffer_size(self):
        return 0

    def can_write_eof(self):
        return True

    def write_eof(self):
        self.has_eof = True

    def close(self):
        self.is_closed = True

    def abort(self):
        self.is_aborted = True


class Wire:
    """A direct protocol on a fake transport, past the handshake."""

    def __init__(self, frame_bytes=64 * 1024):
        self.gateway = FakeGateway()
        limits = Limits(rate_burst=100_000, rate_per_s=100_000, frame_bytes=frame_bytes)
        surroundings = Surroundings(limits, wall=lambda: WALL)
        surroundings.open_to(self.gateway)
        state = SimpleNamespace(connections=set(), default_headers=[])
        self.protocol = direct_protocol(surroundings)(None, state, {})
        self.transport = FakeTransport()
        self.protocol.connection_made(self.transport)
        self.protocol.data_received(HEAD)
        assert self.transport.written.startswith(b"HTTP/1.1 101 ")
        self.feed(RawClient.frame_of(0x81, msgspec.json.encode(HELLO)))
        self.transport.written.clear()

    def feed(self, *chunks: bytes) -> None:
        for chunk in chunks:
            self.protocol.data_received(chunk)

    @property
    def close_code(self) -> int | None:
        """The code of a close frame, the last that was written."""
        found = self.transport.written.rfind(b"\x88")
        return int.from_bytes(self.transport.written[found + 2 : found + 4], "big")


def by_byte(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def test_frames_may_come_one_byte_at_a_time():
    wire = Wire()
    texts = [b'{"type":"ping","x":"' + b"x" * size + b'"}' for size in (0, 200, 50_000)]
    wire.feed(*by_byte(b"".join(RawClient.frame_of(0x81, text) for text in texts)))
    assert len(wire.gateway.handled) == 3


_odd_frames = st.sampled_from(
    [
        PLAIN,
        RawClient.frame_of(0x81, b'{"type":"typing","room":"' + b"r" * 150 + b'"}'),
        RawClient.frame_of(0x89, b"are you there"),
        RawClient.frame_of(0x8A, b""),
        RawClient.frame_of(0x01, b'{"type":') + RawClient.frame_of(0x80, b'"ping"}'),
        RawClient.frame_of(0x01, b'{"type":"pi')
        + RawClient.frame_of(0x89, b"")
        + RawClient.frame_of(0x00, b"")
        + RawClient.frame_of(0x80, b'ng"}'),
        RawClient.frame_of(0x81, b"not json"),
    ]
)
_last_frames = st.sampled_from(
    [
        b"",
        RawClient.frame_of(0x88, b"\x03\xe8"),
        RawClient.frame_of(0x88, b""),
        RawClient.frame_of(0x81, b"{}", masked=False),
        RawClient.frame_of(0xF1, b"{}"),
        RawClient.frame_of(0x82, b"{}"),
        RawClient.frame_of(0x81, b"\xff"),
        RawClient.frame_of(0x81, b"x" * 70_000)[:100],
    ]
)


@given(st.lists(_odd_frames, max_size=6), _last_frames, st.data())
def test_it_makes_no_difference_where_the_bytes_are_cut(frames, last, data):
    stream = b"".join(frames) + last + (PLAIN if last else b"")
    cuts = data.draw(st.sets(st.integers(1, len(stream) - 1))) if len(stream) > 1 else set()
    places = [0, *sorted(cuts), len(stream)]
    whole, cut = Wire(), Wire()
    if stream:
        whole.feed(stream)
    cut.feed(*(stream[a:b] for a, b in pairwise(places) if a < b))
    assert cut.transport.written == whole.transport.written
    assert cut.gateway.handled == whole.gateway.handled
    assert cut.transport.has_eof == whole.transport.has_eof


class Ear:
    """A session that only listens, while it is open."""

    is_open = True

    def __init__(self):
        self.heard = []

    def receive(self, data, is_text):
        if self.is_open:
            self.heard.append((bytes(data), is_text))

    def pong(self):
        pass

    def answers_ping(self):
        return True

    def end(self):
        self.is_open = False


def judged_by_the_library(stream: bytes) -> tuple[list[tuple[bytes, bool]], bytes]:
    """What the library alone makes of a stream: messages, and what it answers."""
    library = ServerProtocol(state=State.OPEN, max_size=SMALL)
    library.receive_data(stream)
    heard, parts = [], []
    for frame in library.events_received():
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            parts.append(frame)
            if frame.fin:
                is_text = parts[0].opcode is Opcode.TEXT
                heard.append((b"".join(part.data for part in parts), is_text))
                parts = []
    return heard, b"".join(library.data_to_send())


_any_frame = st.builds(
    RawClient.frame_of,
    st.sampled_from(
        [0x81] * 6 + [0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8A, 0x09, 0xC1, 0x8B]
    ),
    st.binary(max_size=140) | st.sampled_from([b"", b"\x03\xe8", b"x" * SMALL, b"x" * (SMALL + 1)]),
    masked=st.sampled_from([True] * 15 + [False]),
)


@given(st.lists(_any_frame, max_size=8), st.integers(0, 3), st.sampled_from([1, 2, 7, 100, 10_000]))
def test_the_short_cut_and_the_library_never_disagree(frames, missing, size):
    stream = b"".join(frames)
    stream = stream[: max(0, len(stream) - missing)]
    wire = Wire(frame_bytes=SMALL)
    ear = wire.protocol._session = Ear()
    wire.feed(*[stream[at : at + size] for at in range(0, len(stream), size)])
    heard, answered = judged_by_the_library(stream)
    assert ear.heard == heard
    if missing:
        # The library objects to a header at once; we let the frame come in whole first.
        assert answered.startswith(bytes(wire.transport.written))
    else:
        assert wire.transport.written == answered


@given(st.binary(max_size=200))
def test_any_bytes_are_survived(data):
    wire = Wire()
    wire.feed(data)
    wire.feed(data)
    wire.protocol.connection_lost(None)
    assert len(wire.gateway.gone_ones) == 1


def test_nothing_is_kept_of_the_handshake_nor_of_a_parser():
    wire = Wire()
    wire.feed(RawClient.frame_of(0x01, b'{"type":'), RawClient.frame_of(0x80, b'"ping"}'))
    wire.feed(PLAIN[:5], PLAIN[5:])
    protocol = wire.protocol
    assert protocol._library is None
    assert protocol._rest is None
    assert protocol._start is None
    assert protocol._fragments == []
    assert not hasattr(protocol, "__dict__")
    assert len(wire.gateway.handled) == 2


def test_a_message_in_too_many_fragments_closes_with_1009():
    wire = Wire()
    wire.feed(RawClient.frame_of(0x01, b""))
    wire.feed(*[RawClient.frame_of(0x00, b"")] * (FRAGMENTS - 1))
    assert wire.close_code == 1009


def test_a_close_that_answers_ours_ends_the_connection():
    wire = Wire()
    wire.gateway.joined[0].close(1012, "restart")
    wire.feed(PLAIN)
    assert not wire.transport.is_closed
    wire.feed(RawClient.frame_of(0x88, b"\x03\xf4"))
    assert wire.transport.is_closed
    assert wire.transport.written == b"\x88\x09\x03\xf4restart"


def test_what_comes_after_a_violation_does_not_hinder_the_close():
    wire = Wire()
    unmasked = RawClient.frame_of(0x81, b"{}", masked=False)
    wire.feed(unmasked)
    written = bytes(wire.transport.written)
    wire.feed(unmasked, PLAIN, RawClient.frame_of(0x88, b""))
    assert wire.close_code == 1002
    assert wire.transport.written == written
    assert not wire.transport.is_aborted


def test_a_header_of_the_server_is_there_once():
    surroundings = Surroundings(Limits())
    surroundings.open_to(FakeGateway())
    default = [(b"date", b"Thu, 01 Jan 1970 00:00:00 GMT"), (b"server", b"ours")]
    opening = open_socket(HEAD, surroundings, path="/ws", default_headers=default)
    names = [line.partition(b":")[0].lower() for line in opening.answer.splitlines()]
    assert names.count(b"date") == 1
    assert names.count(b"server") == 1


def test_a_violation_after_our_close_cuts_the_connection():
    wire = Wire()
    wire.gateway.joined[0].close(1012)
    wire.feed(RawClient.frame_of(0x81, b"{}", masked=False))
    assert wire.transport.is_aborted


def test_a_header_that_announces_too_much_is_refused_before_the_rest_comes():
    wire = Wire()
    wire.feed(b"\x81\xff" + (2**63 - 1).to_bytes(8, "big"))
    assert wire.close_code == 1009
    assert wire.transport.has_eof


# --- over a real socket ---------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_ping_goes_out_every_25_s_and_its_pong_keeps_the_socket():
    async with serve("direct") as serving:
        client = await serving.raw()
        serving.sweep_as_if_later(26)
        assert await client.frame() == (Opcode.PING, b"")
        client.write(client.frame_of(0x8A, b"") + client.post("next"))
        assert await client.acked() == "next"
        serving.sweep_as_if_later(24)
        client.write(client.post("last"))
        assert await client.acked() == "last"


@pytest.mark.anyio
async def test_a_ping_without_pong_closes_with_1011_and_then_cuts():
    async with serve("direct") as serving:
        client = await serving.raw()
        serving.sweep_as_if_later(26)
        serving.sweep_as_if_later(26 + 11)
        assert await client.close_code() == 1011
        serving.sweep_as_if_later(26 + 11 + 6)
        await serving.until(lambda: serving.gateway.gone_ones)


@pytest.mark.anyio
async def test_another_path_is_left_to_the_app_and_its_query_is_not_logged(caplog):
    caplog.set_level(logging.DEBUG)
    async with serve("direct") as serving:
        url = serving.url.replace("/ws", "/echo?token=hush")
        async with connect(url) as client:
            await client.send("hello")
            assert await client.recv() == "hello"
        with pytest.raises(InvalidStatus) as caught:
            await connect(serving.url.replace("/ws", "/nowhere?token=hush"))
        assert caught.value.response.status_code == 403
        async with serving.joined(query="?token=hush"):
            pass
    logged = [each.getMessage() for each in caplog.records if each.name != "websockets.client"]
    assert not [text for text in logged if "hush" in text]


@pytest.mark.anyio
async def test_a_plain_request_for_the_path_is_left_to_the_app():
    async with serve("direct") as serving:
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
        writer.write(b"GET /ws HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.endswith(b"not a socket")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("line", "instead", "status"),
    [
        ("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", 400),
        ("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: short", 400),
        ("GET ", "POST ", 405),
    ],
)
async def test_what_is_no_good_handshake_is_refused_with_a_problem(line, instead, status):
    good = (
        "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: sanfang.v1.json\r\n\r\n"
    )
    assert line in good
    async with serve("direct") as serving:
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
        writer.write(good.replace(line, instead).encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        assert head.startswith(f"HTTP/1.1 {status} ".encode())
        assert b"application/problem+json" in head
        assert msgspec.json.decode(body)["status"] == status


@pytest.mark.anyio
async def test_compression_is_not_agreed_to():
    async with serve("direct") as serving, serving.joined(compression="deflate") as client:
        assert client.protocol.extensions == []
        await client.send('{"type":"ping"}')
        assert (await receive(client))["type"] == "pong"
