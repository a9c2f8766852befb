"""The file of the SQLite store: one process has it, a crash leaves it whole, erasing empties it."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest

from server.core.errors import StoreBusy, StoreUnavailable
from server.core.model import RoomId
from server.store.sqlite import SqliteStore
from server.store.sqlite_file import in_thread
from server.store.store import Erase
from tests.contracts import crashing
from tests.contracts.given import DEADLINE_S, Log, log_of, written

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
async def store(path: Path, anyio_backend: str) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(path)
    yield opened
    await opened.close()


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _files(path: Path) -> dict[str, bytes]:
    """What lies in the folder."""
    return {each.name: each.read_bytes() for each in path.parent.iterdir()}


# --- opening ---


async def test_a_second_start_is_refused_until_the_first_has_ended(
    path: Path, store: SqliteStore
) -> None:
    with pytest.raises(StoreBusy, match=r"log\.db"):
        await SqliteStore.open(path)
    await written(store, Log().say())
    await store.close()
    again = await SqliteStore.open(path)
    await again.close()


async def test_another_process_is_refused_and_a_killed_one_does_not_hinder(path: Path) -> None:
    child = await crashing.started(path)
    try:
        with pytest.raises(StoreBusy):
            await SqliteStore.open(path)
    finally:
        child.kill()
        await child.communicate()
    store = await SqliteStore.open(path)
    await store.close()


async def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="nowhere"):
        await SqliteStore.open(f"sqlite:///{tmp_path}/nowhere/log.db")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///", ":memory:", "sqlite:///:memory:"])
async def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="names no file"):
        await SqliteStore.open(url)


async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    diary = b"a diary, not a database\n" * 100
    _write(path, diary)
    with pytest.raises(StoreUnavailable, match=r"log\.db"):
        await SqliteStore.open(path)
    assert _files(path)["log.db"] == diary


async def test_a_database_of_another_program_is_refused(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE rooms (id)")
    other.close()
    with pytest.raises(StoreUnavailable, match="another program"):
        await SqliteStore.open(path)


async def test_a_newer_schema_is_refused(path: Path, store: SqliteStore) -> None:
    await store.close()
    newer = sqlite3.connect(path, isolation_level=None)
    newer.execute("INSERT INTO schema_version VALUES (999)")
    newer.close()
    with pytest.raises(StoreUnavailable, match="schema version 999"):
        await SqliteStore.open(path)


async def test_a_directory_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="is a directory"):
        await SqliteStore.open(tmp_path)


async def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "log.db.lock").mkdir()
    with pytest.raises(StoreUnavailable, match=r"cannot create .*log\.db\.lock"):
        await SqliteStore.open(tmp_path / "log.db")


async def test_a_path_in_a_url_may_be_relative_and_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    await (await SqliteStore.open("sqlite:///my%20log.db")).close()
    assert (tmp_path / "my log.db").is_file()


async def test_close_leaves_one_file_with_everything_in_it(path: Path, store: SqliteStore) -> None:
    log = Log()
    await written(store, *log.texts(100))
    await store.close()
    assert not path.with_name("log.db-wal").exists()
    file = sqlite3.connect(path)
    assert file.execute("SELECT count(*), max(seq) FROM events").fetchone() == (100, 100)
    assert file.execute("SELECT count(*) FROM places").fetchone() == (100,)
    file.close()


async def test_the_connections_are_set_up_for_durability(store: SqliteStore) -> None:
    def pragmas(connection: sqlite3.Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "query_only", "wal_autocheckpoint")
        return [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert await in_thread(store._writing, pragmas) == ["wal", 2, 0, 0]
    assert (await in_thread(store._reading, pragmas))[2:] == [1, 0]


# --- crashes ---


async def test_r49_every_answered_step_survives_sigkill(path: Path) -> None:
    """A process is killed amid its commits, again and again; nothing that it answered is lost."""
    chance = Random(5)
    answered: dict[RoomId, int] = {}
    for _ in range(6):
        child = await crashing.started(path)
        assert child.stdout is not None
        async with asyncio.timeout(DEADLINE_S):
            for _ in range(chance.randrange(30, 600)):
                room, seq = (await child.stdout.readline()).split()
                answered[RoomId(room.decode())] = int(seq)
            child.send_signal(signal.SIGKILL)
            rest, _ = await child.communicate()
        for line in rest.splitlines(keepends=True):
            if line.endswith(b"\n"):
                answered[RoomId(line.split()[0].decode())] = int(line.split()[1])
        store = await SqliteStore.open(path)
        heads = await store.heads(list(answered))
        for room, seq in answered.items():
            assert heads[room] >= seq
            log = await log_of(store, room)
            assert [each.seq for each in log] == list(range(1, heads[room] + 1))
            assert await store.meta(room) == str(heads[room]).encode(), "half of a unit"
        await store.close()


@pytest.mark.parametrize("checkpointed", [True, False])
async def test_r55_nothing_of_an_erased_body_is_left_in_the_files(
    path: Path, store: SqliteStore, *, checkpointed: bool
) -> None:
    log = Log()
    secrets = ["short secret of mine", "long secret of mine " * 1_000]
    await written(store, *log.texts(5), *(log.say(secret) for secret in secrets), *log.texts(5))
    if checkpointed:
        await in_thread(store._writing, lambda _: store._writer.checkpoint())
    assert b"secret of mine" in _files(path)["log.db" if checkpointed else "log.db-wal"]
    await written(store, Erase(log.room, 6), Erase(log.room, 7))
    await store.flush()
    await in_thread(store._writing, lambda _: None)  # after the settling
    assert [name for name, content in _files(path).items() if b"secret" in content] == []
