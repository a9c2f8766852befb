"""A packet is encoded once, and its header is what RFC 6455 says."""

import pytest

from server.wire import frames as f
from server.wire.framing import BINARY, PONG, TEXT, header, measure
from server.wire.packet import JSON, MSGPACK, Encoding, Packet, choose


@pytest.mark.parametrize("encoding", Encoding)
def test_a_packet_is_encoded_once_per_encoding(encoding):
    packet = Packet(f.Ready())
    assert packet.payload(encoding) is packet.payload(encoding)
    assert packet.framed(encoding) is packet.framed(encoding)


@pytest.mark.parametrize(
    ("letters", "head"),
    [
        (0, 2),
        (87, 2),
        (88, 4),
        (65_497, 4),
        (65_498, 10),
    ],
)
def test_a_header_has_the_length_in_7_16_or_64_bits(letters, head):
    packet = Packet(f.Left(room="r", reason="x" * letters))
    payload = packet.payload(JSON)
    framed = packet.framed(JSON)
    assert framed[head:] == payload
    assert framed[0] == TEXT
    assert framed[:head] == header(TEXT, len(payload))
    assert len(payload) == letters + 38
    if head == 2:
        assert framed[1] == len(payload)
    else:
        assert framed[1] == (126 if head == 4 else 127)
        assert int.from_bytes(framed[2:head], "big") == len(payload)


def test_messagepack_goes_in_binary_frames():
    packet = Packet(f.Ready())
    assert packet.framed(MSGPACK)[0] == BINARY
    assert packet.framed(MSGPACK)[2:] == packet.payload(MSGPACK)


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, "8a00"),
        (125, "8a7d"),
        (126, "8a7e007e"),
        (65_535, "8a7effff"),
        (65_536, "8a7f0000000000010000"),
    ],
)
def test_lengths_change_their_form_at_the_bounds(length, expected):
    assert header(PONG, length).hex() == expected


@pytest.mark.parametrize("length", [0, 1, 125, 126, 65_535, 65_536, 70_000])
@pytest.mark.parametrize("before", [0, 3])
def test_a_frame_is_measured_from_its_header_as_soon_as_that_is_there(length, before):
    head = bytearray(header(TEXT, length))
    head[1] |= 0x80
    data = bytes(before) + bytes(head) + b"mask" + bytes(length)
    body = before + len(head) + 4
    for end in range(before + 1, len(data) + 1, 1 if length < 200 else 997):
        found = measure(data, before, end)
        if end - before >= len(head):
            assert found == (body, body + length)
        else:
            assert found[1] > end


def test_the_first_sub_protocol_that_we_know_is_taken():
    assert choose(["chat", "sanfang.v1.msgpack", "sanfang.v1.json"]) is MSGPACK
    assert choose(["sanfang.v1.json"]) is JSON
    assert choose(["chat", "", "SANFANG.V1.JSON"]) is None
    assert choose([]) is None
