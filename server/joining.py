"""From `hello` to `ready`, and every later first sight of a room.

Register first, then read: a socket is in the hub before anything is looked up, so nothing falls
between. While it joins, steps in rooms that it has not met are only noted (`hub.joining`); at the
end they are caught up with. Whatever reads the log reads it up to what is durable, and goes on
until nothing is left (`_catch_up`), so order and completeness follow from the positions alone.
"""

from typing import Any

from server.cell import Cell
from server.core import rooms as machine
from server.core.model import Role, RoomId
from server.desks import Desks
from server.hub import Hub
from server.lapses import Lapses
from server.rooms import Rooms
from server.shops import Shops
from server.views import open_round, room_frame, seen_by, session_card, switch_frame
from server.wire.frames import Hello, Left, Ready, RoomFrame
from server.wire.session import Session

PAGE = 200  # events read at a time


class Joining:
    """Brings sockets up to date."""

    def __init__(
        self,
        rooms: Rooms,
        hub: Hub,
        shops: Shops,
        lapses: Lapses,
        *,
        replay: int,
        shop_rooms: int,
    ) -> None:
        """Take the limits: `replay` events before a reset, `shop_rooms` at a hello."""
        self._replay = replay
        self._shop_rooms = shop_rooms
        self._rooms = rooms
        self._hub = hub
        self._shops = shops
        self._lapses = lapses
        self._background = rooms.background
        self._desks: Desks = rooms.desks
        self._catching: set[tuple[Session, RoomId]] = set()
        self.epoch = ""
        hub.introduce = self.introduce
        hub.repair = self.repair
        rooms.delivery.enter = self.enter

    # --- hello ------------------------------------------------------------------------------

    async def bring_in(self, session: Session, hello: Hello) -> None:
        """Its rooms, what was missed of them, the standing state, `ready`."""
        resume = {RoomId(room): seq for room, seq in hello.resume.items()}
        known = hello.epoch is None or hello.epoch == self.epoch
        found = [await self._rooms.load(room) for room in await self._rooms_of(session, resume)]
        cells = [cell for cell in found if cell is not None]
        shown: set[RoomId] = set()
        # What the store knows of a room's last step lags; the rooms themselves do not.
        for cell in sorted(cells, key=lambda cell: cell.shown.at, reverse=True):
            if not session.is_open:
                return
            if not machine.is_member(cell.shown, session.identity):
                continue
            if await self._show(session, cell, position=resume.get(cell.id), same_epoch=known):
                shown.add(cell.id)
            await session.drained()
        for room in resume:
            if room not in shown:
                session.send(Left(room=room, reason="not_a_member"))
        await self._missed_meanwhile(session)
        if session.is_open:
            self._standing_state(session)
            session.send(Ready())
        self._hub.arrived(session)

    async def _rooms_of(self, session: Session, resume: dict[RoomId, int]) -> list[RoomId]:
        store, who = self._rooms.store, session.identity
        await store.flush()
        if who.role is Role.BUYER:
            return await store.rooms_of_buyer(who.id)
        if who.role is Role.LOGISTICS:
            worker = self._desks.worker(who.carrier, who.id) if who.carrier else None
            return sorted(worker.rooms) if worker else []
        if who.shop is None:
            return []
        newest = await store.rooms_of_shop(who.shop, limit=self._shop_rooms)
        return [*newest, *(room for room in resume if room not in newest)]

    async def _show(
        self, session: Session, cell: Cell, *, position: int | None, same_epoch: bool
    ) -> bool:
        head = cell.shown.seq
        first = machine.visible_from(cell.shown, session.identity) or 1
        reset = position is not None and (
            not same_epoch or position > head or head - max(position, first - 1) > self._replay
        )
        arrival = self._hub.joining.get(session)
        came = arrival.missed.pop(cell.id, None) if arrival is not None else None
        if position is None and came is not None and session.identity.role is Role.LOGISTICS:
            position = 0  # it came while this socket was connected already (R46)
        after = head if position is None or reset else max(position, first - 1)
        return await self._meet(session, cell, after=after, reset=reset)

    async def _meet(self, session: Session, cell: Cell, *, after: int, reset: bool = False) -> bool:
        """Show a socket a room and what follows; whether it still was its own."""
        frame = await self._frame(session, cell, after=after, reset=reset)
        # Meanwhile its agent may have left (R47), or somebody else shown the room.
        if cell.id in session.rooms or not machine.is_member(
            self._present(cell).shown, session.identity
        ):
            return False
        session.send(frame)
        session.rooms[cell.id] = after
        await self._catch_up(session, cell)
        return True

    def _present(self, cell: Cell) -> Cell:
        """The room as it is now: it may have been let go of and read anew meanwhile."""
        return self._rooms.get(cell.id) or cell

    async def _missed_meanwhile(self, session: Session) -> None:
        arrival = self._hub.joining.get(session)
        while arrival is not None and arrival.missed:
            room, seq = arrival.missed.popitem()
            cell = await self._rooms.load(room)
            if cell is None or not machine.is_member(cell.shown, session.identity):
                continue
            if not await self._meet(session, cell, after=seq - 1):
                await self._catch_up(session, cell)

    def _standing_state(self, session: Session) -> None:
        who = session.identity
        if who.role is Role.MERCHANT and who.shop is not None:
            session.send(switch_frame(self._shops.switch(who.shop)))
            for room in session.rooms:
                cell = self._rooms.get(room)
                timer = None
                if cell is not None:
                    timer = open_round(cell, rules=self._rooms.rules, policy=self._rooms.policy)
                if timer is not None:
                    session.send(timer)
        if who.role is Role.LOGISTICS and who.carrier is not None:
            desk = self._rooms.delivery.first_desk(who.carrier, who.id)
            if desk is not None:
                session.send(desk)
        self._queues(session)
        self._lapses.repeat_idle_warnings(session)

    def _queues(self, session: Session) -> None:
        if session.identity.role is Role.LOGISTICS:
            return
        carriers = {
            cell.shown.session.carrier
            for room in session.rooms
            if (cell := self._rooms.get(room)) is not None and cell.shown.session is not None
        }
        for carrier in carriers:
            for frame, cell in self._rooms.delivery.queue_frames(carrier):
                if cell.id in session.rooms:
                    session.send(frame)

    # --- later ------------------------------------------------------------------------------

    def introduce(self, session: Session, cell: Cell, after: int) -> None:
        """A room that comes while one is connected: its snapshot, before the event."""
        session.send(self._plain_frame(session, cell, after=after, reset=False))

    def repair(self, session: Session, cell: Cell) -> None:
        """A gap: read what is missing from the store."""
        if (session, cell.id) not in self._catching:
            self._background.spawn(self._catch_up(session, cell))

    def enter(self, session: Session, cell: Cell) -> None:
        """Show an agent a room: the snapshot, then all that it may see (R46)."""
        arrival = self._hub.joining.get(session)
        if arrival is not None:
            first = machine.visible_from(cell.shown, session.identity) or 1
            arrival.missed.setdefault(cell.id, first)
            return
        self._background.spawn(self._enter(session, cell))

    async def _enter(self, session: Session, cell: Cell) -> None:
        first = machine.visible_from(cell.shown, session.identity)
        if first is not None and cell.id not in session.rooms:
            await self._meet(session, cell, after=first - 1)

    async def _catch_up(self, session: Session, cell: Cell) -> None:
        """From the socket's position to what is durable, whatever happens meanwhile."""
        key = (session, cell.id)
        if key in self._catching:
            return
        self._catching.add(key)
        try:
            while session.is_open:
                last, head = session.rooms.get(cell.id), self._present(cell).shown.seq
                if last is None or last >= head:
                    return
                upto = min(head, last + PAGE)
                events = await self._rooms.store.events(cell.id, after=last, upto=upto)
                if session.rooms.get(cell.id) != last:
                    continue
                for envelope in events:
                    session.rooms[cell.id] = envelope.seq
                    session.send(seen_by(envelope, session.identity))
                await session.drained()  # a slow reader is not outrun
                if not events:
                    return
        finally:
            self._catching.discard(key)

    # --- frames -----------------------------------------------------------------------------

    async def _frame(self, session: Session, cell: Cell, *, after: int, reset: bool) -> RoomFrame:
        trigger = None
        card = session_card(cell.shown)
        if session.identity.role is Role.LOGISTICS and card is not None and card.trigger:
            seq = card.trigger
            found = await self._rooms.store.events(cell.id, after=seq - 1, upto=seq)
            trigger = found[0] if found else None
        return self._plain_frame(session, cell, after=after, reset=reset, trigger=trigger)

    def _plain_frame(self, session: Session, cell: Cell, **more: Any) -> RoomFrame:
        return room_frame(
            cell, session.identity, hub=self._hub, facts=self._rooms.facts(cell), **more
        )
