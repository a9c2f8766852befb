"""Who comes and goes, and what agents say of themselves (R18, R21, R44, R45)."""

import logging

from server.cell import IdentityKey
from server.core.errors import Refused
from server.core.model import Identity, Role
from server.hub import Arrival, Hub
from server.joining import Joining
from server.lapses import Lapses
from server.rooms import Rooms
from server.wire.frames import Ack, Hello, Presence, SetStatus, Upgrade, Welcome, Who, You
from server.wire.session import Session

logger = logging.getLogger(__name__)


class Presences:
    """Takes sockets in and lets them go."""

    def __init__(
        self,
        rooms: Rooms,
        hub: Hub,
        joining: Joining,
        lapses: Lapses,
        *,
        sockets: int,
        capacity: int,
        limits: dict[str, int | str],
        heartbeat_ms: int,
        upgrade_url: str,
    ) -> None:
        """`sockets` one identity may open; `capacity` is a new logistics agent's."""
        self._rooms = rooms
        self._hub = hub
        self._joining = joining
        self._lapses = lapses
        self._sockets = sockets
        self._capacity = capacity
        self._limits = limits
        self._heartbeat_ms = heartbeat_ms
        self._upgrade_url = upgrade_url
        self._told_online: set[IdentityKey] = set()

    def join(self, session: Session, hello: Hello) -> None:
        """Welcome a socket and bring it up to date.

        Raises:
            Refused: `rate_limited`, where the identity has too many sockets.
        """
        who = session.identity
        if sum(each.is_open for each in self._hub.of(who.key)) >= self._sockets:
            raise Refused("rate_limited", sockets=self._sockets)
        self._rooms.now()  # an agent who comes back too late has lost its sessions (R45, R57)
        session.send(self._welcome(session))
        self._hub.joining[session] = Arrival()
        self._hub.add(session)
        if who.carrier is not None and self._rooms.desks.worker(who.carrier, who.id) is not None:
            self._rooms.desks.connected(who.carrier, who.id)
        self._rooms.background.spawn(self._come_in(session, hello))

    async def _come_in(self, session: Session, hello: Hello) -> None:
        who = session.identity
        try:
            if who.shop is not None:
                await self._rooms.shops.fetch(who.shop)
            if who.role in (Role.MERCHANT, Role.LOGISTICS):
                await self._meet(who)
            await self._joining.bring_in(session, hello)
        except Exception:
            logger.exception("a socket could not be brought in")
            session.close(1013, "try again")
        if session.is_open and who.key not in self._told_online:
            self._told_online.add(who.key)
            self._tell(session, online=True)

    async def _meet(self, who: Identity) -> None:
        record = await self._rooms.shops.meet(who, capacity=self._capacity)
        if who.role is Role.LOGISTICS and who.carrier is not None:
            self._rooms.desks.put(record)
            if self._hub.is_online(who.key):
                self._rooms.desks.connected(who.carrier, who.id)
                self._rooms.assign(who.carrier, at=self._rooms.now())

    def _welcome(self, session: Session) -> Welcome:
        who = session.identity
        return Welcome(
            connection=session.id,
            epoch=self._joining.epoch,
            you=You(
                role=who.role,
                id=who.id,
                name=who.name,
                shop=who.shop,
                carrier=who.carrier,
                lead=who.lead,
                badge=who.badge,
            ),
            server_time_at=self._rooms.clock.now(),
            heartbeat_ms=self._heartbeat_ms,
            limits=self._limits,
            upgrade_advised=self._upgrade(session),
        )

    def _upgrade(self, session: Session) -> Upgrade | None:
        """A merchant client below the minimum is told so (R18)."""
        minimum = self._rooms.policy.minimum_client
        if session.identity.role is not Role.MERCHANT or session.client.version >= minimum:
            return None
        return Upgrade(minimum=".".join(map(str, minimum)), url=self._upgrade_url)

    def gone(self, session: Session) -> None:
        """A socket is closed; an agent's last one starts its 30 s (R45)."""
        who = session.identity
        last = self._hub.remove(session)
        if not last:
            return
        if who.key in self._told_online:
            self._told_online.discard(who.key)
            self._tell(session, online=False)
        if who.role is Role.LOGISTICS and who.carrier is not None:
            self._lapses.drop(who)

    def _tell(self, session: Session, *, online: bool) -> None:
        """The others in its rooms see who came or went."""
        who = session.identity
        for room in session.rooms:
            cell = self._rooms.get(room)
            if cell is not None:
                frame = Presence(room=room, who=Who(role=who.role, id=who.id), online=online)
                self._hub.send_to(self._hub.others_in(cell, who), frame)

    async def set_status(self, session: Session, frame: SetStatus) -> Ack:
        """An agent is online, paused or offline, and takes so many sessions (R44)."""
        who = session.identity
        if who.role not in (Role.MERCHANT, Role.LOGISTICS):
            raise Refused("forbidden")
        if self._rooms.shops.record(who) is None:
            await self._meet(who)
        record = await self._rooms.shops.say(who, frame.status, frame.capacity)
        if who.role is Role.LOGISTICS and who.carrier is not None:
            self._rooms.desks.put(record)
            self._rooms.assign(who.carrier, at=self._rooms.now())
            self._rooms.delivery.desk_changed(who.carrier)
        return Ack(ref=frame.ref)
