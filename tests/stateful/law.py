"""What must hold of a room's log, said once more and in other words than the server says it."""

from collections import Counter
from dataclasses import dataclass, field

from server.core import chain
from server.core import rooms as machine
from server.core.events import Envelope
from server.core.model import Role, RoomId, ShopId
from server.core.policy import Policy
from server.core.room import Room
from tests.stateful.people import PHASE_BEHIND, THREE_PARTY

_ANY = frozenset({"two_party", "invite_pending", THREE_PARTY})
_TWO, _PENDING, _THREE = map(frozenset, (("two_party",), ("invite_pending",), (THREE_PARTY,)))
# In which phases a kind of event may happen (R1, R10, R12–R14).
MAY = {
    "room_opened": _TWO,
    "message_posted": _ANY,
    "message_recalled": _ANY,
    "reception_changed": _ANY,
    "room_assigned": _ANY,
    "invite_offered": _TWO,
    "invite_accepted": _PENDING,
    "invite_declined": _PENDING,
    "invite_expired": _PENDING,
    "invite_withdrawn": _PENDING,
    "messages_shared": _THREE,
    "agent_joined": _THREE,
    "agent_left": _THREE,
    "session_held": _THREE,
    "session_kept": _THREE,
    "session_ended": _THREE,
    "rating_asked": _ANY,
    "rating_submitted": _ANY,
    "conversation_closed": _TWO,
}


@dataclass
class Law:
    """One room's log so far, and what is wrong with it."""

    room: RoomId
    shop: ShopId
    buyer: str
    policy: Policy
    phase: str = "two_party"
    agent: str | None = None
    open_invites: int = 0
    refs: dict[tuple[str, str, str], int] = field(default_factory=dict)
    log: dict[int, Envelope] = field(default_factory=dict)
    openers: set[int] = field(default_factory=set)  # instants at which a round may open
    faults: list[str] = field(default_factory=list)
    link: bytes = chain.GENESIS

    def __post_init__(self) -> None:
        self.folded = Room(id=self.room, shop=self.shop, buyer=self.buyer)

    @property
    def head(self) -> int:
        return len(self.log)

    def take(self, envelope: Envelope, counts: Counter[str]) -> None:
        """One more step of the log as the store has it."""
        kind = envelope.event.__struct_config__.tag
        counts[kind] += 1
        if envelope.seq != self.head + 1:
            self._fault(envelope, f"stands behind {self.head} (R49)")
        if envelope.phase != self.phase or self.phase not in MAY[kind]:
            self._fault(envelope, f"{kind} in {self.phase}, noted as {envelope.phase}")
        self._count_ref(envelope)
        self._count_invites(envelope, kind)
        self._follow_agent(envelope, kind)
        if self.phase != THREE_PARTY and kind in {"message_posted", "reception_changed"}:
            self.openers.add(envelope.at)
        self.phase = PHASE_BEHIND.get(kind, self.phase)
        self.log[envelope.seq] = envelope
        self.folded = machine.evolve(self.folded, envelope, self.policy)

    def _fault(self, envelope: Envelope, text: str) -> None:
        self.faults.append(f"{self.room} {envelope.seq}: {text}")

    def _count_ref(self, envelope: Envelope) -> None:
        if envelope.ref is None:
            return
        by = envelope.by
        key = (by.role.value, by.id, envelope.ref)
        if self.refs.setdefault(key, envelope.seq) != envelope.seq:
            self._fault(envelope, f"{key} is also {self.refs[key]} (R49)")

    def _count_invites(self, envelope: Envelope, kind: str) -> None:
        if kind == "invite_offered":
            self.open_invites += 1
        elif kind.startswith("invite_"):
            self.open_invites -= 1
        if self.open_invites not in {0, 1}:
            self._fault(envelope, f"{self.open_invites} open invites (R10)")

    def _follow_agent(self, envelope: Envelope, kind: str) -> None:
        if kind == "agent_joined":
            if self.agent is not None:
                self._fault(envelope, "a second agent joined")
            self.agent = envelope.event.agent.id
        elif kind == "agent_left":
            self.agent = None
        elif kind == "session_ended" and self.agent is not None:
            self._fault(envelope, "the session ended around its agent")
        by = envelope.by
        if kind == "message_posted" and by.role is Role.LOGISTICS and by.id != self.agent:
            self._fault(envelope, "an agent who is not in the room wrote (R1)")
