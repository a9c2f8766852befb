"""What the writing thread remembers of rooms: number, head and the row last written."""

import sqlite3

from server.core.model import RoomId
from server.store.store import RoomRow

SHIFT = 32  # a key is room number << SHIFT | seq
LAST = (1 << SHIFT) - 1
_KNOWN_LIMIT = 200_000  # rooms kept in memory, about 300 bytes each


class Place:
    """A room's number, its last `seq` (0: none) and its row, where that is known."""

    __slots__ = ("head", "needed", "no", "row")

    def __init__(self, no: int, head: int) -> None:
        self.no = no
        self.head = head
        self.row: RoomRow | None = None
        self.needed = False  # something but events refers to it


class Rooms:
    """Rooms by id, read when first needed. Lives in the writing connection's thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """Read everything anew: after a rollback memory is ahead of the file."""
        query = self._connection.execute
        self._places: dict[RoomId, Place] = {}
        self._new: list[RoomId] = []
        (self._last_no,) = query("SELECT coalesce(max(no), 0) FROM rooms").fetchone()
        # Heads that are not in `places` yet.
        self._tails: dict[int, int] = dict(
            query(
                "SELECT room_no, max(seq) FROM events"
                " WHERE pos > (SELECT events FROM settled) GROUP BY room_no"
            )
        )

    def trim(self) -> None:
        """Keep memory bounded; only between batches."""
        if len(self._places) > _KNOWN_LIMIT:
            self.forget()

    def find(self, room: RoomId) -> Place:
        """The room's place; one that was never seen gets the next number."""
        place = self._places.get(room)
        if place is None:
            place = self._places[room] = self._read(room) or self._number(room)
        return place

    def number(self, room: RoomId) -> int:
        """The number of a room that something but an event refers to."""
        place = self.find(room)
        place.needed = True
        return place.no

    def save(self) -> None:
        """Store the rooms that are new; a refused unit's are forgotten again."""
        for room in self._new:
            place = self._places[room]
            if place.head or place.needed:
                self._connection.execute(
                    "INSERT OR IGNORE INTO rooms (no, id) VALUES (?, ?)", (place.no, room)
                )
            else:
                del self._places[room]
        self._new.clear()

    def _read(self, room: RoomId) -> Place | None:
        query = self._connection.execute
        found = query("SELECT no FROM rooms WHERE id = ?", (room,)).fetchone()
        if found is None:
            return None
        no: int = found[0]
        (key,) = query(
            "SELECT max(key) FROM places WHERE key BETWEEN ? AND ?",
            (no << SHIFT, no << SHIFT | LAST),
        ).fetchone()
        return Place(no, max((key or 0) & LAST, self._tails.get(no, 0)))

    def _number(self, room: RoomId) -> Place:
        self._last_no += 1
        self._new.append(room)
        return Place(self._last_no, 0)
