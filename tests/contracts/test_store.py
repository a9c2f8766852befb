"""What every store guarantees of its writes: order, atomicity, durability, visibility."""

import asyncio

import pytest

from server.core.errors import StoreConflict, StoreUnavailable
from server.core.model import Role, RoomId
from server.core.records import Mark, Round
from server.store.store import PutMeta, Store
from tests.contracts.conftest import Opener
from tests.contracts.given import AGENT, BUYER, COURIER, Log, answers, log_of, written

pytestmark = pytest.mark.anyio


async def test_what_was_written_is_read_back_in_order(store: Store) -> None:
    log = Log()
    await written(store, log.say("一", ref="a"), log.say("二", by=AGENT), log.say("三", by=COURIER))
    assert await log_of(store, log.room) == log.envelopes
    assert [each.seq for each in await store.events(log.room, after=1, upto=2)] == [2]
    assert await store.events(log.room, after=3, upto=9) == []
    assert await store.events(RoomId("nowhere"), after=0, upto=9) == []


async def test_answers_come_in_the_order_of_the_writes(store: Store) -> None:
    logs = [Log(f"room-{n}") for n in range(7)]
    units = [[logs[n % 7].say()] for n in range(2_500)]
    assert await answers(store, units) == [None] * 2_500
    for log in logs:
        assert await log_of(store, log.room) == log.envelopes


async def test_r49_a_step_is_readable_once_it_is_answered(store: Store) -> None:
    log = Log()
    seen: list[asyncio.Task[int]] = []

    async def count() -> int:
        return len(await log_of(store, log.room))

    for _ in range(20):
        store.write([log.say()], lambda _: seen.append(asyncio.create_task(count())))
        if len(log.envelopes) % 3 == 0:
            await store.flush()
    await store.flush()
    for number, task in enumerate(seen, start=1):
        assert await task >= number


async def test_r49_nothing_is_readable_before_it_is_committed(store: Store) -> None:
    log = Log()
    await written(store, log.say())
    answered: list[Exception | None] = []
    store.write([log.say()], answered.append)
    while not answered:
        committed = len(await log_of(store, log.room))
        assert committed == 1 or answered or committed == 2
        assert await store.heads([log.room]) in ({log.room: 1}, {log.room: 2})
    assert await store.heads([log.room]) == {log.room: 2}


async def test_a_unit_without_writes_is_answered_in_its_turn(store: Store) -> None:
    log = Log()
    assert await answers(store, [[log.say()], [], [log.say()]]) == [None, None, None]


async def test_a_step_in_a_place_that_is_taken_is_a_conflict(store: Store) -> None:
    log, rival = Log(), Log()
    await written(store, log.say("first"))
    with pytest.raises(StoreConflict):
        await written(store, rival.say("second"))
    assert await log_of(store, log.room) == log.envelopes


async def test_r49_a_step_that_would_leave_a_gap_is_a_conflict(store: Store) -> None:
    log = Log()
    lost = log.say("lost")
    with pytest.raises(StoreConflict):
        await written(store, log.say("after the lost one"))
    assert await log_of(store, log.room) == []
    assert await store.heads([log.room]) == {}
    await written(store, lost)


async def test_a_unit_with_a_conflict_keeps_nothing_and_others_live_on(store: Store) -> None:
    log, rival, other = Log("room-1"), Log("room-1"), Log("room-2")
    await written(store, log.say())
    rival.seq = 1
    fresh = Log("room-3")
    ahead = Log("room-4")
    ahead.seq = 5
    unit = [
        *(other.say("lost"), fresh.say("lost"), rival.say("right"), ahead.say("wrong place")),
        PutMeta("lost", b"1"),
        Mark(room=log.room, role=Role.BUYER, owner="", id="lost", read=1),
        fresh.row(),
    ]
    good = Log("room-2")
    kept = good.say("kept")
    faults = await answers(store, [[log.say("before")], unit, [kept, PutMeta("kept", b"1")]])
    assert isinstance(faults[1], StoreConflict)
    # Whether its neighbours are kept is the store's choice; that the answer is true is not.
    for fault, (room, envelope) in zip(
        (faults[0], faults[2]),
        ((log.room, log.envelopes[-1]), (good.room, kept.envelope)),
        strict=True,
    ):
        assert (envelope in await log_of(store, room)) is (fault is None)
    assert (await store.meta("kept") == b"1") is (faults[2] is None)
    assert await store.meta("lost") is None
    assert await store.heads([fresh.room, ahead.room]) == {}
    assert await store.load(fresh.room) is None
    assert set(await store.all_rooms()) <= {log.room, good.room}

    again = Log("room-5")
    await written(store, again.say())
    assert await log_of(store, again.room) == again.envelopes


async def test_a_room_may_go_on_after_a_conflict(store: Store) -> None:
    log, rival = Log(), Log()
    await written(store, log.say())
    await answers(store, [[rival.say()], [rival.say("follows what was refused")]])
    head = (await store.heads([log.room]))[log.room]
    log.seq = head
    await written(store, log.say("decided again"))
    assert (await log_of(store, log.room))[-1] == log.envelopes[-1]


async def test_r49_everything_survives_a_restart(open_store: Opener) -> None:
    store, log = await open_store(), Log()
    await written(store, log.row(), *log.texts(3))
    await written(
        store, *log.texts(2), Round(room=log.room, id=1, state="late", opened_at=1, due_at=2)
    )
    await store.close()
    store = await open_store()
    assert await log_of(store, log.room) == log.envelopes
    assert [one.id for one in await store.rounds(log.room)] == [1]
    await written(store, log.say("goes on"))
    with pytest.raises(StoreConflict):
        await written(store, Log().say("from the beginning"))
    assert await log_of(store, log.room) == log.envelopes


async def test_close_answers_everything_first(open_store: Opener) -> None:
    store, log = await open_store(), Log()
    given: list[Exception | None] = []
    for _ in range(50):
        store.write([log.say()], given.append)
    await store.close()
    assert given == [None] * 50
    assert await log_of(await open_store(), log.room) == log.envelopes


async def test_a_closed_store_refuses(store: Store) -> None:
    await store.close()
    answered = asyncio.Event()
    given: list[Exception | None] = []

    def done(fault: Exception | None) -> None:
        given.append(fault)
        answered.set()

    store.write([Log().say()], done)
    assert given == [], "an answer inside the call"
    await answered.wait()
    assert isinstance(given[0], StoreUnavailable)
    with pytest.raises(StoreUnavailable):
        await store.meta("x")
    await store.close()


async def test_a_failing_answer_leaves_the_others_theirs(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log()
    given: list[Exception | None] = []

    def fails(_: Exception | None) -> None:
        raise RuntimeError("in the caller")

    store.write([log.say()], fails)
    store.write([log.say()], given.append)
    await store.flush()
    assert given == [None]
    assert "in the caller" in caplog.text


async def test_clear_forgets_everything_and_the_store_works_on(open_store: Opener) -> None:
    store, log = await open_store(), Log()
    mark = Mark(room=log.room, role=Role.BUYER, owner="", id=BUYER.id, read=1)
    await written(store, log.row(due_at=5), *log.texts(3), mark, PutMeta("epoch", b"1"))
    store.write([log.say("not answered yet")], lambda _: None)
    await store.clear()
    assert await store.all_rooms() == []
    assert await store.meta("epoch") is None
    assert await store.rooms_due() == []
    assert await store.load(log.room) is None
    again = Log()
    await written(store, again.row(), again.say("from the beginning"))
    await store.close()
    store = await open_store()
    stored = await store.load(again.room)
    assert stored is not None
    assert stored.tail == again.envelopes
    assert stored.marks == []
