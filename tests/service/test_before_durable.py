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

    house.store.flush = flushing
    await house.until(lambda: merchant.heard("ready"))
    house.store.flush = flush
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


async def test_r10_the_same_yes_again_is_no_answer_before_the_first_is_stored(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    await house.courier()
    invite = await house.offered(merchant, room)
    house.store.gate.clear()
    refs = [
        buyer.ask("answer_invite", room=room, invite=invite, accept=True),
        buyer.ask("answer_invite", room=room, invite=invite, accept=True),
        merchant.ask("withdraw_invite", room=room, invite=invite),
    ]
    people = (buyer, buyer, merchant)
    assert [person.answer(ref) for person, ref in zip(people, refs, strict=True)] == [None] * 3
    house.store.gate.set()
    await house.quiet()
    answers = [person.answer(ref) for person, ref in zip(people, refs, strict=True)]
    assert [a.get("duplicate") or a.get("code") for a in answers if a] == [
        None,
        True,
        "invite_not_open",
    ]


async def test_r10_what_was_refused_for_a_step_that_is_lost_is_decided_again(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    await house.courier()
    invite = await house.offered(merchant, room)
    house.store.gate.clear()
    house.store.is_full = True
    lost = merchant.ask("withdraw_invite", room=room, invite=invite)
    await house.until(lambda: not house.store.waiting)
    yes = buyer.ask("answer_invite", room=room, invite=invite, accept=True)
    house.store.gate.set()
    await house.until(lambda: merchant.code(lost) == "store_unavailable")
    house.store.is_full = False
    await house.quiet()
    assert buyer.code(yes) is None
    assert "invite_accepted" in await house.kinds(room)
