"""Writing what is kept beside the log, a batch at a time.

Every function takes all values of one kind in a batch, in the order of the writes. Of several
values of one thing only the last is stored.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import json

from server.core.records import AgentRecord, Decision, Handled, InviteMark, Mark, Round
from server.store.sqlite_insert import Insert
from server.store.sqlite_rooms import Rooms
from server.store.store import PutCarriers, PutMeta, PutOrders, PutSwitch, RoomRow, Snapshot

Put = Callable[[sqlite3.Connection, Rooms, Sequence[Any]], None]

LAG_MS = 60_000  # what `RoomRow.last_at` may lag: its index is the dearest part of a row

_encode = json.Encoder().encode

_dues = Insert("REPLACE INTO dues (room_no, due_at, session)", width=3)
_rounds = Insert("INSERT INTO rounds (room_no, id, round)", width=3)
_decisions = Insert("INSERT INTO decisions (shop, at, outcome, reason, decision)", width=5)
_marks = Insert("REPLACE INTO marks (room_no, role, owner, id, read, delivered)", width=6)
_rooms = Insert(
    "INSERT INTO rooms (no, id, shop, buyer, buyer_name, open, last_at, order_id)",
    width=8,
    tail="ON CONFLICT (no) DO UPDATE SET shop = excluded.shop, buyer = excluded.buyer,"
    " buyer_name = excluded.buyer_name, open = excluded.open, last_at = excluded.last_at,"
    " order_id = excluded.order_id",
)


def put_rooms(connection: sqlite3.Connection, rooms: Rooms, rows: Sequence[RoomRow]) -> None:
    """Write rows of rooms, of each only what changed: mostly `due_at`."""
    values: list[Any] = []
    dues: list[Any] = []
    for row in {row.room: row for row in rows}.values():
        place = rooms.find(row.room)
        place.needed = True
        old = place.row
        if old is None or abs(row.last_at - old.last_at) >= LAG_MS or _differ(row, old):
            values += (place.no, row.room, row.shop, row.buyer, row.buyer_name)
            values += (int(row.open), row.last_at, row.order)
            place.row = row
        if old is None or (row.due_at, row.session) != (place.due_at, place.session):
            dues += (place.no, row.due_at, int(row.session))
            place.due_at, place.session = row.due_at, row.session
    _rooms(connection, values)
    _dues(connection, dues)


def _differ(row: RoomRow, old: RoomRow) -> bool:
    return (
        row.open is not old.open
        or row.buyer_name != old.buyer_name
        or row.order != old.order
        or row.shop != old.shop
        or row.buyer != old.buyer
    )


def put_snapshots(
    connection: sqlite3.Connection, rooms: Rooms, snapshots: Sequence[Snapshot]
) -> None:
    """The newest of each room; older ones are replaced."""
    for snapshot in {snapshot.room: snapshot for snapshot in snapshots}.values():
        connection.execute(
            "REPLACE INTO snapshots (room_no, seq, link, state) VALUES (?, ?, ?, ?)",
            (rooms.number(snapshot.room), snapshot.seq, snapshot.link, snapshot.state),
        )


def put_rounds(connection: sqlite3.Connection, rooms: Rooms, rounds: Sequence[Round]) -> None:
    """Rounds as they stand."""
    values: list[Any] = []
    for one in {(one.room, one.id): one for one in rounds}.values():
        values += (rooms.number(one.room), one.id, _text(one))
    _rounds(connection, values)


def put_decisions(connection: sqlite3.Connection, _: Rooms, decisions: Sequence[Decision]) -> None:
    """Decisions, each of them."""
    values: list[Any] = []
    for one in decisions:
        values += (one.shop, one.at, one.outcome, one.reason, _text(one))
    _decisions(connection, values)


def put_marks(connection: sqlite3.Connection, rooms: Rooms, marks: Sequence[Mark]) -> None:
    """How far people have come."""
    values: list[Any] = []
    for mark in {(mark.room, mark.role, mark.owner, mark.id): mark for mark in marks}.values():
        values += (rooms.number(mark.room), mark.role.value, mark.owner, mark.id)
        values += (mark.read, mark.delivered)
    _marks(connection, values)


def put_invite_marks(
    connection: sqlite3.Connection, rooms: Rooms, marks: Sequence[InviteMark]
) -> None:
    """The last word on each card."""
    for mark in {(mark.room, mark.invite): mark for mark in marks}.values():
        connection.execute(
            "REPLACE INTO invite_marks (room_no, invite, shop, at, intent, read, mark)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(rooms.number(mark.room), mark.invite, mark.shop, mark.at),
                *(mark.intent, mark.read or "", _text(mark)),
            ),
        )


def put_agents(connection: sqlite3.Connection, _: Rooms, agents: Sequence[AgentRecord]) -> None:
    """What agents said of themselves."""
    for one in {(one.role, one.owner, one.id): one for one in agents}.values():
        connection.execute(
            "REPLACE INTO agents (role, owner, id, agent) VALUES (?, ?, ?, ?)",
            (one.role, one.owner, one.id, _text(one)),
        )


def put_handled(connection: sqlite3.Connection, _: Rooms, handled: Sequence[Handled]) -> None:
    """Sessions that came to an end."""
    for one in handled:
        connection.execute(
            "INSERT INTO handled (carrier, ended_at, handling_ms) VALUES (?, ?, ?)",
            (one.carrier, one.ended_at, one.handling_ms),
        )


def put_orders(connection: sqlite3.Connection, _: Rooms, puts: Sequence[PutOrders]) -> None:
    """Orders, inserted or replaced."""
    last = {order.id: order for put in puts for order in put.orders}
    connection.executemany(
        'REPLACE INTO orders (id, shop, buyer, placed_at, "order") VALUES (?, ?, ?, ?, ?)',
        [(one.id, one.shop, one.buyer, one.placed_at, _text(one)) for one in last.values()],
    )


def put_switches(connection: sqlite3.Connection, _: Rooms, puts: Sequence[PutSwitch]) -> None:
    """Switches and each of their changes (R15)."""
    for put in puts:
        connection.execute(
            "REPLACE INTO switches (shop, switch) VALUES (?, ?)",
            (put.switch.shop, _text(put.switch)),
        )
        connection.execute(
            "INSERT INTO switch_changes (shop, change) VALUES (?, ?)",
            (put.change.shop, _text(put.change)),
        )


def put_meta(connection: sqlite3.Connection, _: Rooms, puts: Sequence[PutMeta]) -> None:
    """Named values."""
    for put in puts:
        connection.execute("REPLACE INTO meta (key, value) VALUES (?, ?)", (put.key, put.value))


def put_carriers(connection: sqlite3.Connection, _: Rooms, puts: Sequence[PutCarriers]) -> None:
    """All carriers anew, in their order (R20)."""
    connection.execute("DELETE FROM carriers")
    connection.executemany(
        "INSERT INTO carriers (place, carrier) VALUES (?, ?)",
        [(place, _text(carrier)) for place, carrier in enumerate(puts[-1].carriers)],
    )


def _text(value: object) -> str:
    return _encode(value).decode()


PUTS: dict[type, Put] = {
    RoomRow: put_rooms,
    Snapshot: put_snapshots,
    Round: put_rounds,
    Decision: put_decisions,
    Mark: put_marks,
    InviteMark: put_invite_marks,
    AgentRecord: put_agents,
    Handled: put_handled,
    PutOrders: put_orders,
    PutSwitch: put_switches,
    PutMeta: put_meta,
    PutCarriers: put_carriers,
}
