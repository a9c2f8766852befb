"""Reading the log of a room: events, links, heads, refs.

Every function runs in the reading connection's thread and inside one read transaction, so all
that it returns is of one moment. What is settled is found through `places`; the few rows behind
that are looked through.
"""

import sqlite3
import sys
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import MsgspecError, msgpack

from server.core.chain import DIGEST_BYTES, GENESIS, SALT_BYTES
from server.core.errors import StoreUnavailable
from server.core.events import AnyEvent, Envelope
from server.core.model import Author, CarrierId, Identity, Phase, Role, RoomId
from server.store.erased import erased
from server.store.refs import Refs
from server.store.sqlite_rooms import LAST, SHIFT
from server.store.sqlite_writer import PAGE_BITS
from server.store.store import Link

_COLUMNS = "e.seq, e.at, e.role, e.author, e.name, e.carrier, e.kind, e.phase, e.ref, b.sealed"
_SETTLED = """
    SELECT {columns} FROM places p CROSS JOIN events e ON e.pos = p.pos
    LEFT JOIN bodies b ON b.pos = e.pos
    WHERE p.key BETWEEN :no << 32 | :first AND :no << 32 | :last {also}
    ORDER BY p.key {order} LIMIT :limit
"""
_BEHIND = """
    SELECT {columns} FROM events e LEFT JOIN bodies b ON b.pos = e.pos
    WHERE e.pos > (SELECT events FROM settled) AND e.room_no = :no
    AND e.seq BETWEEN :first AND :last {also}
    ORDER BY e.pos {order} LIMIT :limit
"""
_BY = "AND e.ref = :ref AND e.role = :role AND e.author = :author AND e.carrier = :carrier"
# One text in one step: thousands of rows would be thousands of turns of the interpreter lock.
_REFS = (
    """
    SELECT group_concat(ref_hash) FROM places
    WHERE key BETWEEN :no << 32 | :first AND :no << 32 | :last
""",
    """
    SELECT group_concat(ref_hash) FROM events
    WHERE pos > (SELECT events FROM settled) AND room_no = :no
""",
)

# Whatever somebody wrote into the file behind our back must not look like a bug of ours.
_UNREADABLE = (MsgspecError, ValueError, KeyError, TypeError, RecursionError)

_PHASES = {phase.value: phase for phase in Phase}
_decode = msgpack.Decoder(AnyEvent).decode


def number(connection: sqlite3.Connection, room: RoomId) -> int | None:
    """The number of a room, None if nothing of it was ever stored."""
    found = connection.execute("SELECT no FROM rooms WHERE id = ?", (room,)).fetchone()
    return None if found is None else int(found[0])


def events(connection: sqlite3.Connection, room: RoomId, after: int, upto: int) -> list[Envelope]:
    """The log with `after < seq ≤ upto`."""
    no = number(connection, room)
    if no is None:
        return []
    rows = _rows(connection, _COLUMNS, no, after=after, upto=upto)
    return [_envelope(room, row) for row in rows]


def find(connection: sqlite3.Connection, room: RoomId, who: Identity, ref: str) -> Envelope | None:
    """The event of this identity with this `ref`; the newest are seen first."""
    no = number(connection, room)
    if no is None:
        return None
    wanted: dict[str, Any] = {"no": no, "first": 0, "last": LAST, "limit": 1, "ref": ref}
    wanted |= {"role": who.role.value, "author": who.id, "carrier": who.carrier or ""}
    for query in (_BEHIND, _SETTLED):
        statement = query.format(columns=_COLUMNS, also=_BY, order="DESC")
        if row := connection.execute(statement, wanted).fetchone():
            return _envelope(room, row)
    return None


def heads(connection: sqlite3.Connection, rooms: Sequence[RoomId]) -> dict[RoomId, int]:
    """The last `seq` of each; rooms without a log are left out."""
    behind = dict(
        connection.execute(
            "SELECT room_no, max(seq) FROM events"
            " WHERE pos > (SELECT events FROM settled) GROUP BY room_no"
        )
    )
    found = {}
    for room in rooms:
        no = number(connection, room)
        if no is not None and (last := behind.get(no) or _settled_head(connection, no)):
            found[room] = last
    return found


def links(connection: sqlite3.Connection, room: RoomId, after: int, limit: int) -> list[Link]:
    """The chain as stored.

    A body that cannot be read has no envelope, one that is gone has one.
    """
    no = number(connection, room)
    if no is None:
        return []
    columns = f"{_COLUMNS}, e.proof"
    rows = _rows(connection, columns, no, after=after, upto=LAST, limit=limit)
    return [_link(room, row) for row in rows]


def last_link(connection: sqlite3.Connection, no: int) -> bytes:
    """The link at the head of a room's log."""
    wanted = {"no": no, "first": 0, "last": LAST, "limit": 1}
    for query in (_BEHIND, _SETTLED):
        statement = query.format(columns="e.proof", also="", order="DESC")
        if row := connection.execute(statement, wanted).fetchone():
            return bytes(row[0][DIGEST_BYTES:])
    return GENESIS


def refs(connection: sqlite3.Connection, no: int) -> Refs:
    """The `ref_hash`es of a room's whole log: full pages, then what follows them."""
    pages = connection.execute(
        "SELECT hashes, page + 1 << ? FROM ref_pages WHERE room_no = ? ORDER BY page",
        (PAGE_BITS, no),
    ).fetchall()
    recent: set[int] = set()
    end = pages[-1][1] if pages else 0
    wanted = {"no": no, "first": end + 1, "last": LAST}
    for query in _REFS:
        (text,) = connection.execute(query, wanted).fetchone()
        if text:
            recent.update(map(int, text.split(",")))
    return Refs((_page(hashes) for hashes, _ in pages), recent)


def _page(packed: bytes) -> "array[int]":
    """A page as it is stored: 64-bit integers, ascending, little-endian."""
    page = array("q", packed)
    if sys.byteorder == "big":
        page.byteswap()
    return page


def tail(connection: sqlite3.Connection, room: RoomId, no: int, *, after: int) -> list[Envelope]:
    """The log after a snapshot."""
    rows = _rows(connection, _COLUMNS, no, after=after, upto=LAST)
    return [_envelope(room, row) for row in rows]


def _rows(
    connection: sqlite3.Connection,
    columns: str,
    no: int,
    *,
    after: int,
    upto: int,
    limit: int = -1,
) -> list[Any]:
    wanted = {"no": no, "first": after + 1, "last": min(upto, LAST), "limit": limit}
    settled = _SETTLED.format(columns=columns, also="", order="")
    rows: list[Any] = connection.execute(settled, wanted).fetchall()
    if len(rows) == limit or (rows and rows[-1][0] == upto):
        return rows
    if limit >= 0:
        wanted["limit"] = limit - len(rows)
    behind = _BEHIND.format(columns=columns, also="", order="")
    return rows + connection.execute(behind, wanted).fetchall()


def _settled_head(connection: sqlite3.Connection, no: int) -> int:
    (key,) = connection.execute(
        "SELECT max(key) FROM places WHERE key BETWEEN ? AND ?", (no << SHIFT, no << SHIFT | LAST)
    ).fetchone()
    return (key or 0) & LAST


def _envelope(room: RoomId, row: Any) -> Envelope:
    seq, at, role, author, name, carrier, kind, phase, ref, sealed = row
    try:
        event = erased(kind) if sealed is None else _decode(sealed[SALT_BYTES:])
        by = _author(role, author, name, carrier)
        return Envelope(room, seq, at, by, event, _PHASES[phase], ref or None)
    except _UNREADABLE as error:
        raise StoreUnavailable(f"the step {room} {seq} cannot be read") from error


@lru_cache(maxsize=4096)
def _author(role: str, author: str, name: str, carrier: str) -> Author:
    return Author(Role(role), author, name, CarrierId(carrier) if carrier else None)


def _link(room: RoomId, row: Any) -> Link:
    *head, sealed, proof = row
    try:
        envelope = _envelope(room, (*head, sealed))
    except StoreUnavailable:
        envelope = None
    if not isinstance(sealed, bytes):
        sealed = None
    return Link(
        envelope=envelope,
        digest=proof[:DIGEST_BYTES],
        link=proof[DIGEST_BYTES:],
        body=sealed and sealed[SALT_BYTES:],
        salt=sealed and sealed[:SALT_BYTES],
    )
