"""The platform's settings over HTTP: roll-out and courier companies."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.running import Api, joined

ROLLOUT, CARRIERS = "/api/v1/rollout", "/api/v1/carriers"


@pytest.fixture
def rollout(platform: Api) -> Iterator[dict[str, Any]]:
    before = platform.get(ROLLOUT).json
    yield before
    platform.put(ROLLOUT, before)


@pytest.fixture
def carriers(platform: Api) -> Iterator[list[dict[str, Any]]]:
    before = platform.get(CARRIERS).json
    yield before["carriers"]
    platform.put(CARRIERS, before)


def test_r16_at_first_every_shop_is_in(rollout: dict[str, Any]):
    assert rollout == {
        "mode": "live",
        "from_at": 1_690_300_800_000,
        "percent": 100,
        "desktop_percent": 100,
        "salt": "sanfang",
        "allow": [],
        "deny": [],
    }


@pytest.mark.usefixtures("rollout")
def test_r16_what_is_left_out_of_a_change_stays(platform: Api):
    first = platform.put(ROLLOUT, {"percent": 12.5, "deny": ["s-1"], "mode": "shadow"}).json
    assert (first["percent"], first["deny"], first["mode"]) == (12.5, ["s-1"], "shadow")
    second = platform.put(ROLLOUT, {"percent": 0, "from_at": "2026-01-01T00:00:00Z"}).json
    assert second == first | {"percent": 0, "from_at": 1_767_225_600_000}
    assert platform.get(ROLLOUT).json == second


@pytest.mark.parametrize(
    "change",
    [{"percent": 101}, {"desktop_percent": -1}, {"mode": "off"}, {"allow": "s-1"}, {"deny": [7]}],
)
def test_r16_a_wrong_roll_out_is_refused(platform: Api, change: dict[str, Any]):
    reply = platform.put(ROLLOUT, change)
    assert (reply.status, reply.json["code"]) == (400, "bad_frame")


def test_r47_only_the_platform_sees_and_changes_the_roll_out(agent: Api):
    assert agent.get(ROLLOUT).status == 403
    assert agent.put(ROLLOUT, {"percent": 1}).status == 403


def test_r20_known_carriers_are_there_and_four_are_enabled(carriers: list[dict[str, Any]]):
    assert [c["id"] for c in carriers] == ["zto", "sto", "yunda", "yto", "jt", "ems", "chinapost"]
    assert {c["id"] for c in carriers if c["enabled"]} == {"zto", "sto", "yunda", "yto"}
    assert carriers[1]["name"] == {"zh-CN": "申通", "en": "STO Express"}


def test_r20_a_carrier_is_enabled_and_a_new_one_added_with_no_change_of_code(
    platform: Api, nobody: Api, carriers: list[dict[str, Any]]
):
    order = {
        "shop": "s-1",
        "buyer": "b-jt",
        "status": "shipped",
        "placed_at": 1,
        "parcels": [{"id": "p-1", "carrier": "pigeon"}],
    }
    platform.put("/api/v1/orders/pigeon-1", order)
    with joined(nobody.by("buyer", "b-jt")) as socket:
        room = socket.ask(type="open_room", shop="s-1")["room"]

    def reason() -> str | None:
        return platform.get(f"/api/v1/orders?room={room}").json["orders"][0].get("reason")

    assert reason() == "carrier_not_supported"
    pigeon = {"id": "pigeon", "name": {"zh-CN": "飞鸽"}, "enabled": True, "hours": "06:00-18:00"}
    changed = platform.put(CARRIERS, {"carriers": [*carriers, pigeon]}).json["carriers"]
    assert changed[-1] == pigeon | {"name": {"zh-CN": "飞鸽", "en": "pigeon"}}
    assert reason() is None


@pytest.mark.parametrize(
    ("carriers_", "path"),
    [
        ([{"id": "a"}, {"id": "a"}], "$.carriers"),
        ([{"id": "a", "hours": "9-5"}], "$.carriers[0].hours"),
        ([{"enabled": True}], "$.carriers[0]"),
        ([{"id": "a b"}], "$.carriers[0].id"),
    ],
)
def test_r20_a_wrong_carrier_is_refused(platform: Api, carriers_: list[Any], path: str):
    reply = platform.put(CARRIERS, {"carriers": carriers_})
    assert (reply.status, reply.json["details"]["path"]) == (400, path)


def test_r20_a_shop_reads_carriers_and_changes_none(agent: Api, nobody: Api):
    assert agent.get(CARRIERS).status == 200
    assert agent.put(CARRIERS, {"carriers": []}).status == 403
    assert nobody.get(CARRIERS).status == 401
