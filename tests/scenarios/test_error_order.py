"""Which refusal answers when several hold, and what an explanation lists (section 1.5, R19)."""

from typing import Any

import pytest

from tests.scenarios.cast import HELLO, Cast, offered
from tests.scenarios.client import Client, Frame

pytestmark = pytest.mark.anyio

MERCHANT = ["R18", "R17", "R15", "R16", "R10", "R2", "R4", "R6", "R7", "R8", "R50", "R11"]
PLATFORM = [
    "R15", "R15", "R16", "R10", "R2", "R4", "R6", "R7", "R8", "R50", "R11", "R21", "R18",
]  # fmt: skip


async def _ask(client: Client, room: str, **more: Any) -> Frame:
    reply = await client.ask("check_invite", room=room, **more)
    assert reply["type"] == "explanation", reply
    assert reply["room"] == room
    return reply


def _reasons(explanation: Frame) -> list[str]:
    return [check["reason"] for check in explanation["checks"] if check["pass"] is False]


def _of_platform(cast: Cast, room: str, order: str = "") -> Frame:
    query = f"?order={order}" if order else ""
    path = f"/api/v1/rooms/{room}/explanation{query}"
    return dict(cast.demo.get(path, token=cast.platform))


async def test_r19_all_checks_are_listed_in_order_for_merchant_and_platform(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    found = await _ask(merchant, room)
    assert found["possible"] is True
    assert found["order"] == cast.order
    assert [check["rule"] for check in found["checks"]] == MERCHANT
    assert all(check["pass"] is True for check in found["checks"])
    told = _of_platform(cast, room)
    assert told["possible"] is True
    assert told["order"] == cast.order
    assert [check["rule"] for check in told["checks"]] == PLATFORM
    assert all(check["pass"] is True for check in told["checks"])
    await buyer.never(lambda f: f["type"] == "event" and f["seq"] > 1)


async def test_r19_without_an_order_the_checks_that_need_one_pass_null(cast: Cast):
    cast.put_carrier()
    merchant, buyer = await cast.sells(), await cast.buys()
    room = await cast.opens(buyer)
    found = await _ask(merchant, room)
    assert found["possible"] is False
    assert "order" not in found or found["order"] is None
    nulls = [check["rule"] for check in found["checks"] if check["pass"] is None]
    assert nulls == ["R7", "R8", "R50", "R11"]
    assert _reasons(found) == ["no_order"]
    assert _reasons(_of_platform(cast, room)) == ["no_order"]
    await merchant.refused("no_order", "offer_invite", room=room)
    await merchant.refused("no_order", "offer_invite", room=room, order="order-of-nobody")


class Case:
    """A room for which everything may be wrong; `refused` says what answers first."""

    def __init__(self, cast: Cast, buyer: Client, room: str) -> None:
        self.cast, self.buyer, self.room = cast, buyer, room
        self.switch = f"/api/v1/shops/{cast.shop}/switch"

    async def refused(self, client: Client, code: str) -> None:
        order = self.cast.order
        await client.refused(code, "offer_invite", room=self.room, order=order)
        assert _reasons(await _ask(client, self.room, order=order))[0] == code
        if code not in ("client_outdated", "entry_closed"):
            assert code in _reasons(_of_platform(self.cast, self.room, order))

    def set(self, **changes: Any) -> None:
        self.cast.demo.put(self.switch, changes, token=self.cast.platform)

    def deny(self, *shops: str) -> None:
        self.cast.demo.put("/api/v1/rollout", {"deny": shops}, token=self.cast.platform)


async def _case(cast: Cast) -> Case:
    buyer = await cast.buys()
    return Case(cast, buyer, await cast.opens(buyer))


async def test_the_first_of_many_refusals_answers_before_an_order_is_looked_at(cast: Cast):
    """Everything is wrong; each turn mends what has just answered."""
    cast.put_order(status="received")
    case = await _case(cast)
    old = await cast.sells("agent-old", hello={"version": "0.9.9"})
    case.set(enabled=False, auto=False, entry={"mobile": False, "desktop": False})
    case.deny(cast.shop)
    try:
        cast.demo.today("23:30:00")
        await case.refused(old, "client_outdated")
        merchant = await cast.sells()
        await case.refused(merchant, "entry_closed")
        case.set(entry={"desktop": True})
        await case.refused(merchant, "switched_off")
        case.set(enabled=True)
        assert _reasons(_of_platform(cast, case.room))[0] == "auto_off"
        await case.refused(merchant, "not_rolled_out")
        case.deny()
        await case.refused(merchant, "outside_service_hours")
    finally:
        case.deny()
    cast.demo.next_day()
    await case.refused(merchant, "order_finished")


async def test_the_first_of_many_refusals_answers_of_order_parcel_and_desk(cast: Cast):
    cast.put_carrier(enabled=False)
    cast.put_order(status="paid")
    case, merchant = await _case(cast), await cast.sells()
    await cast.sells("agent-old", hello={"version": "0.9.9"})
    await case.refused(merchant, "order_not_shipped")
    cast.put_order(parcels=[])
    await case.refused(merchant, "no_parcel")
    two = [{"id": f"p{n}-{cast.order}", "carrier": cast.carrier} for n in (1, 2)]
    cast.put_order(parcels=two)
    await case.refused(merchant, "several_parcels")
    cast.put_order()
    await case.refused(merchant, "carrier_not_supported")
    cast.put_carrier(enabled=True)
    await case.refused(merchant, "carrier_desk_closed")
    await cast.delivers()
    invite = await offered(case.buyer, merchant, case.room)
    await case.refused(merchant, "invite_pending")
    await case.buyer.do("answer_invite", room=case.room, invite=invite, accept=False)
    await case.refused(merchant, "cooldown")
    await merchant.do("set_reception", room=case.room, reception="bot")
    await merchant.close()
    # The old client is online still, a new one is not.
    told = _reasons(_of_platform(cast, case.room, cast.order))
    assert told == ["cooldown", "human_not_receiving", "merchant_client_outdated"]


async def test_not_in_phase_stands_where_invite_pending_does(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    assert _reasons(await _ask(merchant, room)) == ["invite_pending"]
    await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    assert _reasons(await _ask(merchant, room))[0] == "not_in_phase"
    cast.put_order(status="unpaid")
    await merchant.refused("not_in_phase", "offer_invite", room=room)


async def test_the_state_of_the_named_card_answers_before_the_checks_of_r10(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    await buyer.do("answer_invite", room=room, invite=invite, accept=False)
    switch = f"/api/v1/shops/{cast.shop}/switch"
    cast.demo.put(switch, {"enabled": False}, token=cast.platform)
    await buyer.refused("invite_not_open", "answer_invite", room=room, invite=invite, accept=True)
    change = {"room": room, "invite": invite, "order": "order-of-nobody"}
    await buyer.refused("invite_not_open", "change_invite_order", **change)
    await buyer.refused("switched_off", "reopen_invite", room=room, invite=invite)
    await buyer.refused("not_found", "answer_invite", room=room, invite="i-none", accept=True)
    await merchant.refused("forbidden", "answer_invite", room=room, invite=invite, accept=True)
    await merchant.refused("forbidden", "reopen_invite", room=room, invite="i-none")


async def test_r50_a_busy_desk_answers_with_the_expected_wait(cast: Cast):
    _, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    for number in range(5):
        other = f"{cast.buyer}-{number}"
        cast.put_order(f"{cast.order}-{number}", buyer=other)
        one = await cast.come("buyer", other)
        crowd = (await one.do("open_room", shop=cast.shop))["room"]
        if number == 4:
            break
        invite = await offered(one, merchant, crowd)
        await one.do("answer_invite", room=crowd, invite=invite, accept=True)
    # One is served and three wait: 3 × 5 min ÷ 1 is more than 10 min.
    await merchant.refused("carrier_desk_busy", "offer_invite", room=crowd)
    found = await _ask(merchant, room)
    assert _reasons(found) == ["carrier_desk_busy"]
    await courier.do("set_status", status="online", capacity=5)
    assert (await _ask(merchant, room))["possible"] is True


async def test_r18_the_platform_minds_an_outdated_shop_and_a_human_who_is_away(cast: Cast):
    cast.put_carrier()
    cast.put_order()
    await cast.delivers()
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    assert _reasons(_of_platform(cast, room)) == ["human_not_receiving", "merchant_client_outdated"]
    old = await cast.sells("agent-old", hello={"version": "0.9"})
    assert _reasons(_of_platform(cast, room)) == ["merchant_client_outdated"]
    new = await cast.sells("agent-new")
    assert _of_platform(cast, room)["possible"] is True
    await new.do("set_status", status="paused")
    assert _reasons(_of_platform(cast, room)) == ["merchant_client_outdated"]
    await old.do("set_status", status="offline")
    assert _reasons(_of_platform(cast, room)) == ["human_not_receiving", "merchant_client_outdated"]
    await buyer.say(room, HELLO)


async def test_r47_check_invite_is_for_those_who_may_invite(cast: Cast):
    buyer, _, courier, room = await cast.scene()
    for client in (buyer, courier, await cast.come("bot", "bot-1")):
        await client.refused("forbidden", "check_invite", room=room)
    stranger = await cast.sells("agent-9", shop=f"{cast.shop}-x")
    await stranger.refused("forbidden", "check_invite", room=room)
    await stranger.refused("forbidden", "check_invite", room="room-of-nobody")
