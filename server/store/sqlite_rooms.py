"""What the writing thread remembers of rooms: number, head, last row."""

import json
import sqlite3
from collections.abc import Iterable

from server.core.model import Instant, RoomId
from server.store.sqlite_insert import Insert
from server.store.store import RoomRow

SHIFT = 32  # a key is room number << SHIFT | seq
LAST = (1 << SHIFT) - 1
_KNOWN_LIMIT = 200_000  # rooms kept in memory, about 300 bytes each
_FIND = """
    SELECT json_group_array(json_array(r.id, r.no, (
        SELECT max(key) FROM places WHERE key BETWEEN r.no << 32 AND r.no << 32 | 4294967295
    ))) FROM json_each(?) wanted JOIN rooms r ON r.id = wanted.value
"""
_rooms = Insert("INSERT OR IGNORE INTO rooms (no, id)", width=2)


class Place:
    """A room's number, its last `seq` (0: none), its row where known."""

    __slots__ = ("due_at", "head", "needed", "no", "row", "session")

    def __init__(self, no: int, head: int) -> None:
        self.no = no
        self.head = head
        self.row: RoomRow | None = None  # as in `rooms`
        self.due_at: Instant | None = None  # with `session` as in `dues`, once there is a row
        self.session = False
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

    def meet(self, rooms: Iterable[RoomId | None]) -> None:
        """Read the rooms that are not known yet; new ones get the next numbers.

        All in one step, see `sqlite_insert`.
        """
        unknown = [room for room in rooms if room is not None and room not in self._places]
        if not unknown:
            return
        (found,) = self._connection.execute(_FIND, (json.dumps(unknown),)).fetchone()
        for room, no, key in json.loads(found):
            self._places[room] = Place(no, max((key or 0) & LAST, self._tails.get(no, 0)))
        for room in unknown:
            if room not in self._places:
                self._last_no += 1
                self._places[room] = Place(self._last_no, 0)
                self._new.append(room)

    def find(self, room: RoomId) -> Place:
        """The room's place."""
        place = self._places.get(room)
        if place is None:
            self.meet([room])
            place = self._places[room]
        return place

    def number(self, room: RoomId) -> int:
        """The number of a room that something but an event refers to."""
        place = self.find(room)
        place.needed = True
        return place.no

    def save(self) -> None:
        """Store the rooms that are new; a refused unit's are forgotten again."""
        values: list[int | str] = []
        for room in self._new:
            place = self._places[room]
            if place.head or place.needed:
                values += (place.no, room)
            else:
                del self._places[room]
        _rooms(self._connection, values)
        self._new.clear()
