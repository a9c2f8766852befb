"""What frames are made of: the shapes inside them that are no frames themselves."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from server.core.events import Envelope
from server.core.model import Agent, CarrierId, Device, Instant, ShopId

MOST = 2**53 - 1  # the last whole number that every JSON reader keeps exact

Version = Annotated[str, Meta(pattern=r"^[0-9]{1,6}(\.[0-9]{1,6}){0,5}\Z")]
Position = Annotated[int, Meta(ge=0, le=MOST)]


class ClientInfo(Struct, frozen=True, kw_only=True):
    """What the client says of itself (R18)."""

    name: Annotated[str, Meta(max_length=64)]
    version: Version
    device: Device


class EntryChange(Struct, frozen=True, kw_only=True):
    """Which entries to open or close; the one left out stays (R17)."""

    mobile: bool | None = None
    desktop: bool | None = None


class You(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The identity behind the connection."""

    role: str
    id: str
    name: str
    shop: ShopId | None = None
    carrier: CarrierId | None = None
    lead: bool = False
    badge: str | None = None


class Upgrade(Struct, frozen=True, kw_only=True):
    """The oldest client version that has everything, and where to get it (R18)."""

    minimum: str
    url: str


class Member(Struct, frozen=True, kw_only=True):
    """Somebody in a room, and whether a socket of theirs is open."""

    role: str
    id: str
    name: str
    online: bool


class InviteView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The room's latest card."""

    id: str
    state: str
    order: str
    parcel: str
    carrier: str
    inviter: str
    expires_at: Instant
    intent: str | None = None
    evidence: tuple[str, ...] = ()


class SessionView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The room's open session; `since_at` is when the wait or the agent's turn began."""

    id: str
    state: str
    carrier: str
    order: str
    since_at: Instant
    accepted_at: Instant
    agent: Agent | None = None


class Context(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a logistics agent sees beside the room, masked (R46)."""

    order: dict[str, Any]
    parcel: dict[str, Any]
    intent: str | None = None
    evidence: tuple[str, ...] = ()
    trigger: Envelope | None = None


class Check(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an explanation (R19); `pass` is null where an order is needed."""

    rule: str
    passed: bool | UnsetType | None = msgspec.field(default=UNSET, name="pass")
    reason: str | None = None


class Who(Struct, frozen=True, kw_only=True):
    """Whom a mark or a presence is about."""

    role: str
    id: str
