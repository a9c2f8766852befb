"""A process that writes as fast as it can and tells what was answered, until it is killed."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from server.core.model import RoomId
from server.store.sqlite import SqliteStore
from server.store.store import PutMeta
from tests.contracts.given import DEADLINE_S, Log

ROOT = Path(__file__).resolve().parents[2]
ROOMS = 5


async def started(path: Path) -> Process:
    """The process, once it has opened the file; it prints `room seq` for every answered step."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.contracts.crashing", str(path), cwd=ROOT, stdout=PIPE
    )
    assert child.stdout is not None
    async with asyncio.timeout(DEADLINE_S):
        assert await child.stdout.readline() == b"ready\n"
    return child


async def _write_on(path: Path) -> None:
    store = await SqliteStore.open(path)
    print("ready", flush=True)
    logs = [Log(f"room-{n}") for n in range(ROOMS)]
    heads = await store.heads([log.room for log in logs])
    for log in logs:
        log.seq = heads.get(log.room, 0)

    def tell(fault: Exception | None, room: RoomId, seq: int) -> None:
        assert fault is None
        print(room, seq, flush=True)

    while True:
        for log in logs:
            # Two steps and a value: half of the unit would show.
            unit = [*log.texts(2), PutMeta(log.room, str(log.seq).encode())]
            store.write(unit, lambda fault, log=log, seq=log.seq: tell(fault, log.room, seq))
        await asyncio.sleep(0)
        if sum(log.seq for log in logs) % 7 == 0:
            await store.flush()


if __name__ == "__main__":
    asyncio.run(_write_on(Path(sys.argv[1])))
