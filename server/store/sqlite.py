"""The log in one SQLite file: group commit in one thread, reads in another.

Theory of operation. `write` puts a unit into the open batch and returns. One task takes whatever
has gathered, has it committed as one transaction in the writing connection's thread, and then
calls each unit's `done`, in order and in one go; meanwhile the next batch gathers. So the batch
grows with the load, and the cost of a commit is shared. Now and then, between two batches, the
writer settles (see `sqlite_writer`).
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite

from server.core.errors import StoreConflict, StoreUnavailable
from server.core.events import Envelope
from server.core.model import (
    Carrier,
    CarrierId,
    Identity,
    Instant,
    Order,
    OrderId,
    RoomId,
    ShopId,
    Switch,
)
from server.core.records import AgentRecord, Handled, Round, SwitchChange
from server.store import sqlite_log as log
from server.store import sqlite_reads as reads
from server.store.filelock import FileLock
from server.store.sqlite_file import durability, in_thread, open_reader, open_writer, path_of
from server.store.sqlite_writer import Writer
from server.store.store import Contact, Done, Link, RoomRow, StoredRoom, Write

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")

BATCH_UNITS = 1_000  # in one transaction: 10 ms of work, so that nobody waits long for a commit
WAITING_UNITS = 100_000  # more than that wait for the disk: the next is refused at once


class SqliteStore:
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
        self._lock = lock
        self._writing = writing
        self._reading = reading
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
        answered = asyncio.Event()
        self.write((), lambda _: answered.set())
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
        else:
            if self.on_commit is not None:
                self.on_commit(len(batch), perf_counter() - started)
        for index, (_, done) in enumerate(batch):
            try:
                done(fault or refused.get(index))
            except Exception:
                # One caller's fault must not leave the others without an answer.
                logger.exception("an answer to a write failed")

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

    # --- reading ---

    async def _read(
        self,
        query: Callable[Concatenate[sqlite3.Connection, _P], _T],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> _T:
        """Have a query done in the reading thread, in a transaction: all of it is of one moment."""

        def job(connection: sqlite3.Connection) -> _T:
            connection.execute("BEGIN")
            try:
                return query(connection, *args, **kwargs)
            finally:
                connection.execute("ROLLBACK")

        try:
            return await in_thread(self._reading, job)
        except (sqlite3.Error, ValueError) as error:  # aiosqlite: ValueError once it is closed
            raise StoreUnavailable(str(error)) from error

    async def load(self, room: RoomId) -> StoredRoom | None:
        """Everything that is needed to serve a room."""
        return await self._read(reads.load, room)

    async def events(self, room: RoomId, *, after: int, upto: int) -> list[Envelope]:
        """The log with `after < seq ≤ upto`."""
        return await self._read(log.events, room, after, upto)

    async def find(self, room: RoomId, who: Identity, ref: str) -> Envelope | None:
        """The event that this identity's `ref` brought about."""
        return await self._read(log.find, room, who, ref)

    async def heads(self, rooms: Sequence[RoomId]) -> dict[RoomId, int]:
        """The last `seq` of each."""
        return await self._read(log.heads, rooms)

    async def links(self, room: RoomId, *, after: int, limit: int) -> list[Link]:
        """The chain as it is stored."""
        return await self._read(log.links, room, after, limit)

    async def rooms_of_buyer(self, buyer: str) -> list[RoomId]:
        """All rooms of a buyer."""
        return await self._read(reads.rooms_of_buyer, buyer)

    async def rooms_of_shop(self, shop: ShopId, *, limit: int) -> list[RoomId]:
        """A shop's open rooms."""
        return await self._read(reads.rooms_of_shop, shop, limit)

    async def rooms_with_session(self) -> list[RoomId]:
        """Rooms whose logistics session is open."""
        return await self._read(reads.rooms_with_session)

    async def rooms_due(self) -> list[tuple[Instant, RoomId]]:
        """Rooms with a `due_at`."""
        return await self._read(reads.rooms_due)

    async def room_row(self, room: RoomId) -> RoomRow | None:
        """The row alone."""
        return await self._read(reads.room_row, room)

    async def all_rooms(self) -> list[RoomId]:
        """Every room."""
        return await self._read(reads.all_rooms)

    async def orders(self, shop: ShopId, buyer: str) -> list[Order]:
        """A buyer's orders in a shop."""
        return await self._read(reads.orders, shop, buyer)

    async def order(self, order: OrderId) -> Order | None:
        """One order."""
        return await self._read(reads.order, order)

    async def switch(self, shop: ShopId) -> Switch | None:
        """A shop's switch."""
        return await self._read(reads.switch, shop)

    async def switch_changes(
        self, shop: ShopId, *, before: int | None, limit: int
    ) -> list[tuple[int, SwitchChange]]:
        """What was done to a switch."""
        return await self._read(reads.switch_changes, shop, before, limit)

    async def decisions(
        self, shop: ShopId, *, from_at: Instant, to_at: Instant
    ) -> dict[tuple[str, str | None], int]:
        """Decisions, counted."""
        return await self._read(reads.decisions, shop, from_at, to_at)

    async def contacts(
        self, shop: ShopId, agent: str, *, before: tuple[Instant, RoomId] | None, limit: int
    ) -> list[Contact]:
        """A shop's conversations."""
        return await self._read(reads.contacts, shop, agent, before, limit)

    async def carriers(self) -> list[Carrier]:
        """All carriers."""
        return await self._read(reads.carriers)

    async def agents(self) -> list[AgentRecord]:
        """All agents."""
        return await self._read(reads.agents)

    async def handled(self, carrier: CarrierId, *, since: Instant) -> list[Handled]:
        """Sessions handled."""
        return await self._read(reads.handled, carrier, since)

    async def rounds(self, room: RoomId) -> list[Round]:
        """All rounds of a room."""
        return await self._read(reads.rounds, room)

    async def meta(self, key: str) -> bytes | None:
        """A named value."""
        return await self._read(reads.meta, key)
