"""Coming in while things happen: every `seq` once and in order, and nothing that is not theirs."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from server.core.model import Role
from tests.service.given import House, Person

pytestmark = pytest.mark.anyio

WHERE = "我的快递到哪了，一直没收到货"  # surely a delivery question: the platform invites (R2)


def meanwhile(house: House, happens: Callable[[], Awaitable[None]]) -> None:
    """Something happens while the log is read for the next time."""
    read = house.store.events

    async def reading(*args: Any, **kwargs: Any) -> Any:
        house.store.events = read
        found = await read(*args, **kwargs)
        await happens()
        return found

    house.store.events = reading


async def three(house: House) -> tuple[Person, Person, Person, str, str]:
    """Buyer, merchant and courier in a session that a message of the buyer's brought about."""
    buyer, merchant, courier = await house.buyer(), await house.merchant(), await house.courier()
    room = await house.opened(buyer)
    await house.do(buyer, "post_message", room=room, body={"kind": "text", "text": WHERE})
    invite = buyer.heard("event")[-1]["event"]["invite"]
    ack = await house.do(buyer, "answer_invite", room=room, invite=invite, accept=True)
    return buyer, merchant, courier, room, ack["session"]


async def test_r47_a_socket_is_not_shown_a_session_that_ended_as_it_came(house: House) -> None:
    buyer, _, _, room, session = await three(house)

    async def ending() -> None:
        ref = buyer.ask("end_session", room=room, session=session)
        await house.until(lambda: buyer.answer(ref))

    meanwhile(house, ending)
    late = await house.come(Role.LOGISTICS, "l-1", hello={"resume": {room: 1}})
    assert late.heard("room") == late.heard("event") == []
    assert [frame["room"] for frame in late.heard("left")] == [room]
    buyer.post(room, "谢谢")
    await house.quiet()
    assert late.heard("event") == []


async def test_r47_an_agent_who_lost_a_session_as_it_came_in_is_not_shown_it(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    courier = await house.courier()
    room = await house.opened(buyer)
    await house.do(buyer, "post_message", room=room, body={"kind": "text", "text": WHERE})
    invite = buyer.heard("event")[-1]["event"]["invite"]
    await house.do(courier, "set_status", status="paused")
    ack = await house.do(buyer, "answer_invite", room=room, invite=invite, accept=True)

    async def ending() -> None:
        ref = merchant.ask("end_session", room=room, session=ack["session"])
        await house.until(lambda: merchant.answer(ref))

    meanwhile(house, ending)
    await house.do(courier, "set_status", status="online")
    assert courier.heard("room") == courier.heard("event") == []


async def test_r49_a_session_that_is_taken_away_and_given_back_is_shown_from_its_start_once(
    house: House,
) -> None:
    buyer, _, courier, room, _ = await three(house)
    other = await house.courier("l-2", capacity=1)
    await house.do(courier, "set_status", status="paused")

    async def passing() -> None:
        # Silent, so it goes to the other, who is silent too, so it comes back.
        await house.do_now(courier, "set_status", status="online")
        house.service.clock.advance(61_000)
        house.service.timers.run(house.now)
        await house.store.flush()

    house.service.clock.advance(61_000)
    meanwhile(house, passing)
    house.service.timers.run(house.now)
    await house.quiet()
    buyer.post(room, "还在吗")
    await house.quiet()
    assert other.seqs(room) == sorted(set(other.seqs(room)))
    seqs = courier.seqs(room)
    starts = [at for at, seq in enumerate(seqs) if seq == seqs[0]]
    turns = [seqs[a:b] for a, b in zip(starts, [*starts[1:], len(seqs)], strict=True)]
    assert len(courier.heard("room", room=room)) == len(turns) == 2
    for turn in turns:
        assert turn == list(range(turn[0], turn[0] + len(turn)))


async def test_r49_a_gap_is_closed_also_where_the_room_is_read_anew_meanwhile(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    for number in range(3):
        buyer.post(room, str(number))
    await house.quiet()
    cell = house.service.rooms.get(room)
    assert cell is not None
    merchant.forget()
    merchant.session.rooms[cell.id] = 1  # as if it had missed what followed

    async def evicted() -> None:
        house.service.rooms.evict(cell)
        ref = buyer.post(room, "四")
        await house.until(lambda: buyer.answer(ref))

    meanwhile(house, evicted)
    house.service.hub.repair(merchant.session, cell)
    await house.quiet()
    assert merchant.seqs(room) == [2, 3, 4, 5]


async def test_presence_is_told_once_for_all_sockets_of_an_identity(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    await house.opened(buyer)
    buyer.leave()
    merchant.forget()
    gone = house.arrive(Role.BUYER, "b-1")
    there = house.arrive(Role.BUYER, "b-1")
    gone.leave()  # before it was ready
    await house.quiet()
    assert [frame["online"] for frame in merchant.heard("presence")] == [True]
    there.leave()
    assert [frame["online"] for frame in merchant.heard("presence")] == [True, False]


async def test_a_socket_that_is_closing_does_not_count_as_the_eleventh(house: House) -> None:
    sockets = [await house.buyer() for _ in range(10)]
    assert house.arrive(Role.BUYER, "b-1").link.closed == (4429, "rate_limited")
    sockets[0].session.close(1013, "too slow a reader")  # its peer has not answered yet
    await house.buyer()
