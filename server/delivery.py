"""What people hear of a durable step, and of what changed beside it.

For each step: its events to those who may see them, the answer to its author, then what follows
from it for some: `left` and the room's first sight for logistics agents, countdowns, alerts and
hints for the shop, places in the queue. Nothing here decides anything.
"""

import asyncio
from collections.abc import Callable

from server.cell import Cell, IdentityKey, agent_key
from server.clock import Clock
from server.core import tracker
from server.core.events import AgentLeft, Envelope
from server.core.model import CarrierId, Role, Stage
from server.core.records import Round
from server.core.room import Room
from server.core.routing import Waiting
from server.desks import Desks, Worker
from server.hub import Hub
from server.journal import Unit
from server.shops import Shops
from server.views import timer
from server.wire.frames import Ack, Alert, Desk, Hint, IdleWarning, Left, Queue
from server.wire.session import Session

SAMPLE = 16  # one delivery in so many is measured


class Delivery:
    """Tells people.

    `enter` shows a room to an agent's socket; `cell` finds a room in memory.
    """

    def __init__(self, hub: Hub, desks: Desks, shops: Shops, *, clock: Clock) -> None:
        self._hub = hub
        self._desks = desks
        self._shops = shops
        self._clock = clock
        self._dirty: set[CarrierId] = set()
        self._told: dict[IdentityKey, Desk] = {}  # what each agent last heard of its desk
        self._delivered = 0
        self.on_delivered: Callable[[float], None] = lambda _: None
        self.enter: Callable[[Session, Cell], None] = lambda *_: None
        self.cell: Callable[[str], Cell | None] = lambda _: None

    def settled(self, unit: Unit) -> None:
        """A step is durable."""
        cell = unit.cell
        for envelope in unit.envelopes:
            self._hub.publish(cell, envelope, unit.agents)
        if unit.origin is not None:
            self._answer(unit)
            self._measure(unit)
        if unit.before.session is not unit.after.session:
            self._changed_hands(unit)
        if unit.rounds:
            self.timers(cell, unit.rounds)
        for envelope in unit.envelopes:
            kinds = tracker.alerts(envelope)
            if kinds:
                self._alert(cell, envelope, kinds)
        if unit.decision is not None and unit.decision.outcome == "hinted":
            self._hint(unit)

    def _measure(self, unit: Unit) -> None:
        """From the step's instant to its delivery; a sample, as each one costs."""
        self._delivered += 1
        if self._delivered % SAMPLE == 1 and unit.envelopes:
            self.on_delivered(max(0, self._clock.now() - unit.envelopes[0].at) / 1000)

    def _answer(self, unit: Unit) -> None:
        origin = unit.origin
        assert origin is not None
        if unit.refused is not None:
            origin.session.refuse(unit.refused, origin.ref)
            return
        for envelope in unit.envelopes:
            if envelope.ref is not None:
                origin.session.send(ack_of(envelope))
                return

    # --- logistics agents -------------------------------------------------------------------

    def _changed_hands(self, unit: Unit) -> None:
        """An agent joined or left: the one sees the room, the other loses it (R13, R14)."""
        turn = unit.before.session or unit.after.session
        first, last = agent_key(unit.before), agent_key(unit.after)
        if turn is not None and (unit.before.stage is not unit.after.stage or first != last):
            self.desk_changed(turn.carrier)  # its place in the queue is durable only now
        if first == last:
            return
        if first is not None:
            self._dismiss(first, unit.cell, _why_left(unit))
        if last is not None and last == unit.cell.agent_key:
            for session in list(self._hub.of(last)):
                self.enter(session, unit.cell)

    def _dismiss(self, agent: IdentityKey, cell: Cell, reason: str) -> None:
        for session in list(self._hub.of(agent)):
            if session.rooms.pop(cell.id, None) is not None:
                session.send(Left(room=cell.id, reason=reason))

    def idle_warning(self, room: Room, ends_at: int) -> None:
        """Buyer and agent are asked whether the session shall go on (R14)."""
        frame = self.idle_warning_frame(room, ends_at)
        if frame is None:
            return
        self._hub.send_to(self._hub.of((Role.BUYER, "", room.buyer)), frame)
        agent = agent_key(room)
        if agent is not None:
            self._hub.send_to(self._hub.of(agent), frame)

    def idle_warning_frame(self, room: Room, ends_at: int) -> IdleWarning | None:
        """The question whether an idle session shall go on."""
        session = room.session
        if session is None:
            return None
        return IdleWarning(room=room.id, session=session.id, ends_at=ends_at)

    # --- the shop ---------------------------------------------------------------------------

    def timers(self, cell: Cell, rounds: tuple[Round, ...]) -> None:
        """Countdowns that changed, to all agents of the shop (R30)."""
        for round_ in rounds:
            self._hub.send_to(self._hub.agents_of(cell.room.shop), timer(round_))

    def alert(self, cell: Cell, kind: str, seq: int | None) -> None:
        """An alert to each online agent of the shop (R25, R36)."""
        frame = Alert(room=cell.id, kind=kind, seq=seq, silent=kind in tracker.SILENT)
        online = [s for s in self._hub.agents_of(cell.room.shop) if self._is_available(s)]
        self._hub.send_to(online, frame)

    def _is_available(self, session: Session) -> bool:
        return self._shops.is_available(session.identity)

    def _alert(self, cell: Cell, envelope: Envelope, kinds: tuple[str, ...]) -> None:
        for kind in kinds:
            self.alert(cell, kind, envelope.seq)

    def _hint(self, unit: Unit) -> None:
        decision = unit.decision
        assert decision is not None
        hint = Hint(
            room=unit.cell.id,
            seq=decision.seq,
            intent=decision.intent,
            evidence=decision.evidence,
        )
        self._hub.send_to(self._hub.agents_of(unit.cell.room.shop), hint)

    # --- queues and desks -------------------------------------------------------------------

    def desk_changed(self, carrier: CarrierId) -> None:
        """Tell the queue and the desk about it, once for all that changes now."""
        if not self._dirty:
            asyncio.get_running_loop().call_soon(self._tell_desks)
        self._dirty.add(carrier)

    def _tell_desks(self) -> None:
        dirty, self._dirty = self._dirty, set()
        for carrier in dirty:
            for frame, cell in self.queue_frames(carrier):
                self._hub.send_to(self._hub.of(cell.buyer_key), frame)
                self._hub.send_to(self._hub.agents_of(cell.room.shop), frame)
            self._tell_agents(carrier)

    def _tell_agents(self, carrier: CarrierId) -> None:
        """Each agent of a desk, where it is not as it was told before."""
        waiting = len(self._waits(carrier))
        for agent, worker in self._desks.connected_agents(carrier):
            key = (Role.LOGISTICS, carrier, agent)
            frame = self._desk(worker, waiting)
            if self._told.get(key) != frame:
                self._told[key] = frame
                self._hub.send_to(self._hub.of(key), frame)

    def _waits(self, carrier: CarrierId) -> list[tuple[Waiting, Cell]]:
        """The waits that are durable, the next one first."""
        queue = [(waiting, self.cell(waiting.room)) for waiting in self._desks.queue(carrier)]
        return [
            (waiting, cell)
            for waiting, cell in queue
            if cell is not None and cell.shown.stage is Stage.WAITING
        ]

    def queue_frames(self, carrier: CarrierId) -> list[tuple[Queue, Cell]]:
        """The place of each durable wait, and the room it belongs to (R44)."""
        waits = self._waits(carrier)
        if not waits:
            return []
        load = self._desks.load(carrier)
        frames = []
        for number, (waiting, cell) in enumerate(waits):
            frame = Queue(
                room=waiting.room,
                session=waiting.session,
                place=number + 1,
                waiting=len(waits),
                expected_ms=load.wait_ms(number) if load.capacity else None,
            )
            frames.append((frame, cell))
        return frames

    def first_desk(self, carrier: CarrierId, agent: str) -> Desk | None:
        """An agent's own state and its desk's queue, for a socket that comes in."""
        worker = self._desks.worker(carrier, agent)
        if worker is None:
            return None
        # Its other sockets may not have heard of the last change: the next goes to all of them.
        self._told.pop((Role.LOGISTICS, carrier, agent), None)
        return self._desk(worker, len(self._waits(carrier)))

    def _desk(self, worker: Worker, waiting: int) -> Desk:
        cells = [self.cell(room) for room in worker.rooms]
        return Desk(
            status=worker.record.status,
            capacity=worker.record.capacity,
            active=sum(cell is None or cell.shown.stage is Stage.ACTIVE for cell in cells),
            waiting=waiting,
        )


def ack_of(envelope: Envelope, *, duplicate: bool = False) -> Ack:
    """The answer to the command that brought this step about."""
    event = envelope.event
    return Ack(
        ref=envelope.ref or "",
        duplicate=duplicate,
        room=envelope.room,
        seq=envelope.seq,
        at=envelope.at,
        invite=getattr(event, "invite", None),
        session=getattr(event, "session", None),
        expires_at=getattr(event, "expires_at", None),
    )


def _why_left(unit: Unit) -> str:
    reasons = [e.event.reason for e in unit.envelopes if isinstance(e.event, AgentLeft)]
    return reasons[0] if reasons else "ended"
