"""The process is killed under load, again and again; nothing that was acknowledged may be lost.

A kill leaves what the system has in its page cache, so this is about the process; that a commit is
synced to the disk before it is acknowledged is what tests/contracts/ and the benchmark look at.
"""

import asyncio
import json
import shutil
import sqlite3
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random

import pytest

from tests.faults.process import Server
from tests.faults.talkers import Talker, token

KILLS = 20
ACKS = 1_000  # at least, before each kill
SEED = 49
ROOMS = 3
CARRIER = "sto"


@pytest.mark.anyio
async def test_r49_nothing_acknowledged_is_lost_by_kills_under_load(tmp_path: Path):
    random = Random(SEED)
    async with cast(tmp_path) as (server, people, rooms):
        in_commit = 0
        for number in range(KILLS):
            wanted = acks(people) + ACKS + random.randrange(ACKS // 4)
            # The merchant hears everything, so that it looks often.
            await people[0].until(lambda wanted=wanted: acks(people) >= wanted)
            # Beside the loop, that the load goes on up to the kill.
            in_commit += await asyncio.to_thread(server.kill, in_commit=number % 3 == 0)
            hold(server, people)
            await asyncio.to_thread(server.start)

        for person in people:
            person.hush()
        await asyncio.gather(*(each.until(lambda each=each: each.is_quiet) for each in people))
        heads = hold(server, people)
        for room in rooms:
            seers = [person for person in people if room in person.positions]
            assert len(seers) == 3
            for person in seers:
                await person.until(
                    lambda person=person, room=room: person.positions[room] == heads[room]
                )
            first = max(min(person.views[room]) for person in seers)
            shown = [views_from(person, room, first) for person in seers]
            assert shown[0] == shown[1] == shown[2]
            assert sorted(shown[0]) == list(range(first, heads[room] + 1))

        print(
            f"\nseed {SEED}: {server.kills} kills, {in_commit} of them in a commit,"
            f" {acks(people)} acknowledged, {sum(heads.values())} events, "
            f"{sum(person.resumes for person in people)} resumes"
        )
        assert server.kills == KILLS
        assert in_commit >= KILLS // 3
        assert await asyncio.to_thread(server.stop) == 0


# --- who is there ---------------------------------------------------------------------------


@asynccontextmanager
async def cast(folder: Path) -> AsyncIterator[tuple[Server, list[Talker], list[str]]]:
    """A server under load: buyers, their shop and an agent, in rooms of three."""
    server = Server(folder)
    people: list[Talker] = []
    try:
        server.start()
        put_orders(server)
        merchant = Talker("m", token("merchant", "m", shop="s-1"), server.port)
        agent = Talker("l", token("logistics", "l", carrier=CARRIER), server.port)
        buyers = [Talker(f"b{n}", token("buyer", f"b{n}"), server.port) for n in range(ROOMS)]
        people += [merchant, agent, *buyers]
        await agent.ask(type="set_status", status="online", capacity=ROOMS)
        rooms = [await bring_together(buyer, merchant) for buyer in buyers]
        await agent.until(lambda: len(agent.positions) == ROOMS)
        for buyer, room in zip(buyers, rooms, strict=True):
            buyer.talk(room)
        merchant.talk(*rooms)
        agent.talk(*rooms)
        yield server, people, rooms
    finally:
        await asyncio.gather(*(person.leave() for person in people))
        server.end()
    assert [fault for person in people for fault in person.faults] == []


def put_orders(server: Server) -> None:
    """One order of each buyer, on its way."""
    for n in range(ROOMS):
        order = {"shop": "s-1", "buyer": f"b{n}", "status": "shipped", "placed_at": 1}
        order["parcels"] = [{"id": f"p{n}", "carrier": CARRIER}]
        request = urllib.request.Request(
            f"http://127.0.0.1:{server.port}/api/v1/orders/o{n}",
            data=json.dumps(order).encode(),
            headers={"Authorization": f"Bearer {token('platform', 'tests')}"},
            method="PUT",
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status < 300


async def bring_together(buyer: Talker, merchant: Talker) -> str:
    """A room with a session in it; its id."""
    opened = await buyer.ask(type="open_room", shop="s-1")
    room: str = opened["room"]
    offered = await merchant.ask(type="offer_invite", room=room, order=f"o{buyer.id[1:]}")
    invite = offered["invite"]
    await buyer.ask(type="answer_invite", room=room, invite=invite, accept=True)
    return room


def acks(people: list[Talker]) -> int:
    return sum(len(person.acked) for person in people)


# --- what must hold -------------------------------------------------------------------------


def hold(server: Server, people: list[Talker]) -> dict[str, int]:
    """Hold the file against what was promised; the head of each room."""
    logs = read(server.file)
    placed = {ref: (room, seq) for room, log in logs.items() for seq, ref in log if ref}
    for room, log in logs.items():
        assert [seq for seq, _ in log] == list(range(1, len(log) + 1)), room
        refs = [ref for _, ref in log if ref]
        assert len(refs) == len(set(refs)), room
    for person in people:
        lost = {ref: at for ref, at in person.acked.items() if placed.get(ref) != at}
        assert lost == {}
        for room, view in person.views.items():
            seen = {seq: frame.get("ref") for seq, frame in view.items()}
            there = dict(logs[room])
            assert {
                seq: ref for seq, ref in seen.items() if there.get(seq, "") != (ref or "")
            } == {}
    return {room: len(log) for room, log in logs.items()}


def read(file: Path) -> dict[str, list[tuple[int, str]]]:
    """The logs of a copy: to open a file that was left behind is to repair it."""
    with_wal = [file, file.with_name(file.name + "-wal")]
    copy = file.with_name("copy.db")
    for source in with_wal:
        if source.exists():
            shutil.copyfile(source, copy.with_name(source.name.replace(file.name, copy.name)))
    logs: dict[str, list[tuple[int, str]]] = {}
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = connection.execute(
            "SELECT rooms.id, events.seq, events.ref FROM events"
            " JOIN rooms ON rooms.no = events.room_no ORDER BY events.pos"
        )
        for room, seq, ref in rows:
            logs.setdefault(room, []).append((seq, ref))
    for each in file.parent.glob("copy.db*"):
        each.unlink()
    return logs


def views_from(person: Talker, room: str, first: int) -> dict[int, object]:
    """What a person saw, but for names, which a courier's agent is shown masked (R46)."""
    return {
        seq: (frame["event"], frame["by"]["role"], frame["by"]["id"], frame.get("ref"))
        for seq, frame in person.views[room].items()
        if seq >= first
    }
