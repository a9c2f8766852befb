"""What is on the wire stays as it is, unless a golden file changes with it."""

import pytest

from server.core.events import AnyEvent
from server.wire import frames
from server.wire.decoder import decode
from server.wire.packet import JSON, MSGPACK, Packet
from tests.wire import golden, samples


def test_every_frame_and_kind_of_event_has_a_sample():
    def sampled(frames_by_name):
        return {name.partition(".")[0] for name in frames_by_name}

    assert sampled(samples.CLIENT) == samples.types_of(frames.ClientFrame)
    assert sampled(samples.SERVER) == samples.types_of(frames.ServerFrame)
    assert sampled(samples.EVENTS) == samples.types_of(AnyEvent)


def test_there_is_a_golden_file_for_each_sample_and_no_other():
    assert set(golden.FOLDER.rglob("*.*")) == set(golden.expected())


@pytest.mark.parametrize(
    "path", golden.expected(), ids=lambda path: str(path.relative_to(golden.FOLDER))
)
def test_a_frame_is_written_as_its_golden_file_says(path):
    assert path.read_bytes() == golden.expected()[path]


@pytest.mark.parametrize("name", samples.CLIENT)
def test_a_client_frame_is_read_from_both_encodings(name):
    folder = golden.FOLDER / "client"
    frame = samples.CLIENT[name]
    assert decode(golden.read_json(folder / f"{name}.json"), JSON) == frame
    assert decode(golden.read_msgpack(folder / f"{name}.msgpack.txt"), MSGPACK) == frame


@pytest.mark.parametrize("name", samples.SERVER)
def test_a_packet_carries_a_server_frame_in_both_encodings(name):
    folder = golden.FOLDER / "server"
    packet = Packet(samples.SERVER[name])
    assert packet.payload(JSON) == golden.read_json(folder / f"{name}.json")
    assert packet.payload(MSGPACK) == golden.read_msgpack(folder / f"{name}.msgpack.txt")


@pytest.mark.parametrize("name", samples.SERVER)
def test_a_frame_bears_its_type_and_times_say_so_by_name(name):
    contents = samples.contents(samples.SERVER[name])
    assert contents["type"] == name.partition(".")[0]
    times = {key for key, value in contents.items() if value == samples.AT}
    assert all(key == "at" or key.endswith("_at") for key in times)
