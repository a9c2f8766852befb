"""A room's state: what its log folds into. Only `rooms.evolve` makes new ones."""

from msgspec import Struct

from server.core.allowance import Allowance
from server.core.burst import Burst
from server.core.model import (
    PHASE_OF,
    Agent,
    CarrierId,
    Instant,
    InviteId,
    Inviter,
    InviteState,
    OrderId,
    ParcelId,
    Phase,
    Reception,
    RoomId,
    SessionId,
    ShopId,
    Stage,
)


class Card(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An invite as it stands (R10).

    `since_at` is when the consultation's first card was offered, `settled_at` when the card left
    `offered`, `ended_at` when its session ended.
    """

    id: InviteId
    order: OrderId
    parcel: ParcelId
    carrier: CarrierId
    inviter: Inviter
    offered_at: Instant
    since_at: Instant
    expires_at: Instant
    state: InviteState = InviteState.OFFERED
    settled_at: Instant | None = None
    never_again: bool = False
    intent: str | None = None
    trigger: int | None = None
    evidence: tuple[str, ...] = ()
    agent: str | None = None
    session: SessionId | None = None
    ended_at: Instant | None = None


class OpenSession(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A logistics session while it lasts (R14).

    `since_at` is when this wait or this agent's turn began; `spoke_at` when buyer or agent last
    wrote; `silent` are the agents who lost the session by their silence (R44).
    """

    id: SessionId
    invite: InviteId
    order: OrderId
    carrier: CarrierId
    accepted_at: Instant
    accepted_seq: int
    since_at: Instant
    spoke_at: Instant
    agent: Agent | None = None
    agent_wrote: bool = False
    silent: tuple[str, ...] = ()


class Room(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The conversation of one buyer and one shop.

    `reception` is what was set, None where nothing was (R21). `order_card` is the buyer's last
    order card and its time (R6), `burst` what the buyer last wrote outside a session (R2).
    """

    id: RoomId
    shop: ShopId
    buyer: str
    buyer_name: str = ""
    stage: Stage = Stage.NEW
    seq: int = 0
    at: Instant = 0
    opened_at: Instant = 0
    reception: Reception | None = None
    held_by: str | None = None
    last_replier: str | None = None
    cards: tuple[Card, ...] = ()
    session: OpenSession | None = None
    allowance: Allowance = Allowance()
    order_card: tuple[OrderId, Instant] | None = None
    burst: Burst = Burst()
    recalled: tuple[tuple[int, Instant], ...] = ()

    @property
    def phase(self) -> Phase:
        """What everybody calls the stage."""
        return PHASE_OF[self.stage]

    @property
    def open_card(self) -> Card | None:
        """The offered card, if there is one; at most one is (R10)."""
        if self.stage is Stage.INVITE_PENDING:
            return self.cards[-1]
        return None

    def card(self, invite: InviteId) -> Card | None:
        """A card by its id, whatever became of it."""
        return next((card for card in reversed(self.cards) if card.id == invite), None)
