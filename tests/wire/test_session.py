"""One socket's protocol: hello, refusals, closes."""

import logging

import msgspec
import pytest

from server.core.commands import PostMessage
from server.core.errors import Refused, StoreUnavailable
from server.core.model import Client, Device, Identity, Role
from server.wire import frames as f
from server.wire.packet import JSON, MSGPACK, Packet
from server.wire.session import Claims, Stage
from tests.wire.fakes import BUYER, HELLO, WALL, Table


@pytest.mark.parametrize("encoding", [JSON, MSGPACK])
def test_a_good_hello_is_handed_to_the_gateway_with_identity_and_client(encoding):
    table = Table(encoding).hello()
    session = table.session
    assert table.heard() == [{"type": "ready"}]
    assert table.gateway.joined == [session]
    assert session.identity == BUYER
    assert session.client == Client(
        name="web", version=(1, 2, 3), device=Device.MOBILE, locale="en"
    )
    assert session.stage is Stage.LIVE


@pytest.mark.parametrize("encoding", [JSON, MSGPACK])
def test_a_frame_after_hello_reaches_the_gateway_and_is_answered(encoding):
    table = Table(encoding).hello()
    table.heard()
    table.post()
    [command] = table.gateway.handled
    assert isinstance(command, PostMessage)
    assert command.body.text == "你好"
    assert table.heard() == [{"type": "ack", "ref": "c-1"}]


def test_r18_a_short_version_is_filled_up_with_zeros():
    table = Table().hello(client=HELLO["client"] | {"version": "2"})
    assert table.session.client.version == (2, 0, 0)


@pytest.mark.parametrize(
    ("locale", "known"), [("en-GB", "en"), ("EN", "en"), ("zh-CN", "zh-CN"), ("fr", "zh-CN")]
)
def test_a_locale_that_we_lack_becomes_the_nearest(locale, known):
    assert Table().hello(locale=locale).session.locale == known


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"hello",
        b"[]",
        b'{"type":"ping"}',
        b'{"type":"nonsense"}',
        b'{"type":"hello","token":"good"}',
        b'{"type":"hello","token":"good","client":{"name":"a","version":"x","device":"mobile"}}',
        b'{"type":"hello","token":"good","client":{"name":"a","version":"1","device":"tv"}}',
    ],
)
def test_anything_but_a_well_formed_hello_at_first_closes_with_4400(first):
    table = Table()
    table.session.receive(first, True)
    assert table.close_code == 4400
    assert table.gateway.joined == []


def test_no_hello_in_five_seconds_closes_with_4408():
    table = Table()
    table.wait(4)
    assert table.close_code is None
    table.wait(1)
    assert table.close_code == 4408


def test_a_hello_that_comes_too_late_is_not_taken_though_nobody_swept():
    table = Table()
    table.now_s = 5.5
    table.hello()
    assert table.close_code == 4408
    assert table.gateway.joined == []


@pytest.mark.parametrize("token", ["bad", "", None, 7])
def test_a_bad_or_missing_token_is_refused_and_closes_with_4401(token):
    table = Table()
    hello = {key: value for key, value in HELLO.items() if key != "token" or token is not None}
    table.say(hello if token is None else hello | {"token": token})
    [error] = table.heard()
    assert error["type"] == "error"
    assert error["code"] == "unauthorized"
    assert error["retryable"] is False
    assert table.close_code == 4401
    assert table.gateway.joined == []


def test_a_locked_identity_is_closed_with_4403():
    table = Table()
    table.gateway.on_join = Refused("forbidden")
    table.hello()
    assert table.heard()[0]["code"] == "forbidden"
    assert table.close_code == 4403


def test_one_socket_too_many_is_closed_with_4429():
    table = Table()
    table.gateway.on_join = Refused("rate_limited", retry_after_ms=1000)
    table.hello()
    assert table.heard()[0]["retry_after_ms"] == 1000
    assert table.close_code == 4429


def test_a_gateway_that_is_overloaded_closes_with_1013():
    table = Table()
    table.gateway.on_join = Refused("overloaded")
    table.hello()
    assert table.close_code == 1013


def test_a_refused_join_is_not_followed_by_gone():
    table = Table()
    table.gateway.on_join = Refused("forbidden")
    table.hello()
    table.session.lost()
    assert table.gateway.gone_ones == []


def test_a_join_that_breaks_closes_with_1013_and_is_tidied_up(caplog):
    table = Table()
    table.gateway.on_join = RuntimeError("broken")
    table.hello()
    assert table.heard()[0]["code"] == "overloaded"
    assert table.close_code == 1013
    assert "RuntimeError: broken" in caplog.text
    table.session.lost()
    assert table.gateway.gone_ones == [table.session]


@pytest.mark.parametrize(("version", "code"), [("1.9.9", 4426), ("2.0.0", None), ("2", None)])
def test_r18_a_client_below_the_hard_minimum_is_closed_with_4426(version, code):
    table = Table(hard_minimum_client=(2, 0, 0))
    table.hello(client=HELLO["client"] | {"version": version})
    assert table.close_code == code
    if code:
        [error] = table.heard()
        assert error["code"] == "client_outdated"
        assert error["details"] == {"minimum": "2.0.0"}


def test_r18_a_bad_token_is_told_before_an_old_client():
    table = Table(hard_minimum_client=(2, 0, 0))
    table.hello(token="bad")
    assert table.close_code == 4401


def test_a_second_hello_is_a_bad_frame_and_the_socket_lives():
    table = Table().hello()
    table.heard()
    table.hello()
    [error] = table.heard()
    assert error["code"] == "bad_frame"
    assert table.close_code is None
    assert len(table.gateway.joined) == 1


@pytest.mark.parametrize(("encoding", "is_text"), [(JSON, False), (MSGPACK, True)])
@pytest.mark.parametrize("live", [True, False])
def test_binary_and_text_mixed_up_close_with_4400(encoding, is_text, live):
    table = Table(encoding)
    if live:
        table.hello()
    table.session.receive(msgspec.json.encode(HELLO), is_text)
    assert table.close_code == 4400


@pytest.mark.parametrize("live", [True, False])
def test_invalid_utf8_closes_with_1007_also_where_it_would_be_ignored(live):
    table = Table()
    if live:
        table.hello()
    table.session.receive(b'{"type":"ping","ignored":"\xff"}', True)
    assert table.close_code == 1007
    assert table.gateway.handled == []


def test_invalid_utf8_inside_messagepack_is_a_bad_frame():
    table = Table(MSGPACK).hello()
    table.heard()
    table.session.receive(b"\x82\xa4type\xa6typing\xa4room\xa1\xff", False)
    assert table.heard()[0]["code"] == "bad_frame"
    assert table.close_code is None


def test_a_bad_frame_is_answered_with_its_ref_and_place_in_the_clients_language():
    table = Table().hello()
    table.heard()
    table.post(text="")
    assert table.heard() == [
        {
            "type": "error",
            "code": "bad_frame",
            "message": "The frame is not well formed",
            "retryable": False,
            "ref": "c-1",
            "details": {"path": "$.body.text", "problem": "Expected `str` of length >= 1"},
        }
    ]


def test_twenty_bad_frames_in_a_row_close_with_4400():
    table = Table().hello()
    for _ in range(19):
        table.say({})
    assert table.close_code is None
    table.say({})
    assert table.close_code == 4400
    errors = [frame for frame in table.heard() if frame["type"] == "error"]
    assert len(errors) == 20


def test_a_good_frame_between_makes_the_row_begin_anew():
    table = Table().hello()
    for _ in range(2):
        for _ in range(19):
            table.say({})
        table.post()
    assert table.close_code is None


def test_unknown_types_are_answered_and_never_close():
    table = Table().hello()
    table.heard()
    for _ in range(40):
        table.say({"type": "submit_poem", "ref": "p"})
    answers = table.heard()
    assert {(each["code"], each["ref"]) for each in answers} == {("unknown_type", "p")}
    assert table.close_code is None


def test_a_refusal_of_the_gateway_is_answered_with_code_ref_and_details():
    table = Table().hello(locale="zh-CN")
    table.heard()
    table.gateway.on_handle = Refused("invite_not_open", state="expired")
    table.post(ref="c-9")
    assert table.heard() == [
        {
            "type": "error",
            "code": "invite_not_open",
            "message": "邀请已不在待确认状态",
            "retryable": False,
            "ref": "c-9",
            "details": {"state": "expired"},
        }
    ]
    assert table.close_code is None


def test_a_fault_is_logged_without_the_frame_and_answered_as_overloaded(caplog):
    table = Table().hello()
    table.heard()
    table.gateway.on_handle = ZeroDivisionError("oops")
    with caplog.at_level(logging.DEBUG):
        table.post(ref="c-9", text="very private words")
    [error] = table.heard()
    assert (error["code"], error["retryable"], error["ref"]) == ("overloaded", True, "c-9")
    assert "oops" not in str(error)
    assert "ZeroDivisionError" in caplog.text
    assert "private" not in caplog.text
    table.gateway.on_handle = None
    table.post()
    assert table.heard() == [{"type": "ack", "ref": "c-1"}]


def test_a_store_that_fails_is_answered_as_such():
    table = Table().hello()
    table.heard()
    table.session.refuse(StoreUnavailable("disk full"), "c-9")
    [error] = table.heard()
    assert (error["code"], error["retryable"]) == ("store_unavailable", True)


def test_a_frame_without_ref_is_refused_without_one():
    table = Table().hello()
    table.heard()
    table.gateway.on_handle = Refused("forbidden")
    table.say({"type": "typing", "room": "r-1"})
    [error] = table.heard()
    assert "ref" not in error


def test_nothing_is_sent_or_taken_after_a_close():
    table = Table().hello()
    table.heard()
    table.session.close(1012, "restart")
    table.session.send(f.Ready())
    table.session.send_packet(Packet(f.Ready()))
    table.session.refuse(Refused("forbidden"), "c-1")
    table.session.close(4400)
    table.post()
    assert table.heard() == []
    assert table.link.closed == (1012, "restart")
    assert table.gateway.handled == []


def test_nothing_is_sent_after_the_peers_close():
    table = Table().hello()
    table.heard()
    table.session.end()
    table.session.send(f.Ready())
    table.session.close(1012)
    assert table.heard() == []
    assert table.close_code is None


def test_gone_is_said_once():
    table = Table().hello()
    table.session.close(1012)
    table.session.lost()
    table.session.lost()
    assert table.gateway.gone_ones == [table.session]
    assert table.surroundings.sessions == set()


def test_gone_is_not_said_of_one_that_never_said_hello():
    table = Table()
    table.session.lost()
    assert table.gateway.gone_ones == []
    assert table.surroundings.sessions == set()


def test_an_end_that_the_gateway_cannot_take_is_logged(caplog):
    table = Table().hello()
    table.gateway.on_gone = ValueError("lost count")
    table.session.lost()
    assert "lost count" in caplog.text


def test_a_refreshed_token_of_the_same_identity_is_acked_and_holds():
    table = Table().hello()
    renamed = Identity(role=Role.BUYER, id="b1", name="李大雷")
    table.gateway.tokens["newer"] = Claims(renamed, WALL + 7_200)
    table.heard()
    table.say({"type": "refresh_token", "ref": "c-2", "token": "newer"})
    assert table.heard() == [{"type": "ack", "ref": "c-2"}]
    assert table.session.identity == renamed
    assert table.gateway.handled == []
    table.link.can_ping = False
    table.wait(3_700)
    assert table.close_code is None


@pytest.mark.parametrize(
    "other",
    [
        Identity(role=Role.BUYER, id="b2"),
        Identity(role=Role.MERCHANT, id="b1"),
        None,
    ],
)
def test_a_refreshed_token_of_somebody_else_is_refused_and_the_old_one_holds(other):
    table = Table().hello()
    if other:
        table.gateway.tokens["newer"] = Claims(other, WALL + 7_200)
    table.heard()
    table.say({"type": "refresh_token", "ref": "c-2", "token": "newer"})
    [error] = table.heard()
    assert (error["code"], error["ref"]) == ("unauthorized", "c-2")
    assert table.session.identity == BUYER
    assert table.close_code is None


def test_frames_closes_and_refusals_are_counted_by_kind():
    table = Table().hello()
    table.post()
    table.say({})
    table.session.close(1012)
    traffic = table.surroundings.traffic
    assert traffic.frames() == {
        ("in", "hello"): 1,
        ("in", "post_message"): 1,
        ("out", "ready"): 1,
        ("out", "ack"): 1,
        ("out", "error"): 1,
    }
    assert dict(traffic.refused) == {"bad_frame": 1}
    assert dict(traffic.closed) == {1012: 1}
