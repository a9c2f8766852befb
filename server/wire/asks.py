"""What a client asks beside the core's commands, and the union of all its frames."""

from typing import Annotated

from msgspec import Meta, Struct

from server.core import commands as c
from server.core.intents import Intent
from server.core.model import InviteId, OrderId, RoomId, Status
from server.wire.shapes import MOST, ClientInfo, EntryChange, Position


class Frame(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """One object on the wire."""


class Hello(Frame, frozen=True, tag="hello"):
    """The first frame: who, with what, and where it had got to."""

    token: str
    client: ClientInfo
    resume: dict[str, Position] = {}
    epoch: str | None = None
    locale: str = "zh-CN"


class CheckInvite(Frame, frozen=True, tag="check_invite"):
    """Would an invite be possible now? (R19)"""

    ref: c.Ref
    room: RoomId
    order: OrderId | None = None


class FetchHistory(Frame, frozen=True, tag="fetch_history"):
    """Older events, `seq < before`."""

    ref: c.Ref
    room: RoomId
    before: Annotated[int, Meta(ge=1, le=MOST)] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class SetStatus(Frame, frozen=True, tag="set_status"):
    """An agent says whether it is there (R44)."""

    ref: c.Ref
    status: Status
    capacity: Annotated[int, Meta(ge=1, le=100)] | None = None


class SetSwitch(Frame, frozen=True, tag="set_switch"):
    """Change the shop's switch (R15, R17)."""

    ref: c.Ref
    enabled: bool | None = None
    auto: bool | None = None
    entry: EntryChange | None = None


class RefreshToken(Frame, frozen=True, tag="refresh_token"):
    """A newer token of the same identity."""

    ref: c.Ref
    token: str


class MarkRead(Frame, frozen=True, tag="mark_read"):
    """Read up to `seq`."""

    room: RoomId
    seq: c.Seq


class MarkDelivered(Frame, frozen=True, tag="mark_delivered"):
    """Received up to `seq`."""

    room: RoomId
    seq: c.Seq


class MarkInvite(Frame, frozen=True, tag="mark_invite"):
    """An agent says what the question behind a platform's card was (R2)."""

    ref: c.Ref
    room: RoomId
    invite: InviteId
    intent: Intent


class Typing(Frame, frozen=True, tag="typing"):
    """Somebody is writing."""

    room: RoomId


class Ping(Frame, frozen=True, tag="ping"):
    """Are you there, and how far is each room?"""


ClientFrame = (
    c.OpenRoom
    | c.MemberCommand
    | Hello
    | CheckInvite
    | FetchHistory
    | SetStatus
    | SetSwitch
    | RefreshToken
    | MarkRead
    | MarkDelivered
    | MarkInvite
    | Typing
    | Ping
)
