"""What time does to rooms and desks: what becomes of what falls due (R57).

A room's dues follow from its state (`core.dues`, `core.tracker`); the timers come back at the
earliest. What has been applied is noted in the cell by its key, so nothing fires twice, also where
the clock is set back.
"""

from server.cell import Cell
from server.core import commands as c
from server.core import dues, tracker
from server.core.due import Due
from server.core.model import CarrierId, Identity, Instant, RoomId
from server.rooms import Rooms
from server.wire.session import Session


class Lapses:
    """Applies what is due. While `is_starting`, what came due before warns nobody."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.is_starting = False
        rooms.schedule = self.schedule
        self._handlers = {
            dues.EXPIRE: self._expire,
            dues.NO_AGENT: self._no_agent,
            dues.WAITED: self._waited,
            dues.SILENT: self._silent,
            dues.IDLE_WARNING: self._idle_warning,
            dues.IDLE: self._idle,
        }

    # --- rooms ------------------------------------------------------------------------------

    def schedule(self, cell: Cell) -> None:
        """See that the timers come back when something is due here."""
        pending = cell.pending(rules=self._rooms.rules, policy=self._rooms.policy)
        if not pending:
            return  # what was scheduled rings all the same, and stands in for what comes later
        at = pending[0].at
        if cell.scheduled_at is None or at < cell.scheduled_at:
            cell.scheduled_at = at
            room = cell.id
            self._rooms.timers.schedule(at, lambda upto: self._ring(room, upto))

    def _ring(self, room: RoomId, upto: Instant) -> None:
        cell = self._rooms.cells.get(room)
        if cell is None:
            return
        cell.scheduled_at = None
        try:
            self._apply(cell, upto)
        finally:
            self.schedule(cell)

    def _apply(self, cell: Cell, upto: Instant) -> None:
        while True:
            pending = cell.pending(rules=self._rooms.rules, policy=self._rooms.policy)
            if not pending or pending[0].at > upto:
                return
            due = pending[0]
            cell.fired.add(due.key)
            self._handlers.get(due.kind, self._round_due)(cell, due)

    def _round_due(self, cell: Cell, due: Due) -> None:
        """A warning, a limit or a day's end of the open round (R34, R35, R36)."""
        rooms = self._rooms
        observed = tracker.lapse(
            cell.tracking, due, at=due.at, rules=rooms.rules, policy=rooms.policy
        )
        cell.tracking = observed.tracking
        warns = due.kind in tracker.WARNED and not self.is_starting

        def told() -> None:
            if not cell.is_first(due):
                return  # before the room was read anew
            rooms.delivery.timers(cell, observed.rounds)
            if warns:
                rooms.delivery.alert(cell, due.kind, None)

        rooms.journal.note_rounds(cell, observed.rounds, told)

    def _expire(self, cell: Cell, due: Due) -> None:
        self._rooms.platform(cell, c.Expire(), at=due.at)

    def _no_agent(self, cell: Cell, due: Due) -> None:
        session = cell.room.session
        if session is None or cell.told.get(due.kind) == due.key:
            return
        if self._rooms.desks.load(session.carrier).online == 0:
            self._rooms.platform(cell, c.Stop("no_agent"), at=due.at)
        else:
            cell.told[due.kind] = due.key  # there was somebody, whatever happens later (R14)

    def _waited(self, cell: Cell, due: Due) -> None:
        self._rooms.platform(cell, c.Stop("no_agent"), at=due.at)

    def _silent(self, cell: Cell, due: Due) -> None:
        self._rooms.platform(cell, c.Leave("silent"), at=due.at, to_head=True)

    def _idle_warning(self, cell: Cell, due: Due) -> None:
        if cell.is_first(due) and not self.is_starting:
            ends_at = due.at + self._rooms.policy.idle_warning_ms
            self._rooms.delivery.idle_warning(cell.shown, ends_at)

    def _idle(self, cell: Cell, due: Due) -> None:
        self._rooms.platform(cell, c.Stop("idle"), at=due.at)

    def repeat_idle_warnings(self, session: Session) -> None:
        """A socket that comes in while a session is about to end is told so (R14)."""
        rooms = self._rooms
        now = rooms.clock.now()
        for room in session.rooms:
            cell = rooms.get(room)
            if cell is None:
                continue
            for due in dues.dues(cell.shown, rooms.policy):
                if due.kind == dues.IDLE and due.at - rooms.policy.idle_warning_ms <= now:
                    warning = rooms.delivery.idle_warning_frame(cell.shown, due.at)
                    if warning is not None:
                        session.send(warning)

    # --- desks ------------------------------------------------------------------------------

    def drop(self, who: Identity) -> None:
        """A logistics agent is not connected; if it stays away its sessions go (R45)."""
        rooms, carrier, agent = self._rooms, who.carrier, who.id
        if carrier is None or rooms.desks.worker(carrier, agent) is None:
            return
        at = rooms.now()
        rooms.desks.dropped(carrier, agent, at)

        def away(due: Instant) -> None:
            worker = rooms.desks.worker(carrier, agent)
            if worker is not None and worker.dropped_at == at:
                self._agent_gone(carrier, agent, at=due)

        # Longer than the limit, not as long: hence + 1 ms.
        rooms.timers.schedule(at + rooms.policy.disconnect_ms + 1, away)

    def _agent_gone(self, carrier: CarrierId, agent: str, *, at: Instant) -> None:
        """An agent was away for too long: its sessions wait again, at the head (R45)."""
        rooms = self._rooms
        worker = rooms.desks.worker(carrier, agent)
        theirs = worker.rooms if worker is not None else set()
        cells = [cell for room in theirs if (cell := rooms.get(room)) is not None]
        if cells:
            rooms.requeue(carrier, cells, at=at)
        rooms.delivery.desk_changed(carrier)
