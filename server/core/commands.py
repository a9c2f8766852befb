"""What somebody asks of a room, in the imperative; also the client's frames.

Every command bears the client's `ref`; (room, identity, `ref`) is its idempotency key (R49).
Commands without `ref` are the platform's own: what falls due (R57) and what the desk assigns (R44).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from server.core.bodies import ID_PATTERN, Posted
from server.core.model import (
    Agent,
    AgentId,
    Instant,
    InviteId,
    OrderId,
    Reception,
    RoomId,
    SessionId,
    ShopId,
)

Ref = Annotated[str, Meta(min_length=1, max_length=64)]
# Above 2^53 JSON readers differ, and above 2^64 MessagePack has no way to write a number.
Seq = Annotated[int, Meta(ge=1, le=2**53 - 1)]
Promise = Annotated[Instant, Meta(ge=0, le=2**53 - 1)]


class Command(Struct, frozen=True, kw_only=True, tag_field="type"):
    """Something a member asks of a room."""

    ref: Ref
    room: RoomId


class OpenRoom(Struct, frozen=True, kw_only=True, tag_field="type", tag="open_room"):
    """Come to a shop; `order` is what the buyer looked at (R6)."""

    ref: Ref
    shop: Annotated[ShopId, Meta(pattern=ID_PATTERN)]
    order: OrderId | None = None


class PostMessage(Command, frozen=True, tag="post_message"):
    """Write something (R48)."""

    body: Posted


class RecallMessage(Command, frozen=True, tag="recall_message"):
    """Take a message of one's own back (R48)."""

    seq: Seq


class OfferInvite(Command, frozen=True, tag="offer_invite"):
    """Put the invite card into the room (R3)."""

    order: OrderId | None = None


class WithdrawInvite(Command, frozen=True, tag="withdraw_invite"):
    """Take one's own card back (R10)."""

    invite: InviteId


class AnswerInvite(Command, frozen=True, tag="answer_invite"):
    """Say yes or no to the card (R10); `never_again` is for its order (R11)."""

    invite: InviteId
    accept: bool
    never_again: bool = False


class ChangeInviteOrder(Command, frozen=True, tag="change_invite_order"):
    """Mean another order than the card's (R6)."""

    invite: InviteId
    order: OrderId


class ReopenInvite(Command, frozen=True, tag="reopen_invite"):
    """Ask for a declined or expired card again (R11)."""

    invite: InviteId


class EndSession(Command, frozen=True, tag="end_session"):
    """End the session; what follows `session` is an agent's result (R14, R53)."""

    session: SessionId
    resolution: Literal["solved", "follow_up", "not_logistics", "other"] | None = None
    summary: Annotated[str, Meta(max_length=500)] | None = None
    promise_at: Promise | None = None
    ticket: Annotated[str, Meta(max_length=64)] | None = None
    note: Annotated[str, Meta(max_length=500)] | None = None


class KeepSession(Command, frozen=True, tag="keep_session"):
    """Let an idle session go on (R14)."""

    session: SessionId


class PrioritizeSession(Command, frozen=True, tag="prioritize_session"):
    """A lead sends a waiting session to the head of the queue (R44)."""

    session: SessionId


class SetReception(Command, frozen=True, tag="set_reception"):
    """Say who receives the buyer (R21)."""

    reception: Reception


class AssignRoom(Command, frozen=True, tag="assign_room"):
    """Hand the room to an agent of the shop (R37)."""

    to: AgentId


class CloseConversation(Command, frozen=True, tag="close_conversation"):
    """Close the conversation until somebody writes again."""


class Expire(Struct, frozen=True):
    """The open card's time is over (R10)."""


class Join(Struct, frozen=True):
    """The desk found an agent for the waiting session (R44)."""

    agent: Agent


class Leave(Struct, frozen=True):
    """The session's agent is taken from it: `disconnected` or `silent` (R44, R45)."""

    reason: str


class Stop(Struct, frozen=True):
    """The session ends by itself: `idle` or `no_agent` (R14)."""

    reason: str


class SwitchOff(Struct, frozen=True):
    """The shop's switch went off: the open card goes (R15)."""


MemberCommand = (
    PostMessage
    | RecallMessage
    | OfferInvite
    | WithdrawInvite
    | AnswerInvite
    | ChangeInviteOrder
    | ReopenInvite
    | EndSession
    | KeepSession
    | PrioritizeSession
    | SetReception
    | AssignRoom
    | CloseConversation
)
PlatformCommand = Expire | Join | Leave | Stop | SwitchOff
