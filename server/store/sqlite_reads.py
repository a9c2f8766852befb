"""Reading rooms and what is kept beside the log, in one transaction."""

import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any, TypeVar

from msgspec import json

from server.core.model import (
    Carrier,
    CarrierId,
    Instant,
    Order,
    OrderId,
    Role,
    RoomId,
    ShopId,
    Switch,
)
from server.core.records import (
    AgentRecord,
    Decision,
    Handled,
    InviteMark,
    Mark,
    Round,
    SwitchChange,
)
from server.store.sqlite_log import last_link, number, refs, tail
from server.store.sqlite_rooms import LAST
from server.store.store import Contact, RoomRow, Snapshot, StoredRoom

_T = TypeVar("_T")
_ROW = """
    SELECT r.id, r.shop, r.buyer, r.buyer_name, r.open, d.session, r.last_at, d.due_at, r.order_id
    FROM rooms r LEFT JOIN dues d ON d.room_no = r.no
"""


def load(connection: sqlite3.Connection, room: RoomId) -> StoredRoom | None:
    """Everything that is needed to serve a room."""
    no = number(connection, room)
    row = room_row(connection, room)
    if no is None or row is None:
        return None
    snapshot = _snapshot(connection, room, no)
    return StoredRoom(
        row=row,
        snapshot=snapshot,
        tail=tail(connection, room, no, after=snapshot.seq if snapshot else 0),
        link=last_link(connection, no),
        refs=refs(connection, no),
        marks=_marks(connection, room, no),
        invite_marks=_invite_marks(connection, no),
        orders=orders(connection, row.shop, row.buyer),
    )


def room_row(connection: sqlite3.Connection, room: RoomId) -> RoomRow | None:
    """The row alone."""
    found = connection.execute(f"{_ROW} WHERE r.id = ? AND r.shop IS NOT NULL", (room,)).fetchone()
    if found is None:
        return None
    _, shop, buyer, name, is_open, session, last_at, due_at, order = found
    return RoomRow(
        room=room,
        shop=shop,
        buyer=buyer,
        buyer_name=name,
        open=bool(is_open),
        session=bool(session),
        last_at=last_at,
        due_at=due_at,
        order=order,
    )


def rooms_of_buyer(connection: sqlite3.Connection, buyer: str) -> list[RoomId]:
    """Newest activity first."""
    query = "SELECT id FROM rooms WHERE buyer = ? ORDER BY last_at DESC, id DESC"
    return _column(connection, query, buyer)


def rooms_of_shop(connection: sqlite3.Connection, shop: ShopId, limit: int) -> list[RoomId]:
    """Open ones, newest activity first."""
    query = "SELECT id FROM rooms WHERE shop = ? AND open ORDER BY last_at DESC, id DESC LIMIT ?"
    return _column(connection, query, shop, limit)


def rooms_with_session(connection: sqlite3.Connection) -> list[RoomId]:
    """In the order of their first steps; asked once, at the start, so a scan will do."""
    query = "SELECT r.id FROM dues d JOIN rooms r ON r.no = d.room_no WHERE d.session ORDER BY r.no"
    return _column(connection, query)


def rooms_due(connection: sqlite3.Connection) -> list[tuple[Instant, RoomId]]:
    """Earliest first; asked once, at the start, so a scan will do."""
    return connection.execute(
        "SELECT d.due_at, r.id FROM dues d JOIN rooms r ON r.no = d.room_no"
        " WHERE d.due_at IS NOT NULL ORDER BY d.due_at, r.no"
    ).fetchall()


def all_rooms(connection: sqlite3.Connection) -> list[RoomId]:
    """In the order of their first steps."""
    return _column(connection, "SELECT id FROM rooms ORDER BY no")


def contacts(
    connection: sqlite3.Connection,
    shop: ShopId,
    agent: str,
    before: tuple[Instant, RoomId] | None,
    limit: int,
) -> list[Contact]:
    """A shop's conversations, unread after the agent's mark (R26)."""
    last_at, last_id = before or (1 << 62, RoomId(""))
    rows = connection.execute(
        "SELECT r.no, r.id, r.buyer, r.buyer_name, r.last_at, coalesce(m.read, 0) FROM rooms r"
        " LEFT JOIN marks m ON m.room_no = r.no AND m.role = ? AND m.owner = r.shop AND m.id = ?"
        " WHERE r.shop = ? AND (r.last_at, r.id) < (?, ?)"
        " ORDER BY r.last_at DESC, r.id DESC LIMIT ?",
        (Role.MERCHANT.value, agent, shop, last_at, last_id, limit),
    ).fetchall()
    behind = connection.execute(
        "SELECT room_no, seq FROM events WHERE pos > (SELECT events FROM settled) AND unread"
    ).fetchall()
    found = []
    for no, room, buyer, name, at, read in rows:
        (unread,) = connection.execute(
            "SELECT count(*) FROM places WHERE unread AND key BETWEEN :no << 32 | :first"
            " AND :no << 32 | :last",
            {"no": no, "first": read + 1, "last": LAST},
        ).fetchone()
        unread += sum(1 for other, seq in behind if other == no and seq > read)
        found.append(Contact(room=room, buyer=buyer, name=name, unread=unread, last_at=at))
    return found


def rounds(connection: sqlite3.Connection, room: RoomId) -> list[Round]:
    """All rounds of a room as they stand, in order."""
    no = number(connection, room)
    rows = connection.execute(
        "SELECT n.id, n.round FROM round_places p CROSS JOIN rounds n ON n.pos = p.pos"
        " WHERE p.key BETWEEN :no << 32 AND :no << 32 | :last",
        {"no": no, "last": LAST},
    ).fetchall()
    rows += connection.execute(
        "SELECT id, round FROM rounds WHERE pos > (SELECT rounds FROM settled) AND room_no = ?"
        " ORDER BY pos",
        (no,),
    ).fetchall()
    newest = dict(rows)
    return [json.decode(newest[one], type=Round) for one in sorted(newest)]


def orders(connection: sqlite3.Connection, shop: ShopId, buyer: str) -> list[Order]:
    """A buyer's orders in a shop, newest first, then the higher id."""
    query = (
        'SELECT "order" FROM orders WHERE shop = ? AND buyer = ? ORDER BY placed_at DESC, id DESC'
    )
    return _values(connection, Order, query, shop, buyer)


def order(connection: sqlite3.Connection, wanted: OrderId) -> Order | None:
    """One order."""
    return _value(connection, Order, 'SELECT "order" FROM orders WHERE id = ?', wanted)


def switch(connection: sqlite3.Connection, shop: ShopId) -> Switch | None:
    """A shop's switch."""
    return _value(connection, Switch, "SELECT switch FROM switches WHERE shop = ?", shop)


def switch_changes(
    connection: sqlite3.Connection, shop: ShopId, before: int | None, limit: int
) -> list[tuple[int, SwitchChange]]:
    """Newest first, each with its number."""
    rows = connection.execute(
        "SELECT no, change FROM switch_changes WHERE shop = ? AND no < ? ORDER BY no DESC LIMIT ?",
        (shop, 1 << 62 if before is None else before, limit),
    ).fetchall()
    return [(no, json.decode(change, type=SwitchChange)) for no, change in rows]


def decisions(
    connection: sqlite3.Connection, shop: ShopId, from_at: Instant, to_at: Instant
) -> dict[tuple[str, str | None], int]:
    """Decisions with `from_at ≤ at < to_at`, counted (R19)."""
    rows = connection.execute(
        "SELECT outcome, reason, count(*) FROM ("
        " SELECT n.outcome, n.reason FROM decision_places p CROSS JOIN decisions n ON n.pos = p.pos"
        " WHERE p.shop = :shop AND p.at >= :from_at AND p.at < :to_at"
        " UNION ALL"
        " SELECT outcome, reason FROM decisions WHERE pos > (SELECT decisions FROM settled)"
        " AND shop = :shop AND at >= :from_at AND at < :to_at"
        ") GROUP BY outcome, reason",
        {"shop": shop, "from_at": from_at, "to_at": to_at},
    ).fetchall()
    return {(outcome, reason): count for outcome, reason, count in rows}


def read_rooms(connection: sqlite3.Connection) -> Iterator[tuple[RoomId, list[Decision]]]:
    """Rooms in which messages were read, each with its decisions in their order."""
    rows = connection.execute(
        "SELECT decision FROM decisions ORDER BY json_extract(decision, '$.room'), pos"
    )
    decisions = (json.decode(text, type=Decision) for (text,) in rows)
    for room, theirs in groupby(decisions, key=lambda decision: decision.room):
        yield room, list(theirs)


def invite_marks(connection: sqlite3.Connection, room: RoomId) -> list[InviteMark]:
    """What agents said of a room's cards; none in a file of before they could."""
    known = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'invite_marks'").fetchone()
    no = number(connection, room)
    return [] if known is None or no is None else _invite_marks(connection, no)


def wrong_invites(
    connection: sqlite3.Connection, shop: ShopId, from_at: Instant, to_at: Instant
) -> dict[str, int]:
    """Cards whose mark is not what they said, counted by what it is."""
    rows = connection.execute(
        "SELECT intent, count(*) FROM invite_marks"
        " WHERE shop = ? AND at >= ? AND at < ? AND intent != read GROUP BY intent",
        (shop, from_at, to_at),
    )
    return dict(rows.fetchall())


def carriers(connection: sqlite3.Connection) -> list[Carrier]:
    """All carriers, in their order."""
    return _values(connection, Carrier, "SELECT carrier FROM carriers ORDER BY place")


def agents(connection: sqlite3.Connection) -> list[AgentRecord]:
    """All agents, by role, owner and id."""
    query = "SELECT agent FROM agents ORDER BY role, owner, id"
    return _values(connection, AgentRecord, query)


def handled(connection: sqlite3.Connection, carrier: CarrierId, since: Instant) -> list[Handled]:
    """Sessions handled since then, in the order of their ends."""
    rows = connection.execute(
        "SELECT ended_at, handling_ms FROM handled WHERE carrier = ? AND ended_at >= ?"
        " ORDER BY ended_at, no",
        (carrier, since),
    ).fetchall()
    return [Handled(carrier=carrier, ended_at=at, handling_ms=spent) for at, spent in rows]


def meta(connection: sqlite3.Connection, key: str) -> bytes | None:
    """A named value."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if found is None else bytes(found[0])


def _snapshot(connection: sqlite3.Connection, room: RoomId, no: int) -> Snapshot | None:
    found = connection.execute(
        "SELECT seq, link, state FROM snapshots WHERE room_no = ?", (no,)
    ).fetchone()
    return None if found is None else Snapshot(room, *found)


def _marks(connection: sqlite3.Connection, room: RoomId, no: int) -> list[Mark]:
    rows = connection.execute(
        "SELECT role, owner, id, read, delivered FROM marks WHERE room_no = ?", (no,)
    ).fetchall()
    return [
        Mark(room=room, role=Role(role), owner=owner, id=who, read=read, delivered=delivered)
        for role, owner, who, read, delivered in rows
    ]


def _invite_marks(connection: sqlite3.Connection, no: int) -> list[InviteMark]:
    query = "SELECT mark FROM invite_marks WHERE room_no = ? ORDER BY at, invite"
    return _values(connection, InviteMark, query, no)


def _column(connection: sqlite3.Connection, query: str, *wanted: Any) -> list[Any]:
    return [value for (value,) in connection.execute(query, wanted).fetchall()]


def _values(connection: sqlite3.Connection, kind: type[_T], query: str, *wanted: Any) -> list[_T]:
    return [json.decode(text, type=kind) for text in _column(connection, query, *wanted)]


def _value(connection: sqlite3.Connection, kind: type[_T], query: str, *wanted: Any) -> _T | None:
    found = connection.execute(query, wanted).fetchone()
    return None if found is None else json.decode(found[0], type=kind)
