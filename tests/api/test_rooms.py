"""A room over HTTP: explanation (R19) and verdicts (R42); a courier's view of its orders (R46)."""

from collections.abc import Iterator

import pytest

from tests.api.running import Api, joined

RULES_OF_A_CLEAR_CASE = {"R6", "R7", "R8"}


def put_order(platform: Api, order: str, buyer: str, *, carrier: str = "sto", at: int = 1) -> None:
    body = {
        "shop": "s-1",
        "buyer": buyer,
        "status": "shipped",
        "placed_at": at,
        "parcels": [{"id": f"{order}-p", "carrier": carrier}],
    }
    assert platform.put(f"/api/v1/orders/{order}", body).status == 200


@pytest.fixture(scope="module")
def room(nobody: Api, platform: Api) -> Iterator[str]:
    """A room of b-1 in s-1 with an order of sto, some messages, and sto's desk manned."""
    put_order(platform, "r-o-1", "b-1")
    agent = nobody.by("merchant", "a-1", shop="s-1")
    courier = nobody.by("logistics", "c-1", carrier="sto", badge="S1")
    with joined(agent) as shop, joined(courier) as desk:
        desk.ask(type="set_status", status="online")
        with joined(nobody.by("buyer", "b-1")) as buyer:
            name = str(buyer.ask(type="open_room", shop="s-1")["room"])
            buyer.ask(type="post_message", room=name, body={"kind": "text", "text": "在吗"})
        shop.ask(type="post_message", room=name, body={"kind": "text", "text": "在的"})
        yield name


def test_r19_an_agent_asks_whether_an_invite_would_be_possible(agent: Api, room: str):
    found = agent.get(f"/api/v1/rooms/{room}/explanation").json
    assert found["room"] == room
    assert found["order"] == "r-o-1"
    assert found["possible"] is True, found["checks"]
    assert {check["rule"] for check in found["checks"]} >= RULES_OF_A_CLEAR_CASE
    assert all(check["pass"] is True for check in found["checks"])


def test_r19_the_reason_is_given_for_the_order_that_was_named(agent: Api, platform: Api, room: str):
    put_order(platform, "r-o-2", "b-1", carrier="jt", at=0)
    found = agent.get(f"/api/v1/rooms/{room}/explanation?order=r-o-2").json
    assert found["possible"] is False
    failed = [check["reason"] for check in found["checks"] if check["pass"] is False]
    assert failed[0] == "carrier_not_supported"


def test_r19_asking_has_no_side_effect(agent: Api, nobody: Api, room: str):
    agent.get(f"/api/v1/rooms/{room}/explanation")
    with joined(nobody.by("buyer", "b-1")) as buyer:
        history = {"type": "fetch_history", "ref": "h-1", "room": room}
        buyer.send(**history)
        kinds = [e["event"]["kind"] for e in buyer.until("history", ref="h-1")["events"]]
    assert kinds == ["room_opened", "message_posted", "message_posted"]


def test_r42_each_message_has_its_verdicts(agent: Api, room: str):
    found = agent.get(f"/api/v1/rooms/{room}/verdicts").json
    assert found["cursor"] is None
    assert {verdict["seq"] for verdict in found["verdicts"]} == {2, 3}
    rate = [v for v in found["verdicts"] if v["measure"] == "three_minute_rate" and v["seq"] == 2]
    assert len(rate) == 1
    assert rate[0]["counted"] is True
    assert rate[0]["phase"] == "two_party"
    assert rate[0]["version"] == "2023.1"
    assert rate[0]["rule"].startswith("R")


def test_r42_verdicts_go_on_after_a_message(platform: Api, room: str):
    first = platform.get(f"/api/v1/rooms/{room}/verdicts?limit=1").json
    assert {verdict["seq"] for verdict in first["verdicts"]} == {2}
    rest = platform.get(f"/api/v1/rooms/{room}/verdicts?cursor={first['cursor']}").json
    assert {verdict["seq"] for verdict in rest["verdicts"]} == {3}
    for after in ("2", first["cursor"]):
        found = platform.get(f"/api/v1/rooms/{room}/verdicts?after={after}").json
        assert found["verdicts"] == rest["verdicts"]
    for wrong in ("after=x", "cursor=x"):
        assert platform.get(f"/api/v1/rooms/{room}/verdicts?{wrong}").status == 400


@pytest.mark.parametrize("what", ["explanation", "verdicts"])
def test_r47_outsiders_learn_nothing_of_a_room(nobody: Api, stranger: Api, room: str, what: str):
    courier = nobody.by("logistics", "c-1", carrier="sto")
    for outsider in (stranger, courier, nobody.by("buyer", "b-2")):
        other = outsider.get(f"/api/v1/rooms/{room}/{what}")
        none = outsider.get(f"/api/v1/rooms/r-none/{what}")
        assert other.status == 403
        assert (other.status, other.body) == (none.status, none.body)


@pytest.mark.parametrize("what", ["explanation", "verdicts"])
def test_r47_a_buyer_learns_nothing_of_what_the_shop_is_measured_by(
    buyer: Api, room: str, what: str
):
    assert buyer.get(f"/api/v1/rooms/{room}/{what}").status == 403


def test_r46_a_courier_sees_the_sessions_order_and_no_other(
    nobody: Api, agent: Api, platform: Api, room: str
):
    put_order(platform, "r-o-3", "b-1", carrier="zto", at=0)
    courier = nobody.by("logistics", "c-1", carrier="sto")
    with joined(agent) as shop, joined(nobody.by("buyer", "b-1")) as buyer:
        invite = shop.ask(type="offer_invite", room=room, order="r-o-1")["invite"]
        answer = buyer.ask(type="answer_invite", room=room, invite=invite, accept=True)
        buyer.event("agent_joined")
        seen = courier.get(f"/api/v1/orders?room={room}").json["orders"]
        assert [order["id"] for order in seen] == ["r-o-1"]
        others = nobody.by("logistics", "c-2", carrier="sto")
        assert others.get(f"/api/v1/orders?room={room}").status == 403
        buyer.ask(type="end_session", room=room, session=answer["session"])
    assert courier.get(f"/api/v1/orders?room={room}").status == 403
