"""What every store guarantees.

Writes are values; `write` takes some of them as one atomic unit. Units are committed in the order
in which they were given, many in one transaction. A unit is durable (survives a crash of process
and machine) before its `done` is called, and `done` is called in the same order. All reads see
committed units only, and a read begun after a `done` sees that unit.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

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
from server.core.records import (
    AgentRecord,
    Decision,
    Handled,
    InviteMark,
    Mark,
    Round,
    SwitchChange,
)
from server.store.refs import Refs


class Append(Struct, frozen=True):
    """A step of a room's log; `body` is `chain.body_of(event)`.

    `unread` marks a buyer's message outside a session, which contacts count (R26).
    """

    envelope: Envelope
    body: bytes
    salt: bytes
    digest: bytes
    link: bytes
    ref_hash: int | None = None
    unread: bool = False


class RoomRow(Struct, frozen=True, kw_only=True):
    """What must be known of a room without reading it; written when it changes.

    `due_at`: nothing falls due in the room before (None: nothing at all). `last_at` may lag by a
    minute. `session` tells whether a logistics session is open.
    """

    room: RoomId
    shop: ShopId
    buyer: str
    buyer_name: str = ""
    open: bool = True
    session: bool = False
    last_at: Instant = 0
    due_at: Instant | None = None
    order: OrderId | None = None


class Snapshot(Struct, frozen=True):
    """A room's folded state up to and with `seq`, and the chain's link there."""

    room: RoomId
    seq: int
    link: bytes
    state: bytes


class Erase(Struct, frozen=True):
    """Delete an event's body with its salt (R55); head and chain stay."""

    room: RoomId
    seq: int


class PutOrders(Struct, frozen=True):
    """Insert or replace orders."""

    orders: tuple[Order, ...]


class PutSwitch(Struct, frozen=True):
    """A shop's switch after a change, and the change itself."""

    switch: Switch
    change: SwitchChange


class PutMeta(Struct, frozen=True):
    """A named value of the whole installation (roll-out, clock offset, epoch)."""

    key: str
    value: bytes


class PutCarriers(Struct, frozen=True):
    """All carriers, in their order (R20)."""

    carriers: tuple[Carrier, ...]


Write = (
    Append
    | Erase
    | RoomRow
    | Snapshot
    | Round
    | Decision
    | AgentRecord
    | Mark
    | InviteMark
    | Handled
    | PutOrders
    | PutSwitch
    | PutMeta
    | PutCarriers
)
Done = Callable[[Exception | None], None]


class StoredRoom(Struct, frozen=True):
    """A room to be woken: row, newest snapshot, the log after it, the rest.

    `refs` are the `ref_hash`es of the whole log; a hash in it may be another key's.
    """

    row: RoomRow
    snapshot: Snapshot | None
    tail: list[Envelope]
    link: bytes
    refs: Refs
    marks: list[Mark]
    invite_marks: list[InviteMark]
    orders: list[Order]


class Contact(Struct, frozen=True):
    """A shop's conversation with a buyer as an agent's contact list shows it (R26)."""

    room: RoomId
    buyer: str
    name: str
    unread: int
    last_at: Instant


class Link(Struct, frozen=True):
    """A head as `verify` reads it; no `body` and `salt` where erased (R55)."""

    envelope: Envelope | None
    digest: bytes
    link: bytes
    body: bytes | None
    salt: bytes | None


class Store(Protocol):
    """The log and what is kept beside it."""

    def write(self, unit: Sequence[Write], done: Done) -> None:
        """Take a unit for the next commit and return at once.

        `done(None)` once durable; `done(fault)` with `StoreUnavailable` or `StoreConflict` when
        nothing of the unit was kept. Called in the event loop, in the order of the writes.
        """

    async def flush(self) -> None:
        """Wait until everything written so far has been answered."""

    async def load(self, room: RoomId) -> StoredRoom | None:
        """Everything that is needed to serve a room; None if there is none."""

    async def events(self, room: RoomId, *, after: int, upto: int) -> list[Envelope]:
        """The log with `after < seq ≤ upto`, ascending; erased bodies as `Erased`."""

    async def find(self, room: RoomId, who: Identity, ref: str) -> Envelope | None:
        """The event that this identity's `ref` brought about, compared in full (R49)."""

    async def heads(self, rooms: Sequence[RoomId]) -> dict[RoomId, int]:
        """The last `seq` of each."""

    async def rooms_of_buyer(self, buyer: str) -> list[RoomId]:
        """All rooms of a buyer, newest activity first."""

    async def rooms_of_shop(self, shop: ShopId, *, limit: int) -> list[RoomId]:
        """A shop's open rooms, newest activity first."""

    async def rooms_with_session(self) -> list[RoomId]:
        """Rooms whose logistics session is open."""

    async def rooms_due(self) -> list[tuple[Instant, RoomId]]:
        """Rooms with a `due_at`, earliest first."""

    async def room_row(self, room: RoomId) -> RoomRow | None:
        """The row alone."""

    async def orders(self, shop: ShopId, buyer: str) -> list[Order]:
        """A buyer's orders in a shop, newest `placed_at` first, then the higher id."""

    async def order(self, order: OrderId) -> Order | None:
        """One order."""

    async def switch(self, shop: ShopId) -> Switch | None:
        """A shop's switch; None if it was never changed."""

    async def switch_changes(
        self, shop: ShopId, *, before: int | None, limit: int
    ) -> list[tuple[int, SwitchChange]]:
        """Newest first, each with the number that `before` takes."""

    async def decisions(
        self, shop: ShopId, *, from_at: Instant, to_at: Instant
    ) -> dict[tuple[str, str | None], int]:
        """Decisions with `from_at ≤ at < to_at`, counted by outcome and reason (R19)."""

    async def wrong_invites(
        self, shop: ShopId, *, from_at: Instant, to_at: Instant
    ) -> dict[str, int]:
        """Cards marked as wrong with `from_at ≤ at < to_at`, by what they were (R2)."""

    async def contacts(
        self, shop: ShopId, agent: str, *, before: tuple[Instant, RoomId] | None, limit: int
    ) -> list[Contact]:
        """A shop's conversations, newest first, unread after the agent's mark."""

    async def carriers(self) -> list[Carrier]:
        """All carriers, in their order."""

    async def agents(self) -> list[AgentRecord]:
        """All agents that ever said something of themselves."""

    async def handled(self, carrier: CarrierId, *, since: Instant) -> list[Handled]:
        """Sessions handled since then."""

    async def rounds(self, room: RoomId) -> list[Round]:
        """All rounds of a room, in order."""

    async def meta(self, key: str) -> bytes | None:
        """A named value."""

    async def links(self, room: RoomId, *, after: int, limit: int) -> list[Link]:
        """The chain as it is stored, for `verify`."""

    async def all_rooms(self) -> list[RoomId]:
        """Every room, in the order of their first steps."""

    async def clear(self) -> None:
        """Forget everything (demo reset), in one transaction."""

    async def close(self) -> None:
        """Commit what waits, checkpoint, let go of the file."""
