"""What a unit costs the store: `python scripts/bench/store.py [--rooms 200] [--units 100]`.

Prints the CPU time a unit (both threads) and the time a commit takes, for several kinds of units,
with the event loop idle and with it busy. Works on a file in `--folder`, which should lie on the
disk that counts.
"""

import argparse
import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from server.core import chain
from server.core.bodies import Text
from server.core.events import Envelope, MessagePosted
from server.core.model import Author, Phase, Role, RoomId, ShopId
from server.core.records import Decision, Mark, Round
from server.store.sqlite import SqliteStore
from server.store.store import Append, RoomRow, Write

START = 1_790_000_000_000
TEXT = "您好，我的快递三天没有更新了，麻烦看一下到哪里了，什么时候能送到？一直在等，谢谢您。"
Unit = list[Write]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--units", type=int, default=100, help="units a batch")
    parser.add_argument("--batches", type=int, default=400)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    print(f"{options.rooms} rooms, {options.units} units a batch, {options.batches} batches")
    for name, make in KINDS.items():
        for busy in (False, True):
            with tempfile.TemporaryDirectory(dir=options.folder) as folder:
                asyncio.run(measure(name, Path(folder) / "bench.db", make, options, busy=busy))


async def measure(
    name: str,
    path: Path,
    make: Callable[["Rooms"], Unit],
    options: argparse.Namespace,
    *,
    busy: bool,
) -> None:
    """One kind of unit, in batches one after the other."""
    store = await SqliteStore.open(path)
    rooms = Rooms(options.rooms)
    batches = [[make(rooms) for _ in range(options.units)] for _ in range(options.batches)]
    spent: list[float] = []
    faults: list[Exception] = []

    def done(fault: Exception | None) -> None:
        if fault is not None:
            faults.append(fault)

    store.on_commit = lambda _, seconds: spent.append(seconds)
    spinning = asyncio.create_task(spin()) if busy else None
    cpu, wall = process_time(), perf_counter()
    for batch in batches:
        for unit in batch:
            store.write(unit, done)
        await store.flush()
    cpu, wall = process_time() - cpu, perf_counter() - wall
    if spinning is not None:
        spinning.cancel()
    await store.close()
    if faults:
        raise faults[0]
    count = options.units * options.batches
    spent.sort()
    print(
        f"{name:34s} {'busy' if busy else 'idle'} loop"
        f" {'' if busy else f'{cpu / count * 1e6:6.2f} µs CPU a unit'}"
        f" {wall / count * 1e6:7.2f} µs wall a unit,"
        f" commit p50 {spent[len(spent) // 2] * 1e3:.2f} ms"
        f" p99 {spent[len(spent) * 99 // 100] * 1e3:.2f} ms"
    )


async def spin() -> None:
    """An event loop with always something to do: turns of about 0.1 ms."""
    while True:
        sum(range(5_000))
        await asyncio.sleep(0)


# --- units ---


class Rooms:
    """Rooms with their heads, taken at random but the same every time."""

    def __init__(self, count: int, *, first: int = 0) -> None:
        self._random = random.Random(7)
        names = (RoomId(f"room-{n:05d}") for n in range(first, first + count))
        self._heads = dict.fromkeys(names, 0)
        self._ids = list(self._heads)

    def next(self) -> tuple[RoomId, int]:
        """A room and the `seq` that is due in it."""
        room = self._random.choice(self._ids)
        self._heads[room] += 1
        return room, self._heads[room]


def make_append(rooms: Rooms) -> Unit:
    """A message of a buyer."""
    room, seq = rooms.next()
    event = MessagePosted(body=Text(TEXT))
    by = Author(role=Role.BUYER, id=f"buyer-{room}", name="小明")
    ref = f"{room}-{seq}-8a6e-9f1c2d3e4f50"
    envelope = Envelope(room, seq, START + seq * 1_000, by, event, Phase.TWO_PARTY, ref)
    body, salt = chain.body_of(event), os.urandom(chain.SALT_BYTES)
    digest = chain.digest(body, salt)
    link = chain.link(chain.GENESIS, envelope, digest)
    hashed = int.from_bytes(digest[:8], "big", signed=True)
    return [Append(envelope, body, salt, digest, link, hashed, unread=True)]


def make_step(rooms: Rooms) -> Unit:
    """A message with what usually goes with it: a round and the room's row."""
    unit = make_append(rooms)
    envelope = unit[0].envelope
    room, seq, at = envelope.room, envelope.seq, envelope.at
    state = "running" if seq % 2 else "answered"
    one = Round(room=room, id=seq - 1 + seq % 2, state=state, opened_at=at, due_at=at + 180_000)
    row = RoomRow(
        room=room,
        shop=ShopId("shop-1"),
        buyer=envelope.by.id,
        last_at=at,
        due_at=at + 180_000 if seq % 2 else None,
    )
    return [*unit, one, row]


def make_decided(rooms: Rooms) -> Unit:
    """The same with a decision about the message."""
    unit = make_step(rooms)
    envelope = unit[0].envelope
    decision = Decision(
        shop=ShopId("shop-1"),
        room=envelope.room,
        seq=envelope.seq,
        at=envelope.at,
        intent="tracking_stuck",
        confidence=0.93,
        outcome="none",
        reason="not_logistics",
    )
    return [*unit, decision]


def make_mark(rooms: Rooms) -> Unit:
    """Somebody has read."""
    room, seq = rooms.next()
    return [Mark(room=room, role=Role.BUYER, owner="", id=f"buyer-{room}", read=seq, delivered=seq)]


KINDS: dict[str, Callable[[Rooms], Unit]] = {
    "append": make_append,
    "append, round, row": make_step,
    "append, round, row, decision": make_decided,
    "mark": make_mark,
}

if __name__ == "__main__":
    main()
