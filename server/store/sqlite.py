"""The log in one SQLite file: group commit in one thread, reads in another.

Theory of operation. `write` puts a unit into the open batch and returns. One task takes whatever
has gathered, has it committed as one transaction in the writing connection's thread, and then
calls each unit's `done`, in order and in one go; meanwhile the next batch gathers. So the batch
grows with the load, and the cost of a commit is shared. Now and then, between two batches, the
writer settles (see `sqlite_writer`).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite

from server.core.errors import StoreConflict, StoreUnavailable
from server.store.filelock import FileLock
from server.store.sqlite_file import durability, in_thread, open_reader, open_writer, path_of
from server.store.sqlite_reading import SqliteReading
from server.store.sqlite_writer import Writer
from server.store.store import Done, Write

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

BATCH_UNITS = 1_000  # in one transaction: 10 ms of work, so that nobody waits long for a commit
WAITING_UNITS = 100_000  # more than that wait for the disk: the next is refused at once


class SqliteStore(SqliteReading):
    """A `Store` in one file; see `store.py` for what it guarantees.

    `on_commit`, where set, is told the units and the seconds of every commit. `durability` is what
    the writing connection says of itself: `journal_mode` and `synchronous`.
    """

    durability: tuple[str, str]
    on_commit: Callable[[int, float], None] | None = None

    @classmethod
    async def open(cls, url: str | Path) -> "SqliteStore":
        """Open or create the file.

        Raises `StoreBusy` where another process has it, and `StoreUnavailable` where it cannot be
        used; both name the path.
        """
        path = path_of(url)
        lock = FileLock(path)
        opened: list[aiosqlite.Connection] = []
        try:
            opened.append(await open_writer(path))
            opened.append(await open_reader(path))
            store = cls(lock, writing=opened[0], reading=opened[1])
            await store._start()
        except BaseException:
            for connection in reversed(opened):
                await connection.close()
            lock.release()
            raise
        return store

    def __init__(
        self, lock: FileLock, *, writing: aiosqlite.Connection, reading: aiosqlite.Connection
    ) -> None:
        """Use `open`."""
        super().__init__(reading)
        self._lock = lock
        self._writing = writing
        self._waiting: list[tuple[Sequence[Write], Done]] = []
        self._wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._is_closing = False

    async def _start(self) -> None:
        self.durability = await in_thread(self._writing, durability)
        self._writer = await in_thread(self._writing, Writer)
        await in_thread(self._writing, lambda _: self._writer.settle())
        self._task = asyncio.create_task(self._commit_batches(), name="store")

    # --- writing ---

    def write(self, unit: Sequence[Write], done: Done) -> None:
        """Take a unit for the next commit."""
        if self._is_closing:
            self._loop.call_soon(done, StoreUnavailable("the store is closed"))
        elif len(self._waiting) >= WAITING_UNITS:
            self._loop.call_soon(done, StoreUnavailable("too much waits for the disk"))
        else:
            self._waiting.append((unit, done))
            self._wake.set()

    async def flush(self) -> None:
        """Wait until everything written so far has been answered."""
        if self._is_closing:
            await asyncio.wait([self._task])
            return
        answered = asyncio.Event()
        self._waiting.append(((), lambda _: answered.set()))
        self._wake.set()
        await answered.wait()

    async def clear(self) -> None:
        """Forget everything."""
        await self.flush()
        await self._write(Writer.clear)

    async def close(self) -> None:
        """Commit what waits, checkpoint, let go of the file."""
        if self._is_closing:
            return
        self._is_closing = True
        self._wake.set()
        try:
            await self._task
            await self._settle()
            # The reader first: the last connection to close checkpoints, and that is the writer.
            await self._reading.close()
            await self._write(Writer.checkpoint)
        finally:
            await self._reading.close()
            await self._writing.close()
            self._lock.release()

    async def _commit_batches(self) -> None:
        while self._waiting or not self._is_closing:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                batch = self._waiting[:BATCH_UNITS]
                del self._waiting[:BATCH_UNITS]
                await self._commit(batch)
                if self._writer.is_behind:
                    await self._settle()

    async def _commit(self, batch: list[tuple[Sequence[Write], Done]]) -> None:
        started = perf_counter()
        units = [unit for unit, _ in batch]
        fault: StoreUnavailable | None = None
        refused: dict[int, StoreConflict] = {}
        try:
            refused = await self._write(Writer.commit, units)
        except StoreUnavailable as error:
            fault = error
        if fault is None and self.on_commit is not None:
            _tell(self.on_commit, len(batch), perf_counter() - started)
        for index, (_, done) in enumerate(batch):
            _tell(done, fault or refused.get(index))

    async def _settle(self) -> None:
        try:
            await self._write(Writer.settle)
        except StoreUnavailable:
            # Nothing is lost: readers look through what is not settled, and it is tried again.
            logger.warning("settling failed", exc_info=True)

    async def _write(
        self, job: Callable[Concatenate[Writer, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """Have the writer do something in its thread; any failure is `StoreUnavailable`."""
        try:
            return await in_thread(self._writing, lambda _: job(self._writer, *args, **kwargs))
        except Exception as error:
            logger.exception("the store could not %s", job.__name__)
            raise StoreUnavailable(str(error)) from error


def _tell(callback: Callable[..., None], *what: object) -> None:
    """Call back; one caller's fault must not leave the others without an answer."""
    try:
        callback(*what)
    except Exception:
        logger.exception("a callback of the store failed")
