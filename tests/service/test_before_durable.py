"""Memory runs ahead of the store, and nobody hears of it."""

import pytest

from server.core.model import Role
from tests.service.given import STO, House

pytestmark = pytest.mark.anyio


async def test_r49_who_comes_in_sees_no_countdown_of_what_is_not_stored(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    merchant = house.arrive(Role.MERCHANT, "m-1")
    await house.until(lambda: not house.service.hub.joining)
    merchant = house.arrive(Role.MERCHANT, "m-2")
    flush = house.store.flush

    async def flushing() -> None:
        await flush()
        house.store.gate.clear()  # from here on nothing is stored
        buyer.post(room)

    house.store.flush = flushing  # type: ignore[method-assign]
    await house.until(lambda: merchant.heard("ready"))
    house.store.flush = flush  # type: ignore[method-assign]
    assert merchant.heard("timer") == merchant.heard("event") == []
    assert merchant.heard("room", room=room)[0]["seq"] == 1
    house.store.is_full = True
    house.store.gate.set()
    await house.until(lambda: house.store.failed)
    house.store.is_full = False
    await house.quiet()
    assert merchant.heard("timer") == []


async def test_r50_a_session_enters_the_mean_once_its_end_is_stored(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    session = await house.accepted(buyer, merchant, room)
    await house.advance(1_000)
    known = house.service.desks.load(STO).mean_handling_ms
    house.store.is_full = True
    ref = buyer.ask("end_session", room=room, session=session)
    await house.until(lambda: buyer.code(ref))
    assert house.service.desks.load(STO).mean_handling_ms == known
    house.store.is_full = False
    await house.do(buyer, "end_session", room=room, session=session)
    assert house.service.desks.load(STO).mean_handling_ms == 1_000
