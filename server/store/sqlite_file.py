"""A database file: its path, its two connections, and what each of them may do."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import aiosqlite

from server.core.errors import StoreUnavailable
from server.store.migrations import migrate

_T = TypeVar("_T")
_SCHEME = "sqlite:///"
_STATEMENTS = 256  # prepared ones that a connection keeps; the writer has about 60

# The order matters: WAL before anything is written.
_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",  # KiB
    "PRAGMA wal_autocheckpoint = 0",  # the writer does it between batches, see Writer.settle
    "PRAGMA secure_delete = FAST",  # ON while a body is erased (R55)
)
_READER = (
    "PRAGMA query_only = ON",
    "PRAGMA busy_timeout = 5000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -32768",
    "PRAGMA wal_autocheckpoint = 0",  # SQLite before 3.51.3: one connection only may checkpoint
)


def path_of(url: str | Path) -> Path:
    """The file that a database URL (`sqlite:///…`) or a path names."""
    text = str(url)
    if text.startswith(_SCHEME):
        text = unquote(text.removeprefix(_SCHEME))
    if not text or text.startswith((":memory:", "sqlite:")):
        raise StoreUnavailable(f"{url} names no file")
    path = Path(text)
    if not path.parent.is_dir():
        raise StoreUnavailable(f"cannot open {path}: there is no directory {path.parent}")
    if path.is_dir():
        raise StoreUnavailable(f"cannot open {path}: it is a directory")
    return path


async def open_writer(path: Path) -> aiosqlite.Connection:
    """The connection that writes and checkpoints, its schema up to date."""

    def prepare(connection: sqlite3.Connection) -> None:
        for pragma in _WRITER:
            connection.execute(pragma)
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        if mode != "wal":  # a file system without shared memory
            raise StoreUnavailable(f"cannot use {path}: no write-ahead log is possible there")
        migrate(connection, path)

    return await _open(path, prepare)


async def open_reader(path: Path) -> aiosqlite.Connection:
    """The connection that reads; it sees committed steps only and cannot write."""

    def prepare(connection: sqlite3.Connection) -> None:
        for pragma in _READER:
            connection.execute(pragma)

    return await _open(path, prepare)


def durability(connection: sqlite3.Connection) -> tuple[str, str]:
    """What the connection says of `journal_mode` and `synchronous` (2: FULL)."""
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    return str(journal), str(synchronous)


async def in_thread(
    connection: aiosqlite.Connection, job: Callable[[sqlite3.Connection], _T]
) -> _T:
    """Run one job in the connection's thread.

    The one place that uses what aiosqlite keeps private: it has no public call for a job of many
    statements, and a hop between threads for each statement would cost more than the statement.
    """
    execute: Any = connection._execute  # without annotations
    result: _T = await execute(job, connection._conn)
    return result


async def _open(path: Path, prepare: Callable[[sqlite3.Connection], None]) -> aiosqlite.Connection:
    connection = aiosqlite.connect(path, isolation_level=None, cached_statements=_STATEMENTS)
    # Private as well: a program that fails before it closes the store must still come to an end.
    connection._thread.daemon = True
    try:
        await connection
    except sqlite3.Error as error:
        raise StoreUnavailable(f"cannot open {path}: {error}") from error
    try:
        await in_thread(connection, prepare)
    except sqlite3.Error as error:
        await connection.close()
        raise StoreUnavailable(f"cannot use {path}: {error}") from error
    except BaseException:
        await connection.close()
        raise
    return connection
