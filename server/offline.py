"""Commands that need no server: reading intents, the chain (R41), feedback (R2)."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

import msgspec
from msgspec import Struct

from server import export
from server.core import chain
from server.core.errors import Fault, StoreUnavailable
from server.core.intents import Reader
from server.core.model import RoomId
from server.core.policy import Policy
from server.core.records import Decision
from server.core.room import Room
from server.store import sqlite_log, sqlite_reads
from server.store.sqlite_file import path_of
from server.store.sqlite_rooms import LAST
from server.store.store import Link

PAGE = 1_000  # steps that are read at once


class CannotRead(Exception):
    """The log cannot be read at all; the text says why."""


class Finding(Struct, frozen=True):
    """What is wrong with a room's log, and from which `seq` on."""

    room: RoomId
    seq: int
    what: str


class Report(Struct, frozen=True):
    """What was checked. Erased bodies are no fault (R55)."""

    rooms: int
    steps: int
    erased: int
    findings: list[Finding]


class Out(Protocol):
    """Where text goes."""

    def write(self, text: str, /) -> object: ...


def classify(lines: Iterable[bytes], out: Out, *, read: Reader) -> int:
    """Messages, one a line, to JSON lines of what they say (R9)."""
    for line in lines:
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        found = read(text)
        answer = {
            "intent": found.intent,
            "confidence": found.confidence,
            "logistics": found.logistics,
            "evidence": list(found.evidence),
        }
        out.write(msgspec.json.encode(answer).decode() + "\n")
    return 0


def verify(database: str, out: Out) -> int:
    """Check the chain of every room; 0 if it holds, else 1.

    Takes no lock and writes nothing, so a server may run meanwhile.

    Raises:
        CannotRead: there is no such file, or it is no log.
    """
    report = check(database)
    for finding in report.findings:
        out.write(f"{finding.room} {finding.seq}: {finding.what}\n")
    verdict = "broken" if report.findings else "ok"
    out.write(
        f"{verdict}: {report.rooms} rooms, {report.steps} steps, {report.erased} bodies erased\n"
    )
    return 1 if report.findings else 0


def export_feedback(database: str, out: Out, policy: Policy) -> int:
    """Labelled readings as JSON lines; nothing in them names a person (R2).

    Takes no lock and writes nothing, so a server may run meanwhile.

    Raises:
        CannotRead: there is no such file, or it is no log.
    """
    with _reading(database) as connection:
        try:
            connection.execute("BEGIN")  # one moment for all of it
            for room, decisions in sqlite_reads.read_rooms(connection):
                told = _told(connection, room, decisions)
                for row in export.feedback(told, policy) if told is not None else ():
                    out.write(msgspec.json.encode(row).decode() + "\n")
        except (sqlite3.Error, msgspec.MsgspecError, Fault) as error:
            raise CannotRead(f"cannot read {database}: {error}") from None
    return 0


def _told(
    connection: sqlite3.Connection, room: RoomId, decisions: list[Decision]
) -> export.Told | None:
    row = sqlite_reads.room_row(connection, room)
    if row is None:
        return None
    return export.Told(
        room=Room(id=room, shop=row.shop, buyer=row.buyer),
        log=sqlite_log.events(connection, room, 0, LAST),
        decisions=decisions,
        marks=sqlite_reads.invite_marks(connection, room),
        orders=sqlite_reads.orders(connection, row.shop, row.buyer),
    )


def check(database: str) -> Report:
    """Recompute every link of every room.

    Raises:
        CannotRead: as above.
    """
    with _reading(database) as connection:
        try:
            connection.execute("BEGIN")  # one moment for all of it
            rooms = sqlite_reads.all_rooms(connection)
            checked = [_check_room(room, _links(connection, room)) for room in rooms]
        except sqlite3.Error as error:
            raise CannotRead(f"cannot read {database}: {error}") from None
    return Report(
        rooms=len(rooms),
        steps=sum(steps for steps, _, _ in checked),
        erased=sum(erased for _, erased, _ in checked),
        findings=[finding for _, _, finding in checked if finding is not None],
    )


def _check_room(room: RoomId, links: Iterator[Link]) -> tuple[int, int, Finding | None]:
    """Count steps and erased bodies up to the first thing that is wrong."""
    previous, seq, erased = chain.GENESIS, 0, 0
    for link in links:
        seq += 1
        wrong = _wrong_with(link, seq, previous)
        if wrong is not None:
            return seq, erased, Finding(room, seq, wrong)
        erased += link.body is None
        previous = link.link
    return seq, erased, None


def _wrong_with(link: Link, seq: int, previous: bytes) -> str | None:
    if link.envelope is None:
        return "the body cannot be read"
    if link.envelope.seq != seq:
        return f"a gap: the next step is {link.envelope.seq}"
    body, salt = link.body, link.salt
    if body is not None and salt is not None and chain.digest(body, salt) != link.digest:
        return "the body is not the one that was written"
    if chain.link(previous, link.envelope, link.digest) != link.link:
        return "the head is not the one that was written"
    return None


def _links(connection: sqlite3.Connection, room: RoomId) -> Iterator[Link]:
    after = 0
    while page := sqlite_log.links(connection, room, after, PAGE):
        yield from page
        after += len(page)


@contextmanager
def _reading(database: str) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write."""
    try:
        path = path_of(database).resolve()
        if not path.is_file():
            raise CannotRead(f"there is no file {path}")
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    except (StoreUnavailable, sqlite3.Error) as error:
        raise CannotRead(str(error)) from None
    try:
        yield connection
    finally:
        connection.close()
