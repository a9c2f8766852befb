"""How long a long room takes to open: `python scripts/bench/open_room.py [--events 100000]`.

Builds a store with one such room among others, and prints the time from asking to having it, and
the CPU time, for a fresh process' first opening and for later ones.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import store as units  # beside this file

from server.core.model import RoomId, ShopId
from server.store.sqlite import SqliteStore
from server.store.store import Append, RoomRow, Snapshot

TAIL = 200  # events behind the snapshot
ROOM = RoomId("room-00000")


def main() -> None:
    """Build, open, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, default=None)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "bench.db"
        asyncio.run(build(path, options.events))
        asyncio.run(measure(path, options.events))


async def build(path: Path, events: int) -> None:
    """A room with so many events, amid twenty others with as many together."""
    store = await SqliteStore.open(path)
    long, others = units.Rooms(1), units.Rooms(20, first=1)
    row = RoomRow(room=ROOM, shop=ShopId("shop-1"), buyer="buyer-1")
    store.write([row], answered)
    for number in range(events):
        unit = units.make_append(long)
        (append,) = unit
        assert isinstance(append, Append)
        if number == events - TAIL:
            unit.append(Snapshot(ROOM, number + 1, append.link, bytes(2_000)))
        store.write([*unit, *units.make_append(others)], answered)
        if number % 1_000 == 0:
            await store.flush()
    await store.close()


def answered(fault: Exception | None) -> None:
    """Any fault ends the run."""
    if fault is not None:
        raise SystemExit(str(fault))


async def measure(path: Path, events: int) -> None:
    """Open the room several times."""
    store = await SqliteStore.open(path)
    others = units.Rooms(50, first=100)
    for _ in range(2_000):  # not settled then, as in a server at work
        store.write(units.make_append(others), answered)
    await store.flush()
    for number in range(5):
        cpu, wall = process_time(), perf_counter()
        stored = await store.load(ROOM)
        cpu, wall = process_time() - cpu, perf_counter() - wall
        assert stored is not None
        assert len(stored.refs) == events
        print(
            f"{'first' if number == 0 else 'again'}: {events} events, tail {len(stored.tail)}:"
            f" {wall * 1e3:.1f} ms wall, {cpu * 1e3:.1f} ms CPU"
        )
    await store.close()


if __name__ == "__main__":
    main()
