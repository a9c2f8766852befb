"""A room in memory: its folded state, and what is kept beside the log."""

from collections.abc import Callable

from msgspec import Struct, msgpack

from server.core import chain, dues, rooms, tracker
from server.core.due import Due
from server.core.events import Envelope
from server.core.model import Instant, InviteId, Order, Role, RoomId
from server.core.policy import Policy
from server.core.records import InviteMark, Mark
from server.core.room import Room
from server.core.rulesets import RuleSet
from server.core.tracker import Tracking
from server.store.refs import Refs
from server.store.store import RoomRow, Snapshot, StoredRoom

SNAPSHOT_EVERY = 200  # events; a tail of so many folds in a few milliseconds
IdentityKey = tuple[Role, str, str]


class Folded(Struct, frozen=True):
    """What a snapshot holds."""

    room: Room
    tracking: Tracking


_decode = msgpack.Decoder(Folded).decode
_encode = msgpack.Encoder().encode


class Cell:
    """One room in memory.

    `room` and `tracking` run ahead of the store; `shown` and `heard` are their last durable states,
    and what people may see.
    `row` is the row as it was last written. `told` is the last due of each kind that people heard
    of. `waiting` is None, or the work that waits until a look-up for this room has ended.
    """

    __slots__ = (
        "buyer_key",
        "fired",
        "heard",
        "invite_marks",
        "link",
        "marks",
        "orders",
        "refs",
        "room",
        "row",
        "scheduled_at",
        "shown",
        "snapshot_seq",
        "told",
        "tracking",
        "waiting",
    )

    def __init__(self, room: Room, row: RoomRow) -> None:
        self.room = self.shown = room
        self.row = row
        self.buyer_key: IdentityKey = (Role.BUYER, "", room.buyer)
        self.tracking = self.heard = Tracking(room.id)
        self.link = chain.GENESIS
        self.snapshot_seq = 0
        self.orders: tuple[Order, ...] = ()
        self.marks: dict[IdentityKey, Mark] = {}
        self.invite_marks: dict[InviteId, InviteMark] = {}
        self.refs = Refs()
        self.fired: set[str] = set()
        self.told: dict[str, str] = {}
        self.scheduled_at: Instant | None = None
        self.waiting: list[Callable[[], None]] | None = None

    @classmethod
    def wake(cls, stored: StoredRoom, *, rules: RuleSet, policy: Policy) -> "Cell":
        """A cell from what the store has: the newest snapshot, and the tail folded in."""
        row = stored.row
        room = Room(id=row.room, shop=row.shop, buyer=row.buyer, buyer_name=row.buyer_name)
        cell = cls(room, row)
        if stored.snapshot is not None:
            folded = _decode(stored.snapshot.state)
            cell.room, cell.tracking = folded.room, folded.tracking
            cell.snapshot_seq = stored.snapshot.seq
        for envelope in stored.tail:
            cell.fold(envelope, rules=rules, policy=policy)
        cell.shown, cell.heard = cell.room, cell.tracking
        cell.link, cell.refs = stored.link, stored.refs
        cell.orders = tuple(stored.orders)
        cell.marks = {(mark.role, mark.owner, mark.id): mark for mark in stored.marks}
        cell.invite_marks = {mark.invite: mark for mark in stored.invite_marks}
        return cell

    def fold(self, envelope: Envelope, *, rules: RuleSet, policy: Policy) -> None:
        """Bring a step of the log in."""
        self.room = rooms.evolve(self.room, envelope, policy)
        observed = tracker.observe(self.tracking, envelope, rules=rules, policy=policy)
        self.tracking = observed.tracking

    @property
    def id(self) -> RoomId:
        """The room's id."""
        return self.room.id

    @property
    def agent_key(self) -> IdentityKey | None:
        """The logistics agent in the room, as people may see it."""
        return agent_key(self.shown)

    def resume(self) -> None:
        """A look-up has ended: what waited goes on, in order, up to the next look-up."""
        waiting, self.waiting = self.waiting or [], None
        for number, work in enumerate(waiting):
            work()
            if self.is_looking_up:
                self.waiting = waiting[number + 1 :]
                return

    @property
    def is_looking_up(self) -> bool:
        """Whether work for this room must wait."""
        return self.waiting is not None

    @property
    def is_ahead(self) -> bool:
        """Whether something that was decided is not durable yet."""
        return self.room is not self.shown

    def is_first(self, due: Due) -> bool:
        """Whether people have not heard of this due yet; from now on they have."""
        if self.told.get(due.kind) == due.key:
            return False
        self.told[due.kind] = due.key
        return True

    def snapshot(self) -> Snapshot:
        """The folded state, to be stored."""
        self.snapshot_seq = self.room.seq
        state = _encode(Folded(self.room, self.tracking))
        return Snapshot(self.room.id, self.room.seq, self.link, state)

    def pending(self, *, rules: RuleSet, policy: Policy) -> list[Due]:
        """What is still to come, earliest first."""
        found: list[Due] = [
            *dues.dues(self.room, policy),
            *tracker.dues(self.tracking, rules=rules, policy=policy),
        ]
        if self.fired:
            self.fired &= {due.key for due in found}
            found = [due for due in found if due.key not in self.fired]
        found.sort(key=lambda due: due.at)
        return found


def agent_key(room: Room) -> IdentityKey | None:
    """The identity of the logistics agent in a room."""
    session = room.session
    if session is None or session.agent is None:
        return None
    return (Role.LOGISTICS, session.carrier, session.agent.id)
