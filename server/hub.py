"""This node's sockets: who is connected, and what each has been given.

A room's event goes to the sockets of its buyer, of its shop's people, and of the logistics agent in
it. A socket gets `last + 1` and nothing else: what is behind is skipped, what is ahead is a gap and
is read from the store (`repair`), a room it has not met is introduced first.
"""

from collections.abc import Callable, Iterable, Iterator

from server.cell import Cell
from server.core.events import Envelope
from server.core.masks import masked_envelope
from server.core.model import Identity, Role, RoomId, ShopId
from server.wire.frames import ServerFrame
from server.wire.packet import Packet
from server.wire.session import Session

IdentityKey = tuple[Role, str, str]
_SHOP_ROLES = (Role.MERCHANT, Role.BOT)
_NOBODY: frozenset[Session] = frozenset()


class Arrival:
    """A socket between its hello and its `ready`: what waits until it is up to date.

    `missed` are rooms that it has not met yet, each with the first `seq` that brings it to the
    socket; `held` are the frames that are sent right after `ready`.
    """

    __slots__ = ("held", "missed")

    def __init__(self) -> None:
        self.missed: dict[RoomId, int] = {}
        self.held: list[Packet] = []


class Hub:
    """Sockets by identity and by shop. `introduce` and `repair` are the service's."""

    def __init__(self) -> None:
        self.by_identity: dict[IdentityKey, set[Session]] = {}
        self.by_shop: dict[ShopId, set[Session]] = {}
        self.joining: dict[Session, Arrival] = {}
        self.introduce: Callable[[Session, Cell, int], None] = lambda *_: None
        self.repair: Callable[[Session, Cell], None] = lambda *_: None

    # --- who is there -----------------------------------------------------------------------

    def add(self, session: Session) -> bool:
        """Take a socket in; whether it is the identity's first."""
        identity = session.identity
        sockets = self.by_identity.setdefault(identity.key, set())
        sockets.add(session)
        if identity.role in _SHOP_ROLES and identity.shop is not None:
            self.by_shop.setdefault(identity.shop, set()).add(session)
        return len(sockets) == 1

    def remove(self, session: Session) -> bool:
        """Let a socket go; whether it was the identity's last."""
        identity = session.identity
        self.joining.pop(session, None)
        sockets = self.by_identity.get(identity.key, set())
        sockets.discard(session)
        shop = self.by_shop.get(identity.shop) if identity.shop is not None else None
        if shop is not None and identity.shop is not None:
            shop.discard(session)
            if not shop:
                del self.by_shop[identity.shop]
        if sockets:
            return False
        self.by_identity.pop(identity.key, None)
        return True

    def is_online(self, key: IdentityKey) -> bool:
        """Whether a socket of this identity is open."""
        return key in self.by_identity

    def of(self, key: IdentityKey) -> Iterable[Session]:
        """The sockets of an identity."""
        return self.by_identity.get(key, _NOBODY)

    def of_shop(self, shop: ShopId) -> Iterable[Session]:
        """The sockets of a shop's agents and bots."""
        return self.by_shop.get(shop, _NOBODY)

    def agents_of(self, shop: ShopId) -> Iterator[Session]:
        """The sockets of a shop's human agents."""
        return (s for s in self.of_shop(shop) if s.identity.role is Role.MERCHANT)

    def sessions(self) -> list[Session]:
        """Every socket that was taken in."""
        return [session for sockets in self.by_identity.values() for session in sockets]

    def rooms_of(self, *roles: Role) -> set[RoomId]:
        """The rooms that sockets of these roles know."""
        sessions = (each for each in self.sessions() if each.identity.role in roles)
        return {room for session in sessions for room in session.rooms}

    # --- what goes out ----------------------------------------------------------------------

    def publish(self, cell: Cell, envelope: Envelope, agents: Iterable[IdentityKey]) -> None:
        """A durable step to everybody who may see it."""
        room, seq = envelope.room, envelope.seq
        packet = Packet(envelope)
        for sockets in (
            self.by_identity.get(cell.buyer_key, _NOBODY),
            self.by_shop.get(cell.room.shop, _NOBODY),
        ):
            for session in sockets:
                if session.rooms.get(room) == seq - 1:
                    session.rooms[room] = seq
                    session.send_packet(packet)
                else:
                    self._out_of_turn(session, cell, seq, packet)
        for key in agents:
            masked = packet
            if envelope.by.role is Role.BUYER:
                masked = Packet(masked_envelope(envelope))
            for session in self.by_identity.get(key, _NOBODY):
                if session.rooms.get(room) == seq - 1:
                    session.rooms[room] = seq
                    session.send_packet(masked)
                elif room in session.rooms:
                    self._out_of_turn(session, cell, seq, masked)

    def _out_of_turn(self, session: Session, cell: Cell, seq: int, packet: Packet) -> None:
        last = session.rooms.get(cell.id)
        if last is None:
            arrival = self.joining.get(session)
            if arrival is not None:
                arrival.missed.setdefault(cell.id, seq)
                return
            self.introduce(session, cell, seq - 1)
            session.rooms[cell.id] = seq
            session.send_packet(packet)
        elif seq > last:
            self.repair(session, cell)

    def send_to(self, sessions: Iterable[Session], frame: ServerFrame) -> None:
        """One frame to several sockets; to one that is still coming in after its `ready`."""
        packet = Packet(frame)
        for session in list(sessions):
            arrival = self.joining.get(session)
            if arrival is None:
                session.send_packet(packet)
            else:
                arrival.held.append(packet)

    def arrived(self, session: Session) -> None:
        """The socket is up to date: what was held for it goes out."""
        arrival = self.joining.pop(session, None)
        for packet in arrival.held if arrival is not None else ():
            session.send_packet(packet)

    def others_in(self, cell: Cell, who: Identity) -> list[Session]:
        """The sockets of a room's members but one, as far as they know the room."""
        agent = cell.agent_key
        groups = [self.of(cell.buyer_key), self.of_shop(cell.room.shop)]
        groups += [self.of(agent)] if agent is not None else []
        return [
            session
            for group in groups
            for session in group
            if cell.id in session.rooms and session.identity.key != who.key
        ]
