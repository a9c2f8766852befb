"""The nouns that commands, events and frames are made of: who, where, what."""

from enum import StrEnum
from typing import NewType

from msgspec import Struct

RoomId = NewType("RoomId", str)
ShopId = NewType("ShopId", str)
OrderId = NewType("OrderId", str)
ParcelId = NewType("ParcelId", str)
CarrierId = NewType("CarrierId", str)
InviteId = NewType("InviteId", str)
SessionId = NewType("SessionId", str)
AgentId = NewType("AgentId", str)
Instant = int  # UTC milliseconds


class Role(StrEnum):
    """Who speaks. The platform speaks as itself; a bot speaks for a shop."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    LOGISTICS = "logistics"
    PLATFORM = "platform"
    BOT = "bot"


class Phase(StrEnum):
    """What everybody calls the state of a room."""

    TWO_PARTY = "two_party"
    INVITE_PENDING = "invite_pending"
    THREE_PARTY = "three_party"


class Stage(StrEnum):
    """The state of a room as the transition table sees it; each has one `Phase`."""

    NEW = "new"
    CLOSED = "closed"
    TWO_PARTY = "two_party"
    INVITE_PENDING = "invite_pending"
    WAITING = "waiting"
    ACTIVE = "active"


PHASE_OF: dict[Stage, Phase] = {
    Stage.NEW: Phase.TWO_PARTY,
    Stage.CLOSED: Phase.TWO_PARTY,
    Stage.TWO_PARTY: Phase.TWO_PARTY,
    Stage.INVITE_PENDING: Phase.INVITE_PENDING,
    Stage.WAITING: Phase.THREE_PARTY,
    Stage.ACTIVE: Phase.THREE_PARTY,
}


class Reception(StrEnum):
    """Who receives the buyer (R21)."""

    HUMAN = "human"
    BOT = "bot"
    NOBODY = "nobody"


class Inviter(StrEnum):
    """Whose card it is (R2, R3)."""

    PLATFORM = "platform"
    MERCHANT = "merchant"


class InviteState(StrEnum):
    """The life of a card: `offered`, then one of the others for good."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Device(StrEnum):
    """What a client runs on (R17)."""

    MOBILE = "mobile"
    DESKTOP = "desktop"


class OrderStatus(StrEnum):
    """Of an order (R7)."""

    UNPAID = "unpaid"
    PAID = "paid"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    RECEIVED = "received"
    CLOSED = "closed"


class Status(StrEnum):
    """What an agent says of itself (R44)."""

    ONLINE = "online"
    PAUSED = "paused"
    OFFLINE = "offline"


class Author(Struct, frozen=True, omit_defaults=True):
    """`by` of an event. `carrier` tells logistics agents of different desks apart."""

    role: Role
    id: str
    name: str
    carrier: CarrierId | None = None


PLATFORM = Author(role=Role.PLATFORM, id="platform", name="platform")


class Identity(Struct, frozen=True, kw_only=True):
    """Who holds a connection: (role, shop or carrier, id), from the token."""

    role: Role
    id: str
    name: str = ""
    shop: ShopId | None = None
    carrier: CarrierId | None = None
    lead: bool = False
    badge: str | None = None

    @property
    def key(self) -> tuple[Role, str, str]:
        """What makes two identities the same."""
        return (self.role, self.shop or self.carrier or "", self.id)

    @property
    def author(self) -> Author:
        """As an event names it."""
        return Author(role=self.role, id=self.id, name=self.name, carrier=self.carrier)


class Client(Struct, frozen=True, kw_only=True):
    """The software at the other end (R18). `version` is compared number by number."""

    name: str
    version: tuple[int, ...]
    device: Device
    locale: str = "zh-CN"


class Parcel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A parcel and who carries it. The carrier's id is kept as it came (R20)."""

    id: ParcelId
    carrier: CarrierId
    tracking: str | None = None


class Receiver(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a parcel goes; masked for everybody who need not know (R46)."""

    name: str = ""
    phone: str = ""
    address: str = ""


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of an order, for people to recognise it."""

    title: str
    quantity: int = 1


class Order(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order as the embedding platform last told it."""

    id: OrderId
    shop: ShopId
    buyer: str
    status: OrderStatus
    placed_at: Instant
    version: int = 0
    items: tuple[Item, ...] = ()
    receiver: Receiver | None = None
    parcels: tuple[Parcel, ...] = ()


class Agent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A logistics agent as a room shows it (R1)."""

    id: AgentId
    name: str
    carrier: CarrierId
    badge: str | None = None


class Carrier(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A courier company is data (R20).

    `name` is by locale; `hours` are its desk's, if it has any.
    """

    id: CarrierId
    name: dict[str, str]
    enabled: bool = False
    hours: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """Where the shop's agents have the invite button (R17)."""

    mobile: bool = True
    desktop: bool = True


class Switch(Struct, frozen=True, kw_only=True, omit_defaults=False):
    """A shop's switch for logistics customer service (R15)."""

    shop: ShopId
    enabled: bool = True
    auto: bool = True
    entry: Entry = Entry()
    changed_by: str | None = None
    changed_at: Instant | None = None
    version: int = 0


class Rollout(Struct, frozen=True, kw_only=True):
    """Which shops the platform covers (R16, R17, R56). `mode` is `live` or `shadow`."""

    mode: str = "live"
    from_at: Instant = 1_690_300_800_000  # 2023-07-26 00:00 in Asia/Shanghai
    percent: float = 100
    desktop_percent: float = 100
    salt: str = "sanfang"
    allow: tuple[ShopId, ...] = ()
    deny: tuple[ShopId, ...] = ()


class DeskLoad(Struct, frozen=True, kw_only=True):
    """How busy a courier's desk is (R50): counts of agents, places and people."""

    online: int = 0
    capacity: int = 0
    free: int = 0
    waiting: int = 0
    mean_handling_ms: int = 300_000

    @property
    def expected_wait_ms(self) -> int:
        """For one who would join the queue now."""
        return self.wait_ms(self.waiting)

    def wait_ms(self, ahead: int) -> int:
        """Expected wait with `ahead` people in front (R50)."""
        if self.free > 0 or self.capacity == 0:
            return 0
        return ahead * self.mean_handling_ms // self.capacity
