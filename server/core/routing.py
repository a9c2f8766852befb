"""Who gets a desk's next session (R44), and how long one would wait (R50).

Theory of operation. The queue is put in order by `FIRST`: whoever was sent to the head, then
first come, first served. For each in turn the rows of `OPEN` say which agents can take a session
at all, and the rows of `BEST` compare those: the smallest value of the first row wins, then of
the second. One who is assigned here counts at once against its agent's capacity.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct, structs

from server.core.model import DeskLoad, Instant, RoomId, SessionId, Status

_JUST_NOW: Instant = 2**62  # later than any instant: the least idle


class Waiting(Struct, frozen=True, kw_only=True):
    """A session in the queue (R44).

    A smaller `rank` is nearer to the head; `avoid` come last.
    """

    room: RoomId
    session: SessionId
    since_at: Instant
    rank: int = 0
    avoid: frozenset[str] = frozenset()


class Seat(Struct, frozen=True, kw_only=True):
    """An agent at the desk. `grace`: gone, but for less than a short drop (R45)."""

    id: str
    status: Status
    capacity: int
    active: int = 0
    connected: bool = True
    grace: bool = False
    idle_since: Instant = 0

    @property
    def free(self) -> int:
        """How many more sessions the agent would take."""
        return max(0, self.capacity - self.active)


class Place(Struct, frozen=True):
    """What decides about a place in the queue: the smallest value goes first."""

    rule: str
    name: str
    value: Callable[[Waiting], int | str]


class Opening(Struct, frozen=True):
    """What must hold of an agent who gets a session."""

    rule: str
    name: str
    holds: Callable[[Seat], bool]


class Preference(Struct, frozen=True):
    """What decides between agents: the smallest value wins."""

    rule: str
    name: str
    value: Callable[[Waiting, Seat], int | str]


FIRST = (
    Place("R44", "sent to the head", lambda waiting: waiting.rank),
    Place("R44", "came first", lambda waiting: waiting.since_at),
    Place("R44", "the same order every time", lambda waiting: waiting.session),
)

OPEN = (
    Opening("R44", "online", lambda seat: seat.status == Status.ONLINE),
    Opening("R44", "connected", lambda seat: seat.connected),
    Opening("R44", "has free capacity", lambda seat: seat.free > 0),
)

BEST = (
    Preference("R44", "the last to get it back", lambda waiting, seat: seat.id in waiting.avoid),
    Preference("R44", "the most free capacity", lambda waiting, seat: -seat.free),
    Preference("R44", "the longest idle", lambda waiting, seat: seat.idle_since),
    Preference("R44", "the same agent every time", lambda waiting, seat: seat.id),
)


def order_of(queue: Sequence[Waiting]) -> list[Waiting]:
    """The queue, the next one first."""
    return sorted(queue, key=lambda waiting: tuple(place.value(waiting) for place in FIRST))


def head_rank(queue: Sequence[Waiting]) -> int:
    """The rank of one who is to go before everybody who waits now."""
    return min((waiting.rank for waiting in queue), default=0) - 1


def assign(queue: Sequence[Waiting], seats: Sequence[Seat]) -> list[tuple[Waiting, str]]:
    """Which waiting sessions go to which agents now, in the order of the queue."""
    by_id = {seat.id: seat for seat in seats}
    assigned = []
    for waiting in order_of(queue):
        seat = _best(waiting, list(by_id.values()))
        if seat is None:
            break  # nobody is free for the next one, so for nobody after it
        by_id[seat.id] = structs.replace(seat, active=seat.active + 1, idle_since=_JUST_NOW)
        assigned.append((waiting, seat.id))
    return assigned


def _best(waiting: Waiting, seats: Sequence[Seat]) -> Seat | None:
    able = [seat for seat in seats if all(opening.holds(seat) for opening in OPEN)]
    return min(
        able,
        key=lambda seat: tuple(preference.value(waiting, seat) for preference in BEST),
        default=None,
    )


def load(queue: Sequence[Waiting], seats: Sequence[Seat], mean_ms: int) -> DeskLoad:
    """How busy the desk is; a short drop changes nothing (R45, R50)."""
    there = [
        seat for seat in seats if seat.status == Status.ONLINE and (seat.connected or seat.grace)
    ]
    return DeskLoad(
        online=len(there),
        capacity=sum(seat.capacity for seat in there),
        free=sum(seat.free for seat in there),
        waiting=len(queue),
        mean_handling_ms=mean_ms,
    )
