"""What a socket asks, carried out: the wire's `Gateway`.

A command goes through here: is it a repeat (R49), is the room in memory, what does the core say,
then into the journal. When a room must be looked up, what comes for it meanwhile waits in order.
"""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from msgspec.structs import replace

from server.asides import Asides
from server.auth import Authority, Claims
from server.cell import Cell
from server.core import commands as c
from server.core import rooms as machine
from server.core.errors import Refused, SanfangError
from server.core.events import Draft, RoomOpened
from server.core.model import Role, RoomId, Stage
from server.core.step import RefusedAfter
from server.delivery import ack_of
from server.journal import Origin, Unit, ref_hash
from server.openings import Openings
from server.presence import Presences
from server.rooms import Rooms, room_id
from server.wire import frames as f
from server.wire.session import Session

logger = logging.getLogger(__name__)


class Gateway:
    """Commands and questions of sockets; one method a frame."""

    def __init__(
        self, rooms: Rooms, presences: Presences, *, authority: Authority, rooms_per_hour: int
    ) -> None:
        self._rooms = rooms
        self._presences = presences
        self._authority = authority
        self._openings = Openings(rooms_per_hour)
        # What waits for a room that is being read, in order.
        self._waking: dict[RoomId, list[tuple[Session, Any]]] = {}
        self._handlers: dict[type, Callable[[Session, Any], None]] = {
            c.OpenRoom: self._open_room,
            **Asides(rooms, presences).handlers(),
        }
        rooms.lost = self._lost

    def authenticate(self, token: str) -> Claims:
        """Whose token it is."""
        return self._authority.verify(token)

    def join(self, session: Session, hello: f.Hello) -> None:
        """A socket comes in."""
        self._presences.join(session, hello)

    def gone(self, session: Session) -> None:
        """A socket is closed."""
        self._presences.gone(session)

    def handle(self, session: Session, frame: f.ClientFrame) -> None:
        """Carry a frame out; what is due by now comes first (R57)."""
        now = self._rooms.clock.now()
        if self._rooms.timers.next_at <= now:
            self._rooms.timers.run(now)
        kind = type(frame)
        if kind is c.PostMessage:
            self._command(session, frame)
            return
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(session, frame)
        else:
            self._command(session, frame)

    # --- commands of members ----------------------------------------------------------------

    def _command(self, session: Session, command: Any) -> None:
        cell = self._rooms.cells.get(command.room)
        if cell is None or (self._waking and command.room in self._waking):
            self._await_waking(session, command)
        elif cell.waiting is not None:
            cell.waiting.append(lambda: self._retry(session, command))
        else:
            self._execute(session, cell, command)

    def _retry(self, session: Session, command: Any) -> None:
        """Carry out what had to wait; a refusal is answered here, not by the session."""
        try:
            self._command(session, command)
        except Exception as error:  # noqa: BLE001 - the edge of a task; refuse() logs it
            session.refuse(error, command.ref)

    def _await_waking(self, session: Session, command: Any) -> None:
        """Have the room read; what comes for it meanwhile waits in its order."""
        waiting = self._waking.get(command.room)
        if waiting is not None:
            waiting.append((session, command))
            return
        self._waking[command.room] = [(session, command)]
        self._rooms.background.spawn(self._wake(command.room))

    async def _wake(self, room: RoomId) -> None:
        fault: Exception = Refused("forbidden")
        cell = None
        try:
            cell = await self._rooms.load(room)
        except Exception as error:  # noqa: BLE001 - the edge of a task; refuse() logs it
            fault = error
        finally:
            waiting = self._waking.pop(room)
        for session, command in waiting:
            if cell is None:
                session.refuse(fault, command.ref)
            else:
                self._retry(session, command)

    def _execute(self, session: Session, cell: Cell, command: Any) -> None:
        key = ref_hash(session.identity, command.ref)
        if key in cell.refs:
            self._look_up(cell, lambda: self._repeated(session, cell, command, key=key))
        elif type(command) is c.RecallMessage:
            self._look_up(cell, lambda: self._answered(session, cell, command, key=key))
        else:
            self._decide(session, cell, command, key=key)

    def _look_up(self, cell: Cell, work: Callable[[], Awaitable[None]]) -> None:
        """Do something that needs the store; what comes for the room meanwhile waits."""
        cell.waiting = []

        async def run() -> None:
            try:
                await work()
            finally:
                cell.resume()

        self._rooms.background.spawn(run())

    async def _repeated(self, session: Session, cell: Cell, command: Any, *, key: int) -> None:
        """A `ref` that may have been answered: the first answer again, or go on (R49)."""
        try:
            await self._rooms.store.flush()
            first = await self._rooms.store.find(cell.id, session.identity, command.ref)
        except SanfangError as fault:
            session.refuse(fault, command.ref)
            return
        if first is not None:
            session.send(ack_of(first, duplicate=True))
        else:
            await self._answered(session, cell, command, key=key)

    async def _answered(self, session: Session, cell: Cell, command: Any, *, key: int) -> None:
        """Decide after a look-up; a recall needs the message that it is about."""
        target = None
        try:
            if type(command) is c.RecallMessage:
                await self._rooms.store.flush()
                seq = command.seq
                found = await self._rooms.store.events(cell.id, after=seq - 1, upto=seq)
                target = found[0] if found else None
            if self._rooms.get(cell.id) is not cell:
                # A step was lost meanwhile: what this cell knows is not what the store has.
                self._command(session, command)
                return
            self._decide(session, cell, command, key=key, target=target)
        except Exception as error:  # noqa: BLE001 - the edge of a task; refuse() logs it
            session.refuse(error, command.ref)

    def _decide(
        self, session: Session, cell: Cell, command: Any, *, key: int, target: Any = None
    ) -> None:
        rooms, who = self._rooms, session.identity
        at = rooms.now()
        before = cell.room
        ask = rooms.ask(cell, who, at=at, client=session.client)
        if target is not None:
            ask = replace(ask, target=target)
        origin = Origin(session, command.ref)
        try:
            step = machine.decide(before, command, ask)
        except RefusedAfter as refused:
            rooms.journal.append(cell, refused.drafts, at=at, origin=origin, refused=refused)
            rooms.stepped(cell, before, at=at)
            return
        except Refused as refused:
            if cell.is_ahead:
                self._once_stored(session, cell, command, partial(_refuse, session, refused))
                return
            raise
        if not step.drafts:
            ack = f.Ack(
                ref=command.ref,
                duplicate=step.duplicate,
                room=cell.id,
                invite=step.invite,
                session=step.session,
            )
            self._once_stored(session, cell, command, lambda _: session.send(ack))
            return
        rooms.journal.append(cell, step.drafts, at=at, origin=origin, key=key, reading=step.reading)
        rooms.stepped(cell, before, at=at)

    def _once_stored(
        self, session: Session, cell: Cell, command: Any, answer: Callable[[str], None]
    ) -> None:
        """Answer once what it was made of is durable; decide again if that is lost."""
        if not cell.is_ahead:
            answer(command.ref)
            return

        def stored(_: Exception | None) -> None:
            if self._rooms.get(cell.id) is cell:
                answer(command.ref)
            else:
                self._retry(session, command)

        self._rooms.store.write((), stored)

    def _lost(self, unit: Unit, fault: Exception) -> None:
        """A step was not stored: its author may try again."""
        if unit.before.stage is Stage.NEW:
            self._openings.forget(unit.cell.buyer_key)
        if unit.origin is not None:
            unit.origin.session.refuse(Refused("store_unavailable"), unit.origin.ref)

    # --- opening ----------------------------------------------------------------------------

    def _open_room(self, session: Session, frame: c.OpenRoom) -> None:
        if session.identity.role is not Role.BUYER:
            raise Refused("forbidden")
        self._rooms.background.spawn(self._opened_room(session, frame))

    async def _opened_room(self, session: Session, frame: c.OpenRoom) -> None:
        try:
            await self._open(session, frame)
        except Exception as error:  # noqa: BLE001 - the edge of a task; refuse() logs it
            session.refuse(error, frame.ref)

    async def _open(self, session: Session, frame: c.OpenRoom) -> None:
        rooms, who = self._rooms, session.identity
        room = room_id(frame.shop, who.id)
        cell = await rooms.load(room)
        if cell is None:
            await rooms.shops.fetch(frame.shop)
            orders = await rooms.orders_of(frame.shop, who.id)
            cell = rooms.get(room)
        if cell is None:
            self._openings.count(who.key)
            cell = rooms.create(room, frame.shop, who, frame.order)
            cell.orders = orders
            draft = Draft(who.author, RoomOpened(shop=frame.shop, buyer=who.id), frame.ref)
            rooms.journal.append(
                cell,
                (draft,),
                at=rooms.now(),
                origin=Origin(session, frame.ref),
                key=ref_hash(who, frame.ref),
            )
            return
        if cell.shown.stage is Stage.NEW:
            await rooms.store.flush()
        if cell.shown.stage is Stage.NEW:
            await self._open(session, frame)  # whoever opened it has failed, and so it is gone
            return
        if frame.order is not None and frame.order != cell.row.order:
            await rooms.put_order(cell, frame.order)
        await rooms.store.flush()
        first = await rooms.store.find(room, who, frame.ref)
        if first is not None:
            session.send(ack_of(first, duplicate=True))
        else:
            session.send(f.Ack(ref=frame.ref, room=room, seq=cell.shown.seq))


def _refuse(session: Session, refused: Refused, ref: str) -> None:
    session.refuse(refused, ref)
