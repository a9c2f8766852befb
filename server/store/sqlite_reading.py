"""The reading half of the SQLite store, in a thread of its own."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

import aiosqlite

from server.core.errors import StoreUnavailable
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
from server.store.sqlite_file import in_thread
from server.store.store import Contact, Link, RoomRow, StoredRoom

_P = ParamSpec("_P")
_T = TypeVar("_T")


class SqliteReading:
    """What `Store` answers; the guarantees are told there."""

    def __init__(self, reading: aiosqlite.Connection) -> None:
        """Ask this connection, which cannot write."""
        self._reading = reading

    async def _read(
        self,
        query: Callable[Concatenate[sqlite3.Connection, _P], _T],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> _T:
        """Query in the reading thread, in one transaction: all is of one moment."""

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

    async def wrong_invites(
        self, shop: ShopId, *, from_at: Instant, to_at: Instant
    ) -> dict[str, int]:
        """Cards that were marked as wrong, counted."""
        return await self._read(reads.wrong_invites, shop, from_at, to_at)

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
