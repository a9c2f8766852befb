"""Whom the handshake lets in."""

import msgspec
import pytest

from server.wire.handshake import Refusal, admit
from server.wire.limits import Limits
from server.wire.packet import JSON
from server.wire.surroundings import Surroundings
from tests.wire.fakes import FakeGateway


def knock(*origins, host="chat.example", allowed=(), offered=("sanfang.v1.json",)):
    surroundings = Surroundings(Limits(), origins=allowed)
    surroundings.open_to(FakeGateway())
    return admit(surroundings, origins=origins, host=host, offered=offered)


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://chat.example", "chat.example"),
        ("https://chat.example", "chat.example"),
        ("https://Chat.Example", "chat.example"),
        ("https://chat.example:443", "chat.example"),
        ("https://chat.example", "chat.example:443"),
        ("http://chat.example:8000", "chat.example:8000"),
        ("http://[::1]:8000", "[::1]:8000"),
    ],
)
def test_a_page_of_the_same_origin_comes_in(origin, host):
    assert knock(origin, host=host) is JSON


def test_a_program_that_sends_no_origin_comes_in():
    assert knock() is JSON


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://chat.example.evil.example",
        "https://chat.example:8443",
        "http://chat.example:443",
        "null",
        "",
        "chat.example",
        "file://",
    ],
)
def test_a_page_from_elsewhere_is_refused_with_403(origin):
    refusal = knock(origin)
    assert isinstance(refusal, Refusal)
    assert (refusal.status, refusal.code) == (403, "forbidden")


def test_no_page_comes_in_where_no_host_is_named():
    assert knock("https://", host="").status == 403


def test_two_origins_must_both_be_allowed():
    assert knock("https://chat.example", "https://evil.example").status == 403


def test_an_allow_list_stands_for_the_same_origin():
    allowed = ("https://shop.example/", "https://Other.example")
    assert knock("https://shop.example", allowed=allowed) is JSON
    assert knock("https://other.example", allowed=allowed) is JSON
    assert knock("https://chat.example", allowed=allowed).status == 403
    assert knock("https://anything.example", allowed=("*",)) is JSON


@pytest.mark.parametrize("offered", [(), ("chat",), ("",)])
def test_who_offers_no_known_sub_protocol_is_refused_with_400(offered):
    assert knock(offered=offered).status == 400


def test_nobody_comes_in_before_the_service_is_there_or_after_it_shut():
    surroundings = Surroundings(Limits())

    def status():
        verdict = admit(surroundings, origins=(), host="x", offered=("sanfang.v1.json",))
        return verdict.status if isinstance(verdict, Refusal) else None

    assert status() == 503
    surroundings.open_to(FakeGateway())
    assert status() is None
    surroundings.shut()
    assert status() == 503


def test_a_refusal_is_a_problem_with_its_code():
    problem = msgspec.json.decode(Refusal(403, "forbidden", "Not from here.").body)
    assert problem == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "code": "forbidden",
        "detail": "Not from here.",
    }
