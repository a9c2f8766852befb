"""Stopping, draining and beginning anew: what was acknowledged is stored, and nothing lives on."""

import asyncio

import pytest

from server.core.model import RoomId
from tests.service.given import House

pytestmark = pytest.mark.anyio


def ours() -> list[str]:
    found = []
    for task in asyncio.all_tasks():
        code = getattr(task.get_coro(), "cr_code", None)
        if code is not None and "/server/" in code.co_filename and task.get_name() != "store":
            found.append(code.co_qualname if hasattr(code, "co_qualname") else code.co_name)
    return found


async def test_nothing_that_was_begun_outlives_a_stop(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    del house.service.rooms.cells[RoomId(room)]
    never = asyncio.Event()

    async def hanging(_: RoomId) -> None:
        await never.wait()

    house.store.load = hanging
    buyer.post(room)
    buyer.ask("fetch_history", room=room)
    await house.until(lambda: len(ours()) >= 3)
    await house.service.stop()
    assert ours() == []


async def test_what_waited_for_a_look_up_is_begun_by_no_stop(house: House) -> None:
    buyer = await house.buyer()
    room = await house.opened(buyer)
    never, begun = asyncio.Event(), []

    async def hanging(*_: object, **__: object) -> None:
        begun.append(1)
        await never.wait()

    house.store.events = hanging
    for _ in range(3):
        buyer.ask("recall_message", room=room, seq=1)
    await house.until(lambda: begun)
    await house.service.stop()
    assert ours() == []


async def test_r49_all_that_was_acknowledged_as_the_server_went_away_is_stored(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    draining = asyncio.ensure_future(house.service.drain(0.0))
    for _ in range(20):
        buyer.post(room)
        merchant.ask("check_invite", room=room)
        await asyncio.sleep(0)
    await draining
    acked = [frame["seq"] for frame in buyer.heard("ack", room=room)]
    log = await house.store.events(RoomId(room), after=0, upto=10**6)
    assert set(acked) <= {envelope.seq for envelope in log}
    assert buyer.heard()[-1]["type"] == "bye"
    assert buyer.link.closed == merchant.link.closed == (1012, "restart")
