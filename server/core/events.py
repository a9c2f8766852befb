"""What happened in a room, in the past tense.

The log is a list of these in envelopes.
"""

from msgspec import Struct

from server.core.bodies import Body
from server.core.model import (
    Agent,
    AgentId,
    Author,
    CarrierId,
    Instant,
    InviteId,
    Inviter,
    OrderId,
    ParcelId,
    Phase,
    Reception,
    RoomId,
    SessionId,
    ShopId,
)


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """One durable step."""


class RoomOpened(Event, frozen=True, tag="room_opened"):
    """The buyer came to the shop for the first time."""

    shop: ShopId
    buyer: str


class MessagePosted(Event, frozen=True, tag="message_posted"):
    """Somebody wrote."""

    body: Body


class MessageRecalled(Event, frozen=True, tag="message_recalled"):
    """The author took message `seq` back (R48)."""

    seq: int


class ReceptionChanged(Event, frozen=True, tag="reception_changed"):
    """Who receives the buyer was set (R21)."""

    reception: Reception


class RoomAssigned(Event, frozen=True, tag="room_assigned"):
    """The room was handed to an agent of the shop (R37)."""

    agent: str


class InviteOffered(Event, frozen=True, tag="invite_offered"):
    """The card came into the room (R10).

    `trigger` is the `seq` of the message behind a platform's card, `evidence` the words that led
    to it, `agent` the merchant agent whose card it is. `since_at` is when the first card of this
    consultation was offered, where this one replaced it (R6, R31).
    """

    invite: InviteId
    order: OrderId
    parcel: ParcelId
    carrier: CarrierId
    inviter: Inviter
    expires_at: Instant
    intent: str | None = None
    trigger: int | None = None
    evidence: tuple[str, ...] = ()
    agent: str | None = None
    since_at: Instant | None = None


class InviteAccepted(Event, frozen=True, tag="invite_accepted"):
    """The buyer agreed; what text, language and scope it agreed to is kept (R10)."""

    invite: InviteId
    session: SessionId
    terms: str
    locale: str
    scope: tuple[str, ...] = ()


class InviteDeclined(Event, frozen=True, tag="invite_declined"):
    """The buyer did not agree; `never_again` is for this order (R11)."""

    invite: InviteId
    never_again: bool = False


class InviteExpired(Event, frozen=True, tag="invite_expired"):
    """The card ran out, or a check failed at acceptance (R10)."""

    invite: InviteId
    reason: str


class InviteWithdrawn(Event, frozen=True, tag="invite_withdrawn"):
    """The card was taken back: `inviter`, `switched_off` or `order_changed`."""

    invite: InviteId
    reason: str


class AgentJoined(Event, frozen=True, tag="agent_joined"):
    """A logistics agent took part (R1)."""

    session: SessionId
    agent: Agent


class AgentLeft(Event, frozen=True, tag="agent_left"):
    """A logistics agent is out: `transferred`, `disconnected`, `silent` or `ended`."""

    session: SessionId
    agent: AgentId
    reason: str


class SessionKept(Event, frozen=True, tag="session_kept"):
    """Somebody asked that an idle session go on (R14)."""

    session: SessionId


class SessionEnded(Event, frozen=True, tag="session_ended"):
    """The room is two-party again (R14); the rest is the agent's result (R53)."""

    session: SessionId
    reason: str
    summary: str | None = None
    promise_at: Instant | None = None
    ticket: str | None = None


class ConversationClosed(Event, frozen=True, tag="conversation_closed"):
    """The merchant closed the conversation; the next message opens it again."""


AnyEvent = (
    RoomOpened
    | MessagePosted
    | MessageRecalled
    | ReceptionChanged
    | RoomAssigned
    | InviteOffered
    | InviteAccepted
    | InviteDeclined
    | InviteExpired
    | InviteWithdrawn
    | AgentJoined
    | AgentLeft
    | SessionKept
    | SessionEnded
    | ConversationClosed
)


class Envelope(Struct, frozen=True, omit_defaults=True, tag_field="type", tag="event"):
    """An event in its place: the `event` frame of the wire and a row of the log.

    `seq` counts from 1 in its room without a gap, `at` is in UTC ms, `phase` is the room's
    phase as the event was written (R22): for `invite_accepted` still `invite_pending`.
    """

    room: RoomId
    seq: int
    at: Instant
    by: Author
    event: AnyEvent
    phase: Phase
    ref: str | None = None


class Draft(Struct, frozen=True):
    """An event that is decided but not yet numbered.

    The one with `ref` answers the command.
    """

    by: Author
    event: AnyEvent
    ref: str | None = None
