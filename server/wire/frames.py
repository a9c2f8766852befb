"""Every frame of docs/protocol.md as a type, for both encodings.

Client frames that change a room are the core's commands, and `event` is the core's `Envelope`;
the client's other frames are in `asks`, the rest is here. A struct's tag is the frame's `type`.
"""

from typing import Any

from msgspec import UNSET, UnsetType

from server.core.events import Envelope
from server.core.model import (
    Author,
    Entry,
    Instant,
    OrderId,
    Phase,
    Reception,
    RoomId,
    SessionId,
    ShopId,
    Status,
)
from server.wire.asks import (
    CheckInvite,
    ClientFrame,
    FetchHistory,
    Frame,
    Hello,
    MarkDelivered,
    MarkInvite,
    MarkRead,
    Ping,
    RefreshToken,
    SetStatus,
    SetSwitch,
    Typing,
)
from server.wire.shapes import (
    Check,
    ClientInfo,
    Context,
    EntryChange,
    InviteView,
    Member,
    SessionView,
    Upgrade,
    Who,
    You,
)


class Welcome(Frame, frozen=True, tag="welcome"):
    """The connection is authenticated."""

    connection: str
    epoch: str
    you: You
    server_time_at: Instant
    heartbeat_ms: int
    limits: dict[str, int | str]
    upgrade_advised: Upgrade | None = None


class RoomFrame(Frame, frozen=True, tag="room"):
    """A room as it stands; the first event that follows is `after + 1`."""

    room: RoomId
    seq: int
    after: int
    phase: Phase
    shop: ShopId
    buyer: str
    members: tuple[Member, ...]
    reception: Reception
    read: dict[str, int]
    delivered: dict[str, int]
    visible_from: int
    reset: bool | UnsetType = UNSET
    held_by: str | None = None
    invite: InviteView | None = None
    session: SessionView | None = None
    context: Context | None = None
    marked: dict[str, str] | None = None


class Ready(Frame, frozen=True, tag="ready"):
    """What was missed has been replayed; live from here."""


class Ack(Frame, frozen=True, tag="ack"):
    """The step that `ref` asked for is durable."""

    ref: str
    duplicate: bool = False
    room: str | None = None
    seq: int | None = None
    at: Instant | None = None
    invite: str | None = None
    session: str | None = None
    expires_at: Instant | None = None


class ErrorFrame(Frame, frozen=True, tag="error"):
    """A frame was refused; the connection lives on."""

    code: str
    message: str
    retryable: bool | UnsetType = UNSET
    ref: str | None = None
    retry_after_ms: int | None = None
    details: dict[str, Any] | None = None


class History(Frame, frozen=True, tag="history"):
    """A page of older events, ascending; `more` says whether still older ones exist."""

    ref: str
    room: RoomId
    events: tuple[Envelope, ...] | UnsetType = UNSET
    more: bool | UnsetType = UNSET


class Explanation(Frame, frozen=True, tag="explanation"):
    """Every check of an invite, in the order in which they answer (R19)."""

    ref: str
    room: RoomId
    possible: bool | UnsetType = UNSET
    checks: tuple[Check, ...] | UnsetType = UNSET
    order: OrderId | None = None


class Timer(Frame, frozen=True, tag="timer"):
    """The merchant's countdown for a round (R30)."""

    room: RoomId
    state: str
    opened_at: Instant
    due_at: Instant | None = None
    closed_at: Instant | None = None
    rule: str | None = None
    reason: str | None = None


class Alert(Frame, frozen=True, tag="alert"):
    """Something for the shop's agents; `silent` ones make no sound (R25, R36)."""

    room: RoomId
    kind: str
    seq: int | None = None
    silent: bool = False


class Hint(Frame, frozen=True, tag="hint"):
    """Could be a delivery question: invite? (R51)"""

    room: RoomId
    seq: int
    intent: str
    evidence: tuple[str, ...] | UnsetType = UNSET


class InviteMarked(Frame, frozen=True, tag="invite_marked"):
    """`who` of the shop said what the question behind a card was (R2)."""

    room: RoomId
    invite: str
    intent: str
    who: Who
    at: Instant


class Queue(Frame, frozen=True, tag="queue"):
    """A waiting session's place; 1 is next (R44)."""

    room: RoomId
    session: SessionId
    place: int
    waiting: int
    expected_ms: int | None = None


class Desk(Frame, frozen=True, tag="desk"):
    """A logistics agent's own state and its carrier's queue (R44)."""

    status: Status
    capacity: int
    active: int | UnsetType = UNSET
    waiting: int | UnsetType = UNSET


class IdleWarning(Frame, frozen=True, tag="idle_warning"):
    """The session ends unless somebody writes or asks to go on (R14)."""

    room: RoomId
    session: SessionId
    ends_at: Instant


class SwitchFrame(Frame, frozen=True, tag="switch"):
    """The shop's switch as it stands (R15)."""

    shop: ShopId
    enabled: bool
    auto: bool
    entry: Entry
    changed_by: str | None = None
    changed_at: Instant | None = None


class TypingFrame(Frame, frozen=True, tag="typing"):
    """`who` is writing."""

    room: RoomId
    who: Who


class Presence(Frame, frozen=True, tag="presence"):
    """`who` came or went."""

    room: RoomId
    who: Who
    online: bool


class Read(Frame, frozen=True, tag="read"):
    """`who` has read up to `seq`."""

    room: RoomId
    who: Who
    seq: int


class Delivered(Frame, frozen=True, tag="delivered"):
    """`who` has received up to `seq`."""

    room: RoomId
    who: Who
    seq: int


class Left(Frame, frozen=True, tag="left"):
    """You are no longer a member."""

    room: RoomId
    reason: str


class TokenExpiring(Frame, frozen=True, tag="token_expiring"):
    """The token ends soon."""

    expires_at: Instant


class Pong(Frame, frozen=True, tag="pong"):
    """The server's clock and the heads of the rooms that this client is in."""

    server_time_at: Instant
    heads: dict[str, int] | UnsetType = UNSET


class Bye(Frame, frozen=True, tag="bye"):
    """A close follows; come back after the hint."""

    reason: str
    reconnect_after_ms: int


ServerFrame = (
    Welcome
    | RoomFrame
    | Ready
    | Envelope
    | Ack
    | ErrorFrame
    | History
    | Explanation
    | Timer
    | Alert
    | Hint
    | InviteMarked
    | Queue
    | Desk
    | IdleWarning
    | SwitchFrame
    | TypingFrame
    | Presence
    | Read
    | Delivered
    | Left
    | TokenExpiring
    | Pong
    | Bye
)

__all__ = [
    "Author",
    "Check",
    "CheckInvite",
    "ClientFrame",
    "ClientInfo",
    "Context",
    "EntryChange",
    "FetchHistory",
    "Hello",
    "InviteView",
    "MarkDelivered",
    "MarkInvite",
    "MarkRead",
    "Member",
    "Ping",
    "RefreshToken",
    "ServerFrame",
    "SessionView",
    "SetStatus",
    "SetSwitch",
    "Typing",
    "Upgrade",
    "Who",
    "You",
]
