"""What shops, agents and the platform set: memory is what the store has, also after a failure."""

import asyncio

import pytest

from server.core.errors import StoreUnavailable
from server.core.model import Role, Rollout, Status
from tests.service.given import SHOP, House

pytestmark = pytest.mark.anyio


async def both(house: House, *work: object) -> list[object]:
    return await asyncio.gather(*work, return_exceptions=True)


async def test_r15_two_changes_that_fail_leave_the_switch_as_it_was(house: House) -> None:
    merchant = await house.merchant()
    by = merchant.identity
    house.store.is_full = True
    change = house.service.set_switch
    answers = await both(house, change(SHOP, by, enabled=False), change(SHOP, by, auto=False))
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 2
    house.store.is_full = False
    switch = await house.service.switch(SHOP)
    assert (switch.enabled, switch.auto, switch.version) == (True, True, 0)
    assert house.service.shops.switch(SHOP) == switch
    assert merchant.heard("switch")[1:] == []


async def test_r15_two_changes_at_once_both_count(house: House) -> None:
    by = (await house.merchant()).identity
    change = house.service.set_switch
    await both(house, change(SHOP, by, enabled=False), change(SHOP, by, auto=False))
    switch = await house.store.switch(SHOP)
    assert switch is not None
    assert (switch.enabled, switch.auto, switch.version) == (False, False, 2)


async def test_r15_a_switch_that_is_not_stored_stops_nobody(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    invite = await house.offered(merchant, room)
    house.store.gate.clear()
    off = merchant.ask("set_switch", enabled=False)
    await house.until(lambda: not house.store.waiting)
    yes = buyer.ask("answer_invite", room=room, invite=invite, accept=True)
    house.store.gate.set()
    await house.quiet()
    assert [merchant.code(off), buyer.code(yes)] == [None, None]
    assert (await house.kinds(room))[-1] == "agent_joined"  # it came before the switch


async def test_r44_a_status_that_is_not_stored_is_none(house: House) -> None:
    merchant = await house.merchant()
    house.store.is_full = True
    ref = merchant.ask("set_status", status="offline")
    await house.until(lambda: merchant.code(ref) == "store_unavailable")
    house.store.is_full = False
    record = house.service.shops.record(merchant.identity)
    assert record is not None
    assert record.status is Status.ONLINE


async def test_r44_an_agent_whose_first_hello_failed_is_kept_at_the_next(house: House) -> None:
    house.store.is_full = True
    failed = house.arrive(Role.LOGISTICS, "l-1")
    await house.until(lambda: failed.link.closed)
    assert failed.link.closed == (1013, "try again")
    assert failed.heard("ready") == []
    failed.leave()
    house.store.is_full = False
    await house.courier()
    await house.restart()
    record = house.service.shops.record(failed.identity)
    assert record is not None
    assert record.status is Status.ONLINE


async def test_r16_a_rollout_that_is_not_stored_covers_nobody_else(house: House) -> None:
    house.store.is_full = True
    with pytest.raises(StoreUnavailable):
        await house.service.set_rollout(Rollout(percent=0))
    assert house.service.rollout() == Rollout()
