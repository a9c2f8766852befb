"""What is wrong with a frame is said with its place, whatever comes."""

from typing import get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.intents import INTENTS, Intent
from server.wire import decoder
from server.wire.asks import MarkInvite
from server.wire.decoder import BadFrame, decode
from server.wire.packet import JSON, MSGPACK
from tests.wire import samples

POST = {"type": "post_message", "ref": "c-1", "room": "r-1", "body": {"kind": "text", "text": "x"}}


def attempt(data: bytes, encoding) -> BadFrame | None:
    """What is said to these bytes; None if they are a frame. Nothing else may be raised."""
    try:
        decode(data, encoding)
    except BadFrame as bad:
        return bad
    return None


def refusal(frame, encoding=JSON) -> BadFrame:
    """What is said to an object, or to bytes as they are."""
    module = msgspec.json if encoding is JSON else msgspec.msgpack
    bad = attempt(frame if isinstance(frame, bytes) else module.encode(frame), encoding)
    assert bad is not None
    return bad


@pytest.mark.parametrize("encoding", [JSON, MSGPACK])
@pytest.mark.parametrize(
    ("change", "path", "problem"),
    [
        ({"body": {"kind": "text", "text": 5}}, "$.body.text", "Expected `str`, got `int`"),
        ({"body": {"kind": "text"}}, "$.body.text", "Required"),
        ({"body": {"kind": "poem"}}, "$.body.kind", "Invalid value 'poem'"),
        ({"body": {"kind": "erased"}}, "$.body.kind", "Invalid value 'erased'"),
        ({"body": 5}, "$.body", "Expected `object`, got `int`"),
        ({"room": 7}, "$.room", "Expected `str`, got `int`"),
        ({"type": "mark_read", "seq": 0}, "$.seq", "Expected `int` >= 1"),
        ({"type": "mark_read"}, "$.seq", "Required"),
        ({"type": "fetch_history", "limit": 201}, "$.limit", "Expected `int` <= 200"),
        ({"type": "set_reception", "reception": "cat"}, "$.reception", "Invalid enum value 'cat'"),
        (
            {"type": "mark_invite", "invite": "i", "intent": "cat"},
            "$.intent",
            "Invalid enum value 'cat'",
        ),
        ({"type": "mark_invite", "invite": "i"}, "$.intent", "Required"),
        ({"type": "mark_invite", "intent": "other"}, "$.invite", "Required"),
    ],
)
def test_a_wrong_field_is_named_with_its_path_and_the_ref(change, path, problem, encoding):
    bad = refusal(POST | change, encoding)
    assert bad.code == "bad_frame"
    assert bad.details == {"path": path, "problem": problem}
    assert bad.ref == "c-1"


def test_r9_every_intent_and_no_other_can_be_named_in_a_mark():
    assert get_args(Intent) == get_args(get_type_hints(MarkInvite)["intent"]) == INTENTS


@pytest.mark.parametrize(
    ("ref", "echoed"), [("", ""), ("x" * 65, "x" * 65), (5, None), (None, None), (["c"], None)]
)
def test_a_ref_is_echoed_wherever_it_is_a_string(ref, echoed):
    bad = refusal(POST | {"ref": ref})
    assert (bad.code, bad.details["path"], bad.ref) == ("bad_frame", "$.ref", echoed)


def test_a_missing_ref_is_named():
    frame = {key: value for key, value in POST.items() if key != "ref"}
    assert refusal(frame).details == {"path": "$.ref", "problem": "Required"}


@pytest.mark.parametrize("encoding", [JSON, MSGPACK])
def test_an_unknown_type_is_no_bad_frame(encoding):
    bad = refusal({"type": "submit_poem", "ref": "c-1"}, encoding)
    assert (bad.code, bad.ref, bad.details) == ("unknown_type", "c-1", {"path": "$.type"})


@pytest.mark.parametrize("type_", [None, 5, {}])
def test_a_type_that_is_no_string_is_a_bad_frame(type_):
    bad = refusal({"type": type_, "ref": "c-1"})
    assert (bad.code, bad.details["path"], bad.ref) == ("bad_frame", "$.type", "c-1")


def test_an_object_without_type_is_a_bad_frame():
    assert refusal({"ref": "c-1"}).details == {"path": "$.type", "problem": "Required"}


@pytest.mark.parametrize("encoding", [JSON, MSGPACK])
@pytest.mark.parametrize("value", [[], "x", 5, None, [POST]])
def test_what_is_no_object_is_a_bad_frame_without_ref(value, encoding):
    bad = refusal(value, encoding)
    assert (bad.code, bad.details["path"], bad.ref) == ("bad_frame", "$", None)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"{}x",
        b'{"type":"ping"',
        b'{"type":"ping","x":' + b"[" * 100_000,
        b'{"type":"typing","room":"\xff"}',
        b'{"type":"typing","room":"\\ud800"}',
        b"\xc1",
        b"\x81\xa4type\xd9\xff",
    ],
)
@pytest.mark.parametrize("encoding", [JSON, MSGPACK])
def test_what_cannot_be_read_at_all_is_a_bad_frame(data, encoding):
    assert refusal(data, encoding).code == "bad_frame"


def test_r48_a_text_may_have_2000_characters_and_no_more():
    def post(characters):
        return POST | {"body": {"kind": "text", "text": "好" * characters}}

    assert len(decode(msgspec.json.encode(post(2_000)), JSON).body.text) == 2_000
    bad = refusal(post(2_001))
    assert (bad.code, bad.ref) == ("too_long", "c-1")
    assert bad.details == {"path": "$.body.text", "limit": 2_000}


@pytest.mark.parametrize(
    ("change", "path", "limit"),
    [
        ({"body": {"kind": "promotion", "title": "x" * 101, "text": ""}}, "$.body.title", 100),
        ({"type": "end_session", "session": "s", "summary": "x" * 501}, "$.summary", 500),
    ],
)
def test_other_prose_that_is_too_long_is_told_its_limit(change, path, limit):
    bad = refusal(POST | change)
    assert (bad.code, bad.details) == ("too_long", {"path": path, "limit": limit})


def test_unknown_fields_are_ignored():
    frame = decode(msgspec.json.encode(POST | {"mood": ["good"], "body2": {}}), JSON)
    assert frame == decode(msgspec.json.encode(POST), JSON)


def test_a_long_word_of_the_client_is_not_repeated_in_full():
    bad = refusal(POST | {"body": {"kind": "x" * 5_000}})
    assert len(bad.details["problem"]) <= decoder.PROBLEM_LIMIT


def test_positions_beyond_what_json_readers_keep_exact_are_refused():
    hello = samples.contents(samples.CLIENT["hello"])
    assert refusal(hello | {"resume": {"r-1": 2**53}}).details["path"] == "$.resume[...]"
    history = {"type": "fetch_history", "ref": "c", "room": "r", "before": 2**64}
    assert refusal(history).details["path"] == "$.before"


def with_each_number(value, number):
    """Copies of a JSON value, in each of which one number is another."""
    if isinstance(value, dict):
        for key, inner in value.items():
            for copy in with_each_number(inner, number):
                yield value | {key: copy}
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            for copy in with_each_number(inner, number):
                yield [*value[:index], copy, *value[index + 1 :]]
    elif isinstance(value, int) and not isinstance(value, bool):
        yield number


@pytest.mark.parametrize("name", samples.CLIENT)
@pytest.mark.parametrize("number", [-1, 2**53, 2**64, 10**30])
def test_no_number_is_taken_that_could_not_be_stored_or_sent_on(name, number):
    for frame in with_each_number(samples.contents(samples.CLIENT[name]), number):
        assert refusal(frame).code == "bad_frame"


@pytest.mark.parametrize("version", ["1.2\n", "１.２", "1.", ".1", "1.2.3.4.5.6.7", "v1", ""])
def test_r18_a_version_is_dotted_integers(version):
    hello = samples.contents(samples.CLIENT["hello"])
    hello["client"]["version"] = version
    assert refusal(hello).details["path"] == "$.client.version"


@given(st.binary(max_size=300), st.sampled_from([JSON, MSGPACK]))
def test_any_bytes_are_read_or_refused(data, encoding):
    bad = attempt(data, encoding)
    assert bad is None or bad.code in {"bad_frame", "unknown_type", "too_long"}


_json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(
    st.sampled_from(sorted(samples.CLIENT)),
    st.data(),
    st.sampled_from([JSON, MSGPACK]),
)
def test_any_field_of_any_frame_may_hold_anything(name, data, encoding):
    frame = samples.contents(samples.CLIENT[name])
    field = data.draw(st.sampled_from(sorted(frame)))
    value = data.draw(_json_values)
    module = msgspec.json if encoding is JSON else msgspec.msgpack
    try:
        encoded = module.encode(frame | {field: value})
    except OverflowError:  # MessagePack has 64 bits for a number
        return
    bad = attempt(encoded, encoding)
    if bad is not None:
        assert bad.details["path"].startswith("$")
        kept = frame.get("ref") if field != "ref" else value
        assert bad.ref == (kept if isinstance(kept, str) else None)


@given(st.binary(max_size=60))
def test_utf8_is_judged_as_python_does(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        assert not decoder.is_utf8(data)
    else:
        assert decoder.is_utf8(data)
