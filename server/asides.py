"""What sockets ask beside the steps of rooms: history, marks, switches.

Questions are answered from what is durable. Marks, typing and presence are no steps: they are told
and, but for typing, kept, and nothing waits for them.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from msgspec import json
from msgspec.structs import replace

from server.cell import Cell
from server.core import commands as c
from server.core import rooms as machine
from server.core.errors import Refused
from server.core.model import Inviter, Role
from server.core.records import InviteMark, Mark, Priority
from server.explain import explain_invite
from server.journal import ref_hash
from server.presence import Presences
from server.rooms import Rooms
from server.store.store import PutMeta
from server.views import invite_marked, seen_by
from server.wire import frames as f
from server.wire.session import Session

_Ask = Callable[[Session, Any], Awaitable[Any]]
_Act = Callable[[Session, Cell, Any], None]


class Asides:
    """One method a frame; `handlers` is the table of them."""

    def __init__(self, rooms: Rooms, presences: Presences) -> None:
        self._rooms = rooms
        self._presences = presences
        self._prioritizing = asyncio.Lock()
        self._judging = asyncio.Lock()

    def handlers(self) -> dict[type, Callable[[Session, Any], None]]:
        """What is answered here, by the frame's type."""
        return {
            c.PrioritizeSession: self._prioritize,
            f.FetchHistory: self._history,
            f.CheckInvite: self._check_invite,
            f.Ping: self._ping,
            f.Typing: self._typing,
            f.MarkRead: self._mark_read,
            f.MarkDelivered: self._mark_delivered,
            f.MarkInvite: self._mark_invite,
            f.SetStatus: self._set_status,
            f.SetSwitch: self._set_switch,
        }

    # --- questions --------------------------------------------------------------------------

    def _history(self, session: Session, frame: f.FetchHistory) -> None:
        self._rooms.background.spawn(self._answer(session, frame, self._page))

    async def _answer(self, session: Session, frame: Any, ask: _Ask) -> None:
        try:
            session.send(await ask(session, frame))
        except Exception as error:  # noqa: BLE001 - the edge of a task; refuse() logs it
            session.refuse(error, frame.ref)

    async def _page(self, session: Session, frame: f.FetchHistory) -> f.History:
        cell = await self._rooms.member(session.identity, frame.room)
        first = machine.visible_from(cell.shown, session.identity) or 1
        head = cell.shown.seq
        before = head + 1 if frame.before is None else min(frame.before, head + 1)
        after = max(before - frame.limit, first) - 1
        events = await self._rooms.store.events(cell.id, after=after, upto=before - 1)
        seen = tuple(seen_by(envelope, session.identity) for envelope in events)
        return f.History(ref=frame.ref, room=cell.id, events=seen, more=after >= first)

    def _check_invite(self, session: Session, frame: f.CheckInvite) -> None:
        if session.identity.role is not Role.MERCHANT:
            raise Refused("forbidden")
        self._rooms.background.spawn(self._answer(session, frame, self._explained))

    async def _explained(self, session: Session, frame: f.CheckInvite) -> f.Explanation:
        cell = await self._rooms.member(session.identity, frame.room)
        found = explain_invite(
            self._rooms, cell, session.identity, order=frame.order, client=session.client
        )
        return f.Explanation(
            ref=frame.ref,
            room=cell.id,
            possible=found.possible,
            checks=found.checks,
            order=found.order,
        )

    def _ping(self, session: Session, frame: f.Ping) -> None:
        cells = self._rooms.cells
        heads = {
            str(room): cell.shown.seq if (cell := cells.get(room)) is not None else last
            for room, last in session.rooms.items()
        }
        session.send(f.Pong(server_time_at=self._rooms.clock.now(), heads=heads))

    # --- marks and typing -------------------------------------------------------------------

    def _in_room(self, session: Session, frame: Any, act: _Act) -> None:
        """Act in a room that this socket has been shown; others are forbidden (R47)."""
        cell = self._rooms.cells.get(frame.room)
        if cell is None and frame.room in session.rooms:  # it was let go of
            self._rooms.background.spawn(self._in_woken(session, frame, act))
        elif cell is None or not machine.is_member(cell.shown, session.identity):
            raise Refused("forbidden")
        else:
            act(session, cell, frame)

    async def _in_woken(self, session: Session, frame: Any, act: _Act) -> None:
        try:
            act(session, await self._rooms.member(session.identity, frame.room), frame)
        except Exception as error:  # noqa: BLE001 - the edge of a task; refuse() logs it
            session.refuse(error)

    def _typing(self, session: Session, frame: f.Typing) -> None:
        self._in_room(session, frame, self._tell_typing)

    def _tell_typing(self, session: Session, cell: Cell, _: f.Typing) -> None:
        who = f.Who(role=session.identity.role, id=session.identity.id)
        others = self._rooms.hub.others_in(cell, session.identity)
        self._rooms.hub.send_to(others, f.TypingFrame(room=cell.id, who=who))

    def _mark_read(self, session: Session, frame: f.MarkRead) -> None:
        self._in_room(session, frame, partial(self._mark, read=True))

    def _mark_delivered(self, session: Session, frame: f.MarkDelivered) -> None:
        self._in_room(session, frame, partial(self._mark, read=False))

    def _mark(
        self, session: Session, cell: Cell, frame: f.MarkRead | f.MarkDelivered, *, read: bool
    ) -> None:
        who = session.identity
        if frame.seq > cell.shown.seq:
            raise Refused("bad_frame", path="$.seq", problem="beyond the head of the room")
        old = cell.marks.get(who.key) or Mark(
            room=cell.id, role=who.role, owner=who.key[1], id=who.id
        )
        new = replace(
            old,
            read=max(old.read, frame.seq) if read else old.read,
            delivered=max(old.delivered, frame.seq),  # what is read has been delivered
        )
        if new == old:
            return
        cell.marks[who.key] = new
        self._rooms.store.write([new], lambda _: None)
        kind = f.Read if read else f.Delivered
        told = kind(room=cell.id, who=f.Who(role=who.role, id=who.id), seq=frame.seq)
        own = [each for each in self._rooms.hub.of(who.key) if each is not session]
        others = self._rooms.hub.others_in(cell, who)
        self._rooms.hub.send_to([*others, *own], told)

    def _mark_invite(self, session: Session, frame: f.MarkInvite) -> None:
        if session.identity.role is not Role.MERCHANT:
            raise Refused("forbidden")
        self._rooms.background.spawn(self._answer(session, frame, self._invite_marked))

    async def _invite_marked(self, session: Session, frame: f.MarkInvite) -> f.Ack:
        rooms, who = self._rooms, session.identity
        async with self._judging:  # a repeat waits for its original
            cell = await rooms.member(who, frame.room)
            card = cell.shown.card(frame.invite)
            if card is None:
                raise Refused("not_found", path="$.invite")
            if card.inviter is not Inviter.PLATFORM:
                raise Refused("forbidden", path="$.invite")
            ref, last = ref_hash(who, frame.ref), cell.invite_marks.get(card.id)
            if last is not None and last.ref == ref:
                return _ack_of(last, frame.ref, duplicate=True)
            mark = InviteMark(
                shop=cell.room.shop,
                room=cell.id,
                invite=card.id,
                intent=frame.intent,
                at=rooms.clock.now(),
                agent=who.id,
                ref=ref,
                read=card.intent,
                trigger=card.trigger,
            )
            await rooms.write([mark])
            cell = await rooms.member(who, frame.room)  # it may have left memory meanwhile
            cell.invite_marks[card.id] = mark
        told = [s for s in rooms.hub.agents_of(mark.shop) if cell.id in s.rooms]
        rooms.hub.send_to(told, invite_marked(mark))
        return _ack_of(mark, frame.ref)

    # --- desks and switches -----------------------------------------------------------------

    def _set_status(self, session: Session, frame: f.SetStatus) -> None:
        self._rooms.background.spawn(self._answer(session, frame, self._presences.set_status))

    def _set_switch(self, session: Session, frame: f.SetSwitch) -> None:
        who = session.identity
        if who.role is not Role.MERCHANT or who.shop is None:
            raise Refused("forbidden")
        self._rooms.background.spawn(self._answer(session, frame, self._switched))

    async def _switched(self, session: Session, frame: f.SetSwitch) -> f.Ack:
        entry = frame.entry or f.EntryChange()
        who = session.identity
        assert who.shop is not None
        await self._rooms.set_switch(
            who.shop,
            who,
            enabled=frame.enabled,
            auto=frame.auto,
            mobile=entry.mobile,
            desktop=entry.desktop,
        )
        return f.Ack(ref=frame.ref)

    def _prioritize(self, session: Session, frame: c.PrioritizeSession) -> None:
        if session.identity.role is not Role.LOGISTICS or not session.identity.lead:
            raise Refused("forbidden")
        self._rooms.background.spawn(self._answer(session, frame, self._prioritized))

    async def _prioritized(self, session: Session, frame: c.PrioritizeSession) -> f.Ack:
        rooms, who = self._rooms, session.identity
        key, ref = Priority.key(frame.room), ref_hash(who, frame.ref)
        async with self._prioritizing:  # a repeat waits for its original
            kept = await rooms.store.meta(key)
            last = None if kept is None else json.decode(kept, type=Priority)
            if last is not None and last.ref == ref:
                done = last.session
                return f.Ack(ref=frame.ref, duplicate=True, room=frame.room, session=done)
            cell = rooms.get(frame.room)
            waits = cell.room.session if cell is not None else None
            if cell is None or waits is None or waits.carrier != who.carrier:
                raise Refused("forbidden")
            if waits.id != frame.session:
                raise Refused("session_not_open", state="ended")
            if not rooms.desks.prioritize(waits.carrier, cell.id):
                raise Refused("session_not_open", state="active")
            head = Priority(session=waits.id, at=rooms.clock.now(), ref=ref)
            await rooms.write([PutMeta(key, json.encode(head))])
        return f.Ack(ref=frame.ref, room=cell.id, session=waits.id)


def _ack_of(mark: InviteMark, ref: str, *, duplicate: bool = False) -> f.Ack:
    return f.Ack(ref=ref, duplicate=duplicate, room=mark.room, invite=mark.invite, at=mark.at)
