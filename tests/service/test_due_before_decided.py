"""R57: what is due by now comes first, whoever asks and however; and time passes for everybody."""

from typing import Any

import pytest

from server.core.model import Role
from tests.service.given import MINUTE, SECOND, SHOP, STO, House, Person

pytestmark = pytest.mark.anyio


def pass_unnoticed(house: House, by_ms: int) -> None:
    """Time passes, and no timer has rung yet."""
    house.service.clock.advance(by_ms)


async def joined(house: House, courier: Person) -> tuple[Person, str]:
    """A buyer whose session this courier has."""
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    await house.accepted(buyer, merchant, room)
    assert courier.events(room)[-1] == "agent_joined"
    return buyer, room


@pytest.mark.parametrize(("away_ms", "is_lost"), [(30_000, False), (30_001, True)])
async def test_r45_an_agent_who_comes_back_within_thirty_seconds_has_lost_nothing(
    house: House, away_ms: int, is_lost: bool
) -> None:
    courier = await house.courier()
    _, room = await joined(house, courier)
    courier.leave()
    pass_unnoticed(house, away_ms)
    await house.come(Role.LOGISTICS, "l-1")
    assert ("agent_left" in await house.kinds(room)) is is_lost


async def test_r45_an_agent_is_back_with_its_hello_not_with_its_ready(house: House) -> None:
    courier = await house.courier()
    _, room = await joined(house, courier)
    courier.leave()
    pass_unnoticed(house, 30 * SECOND)
    house.arrive(Role.LOGISTICS, "l-1")
    pass_unnoticed(house, SECOND)
    house.service.timers.run(house.now)
    assert "agent_left" not in await house.kinds(room)


async def test_r57_a_yes_that_waited_for_a_look_up_comes_behind_the_expiry(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    invite = await house.offered(merchant, room)
    read = house.store.events

    async def slow(*args: Any, **kwargs: Any) -> Any:
        found = await read(*args, **kwargs)
        pass_unnoticed(house, 10 * MINUTE)
        return found

    house.store.events = slow
    buyer.ask("recall_message", room=room, seq=1)
    answer = buyer.ask("answer_invite", room=room, invite=invite, accept=True)
    await house.until(lambda: buyer.answer(answer))
    house.store.events = read
    assert buyer.code(answer) == "invite_not_open"
    assert (await house.kinds(room))[-1] == "invite_expired"


async def test_r57_a_switch_that_goes_off_finds_the_card_expired(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.courier()
    room = await house.opened(buyer)
    await house.offered(merchant, room)
    pass_unnoticed(house, 10 * MINUTE)
    await house.service.set_switch(SHOP, merchant.identity, enabled=False)
    assert (await house.kinds(room))[-1] == "invite_expired"


async def test_r57_a_status_that_takes_its_time_comes_behind_what_fell_due(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    courier = await house.courier()
    room = await house.opened(buyer)
    invite = await house.offered(merchant, room)
    await house.do(courier, "set_status", status="paused")
    await house.do(buyer, "answer_invite", room=room, invite=invite, accept=True)
    house.store.gate.clear()
    courier.ask("set_status", status="online")
    await house.until(lambda: not house.store.waiting)
    pass_unnoticed(house, 10 * MINUTE)
    house.store.gate.set()
    assert (await house.kinds(room))[-1] == "session_ended"


async def test_r45_sessions_that_lost_their_agent_go_to_the_head_in_their_order(
    house: House,
) -> None:
    merchant, courier = await house.merchant(), await house.courier(capacity=3)
    rooms = []
    for name in ("b-1", "b-2", "b-3"):
        buyer = await house.buyer(name)
        rooms.append(await house.opened(buyer))
        await house.accepted(buyer, merchant, rooms[-1])
        await house.advance(SECOND)
    other = await house.courier("l-2", capacity=1)
    courier.leave()
    await house.advance(31 * SECOND)
    assert [frame["room"] for frame in other.heard("room")] == rooms[:1]
    assert [waiting.room for waiting in house.service.desks.queue(STO)] == rooms[1:]


async def test_r14_a_restart_asks_nobody_away_who_only_had_no_time_to_connect(
    house: House,
) -> None:
    merchant = await house.merchant()
    await house.courier(capacity=1)
    rooms = []
    for name in ("b-1", "b-2", "b-3"):
        buyer = await house.buyer(name)
        rooms.append(await house.opened(buyer))
        await house.accepted(buyer, merchant, rooms[-1])
    await house.advance(4 * MINUTE)
    await house.close()
    await house.open(slow_loads=True)
    assert [(await house.kinds(room))[-1] for room in rooms[1:]] == ["invite_accepted"] * 2


async def test_what_fails_as_it_falls_due_stops_nobody_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    merchant = await house.merchant()
    await house.courier()
    rooms = []
    for name in ("b-1", "b-2"):
        buyer = await house.buyer(name)
        rooms.append(await house.opened(buyer))
        await house.offered(merchant, rooms[-1])
    handlers = house.service.lapses._handlers
    expire = handlers["expire"]

    def broken(cell: Any, due: Any) -> None:
        if cell.id == rooms[0]:
            raise RuntimeError("a bug")
        expire(cell, due)

    monkeypatch.setitem(handlers, "expire", broken)
    await house.advance(10 * MINUTE)
    assert (await house.kinds(rooms[0]))[-1] == "invite_offered"
    assert (await house.kinds(rooms[1]))[-1] == "invite_expired"
    refused = [merchant.code(merchant.post(room)) for room in rooms]
    assert refused == [None, None]
