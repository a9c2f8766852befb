"""Orders over HTTP: who may tell them, what is refused, what a room's members see."""

import json
from typing import Any

import pytest

from tests.api.running import Api, joined

ORDER: dict[str, Any] = {
    "shop": "s-1",
    "buyer": "b-1",
    "status": "shipped",
    "placed_at": 1_780_000_000_000,
    "items": [{"title": "竹编收纳篮", "quantity": 2}],
    "receiver": {"name": "林一", "phone": "19900000001", "address": "浙江省杭州市西湖区翠竹路"},
    "parcels": [{"id": "p-1", "carrier": "sto", "tracking": "77310001"}],
}


def lines(*orders: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(order) for order in orders).encode()


def opened(buyer: Api, shop: str) -> str:
    """The buyer's room in a shop."""
    with joined(buyer) as socket:
        return str(socket.ask(type="open_room", shop=shop)["room"])


def test_an_order_is_stored_and_stored_again(platform: Api):
    reply = platform.put("/api/v1/orders/o-1", ORDER | {"version": 1})
    assert (reply.status, reply.json) == (200, {"id": "o-1", "version": 1})
    assert platform.put("/api/v1/orders/o-1", ORDER | {"version": 1}).status == 200


def test_an_older_version_than_the_stored_one_is_a_conflict(platform: Api):
    assert platform.put("/api/v1/orders/o-2", ORDER | {"version": 5}).status == 200
    reply = platform.put("/api/v1/orders/o-2", ORDER | {"version": 4})
    assert (reply.status, reply.json["code"]) == (409, "conflict")
    assert platform.put("/api/v1/orders/o-2", ORDER | {"version": 6}).status == 200


@pytest.mark.parametrize("who", ["agent", "buyer"])
def test_r47_only_the_platform_tells_orders(who: str, request: pytest.FixtureRequest):
    caller: Api = request.getfixturevalue(who)
    assert caller.put("/api/v1/orders/o-3", ORDER).status == 403
    assert caller.post("/api/v1/orders", lines(ORDER | {"id": "o-3"})).status == 403


def test_without_a_token_nothing_is_told(nobody: Api):
    reply = nobody.put("/api/v1/orders/o-3", ORDER)
    assert (reply.status, reply.json["code"]) == (401, "unauthorized")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert reply.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"status": "lost"}, "$.status"),
        ({"buyer": "two words"}, "$.buyer"),
        ({"buyer": "b-1\n"}, "$.buyer"),
        ({"placed_at": "yesterday"}, "$.placed_at"),
        ({"placed_at": 10**15}, "$.placed_at"),
        ({"version": -1}, "$.version"),
        ({"parcels": [{"id": "p-1"}]}, "$.parcels[0]"),
        ({"parcels": [{"id": "p-1", "carrier": 7}]}, "$.parcels[0].carrier"),
        ({"parcels": ORDER["parcels"] * 2}, "$.parcels"),
        ({"items": [{"title": "x", "quantity": 0}]}, "$.items[0].quantity"),
    ],
)
def test_a_wrong_field_is_named(platform: Api, change: dict[str, Any], path: str):
    reply = platform.put("/api/v1/orders/o-4", ORDER | change)
    assert (reply.status, reply.json["code"]) == (400, "bad_frame")
    assert reply.json["details"]["path"] == path
    assert reply.json["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'"text"'])
def test_what_is_no_order_is_a_bad_frame(platform: Api, body: bytes):
    reply = platform.put("/api/v1/orders/o-4", body)
    assert (reply.status, reply.json["code"]) == (400, "bad_frame")


def test_a_body_beyond_the_limit_is_too_long(platform: Api):
    reply = platform.put("/api/v1/orders/o-4", b" " * (1024 * 1024 + 1))
    assert (reply.status, reply.json["code"]) == (422, "too_long")


def test_times_may_be_iso_8601_and_unknown_fields_are_ignored(platform: Api):
    body = ORDER | {"placed_at": "2026-05-30T10:00:00+08:00", "colour": "green"}
    assert platform.put("/api/v1/orders/o-5", body).status == 200


def test_many_orders_are_stored_at_once(platform: Api, nobody: Api):
    many = [ORDER | {"id": f"many-{n}", "buyer": "b-many"} for n in range(3)]
    assert platform.post("/api/v1/orders", lines(*many) + b"\n\n").json == {"stored": 3}
    room = opened(nobody.by("buyer", "b-many"), "s-1")
    found = platform.get(f"/api/v1/orders?room={room}").json["orders"]
    assert {order["id"] for order in found} == {"many-0", "many-1", "many-2"}


def test_a_bad_line_is_named_and_nothing_is_stored(platform: Api, nobody: Api):
    first = ORDER | {"id": "none-1", "buyer": "b-none"}
    body = lines(first) + b"\n\n" + lines(ORDER | {"id": "none-2", "status": "lost"})
    reply = platform.post("/api/v1/orders", body)
    assert (reply.status, reply.json["code"]) == (400, "bad_frame")
    assert reply.json["details"] == {"path": "$.status", "line": 3}
    room = opened(nobody.by("buyer", "b-none"), "s-1")
    assert platform.get(f"/api/v1/orders?room={room}").json["orders"] == []


def test_a_line_that_is_too_old_is_named_and_nothing_is_stored(platform: Api):
    assert platform.put("/api/v1/orders/old-1", ORDER | {"version": 9}).status == 200
    body = lines(ORDER | {"id": "new-1"}, ORDER | {"id": "old-1", "version": 8})
    reply = platform.post("/api/v1/orders", body)
    assert (reply.status, reply.json["code"]) == (409, "conflict")
    assert reply.json["details"]["line"] == 2
    assert reply.json["details"]["order"] == "old-1"


def test_a_line_that_is_older_than_one_before_it_is_a_conflict(platform: Api):
    newer, older = (ORDER | {"id": "twice-1", "version": version} for version in (5, 4))
    reply = platform.post("/api/v1/orders", lines(newer, older))
    assert (reply.status, reply.json["code"], reply.json["details"]["line"]) == (409, "conflict", 2)
    assert platform.put("/api/v1/orders/twice-1", ORDER | {"version": 1}).status == 200
    assert platform.post("/api/v1/orders", lines(older, newer)).status == 200


@pytest.mark.parametrize("items", [["竹椅"], [{"name": "竹椅"}], [{"title": "竹椅", "count": 4}]])
def test_items_are_taken_with_what_they_say(platform: Api, items: list[object]):
    assert platform.put("/api/v1/orders/items-1", ORDER | {"items": items}).status == 200


def test_r6_a_room_shows_its_orders_newest_first_with_their_eligibility(platform: Api, nobody: Api):
    cases = {
        "e-1": {"status": "shipped"},
        "e-2": {"status": "paid"},
        "e-3": {"status": "received"},
        "e-4": {"parcels": []},
        "e-5": {"parcels": [{"id": "p-1", "carrier": "sto"}, {"id": "p-2", "carrier": "zto"}]},
        "e-6": {"parcels": [{"id": "p-1", "carrier": "jt"}]},
    }
    for place, (order, change) in enumerate(cases.items()):
        body = ORDER | {"buyer": "b-cases", "placed_at": 1_780_000_000_000 - place} | change
        assert platform.put(f"/api/v1/orders/{order}", body).status == 200
    buyer = nobody.by("buyer", "b-cases")
    room = opened(buyer, "s-1")
    found = buyer.get(f"/api/v1/orders?room={room}").json
    reasons = {order["id"]: order.get("reason") for order in found["orders"]}
    assert reasons == {
        "e-1": None,
        "e-2": "order_not_shipped",
        "e-3": "order_finished",
        "e-4": "no_parcel",
        "e-5": "several_parcels",
        "e-6": "carrier_not_supported",
    }
    assert list(reasons) == list(cases)
    first = found["orders"][0]
    assert first["eligible"] is True
    assert first["items"] == [{"title": "竹编收纳篮", "quantity": 2}]
    assert first["parcels"] == ORDER["parcels"]
    assert found["orders"][3]["parcels"] == []
    assert "receiver" not in first


def test_orders_come_in_pages(platform: Api, nobody: Api):
    many = [ORDER | {"id": f"page-{n}", "buyer": "b-page", "placed_at": n} for n in range(5)]
    assert platform.post("/api/v1/orders", lines(*many)).status == 200
    room = opened(nobody.by("buyer", "b-page"), "s-1")
    seen, cursor = [], ""
    while cursor is not None:
        page = platform.get(f"/api/v1/orders?room={room}&limit=2&cursor={cursor}").json
        seen.append([order["id"] for order in page["orders"]])
        cursor = page["cursor"]
    assert seen == [["page-4", "page-3"], ["page-2", "page-1"], ["page-0"]]


@pytest.mark.parametrize("query", ["", "?room=", "?room=r-1&limit=0", "?room=r-1&cursor=!"])
def test_a_wrong_parameter_is_a_bad_frame(platform: Api, buyer: Api, query: str):
    room = opened(buyer, "s-1")
    reply = platform.get(f"/api/v1/orders{query.replace('r-1', room)}")
    assert (reply.status, reply.json["code"]) == (400, "bad_frame")


def test_r47_a_room_that_exists_and_one_that_does_not_answer_alike(
    buyer: Api, stranger: Api, nobody: Api
):
    room = opened(buyer, "s-1")
    for outsider in (
        stranger,
        nobody.by("buyer", "b-2"),
        nobody.by("logistics", "c", carrier="sto"),
    ):
        other = outsider.get(f"/api/v1/orders?room={room}")
        none = outsider.get("/api/v1/orders?room=r-none")
        assert other.status == 403
        assert (other.status, other.body) == (none.status, none.body)
