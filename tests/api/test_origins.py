"""Pages of other origins, sockets that may not come in, and servers other than ours."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from server.settings import Settings
from tests.api.running import SECRET, WAIT_S, Api, joined, running

PARTNER = "https://shop.example"


@pytest.fixture(scope="module")
def open_to_partner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    file = tmp_path_factory.mktemp("origins") / "o.db"
    settings = Settings(
        database=f"sqlite:///{file}", origins=(PARTNER,), token_secret=SECRET, drain_s=0
    )
    with running(settings) as api:
        yield api


def refused(api: Api, **headers: str) -> InvalidStatus:
    """How a handshake with these headers is refused."""
    protocols = [] if headers.pop("protocol", "") == "none" else ["sanfang.v1.json"]
    url = api.url.replace("http", "ws") + "/ws"
    with (
        pytest.raises(InvalidStatus) as caught,
        connect(
            url, subprotocols=protocols or None, additional_headers=headers, open_timeout=WAIT_S
        ),
    ):
        pass
    return caught.value


def test_a_page_of_an_allowed_origin_may_call(open_to_partner: Api):
    asked = {"origin": PARTNER, "access-control-request-method": "PUT"}
    asked["access-control-request-headers"] = "authorization,if-match"
    reply = open_to_partner.call("OPTIONS", "/api/v1/shops/s-1/switch", headers=asked)
    assert reply.status == 200
    assert reply.headers["access-control-allow-origin"] == PARTNER
    got = open_to_partner.by("platform", "p").get("/api/v1/rollout", origin=PARTNER)
    assert got.headers["access-control-allow-origin"] == PARTNER


def test_a_page_of_another_origin_may_not_call(open_to_partner: Api):
    asked = {"origin": "https://evil.example", "access-control-request-method": "PUT"}
    reply = open_to_partner.call("OPTIONS", "/api/v1/shops/s-1/switch", headers=asked)
    assert reply.status == 400
    assert "access-control-allow-origin" not in reply.headers


def test_without_a_list_no_other_origin_may_call(nobody: Api):
    reply = nobody.get("/livez", origin=PARTNER)
    assert "access-control-allow-origin" not in reply.headers


def test_allowed_origins_may_embed_the_pages(open_to_partner: Api):
    policy = open_to_partner.get("/").headers["content-security-policy"]
    assert f"frame-ancestors 'self' {PARTNER}" in policy


def test_a_socket_of_another_origin_is_refused_with_403(open_to_partner: Api, nobody: Api):
    for api in (open_to_partner, nobody):
        assert refused(api, origin="https://evil.example").response.status_code == 403


def test_a_socket_without_a_known_sub_protocol_is_refused_with_400(nobody: Api):
    response = refused(nobody, protocol="none").response
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_any_asgi_server_can_run_the_app(tmp_path: Path):
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'x.db'}", demo=True, token_secret=SECRET, drain_s=0
    )
    with running(settings, plain_asgi=True) as api:
        assert api.get("/readyz").status == 200
        with joined(api.by("buyer", "demo-buyer-1")) as socket:
            room = socket.ask(type="open_room", shop="demo-shop-1")["room"]
        orders = api.by("platform", "p").get(f"/api/v1/orders?room={room}").json["orders"]
        assert [order["id"] for order in orders] == ["demo-order-1", "demo-order-2"]
