"""The writing side: batches of units, one transaction each.

The heads in memory stand for `unique (room, seq)`: there is one process a file, and an event is
taken only if it comes right behind the head of its room. That refuses what follows a step that
was lost as well, so that a log never has a gap (R49).
"""

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from struct import pack
from typing import Any

from server.core.errors import StoreConflict
from server.core.events import MessageRecalled
from server.core.model import Phase, Role, RoomId
from server.store.sqlite_beside import PUTS
from server.store.sqlite_insert import Insert
from server.store.sqlite_rooms import SHIFT, Rooms
from server.store.store import Append, Erase, Write

logger = logging.getLogger(__name__)

PAGE_BITS = 12  # a page of refs covers 4,096 events
# Rows (and four for each commit) between two settlings. More is cheaper a row, 6.5 µs against
# 8.1 at 1,024; but batches wait meanwhile, 6 ms at this size, and readers scan what is not settled.
SETTLE_ROWS = 4_096

# Plain strings here and bytearrays below: of int, float, str and bytearray alone sqlite3 knows that
# they need no adapter; for any other type, bytes too, it looks for one, at four times the bind.
_ROLE = {role: role.value for role in Role}
_PHASE = {phase: phase.value for phase in Phase}

_events = Insert(
    "INSERT INTO events (pos, room_no, seq, at, role, author, name, carrier, kind, phase, ref,"
    " ref_hash, proof, unread)",
    width=14,
)
_bodies = Insert("INSERT INTO bodies (pos, sealed)", width=2)
_ERASE = """
    DELETE FROM bodies WHERE pos IN (
        SELECT pos FROM places WHERE key = :no << 32 | :seq
        UNION ALL SELECT pos FROM events
        WHERE pos > (SELECT events FROM settled) AND room_no = :no AND seq = :seq
    )
"""
_TABLES = (
    *("rooms", "dues", "events", "bodies", "places", "ref_pages", "snapshots", "rounds"),
    *("round_places", "decisions", "decision_places", "marks", "orders", "switches"),
    *("switch_changes", "agents", "handled", "carriers", "meta", "invite_marks"),
)


class Writer:
    """Commits batches and keeps the places up to date."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rooms = Rooms(connection)
        self._behind = SETTLE_ROWS
        self._has_erased = False  # since the last settling
        self._pos = 0  # the last one given to an event
        self._remember()

    def commit(self, units: Sequence[Sequence[Write]]) -> dict[int, StoreConflict]:
        """Store the units in one transaction; the refused ones, by index.

        A refused unit keeps nothing and leaves the others alone. Any exception: nothing of any
        unit was kept.
        """
        refused = {}
        try:
            if self._is_stale:
                self._rooms.forget()
                self._remember()
            self._rooms.trim()
            self._connection.execute("BEGIN IMMEDIATE")
            self._rooms.meet({_room(write): None for unit in units for write in unit})
            for index, unit in enumerate(units):
                if not self._take(unit):
                    refused[index] = StoreConflict("another step stands there already")
            self._store()
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        self._behind += 4
        return refused

    @property
    def is_behind(self) -> bool:
        """Whether it is time to `settle`."""
        return self._behind >= SETTLE_ROWS

    def settle(self) -> None:
        """Bring the places up to the heaps, and the file up to its WAL."""
        self._behind = 0
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            (events, rounds, decisions) = execute("SELECT * FROM settled").fetchone()
            execute(
                "INSERT INTO places SELECT room_no << 32 | seq, pos, ref_hash, unread"
                " FROM events WHERE pos > ? ORDER BY 1",
                (events,),
            )
            execute(
                "REPLACE INTO round_places SELECT room_no << 32 | id, max(pos)"
                " FROM rounds WHERE pos > ? GROUP BY 1",
                (rounds,),
            )
            execute(
                "INSERT INTO decision_places SELECT shop, at, pos"
                " FROM decisions WHERE pos > ? ORDER BY 1, 2, 3",
                (decisions,),
            )
            self._fill_pages(events)
            execute(
                "UPDATE settled SET events = (SELECT coalesce(max(pos), 0) FROM events),"
                " rounds = (SELECT coalesce(max(pos), 0) FROM rounds),"
                " decisions = (SELECT coalesce(max(pos), 0) FROM decisions)"
            )
            execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        # Nobody else checkpoints; what a reader still holds waits for the next time. What was
        # erased must not live on in the WAL, so this waits for the readers and empties it.
        execute(
            f"PRAGMA wal_checkpoint({'TRUNCATE' if self._has_erased else 'PASSIVE'})"
        ).fetchone()
        self._has_erased = False

    def clear(self) -> None:
        """Delete everything, in one transaction."""
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                execute(f"DELETE FROM {table}")
            execute("UPDATE settled SET events = 0, rounds = 0, decisions = 0")
            execute("COMMIT")
        finally:
            self._roll_back()

    def checkpoint(self) -> None:
        """Move the whole WAL into the file and cut it to nothing."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    # --- a batch ---

    def _take(self, unit: Sequence[Write]) -> bool:
        """Put a unit into the batch; False, and none of it, if one has no place."""
        events, bodies = len(self._events), len(self._bodies)
        beside = []
        for index, write in enumerate(unit):
            if type(write) is not Append:
                beside.append(write)
            elif not self._append(write):
                for other in unit[:index]:
                    if type(other) is Append:
                        self._rooms.find(other.envelope.room).head -= 1
                del self._events[events:], self._bodies[bodies:]
                return False
        for write in beside:
            self._beside[type(write)].append(write)
        return True

    def _append(self, append: Append) -> bool:
        envelope = append.envelope
        place = self._rooms.find(envelope.room)
        seq = envelope.seq
        if seq != place.head + 1:
            return False
        place.head = seq
        self._pos += 1
        pos = self._pos
        by = envelope.by
        self._events += (
            pos,
            place.no,
            seq,
            envelope.at,
            _ROLE[by.role],
            by.id,
            by.name,
            by.carrier or "",
            envelope.event.__struct_config__.tag,
            _PHASE[envelope.phase],
            envelope.ref or "",
            append.ref_hash,
            bytearray(append.digest + append.link),
            1 if append.unread else 0,
        )
        self._bodies += (pos, bytearray(append.salt + append.body))
        if type(envelope.event) is MessageRecalled:
            self._recalls.append((place.no, envelope.event.seq))
        return True

    def _store(self) -> None:
        connection = self._connection
        _events(connection, self._events)
        _bodies(connection, self._bodies)
        for no, seq in self._recalls:
            self._read_by_all(no, seq)
        self._erase(self._beside.pop(Erase, []))
        for kind, writes in self._beside.items():
            PUTS[kind](connection, self._rooms, writes)
            self._behind += len(writes)
        self._rooms.save()
        self._behind += len(self._bodies) // 2
        self._events.clear()
        self._bodies.clear()
        self._recalls.clear()
        self._beside.clear()

    def _read_by_all(self, no: int, seq: int) -> None:
        """A message that was taken back counts as unread no longer (R26)."""
        self._connection.execute("UPDATE places SET unread = 0 WHERE key = ?", (no << SHIFT | seq,))
        self._connection.execute(
            "UPDATE events SET unread = 0"
            " WHERE pos > (SELECT events FROM settled) AND room_no = ? AND seq = ?",
            (no, seq),
        )

    def _erase(self, wanted: Sequence[Erase]) -> None:
        """Delete bodies and overwrite where they stood (R55)."""
        if not wanted:
            return
        self._connection.execute("PRAGMA secure_delete = ON")
        for erase in wanted:
            at = {"no": self._rooms.find(erase.room).no, "seq": erase.seq}
            self._connection.execute(_ERASE, at)
        self._connection.execute("PRAGMA secure_delete = FAST")
        self._has_erased = True
        self._behind = SETTLE_ROWS

    def _roll_back(self) -> None:
        """Undo what is open; memory is ahead of the file then."""
        self._is_stale = True
        if self._connection.in_transaction:
            self._connection.rollback()

    def _remember(self) -> None:
        """Start from what the file says."""
        self._is_stale = False
        self._events: list[Any] = []
        self._bodies: list[Any] = []
        self._recalls: list[tuple[int, int]] = []
        self._beside: defaultdict[type, list[Any]] = defaultdict(list)
        last = self._connection.execute("SELECT coalesce(max(pos), 0) FROM events").fetchone()
        self._pos = last[0]

    def _fill_pages(self, settled: int) -> None:
        """Write the pages of refs that became full behind position `settled`."""
        full = self._connection.execute(
            "SELECT room_no, seq FROM events WHERE pos > ? AND seq & ? = 0",
            (settled, (1 << PAGE_BITS) - 1),
        ).fetchall()
        for no, last in full:
            first = last - (1 << PAGE_BITS) + 1
            (text,) = self._connection.execute(
                "SELECT group_concat(ref_hash) FROM places WHERE key BETWEEN ? AND ?",
                (no << SHIFT | first, no << SHIFT | last),
            ).fetchone()
            hashes = sorted(map(int, text.split(","))) if text else []
            self._connection.execute(
                "REPLACE INTO ref_pages (room_no, page, hashes) VALUES (?, ?, ?)",
                (no, (last >> PAGE_BITS) - 1, pack(f"<{len(hashes)}q", *hashes)),
            )


def _room(write: Write) -> RoomId | None:
    """The room that a write is about, if it is about one."""
    if type(write) is Append:
        return write.envelope.room
    room: RoomId | None = getattr(write, "room", None)
    return room
