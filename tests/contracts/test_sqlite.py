"""The inside of the SQLite store: full disks, settling, pages of refs, any mixture of units."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core.errors import StoreConflict, StoreUnavailable
from server.core.events import Envelope
from server.core.model import Identity, Role, RoomId
from server.core.records import Mark, Round
from server.store import sqlite_writer
from server.store.sqlite import SqliteStore
from server.store.sqlite_file import in_thread
from server.store.store import PutMeta, Write
from tests.contracts.given import AGENT, BUYER, SHOP, Log, answers, log_of, written

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
async def store(path: Path, anyio_backend: str) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(path)
    yield opened
    await opened.close()


# --- faults ---


async def _limit(store: SqliteStore, *, more_pages: int | None) -> None:
    """Let the file grow by so many pages only; None: as it likes."""

    def limit(connection: sqlite3.Connection) -> None:
        (count,) = connection.execute("PRAGMA page_count").fetchone()
        most = 1 << 30 if more_pages is None else count + more_pages
        connection.execute(f"PRAGMA max_page_count = {most}")

    await in_thread(store._writing, limit)


async def test_a_full_disk_refuses_the_batch_and_the_store_recovers(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    log, other = Log(), Log("room-2")
    await written(store, log.row(), *log.texts(20))
    await _limit(store, more_pages=2)
    faults = await answers(store, [[log.say("x" * 60_000)], [other.say()], [PutMeta("k", b"v")]])
    assert {type(fault) for fault in faults} == {StoreUnavailable}
    assert "full" in caplog.text
    assert await log_of(store, log.room) == log.envelopes[:20]
    assert await store.meta("k") is None
    follows = await answers(store, [[log.say("follows what was lost")]])
    assert isinstance(follows[0], StoreConflict)

    await _limit(store, more_pages=None)
    again = Log("room-2")
    await written(store, again.say("now there is room"))
    assert await log_of(store, again.room) == again.envelopes
    assert await store.all_rooms() == [log.room, again.room]


async def test_settling_may_fail_and_is_made_up_for(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log()
    await written(store, *log.texts(4_000))
    await _limit(store, more_pages=1)
    monkeypatch.setattr(sqlite_writer, "SETTLE_ROWS", 10)
    await answers(store, [[PutMeta("k", b"v")]])
    await store.flush()
    assert "settling failed" in caplog.text
    assert await log_of(store, log.room) == log.envelopes
    await _limit(store, more_pages=None)
    for _ in range(4):
        await written(store, *log.texts(10))
    await store.flush()
    assert await _settled(store) >= 4_000
    assert await log_of(store, log.room) == log.envelopes


async def test_a_failing_hook_does_not_stop_the_store(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(units: int, seconds: float) -> None:
        raise RuntimeError("in the metrics")

    store.on_commit = fails
    log = Log()
    assert await answers(store, [[log.say()]]) == [None]
    assert await answers(store, [[log.say()]]) == [None]
    assert "in the metrics" in caplog.text


async def test_a_value_that_cannot_be_stored_is_a_fault_of_its_batch_only(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    log = Log()
    (fault,) = await answers(store, [[log.say(ref="r", ref_hash=2**64)]])
    assert isinstance(fault, StoreUnavailable)
    good = Log()
    await written(store, good.say())
    assert await log_of(store, good.room) == good.envelopes


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE bodies SET sealed = x'00' WHERE pos = 2",
        "UPDATE bodies SET sealed = 5 WHERE pos = 2",
        "UPDATE events SET role = 'king' WHERE pos = 2",
        "UPDATE events SET phase = '' WHERE pos = 2",
    ],
)
async def test_r41_a_step_that_cannot_be_read_is_a_fault_and_verify_sees_which(
    path: Path, store: SqliteStore, tamper: str
) -> None:
    log = Log()
    await written(store, *log.texts(3))
    await store.close()
    file = sqlite3.connect(path, isolation_level=None)
    file.execute(tamper)
    file.close()
    again = await SqliteStore.open(path)
    with pytest.raises(StoreUnavailable, match="room-1 2"):
        await log_of(again, log.room)
    links = await again.links(log.room, after=0, limit=9)
    assert [one.envelope is None for one in links] == [False, True, False]
    await again.close()


# --- settling, pages of refs ---


async def _settled(store: SqliteStore) -> int:
    def read(connection: sqlite3.Connection) -> int:
        return int(connection.execute("SELECT events FROM settled").fetchone()[0])

    return await in_thread(store._writing, read)


async def test_reads_do_not_depend_on_what_is_settled(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, other = Log(), Log("room-2")
    for _ in range(60):
        await written(store, log.say(), other.say())
        assert await log_of(store, log.room) == log.envelopes
    monkeypatch.setattr(sqlite_writer, "SETTLE_ROWS", 50)
    for size in range(1, 60):
        await written(store, *log.texts(size), other.say())
        assert await store.heads([log.room]) == {log.room: log.seq}
    assert await store.events(log.room, after=55, upto=70) == log.envelopes[55:70]
    assert await log_of(store, log.room) == log.envelopes
    assert await log_of(store, other.room) == other.envelopes
    assert await _settled(store) > 1_000


async def test_r49_refs_of_a_long_room_come_from_pages(path: Path, store: SqliteStore) -> None:
    log, other = Log(), Log("room-2")
    hashes = Random(3)
    wanted = set()
    for start in range(0, 10_500, 500):
        unit: list[Write] = [other.say(ref="x", ref_hash=start)]
        for seq in range(start + 1, start + 501):
            value = None if seq % 5 == 0 else hashes.getrandbits(64) - 2**63
            wanted |= set() if value is None else {value}
            unit.append(log.say(ref=None if value is None else f"r{seq}", ref_hash=value))
        await written(store, *unit)
    await written(store, log.row())
    stored = await store.load(log.room)
    assert stored is not None
    assert stored.refs == wanted
    await store.close()

    file = sqlite3.connect(path)
    pages = file.execute("SELECT page, length(hashes) / 8 FROM ref_pages ORDER BY page").fetchall()
    file.close()
    assert [page for page, _ in pages] == [0, 1]
    assert sum(count for _, count in pages) == 8_192 - 8_192 // 5
    again = await SqliteStore.open(path)
    stored = await again.load(log.room)
    assert stored is not None
    assert stored.refs == wanted
    buyer = Identity(role=Role.BUYER, id=BUYER.id)
    assert await again.find(log.room, buyer, "r1") == log.envelopes[0]
    await again.close()


async def test_writes_of_one_thing_in_a_batch_are_stored_once(
    path: Path, store: SqliteStore
) -> None:
    log = Log()
    units: list[list[Write]] = []
    for n in range(1, 101):
        one = Round(room=log.room, id=1, state="running", opened_at=0, due_at=n)
        mark = Mark(room=log.room, role=Role.MERCHANT, owner=SHOP, id=AGENT.id, read=n)
        units.append([log.say(), one, mark, log.row(due_at=n)])
    commits: list[int] = []
    store.on_commit = lambda units, _: commits.append(units)
    await answers(store, units)
    assert commits == [101]
    assert [one.due_at for one in await store.rounds(log.room)] == [100]
    await store.close()
    file = sqlite3.connect(path)
    assert file.execute("SELECT count(*) FROM rounds").fetchone() == (1,)
    assert file.execute("SELECT read FROM marks").fetchall() == [(100,)]
    assert file.execute("SELECT due_at FROM dues").fetchall() == [(100,)]
    file.close()


# --- any mixture ---

_UNITS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 3), st.lists(st.integers(-1, 1), min_size=1, max_size=4)),
        st.sampled_from(["flush", "reopen", "fail"]),
    ),
    max_size=60,
)


@settings(max_examples=40)
@given(script=_UNITS)
async def test_any_mixture_of_units_is_answered_truly(
    script: list[tuple[int, list[int]] | str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A unit's numbers are offsets from the right `seq`: it is stored if all of them are 0."""
    path = tmp_path_factory.mktemp("mixture") / "log.db"
    kept: dict[RoomId, list[Envelope]] = {}
    wrong: list[object] = []
    store = await SqliteStore.open(path)
    try:
        for number, action in enumerate(script):
            if action == "reopen":
                await store.close()
                store = await SqliteStore.open(path)
            elif action == "fail":
                await store.flush()
                lost = Log("room-0")
                (fault,) = await answers(store, [[lost.say(ref="r", ref_hash=2**64)]])
                assert fault is not None
            elif not isinstance(action, str):
                _write(store, number, action, kept=kept, wrong=wrong)
            if action == "flush":
                await store.flush()
        await store.flush()
        assert wrong == []
        for room, envelopes in kept.items():
            assert await log_of(store, room) == envelopes
        assert set(await store.all_rooms()) == {room for room, log in kept.items() if log}
    finally:
        await store.close()


def _write(
    store: SqliteStore,
    number: int,
    action: tuple[int, list[int]],
    *,
    kept: dict[RoomId, list[Envelope]],
    wrong: list[object],
) -> None:
    log = Log(f"room-{action[0]}")
    before = kept.setdefault(log.room, [])
    log.seq = len(before)
    unit = []
    for offset in action[1]:
        log.seq += offset
        unit.append(log.say(f"unit {number}"))
    good = not any(action[1])
    if good:
        before.extend(log.envelopes)

    def done(fault: Exception | None) -> None:
        if isinstance(fault, StoreConflict) is good or (good and fault is not None):
            wrong.append((action, fault))

    store.write(unit, done)
