"""What is kept beside the log: rounds, decisions, agents, marks."""

from msgspec import Struct

from server.core.model import (
    CarrierId,
    Instant,
    InviteId,
    OrderId,
    Role,
    RoomId,
    SessionId,
    ShopId,
    Status,
)


class Round(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One round (R22–R37); `id` is the `seq` of the message that opened it.

    `state` is `running`, `answered`, `late`, `void` or `not_assessed`; `closed_at` is absent while
    the round waits, also when it is late already. `time_ms` is what R35 takes, uncapped.
    """

    room: RoomId
    id: int
    state: str
    opened_at: Instant
    due_at: Instant
    assessed: bool = True
    closed_at: Instant | None = None
    time_ms: int | None = None
    answer: int | None = None
    agent: str | None = None
    rule: str | None = None
    reason: str | None = None


class Decision(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a buyer's message was read and what came of it (R2, R19, R51).

    `outcome` is `invited`, `shadow` (R56), `hinted` or `none`; `reason` is the code of the first
    failed check, `not_logistics` or `not_sure` where the reading itself stood against it.
    `logistics` is how likely it was a delivery question (None: written by an older version),
    `earlier` are the messages of its burst that were read with it.
    """

    shop: ShopId
    room: RoomId
    seq: int
    at: Instant
    intent: str
    confidence: float
    outcome: str
    reason: str | None = None
    order: OrderId | None = None
    evidence: tuple[str, ...] = ()
    logistics: float | None = None
    earlier: tuple[int, ...] = ()


class AgentRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent said of itself; outlives connections and restarts (R44)."""

    role: Role
    owner: str  # the shop's or carrier's id
    id: str
    name: str = ""
    badge: str | None = None
    lead: bool = False
    status: Status = Status.OFFLINE
    capacity: int = 5


class Mark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far somebody has received and read a room. `owner` as in `Identity.key`."""

    room: RoomId
    role: Role
    owner: str
    id: str
    read: int = 0
    delivered: int = 0


class InviteMark(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An agent's word on a platform's card: what the buyer's question was (R2).

    `intent` is one of `intents.INTENTS`, `read` what the card said, `trigger` the `seq` of the
    message that it was read from, `ref` the hash of the idempotency key.
    """

    shop: ShopId
    room: RoomId
    invite: InviteId
    intent: str
    at: Instant
    agent: str
    ref: int
    read: str | None = None
    trigger: int | None = None


class SwitchChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a switch's history (R15): who, when, and what it was after."""

    shop: ShopId
    at: Instant
    by: str
    enabled: bool
    auto: bool
    mobile: bool
    desktop: bool


class Handled(Struct, frozen=True, kw_only=True):
    """A session that an agent finished, for the desk's mean handling time (R50)."""

    carrier: CarrierId
    ended_at: Instant
    handling_ms: int


class Priority(Struct, frozen=True, kw_only=True):
    """A waiting session that a lead sent to the head of its queue (R44)."""

    session: SessionId
    at: Instant
    ref: int

    @staticmethod
    def key(room: str) -> str:
        """The name under which the last one of a room is kept."""
        return f"priority:{room}"
