"""The couriers' desks: agents, queues, who has what (R44, R45, R50).

What agents said of themselves is durable (`AgentRecord`); who waits and who is served follows from
the rooms; who is connected follows from the hub. So a desk is never stored: it is put together.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from server.core import routing
from server.core.model import Agent, AgentId, CarrierId, DeskLoad, Instant, Role, RoomId, Status
from server.core.policy import HOUR, Policy
from server.core.records import AgentRecord, Handled
from server.core.room import OpenSession, Room
from server.core.routing import Seat, Waiting

UNKNOWN_HANDLING_MS = 5 * 60_000  # R50, where the last hour tells nothing


class Worker(Struct):
    """An agent at a desk, as this process knows it."""

    record: AgentRecord
    connected: bool = False
    dropped_at: Instant | None = None
    rooms: set[RoomId] = set()
    idle_since: Instant = 0


class Desks:
    """All desks.

    `changed` is told of each carrier whose queue or agents are not as before.
    """

    def __init__(
        self,
        now: Callable[[], Instant],
        policy: Policy,
        changed: Callable[[CarrierId], None],
    ) -> None:
        self._now = now
        self._policy = policy
        self._changed = changed
        self._workers: dict[CarrierId, dict[str, Worker]] = {}
        self._queues: dict[CarrierId, dict[RoomId, Waiting]] = {}
        self._places: dict[RoomId, Waiting] = {}  # of each open session, where it last waited
        self._handled: dict[CarrierId, list[Handled]] = {}

    # --- agents -----------------------------------------------------------------------------

    def put(self, record: AgentRecord) -> Worker:
        """What an agent said of itself, at a start or now."""
        carrier = CarrierId(record.owner)
        desk = self._workers.setdefault(carrier, {})
        worker = desk.get(record.id)
        if worker is None:
            worker = desk[record.id] = Worker(record=record)
        elif worker.record != record:
            if record.status is Status.ONLINE and worker.record.status is not Status.ONLINE:
                worker.idle_since = self._now()
            worker.record = record
            self._changed(carrier)
        return worker

    def worker(self, carrier: CarrierId, agent: str) -> Worker | None:
        """An agent of a desk."""
        return self._workers.get(carrier, {}).get(agent)

    def connected(self, carrier: CarrierId, agent: str) -> None:
        """The agent has a socket again."""
        worker = self._workers[carrier][agent]
        worker.connected, worker.dropped_at = True, None
        self._changed(carrier)

    def dropped(self, carrier: CarrierId, agent: str, at: Instant) -> None:
        """The agent's last socket is gone; its sessions are kept for a while (R45)."""
        worker = self._workers[carrier][agent]
        worker.connected, worker.dropped_at = False, at
        self._changed(carrier)

    def forget(self) -> None:
        """Empty every desk (demo reset)."""
        self._workers.clear()
        self._queues.clear()
        self._places.clear()
        self._handled.clear()

    def connected_agents(self, carrier: CarrierId) -> list[tuple[str, Worker]]:
        """A desk's agents that have a socket, by their ids."""
        desk = self._workers.get(carrier, {})
        return [(agent, worker) for agent, worker in desk.items() if worker.connected]

    # --- sessions ---------------------------------------------------------------------------

    def follow(self, before: Room, after: Room, *, to_head: bool = False) -> None:
        """A room's session began, changed hands or ended.

        People hear of it once it is durable.
        """
        session = before.session or after.session
        if session is None:
            return
        carrier, room = session.carrier, after.id
        queue = self._queues.setdefault(carrier, {})
        queue.pop(room, None)
        if before.session is not None and before.session.agent is not None:
            self._release(carrier, before.session.agent.id, room)
        if after.session is None:
            self._places.pop(room, None)
        elif after.session.agent is not None:
            self._take(carrier, after.session.agent, room)
        else:
            rank = routing.head_rank(list(queue.values())) if to_head else _rank(after.session)
            queue[room] = self._places[room] = _place(room, after.session, rank)

    def restore(self, ahead: Room, stored: Room) -> None:
        """A step was not stored: back to the session and place of the store."""
        place = self._places.get(stored.id)
        nobody = Room(id=stored.id, shop=stored.shop, buyer=stored.buyer)
        self.follow(ahead, nobody)
        self.follow(nobody, stored)
        session = stored.session
        if session is not None:
            is_known = place is not None and place.session == session.id
            rank = place.rank if place is not None and is_known else _rank(session)
            self._places[stored.id] = _place(stored.id, session, rank)
            if session.agent is None:
                self._queues[session.carrier][stored.id] = self._places[stored.id]
        for carrier in {s.carrier for s in (ahead.session, session) if s is not None}:
            self._changed(carrier)

    def _take(self, carrier: CarrierId, agent: Agent, room: RoomId) -> None:
        worker = self.worker(carrier, agent.id)
        if worker is None:
            record = AgentRecord(
                role=Role.LOGISTICS, owner=carrier, id=agent.id, name=agent.name, badge=agent.badge
            )
            worker = self.put(record)
        worker.rooms.add(room)

    def _release(self, carrier: CarrierId, agent: AgentId, room: RoomId) -> None:
        worker = self.worker(carrier, agent)
        if worker is not None:
            worker.rooms.discard(room)
            worker.idle_since = self._now()

    def note(self, handled: Handled) -> None:
        """A session was handled: it enters the mean of its hour (R50)."""
        self._handled.setdefault(handled.carrier, []).append(handled)

    def prioritize(self, carrier: CarrierId, room: RoomId) -> bool:
        """A waiting session to the head of its queue; whether it waits."""
        queue = self._queues.get(carrier, {})
        waiting = queue.get(room)
        if waiting is None:
            return False
        head = replace(waiting, rank=routing.head_rank(list(queue.values())))
        queue[room] = self._places[room] = head
        self._changed(carrier)
        return True

    def recall_priority(self, room: Room, at: Instant) -> None:
        """At a start: the room's waiting session was sent to the head then."""
        place = self._places.get(room.id)
        if room.session is not None and room.session.agent is None and place is not None:
            head = replace(place, rank=min(place.rank, -at))
            self._queues[room.session.carrier][room.id] = self._places[room.id] = head

    # --- what follows -----------------------------------------------------------------------

    def assignments(self, carrier: CarrierId) -> list[tuple[RoomId, Agent]]:
        """Which waiting rooms go to which agents now."""
        queue = list(self._queues.get(carrier, {}).values())
        if not queue:
            return []
        found = routing.assign(queue, self._seats(carrier))
        return [(waiting.room, self._agent(carrier, seat)) for waiting, seat in found]

    def _agent(self, carrier: CarrierId, agent: str) -> Agent:
        record = self._workers[carrier][agent].record
        return Agent(id=AgentId(agent), name=record.name, carrier=carrier, badge=record.badge)

    def load(self, carrier: CarrierId) -> DeskLoad:
        """How busy a desk is (R50)."""
        queue = list(self._queues.get(carrier, {}).values())
        return routing.load(queue, self._seats(carrier), self._mean_handling(carrier))

    def queue(self, carrier: CarrierId) -> list[Waiting]:
        """Who waits, the next one first."""
        return routing.order_of(list(self._queues.get(carrier, {}).values()))

    def _seats(self, carrier: CarrierId) -> list[Seat]:
        now = self._now()
        return [
            Seat(
                id=agent,
                status=worker.record.status,
                capacity=worker.record.capacity,
                active=len(worker.rooms),
                connected=worker.connected,
                grace=self._in_grace(worker, now),
                idle_since=worker.idle_since,
            )
            for agent, worker in self._workers.get(carrier, {}).items()
        ]

    def _in_grace(self, worker: Worker, now: Instant) -> bool:
        if worker.dropped_at is None:
            return False
        return now - worker.dropped_at <= self._policy.disconnect_ms

    def _mean_handling(self, carrier: CarrierId) -> int:
        since = self._now() - HOUR
        recent = [h for h in self._handled.get(carrier, []) if h.ended_at > since]
        self._handled[carrier] = recent
        if not recent:
            return UNKNOWN_HANDLING_MS
        return sum(h.handling_ms for h in recent) // len(recent)


def _rank(session: OpenSession) -> int:
    """The rank of a stored wait: one that had an agent is at the head."""
    return -session.since_at if session.since_at > session.accepted_at else 0


def _place(room: RoomId, session: OpenSession, rank: int) -> Waiting:
    return Waiting(
        room=room,
        session=session.id,
        since_at=session.accepted_at,
        rank=rank,
        avoid=frozenset(session.silent),
    )
