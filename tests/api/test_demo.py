"""Demo mode: tokens for the asking, a clock to move, a fresh start; and nothing of it elsewhere."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from websockets.exceptions import ConnectionClosed

from server.settings import Settings
from tests.api.running import NOON, SECRET, Api, joined, running

TOKENS, CLOCK, RESET = (f"/api/v1/demo/{name}" for name in ("tokens", "clock", "reset"))
NOON_MS = 1_780_286_400_000


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Api]:
    """A demo server of one test alone."""
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'demo.db'}", demo=True, token_secret=SECRET, drain_s=0
    )
    with running(settings) as api:
        yield api


def claims(token: str) -> dict[str, Any]:
    return jwt.decode(token, SECRET, algorithms=["HS256"])


def test_a_seeded_persons_token_is_filled_in(nobody: Api):
    reply = nobody.post(TOKENS, {"role": "logistics", "id": "demo-sto-1"})
    found = claims(reply.json["token"])
    assert (found["name"], found["badge"], found["carrier"]) == ("周岚", "S2041", "sto")
    assert "lead" not in found
    lead = nobody.post(TOKENS, {"role": "logistics", "id": "demo-sto-lead"})
    assert claims(lead.json["token"])["lead"] is True
    shop = nobody.post(TOKENS, {"role": "merchant", "id": "demo-agent-1"})
    assert claims(shop.json["token"])["shop"] == "demo-shop-1"


def test_what_is_given_beats_what_is_seeded(nobody: Api):
    body = {"role": "merchant", "id": "demo-agent-1", "shop": "s-2", "name": "换人"}
    found = claims(nobody.post(TOKENS, body).json["token"])
    assert (found["shop"], found["name"]) == ("s-2", "换人")


def test_a_token_lasts_as_long_as_was_asked(nobody: Api):
    body = {"role": "buyer", "id": "b-1", "expires_in_s": 90}
    reply = nobody.post(TOKENS, body).json
    assert claims(reply["token"])["exp"] == pytest.approx(time.time() + 90, abs=5)
    assert reply["expires_at"] == pytest.approx(time.time() * 1000 + 90_000, abs=5_000)


def test_a_token_may_have_expired_already(nobody: Api):
    body = {"role": "platform", "id": "p-1", "expires_in_s": -5}
    expired = Api(nobody.address, nobody.post(TOKENS, body).json["token"])
    reply = expired.get("/api/v1/rollout")
    assert (reply.status, reply.json["code"]) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"id": "b-1"}, "$"),
        ({"role": "king", "id": "b-1"}, "$.role"),
        ({"role": "buyer", "id": "b 1"}, "$.id"),
        ({"role": "merchant", "id": "a-1"}, "$.shop"),
        ({"role": "logistics", "id": "c-1", "shop": "s-1"}, "$.carrier"),
    ],
)
def test_a_token_for_nobody_in_particular_is_refused(nobody: Api, body: Any, path: str):
    reply = nobody.post(TOKENS, body)
    assert (reply.status, reply.json["details"]["path"]) == (400, path)


def test_the_clock_is_set_runs_on_and_goes_back(fresh: Api):
    first = fresh.post(CLOCK, {"now": NOON}).json["now_at"]
    assert NOON_MS <= first < NOON_MS + 60_000
    later = fresh.post(CLOCK, {"advance_ms": 3_600_000}).json["now_at"]
    assert first + 3_600_000 <= later < first + 3_660_000
    back = fresh.post(CLOCK, {"now": "2026-06-01T04:00:00Z"}).json["now_at"]
    assert NOON_MS <= back < NOON_MS + 60_000


@pytest.mark.parametrize(
    "body", [{}, {"now": "noon"}, {"now": NOON, "advance_ms": 1}, {"advance_ms": 10**15}, []]
)
def test_a_wrong_time_is_a_bad_frame(nobody: Api, body: Any):
    reply = nobody.post(CLOCK, body)
    assert (reply.status, reply.json["code"]) == (400, "bad_frame")


def test_the_clocks_offset_outlives_a_restart(tmp_path: Path):
    settings = Settings(
        database=f"sqlite:///{tmp_path / 'demo.db'}", demo=True, token_secret=SECRET, drain_s=0
    )
    with running(settings) as api:
        set_to = api.post(CLOCK, {"now": NOON}).json["now_at"]
    with running(settings) as api:
        now = api.post(CLOCK, {"advance_ms": 0}).json["now_at"]
    assert set_to <= now < set_to + 60_000


def test_r10_advancing_answers_when_what_is_due_has_happened(fresh: Api):
    fresh.post(CLOCK, {"now": NOON})
    agent = fresh.by("merchant", "demo-agent-1", shop="demo-shop-1")
    courier = fresh.by("logistics", "demo-sto-1", carrier="sto")
    with (
        joined(agent) as shop,
        joined(courier) as desk,
        joined(fresh.by("buyer", "demo-buyer-1")) as buyer,
    ):
        desk.ask(type="set_status", status="online")
        room = buyer.ask(type="open_room", shop="demo-shop-1")["room"]
        shop.ask(type="offer_invite", room=room, order="demo-order-1")
        assert fresh.post(CLOCK, {"advance_ms": 11 * 60_000}).status == 200
        buyer.send(type="fetch_history", ref="h", room=room)
        events = buyer.until("history", ref="h")["events"]
    assert [e["event"]["kind"] for e in events][-1] == "invite_expired"
    assert events[-1]["event"]["reason"] == "timeout"


def test_a_reset_closes_sockets_and_begins_a_new_epoch(fresh: Api):
    with joined(fresh.by("buyer", "demo-buyer-1")) as socket:
        socket.ask(type="open_room", shop="demo-shop-1")
        before = next(f["epoch"] for f in socket.seen if f["type"] == "welcome")
        assert fresh.post(RESET).status == 200
        with pytest.raises(ConnectionClosed) as closed:
            socket.until("nothing more")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
    with joined(fresh.by("buyer", "demo-buyer-1")) as socket:
        assert not [f for f in socket.seen if f["type"] == "room"]
        assert next(f["epoch"] for f in socket.seen if f["type"] == "welcome") != before
        room = socket.ask(type="open_room", shop="demo-shop-1")["room"]
    orders = fresh.by("platform", "p").get(f"/api/v1/orders?room={room}").json["orders"]
    assert [order["id"] for order in orders] == ["demo-order-1", "demo-order-2"]


def test_seeded_orders_cover_every_outcome(fresh: Api):
    platform = fresh.by("platform", "p")
    reasons = set()
    for number in range(1, 7):
        for shop in ("demo-shop-1", "demo-shop-2"):
            with joined(fresh.by("buyer", f"demo-buyer-{number}")) as socket:
                room = socket.ask(type="open_room", shop=shop)["room"]
            found = platform.get(f"/api/v1/orders?room={room}").json["orders"]
            reasons |= {order.get("reason", "eligible") for order in found}
    assert reasons == {
        "eligible",
        "order_not_shipped",
        "order_finished",
        "no_parcel",
        "several_parcels",
        "carrier_not_supported",
    }


def test_seeding_connects_nobody_and_leaves_settings_alone(fresh: Api):
    platform = fresh.by("platform", "p")
    assert platform.get("/api/v1/shops/demo-shop-1/switch/changes").json["changes"] == []
    assert platform.get("/api/v1/rollout").json["percent"] == 100
    assert platform.get("/api/v1/shops/demo-shop-1/contacts").json["contacts"] == []


def test_outside_demo_mode_there_is_no_demo(tmp_path: Path):
    settings = Settings(database=f"sqlite:///{tmp_path / 'x.db'}", token_secret=SECRET, drain_s=0)
    with running(settings) as api:
        for path in (TOKENS, CLOCK, RESET):
            reply = api.post(path, {"role": "platform", "id": "p"})
            assert (reply.status, reply.json["code"]) == (404, "not_found")
        assert "/api/v1/demo/tokens" not in api.get("/openapi.json").json["paths"]
