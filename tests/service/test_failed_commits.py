"""A commit that fails: nothing was heard, and the author may try again on what the store has."""

import pytest

from server.core import chain
from tests.service.given import House

pytestmark = pytest.mark.anyio


async def test_r49_what_is_not_stored_is_heard_by_nobody_and_may_be_said_again(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    merchant.forget()
    house.store.is_full = True
    ref = buyer.post(room)
    await house.quiet()
    answer = buyer.answer(ref)
    assert answer is not None
    assert (answer["code"], answer["retryable"]) == ("store_unavailable", True)
    assert merchant.heard() == []
    house.store.is_full = False
    buyer.forget()
    buyer.post(room, ref=ref)
    await house.quiet()
    answer = buyer.answer(ref)
    assert answer is not None
    assert answer["type"] == "ack"
    assert "duplicate" not in answer
    assert merchant.events(room) == ["message_posted"]
    assert merchant.heard("alert", kind="new_message")


async def test_r49_what_was_built_upon_a_lost_step_is_lost_too(house: House) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    house.store.gate.clear()
    house.store.is_full = True
    first = buyer.post(room, "一")
    await house.until(lambda: not house.store.waiting)  # the first is in its batch
    second, third = merchant.post(room, "二"), buyer.post(room, "三")
    house.store.gate.set()
    await house.until(lambda: buyer.code(first))
    house.store.is_full = False
    await house.quiet()
    assert [buyer.code(first), merchant.code(second), buyer.code(third)] == [
        "store_unavailable"
    ] * 3
    assert await house.kinds(room) == ["room_opened"]
    await house.do(buyer, "post_message", room=room, body={"kind": "text", "text": "四"})
    assert await house.kinds(room) == ["room_opened", "message_posted"]


async def test_r49_a_recall_that_waited_is_decided_on_the_room_as_it_was_read_anew(
    house: House,
) -> None:
    buyer, merchant = await house.buyer(), await house.merchant()
    room = await house.opened(buyer)
    said = (await house.do(buyer, "post_message", room=room, body=_text("一")))["seq"]
    house.store.gate.clear()
    house.store.is_full = True
    lost = merchant.post(room, "二")
    await house.until(lambda: not house.store.waiting)
    read = house.store.events

    async def slow_read(*args: object, **kwargs: object) -> object:
        # Somebody is quicker while the recall looks its message up.
        house.store.events = read
        found = await read(*args, **kwargs)
        ref = merchant.post(room, "三")
        await house.until(lambda: merchant.answer(ref))
        return found

    house.store.events = slow_read
    recall = buyer.ask("recall_message", room=room, seq=said)
    house.store.gate.set()
    await house.until(lambda: merchant.code(lost))
    house.store.is_full = False
    await house.quiet()
    answer = buyer.answer(recall)
    assert answer is not None
    assert answer["type"] == "ack"
    assert await house.kinds(room) == [
        "room_opened",
        "message_posted",
        "message_posted",
        "message_recalled",
    ]
    await _hold_chain(house, room)
    cell = house.service.rooms.get(room)
    assert cell is not None
    assert cell.room.seq == cell.shown.seq == 4


async def _hold_chain(house: House, room: str) -> None:
    link = chain.GENESIS
    for found in await house.store.links(room, after=0, limit=1_000):
        assert found.envelope is not None
        link = chain.link(link, found.envelope, found.digest)
        assert link == found.link, f"the chain is broken at {found.envelope.seq}"


def _text(text: str) -> dict[str, str]:
    return {"kind": "text", "text": text}
