"""From a decision to the store, and from the store to people.

`append` numbers and chains a step's events, folds them, and hands them to the store as one unit;
all of it without an await, so no lock is needed. Nobody hears of the step before the store has
answered: then `settled` tells the hub, the author and whoever listens. A unit that fails takes its
room out of memory, and with it everything that was built upon it.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b

from msgspec.structs import replace

from server.cell import SNAPSHOT_EVERY, Cell, IdentityKey, agent_key
from server.core import chain, rooms, tracker
from server.core.events import Draft, Envelope, MessagePosted
from server.core.model import Identity, Instant, Phase, Role, RoomId, Stage
from server.core.policy import MINUTE, Policy
from server.core.records import Decision, Handled, Round
from server.core.room import Room
from server.core.rulesets import RuleSet
from server.core.step import Reading
from server.store.store import Append, RoomRow, Store, Write
from server.wire.session import Session

_SALTS = 256  # bought from the system at once: a call a message costs more than the digest


class Origin:
    """Whose command a step answers."""

    __slots__ = ("ref", "session")

    def __init__(self, session: Session, ref: str) -> None:
        self.session = session
        self.ref = ref


class Unit:
    """A step on its way: what was added, and what it changed."""

    __slots__ = (
        "after",
        "agents",
        "before",
        "cell",
        "decision",
        "envelopes",
        "handled",
        "origin",
        "refused",
        "rounds",
        "tracking",
    )

    def __init__(self, cell: Cell, before: Room, origin: Origin | None) -> None:
        self.cell = cell
        self.before = before
        self.after = before
        self.tracking = cell.tracking
        self.origin = origin
        self.envelopes: list[Envelope] = []
        self.rounds: tuple[Round, ...] = ()
        self.agents: list[IdentityKey] = []
        self.decision: Decision | None = None
        self.handled: Handled | None = None
        self.refused: Exception | None = None


def ref_hash(who: Identity, ref: str) -> int:
    """The hash of an idempotency key in its room (R49), as a 64-bit integer."""
    key = "\n".join((who.role, who.shop or who.carrier or "", who.id, ref))
    digest = blake2b(key.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


class Journal:
    """Writes steps. `settled` and `failed` are the service's ears."""

    def __init__(self, store: Store, *, policy: Policy, rules: RuleSet) -> None:
        self._store = store
        self._policy = policy
        self._rules = rules
        self._salts: Iterator[bytes] = iter(())
        self.settled: Callable[[Unit], None] = lambda _: None
        self.failed: Callable[[Unit, Exception], None] = lambda *_: None
        self.handled: Callable[[Handled], None] = lambda _: None

    def append(
        self,
        cell: Cell,
        drafts: Iterable[Draft],
        *,
        at: Instant,
        origin: Origin | None = None,
        key: int | None = None,
        reading: Reading | None = None,
        refused: Exception | None = None,
    ) -> Unit:
        """Add a step to a room's log. `key` is the hash of the command's `ref`.

        Raises:
            IllegalStep: nothing has happened.
        """
        unit = Unit(cell, cell.room, origin)
        unit.refused = refused
        writes: list[Write] = []
        room, tracking, link = cell.room, cell.tracking, cell.link
        for draft in drafts:
            envelope = Envelope(
                room.id, room.seq + 1, at, draft.by, draft.event, room.phase, draft.ref
            )
            room = rooms.evolve(room, envelope, self._policy)
            body = chain.body_of(draft.event)
            salt = self._salt()
            digest = chain.digest(body, salt)
            link = chain.link(link, envelope, digest)
            hashed = key if draft.ref is not None else None
            writes.append(Append(envelope, body, salt, digest, link, hashed, is_unread(envelope)))
            unit.envelopes.append(envelope)
            observed = tracker.observe(tracking, envelope, rules=self._rules, policy=self._policy)
            tracking = observed.tracking
            if observed.rounds:
                unit.rounds += observed.rounds
        cell.room, cell.tracking, cell.link = room, tracking, link
        unit.after, unit.tracking = room, tracking
        if key is not None:
            cell.refs.add(key)
        unit.agents = _audience(unit.before, room)
        writes.extend(unit.rounds)
        if reading is not None:
            unit.decision = _decision(unit, reading)
            writes.append(unit.decision)
        unit.handled = handled_by(unit.before, room)
        if unit.handled is not None:
            writes.append(unit.handled)
        self._beside(cell, writes, at=at)
        self._store.write(writes, lambda fault: self._answered(unit, fault))
        return unit

    def note_rounds(self, cell: Cell, rounds: tuple[Round, ...], done: Callable[[], None]) -> None:
        """Store rounds that changed by time alone; `done` once durable."""

        unit = Unit(cell, cell.room, None)

        def answered(fault: Exception | None) -> None:
            if fault is not None:
                self.failed(unit, fault)
                return
            cell.heard = unit.tracking
            done()

        self._store.write([*rounds, self.row(cell, at=cell.row.last_at)], answered)

    def row(self, cell: Cell, *, at: Instant) -> RoomRow:
        """The room's row as of now; the cell takes it as written."""
        pending = cell.pending(rules=self._rules, policy=self._policy)
        room = cell.room
        cell.row = replace(
            cell.row,
            buyer_name=room.buyer_name,
            open=room.stage is not Stage.CLOSED,
            session=room.session is not None,
            last_at=at,
            due_at=pending[0].at if pending else None,
        )
        return cell.row

    def _beside(self, cell: Cell, writes: list[Write], *, at: Instant) -> None:
        """The row where it would mislead, and a snapshot now and then."""
        row, room = cell.row, cell.room
        stale = (
            abs(at - row.last_at) > MINUTE
            or row.open is (room.stage is Stage.CLOSED)
            or row.session is (room.session is None)
            or room.phase is not Phase.THREE_PARTY
        )
        if stale:
            writes.append(self.row(cell, at=at))
        if room.seq - cell.snapshot_seq >= SNAPSHOT_EVERY:
            writes.append(cell.snapshot())

    def _salt(self) -> bytes:
        salt = next(self._salts, None)
        if salt is None:
            bought, size = os.urandom(_SALTS * chain.SALT_BYTES), chain.SALT_BYTES
            self._salts = iter([bought[at : at + size] for at in range(0, len(bought), size)])
            salt = next(self._salts)
        return salt

    def _answered(self, unit: Unit, fault: Exception | None) -> None:
        if fault is not None:
            self.failed(unit, fault)
            return
        unit.cell.shown, unit.cell.heard = unit.after, unit.tracking
        if unit.handled is not None:
            self.handled(unit.handled)
        self.settled(unit)


def handled_by(before: Room, after: Room) -> Handled | None:
    """A session that an agent served to its end, for the desk's mean (R50)."""
    session = before.session
    if session is None or session.agent is None or after.session is not None:
        return None
    handling_ms = max(0, after.at - session.since_at)
    return Handled(carrier=session.carrier, ended_at=after.at, handling_ms=handling_ms)


def is_unread(envelope: Envelope) -> bool:
    """Whether contacts count it as unread: a buyer's message outside a session (R26)."""
    return (
        envelope.phase is not Phase.THREE_PARTY
        and envelope.by.role is Role.BUYER
        and isinstance(envelope.event, MessagePosted)
    )


def _audience(before: Room, after: Room) -> list[IdentityKey]:
    """The logistics agents who see a step: in the room when it began, or now."""
    if before.session is None and after.session is None:
        return []
    first, last = agent_key(before), agent_key(after)
    if first is None or first == last:
        return [last] if last is not None else []
    return [first] if last is None else [first, last]


def _decision(unit: Unit, reading: Reading) -> Decision:
    """How the buyer's message, the unit's first event, was read (R2)."""
    room, first = unit.after, unit.envelopes[0]
    return Decision(
        shop=room.shop,
        room=RoomId(room.id),
        seq=first.seq,
        at=first.at,
        intent=reading.intent,
        confidence=reading.confidence,
        outcome=reading.outcome,
        reason=reading.reason,
        order=reading.order,
        evidence=reading.evidence,
        logistics=reading.logistics,
        earlier=reading.earlier,
    )
