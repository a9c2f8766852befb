"""What a message in a room of three costs: `python scripts/bench/rooms.py [--rooms 200]`.

The work: one of three posts a text of 54 characters, done when all three have it; closed loop, one
in flight a room; the server on core 0, the load on core 1. Ours is the whole product (tokens,
consent, ledger, log with a sync at each commit); beside it, in turn, bare relays that check and
keep nothing. Afterwards every counted message is looked for in ours' file. Only ratios of one run
mean much: the machine's hours differ.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import uvloop

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.bench import product
from scripts.bench.processes import Running, settle_here, started
from scripts.bench.sockets import Room, Socket, connect

HERE = Path(__file__).resolve().parent
RELAYS = {"picows": HERE / "relay_picows.py", "starlette": HERE / "relay_starlette.py"}
SERVERS = ("picows", "starlette", "ours")
# What ours must hold: CPU a message over that of the bare Starlette relay, and KiB a connection.
MOST_CPU, MOST_KIB = 1.1, 30


@dataclass(frozen=True, kw_only=True)
class Figures:
    """One server in one turn."""

    server: str
    sockets: int
    messages: int
    cpu_us: float  # a message, user and system, all threads
    messages_per_s: float
    p50_ms: float
    p99_ms: float
    idle_kib: float  # resident memory a connection after hello, before there are rooms
    kib: float  # the same once the rooms are there, each in a session
    note: str = ""


def main() -> int:
    """Measure, print, and say whether it is as fast as it must be."""
    options = _options()
    settle_here()
    raised = {name: value for name, value in product.SETTINGS.items() if "SECRET" not in name}
    print("ours runs with", *(f"{name}={value}" for name, value in raised.items()))
    found: dict[str, list[Figures]] = {}
    for turn in range(options.turns):
        for server in options.servers:
            figures = uvloop.run(_measured(server, options))
            found.setdefault(server, []).append(figures)
            print(f"turn {turn + 1}  {_line(figures)}", flush=True)
    print()
    kept = _summarize(found)
    if options.json is not None:
        runs = [asdict(each) for turns in found.values() for each in turns]
        options.json.write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    return 0 if kept else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rooms", type=int, default=200, help="three sockets each")
    parser.add_argument("--seconds", type=float, default=8.0, help="measured a server and turn")
    parser.add_argument("--warm-s", type=float, default=2.0)
    parser.add_argument("--turns", type=int, default=3, help="the middle one is quoted")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=SERVERS)
    parser.add_argument("--folder", type=Path, help="where ours keeps its file; else temporary")
    parser.add_argument("--profile", metavar="FILE", help="ours under `perf record`")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures")
    return parser.parse_args()


# --- one server in one turn -----------------------------------------------------------------


async def _measured(server: str, options: argparse.Namespace) -> Figures:
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        if server != "ours":
            with started([str(RELAYS[server])], environment={}) as running:
                return await _run(server, running, options, _relay_rooms)
        file = Path(folder) / "bench.db"
        rooms: list[Room] = []
        command = ["-m", "server", "serve", "--port", "0", "--database", f"sqlite:///{file}"]
        with started(command, environment=product.SETTINGS) as running:
            product.put_orders(running, options.rooms)
            before = product.commits(product.metrics(running))
            figures = await _run(server, running, options, _product_rooms, rooms)
            text = product.metrics(running)
            product.assert_durable(text)
            commits, units = (b - a for a, b in zip(before, product.commits(text), strict=True))
        stored = product.assert_stored(file, rooms)
        note = f"WAL, synchronous=2, {units / commits:.0f} a commit, {stored} of {stored} in file"
        return Figures(**{**asdict(figures), "note": note})


Setup = Callable[[Running, int], Awaitable[tuple[list[Room], float]]]


async def _run(
    server: str,
    running: Running,
    options: argparse.Namespace,
    set_up: Setup,
    rooms: list[Room] | None = None,
) -> Figures:
    empty_kib = running.memory_kib()
    made, idle_kib = await set_up(running, options.rooms)
    used_kib = running.memory_kib()
    if rooms is not None:
        rooms.extend(made)
    for room in made:
        room.post()
    await asyncio.sleep(options.warm_s)
    for room in made:
        room.latencies.clear()
    with _profiled(running, options):
        cpu_s, began = running.cpu_s(), perf_counter()
        first = sum(room.posted for room in made)
        await asyncio.sleep(options.seconds)
        messages = sum(room.posted for room in made) - first
        cpu_s, seconds = running.cpu_s() - cpu_s, perf_counter() - began
    latencies = sorted(each for room in made for each in room.latencies)
    await _stop(made)
    sockets = 3 * options.rooms
    return Figures(
        server=server,
        sockets=sockets,
        messages=messages,
        cpu_us=cpu_s / messages * 1e6,
        messages_per_s=messages / seconds,
        p50_ms=latencies[len(latencies) // 2] * 1e3,
        p99_ms=latencies[len(latencies) * 99 // 100] * 1e3,
        idle_kib=(idle_kib - empty_kib) / sockets,
        kib=(used_kib - empty_kib) / sockets,
    )


async def _stop(rooms: list[Room]) -> None:
    """Let what is in flight arrive."""
    for room in rooms:
        room.is_stopping = True
    waiting = [asyncio.create_task(room.idle.wait()) for room in rooms]
    _, stuck = await asyncio.wait(waiting, timeout=30)
    for task in stuck:
        task.cancel()
    faults = [room.fault for room in rooms if room.fault]
    if faults or stuck:
        raise RuntimeError(f"{len(stuck)} rooms are stuck, {len(faults)} failed: {faults[:1]}")


async def _relay_rooms(running: Running, rooms: int) -> tuple[list[Room], float]:
    made = []
    for n in range(rooms):
        members: list[Socket] = [await connect(running.port, f"/ws?room-{n}") for _ in range(3)]
        made.append(Room((members[0], members[1], members[2]), f"room-{n}", 0))
    return made, running.memory_kib()


async def _product_rooms(running: Running, rooms: int) -> tuple[list[Room], float]:
    members = product.Members(running.port, rooms)
    await members.connect()
    idle_kib = running.memory_kib()
    return await members.meet(), idle_kib


@contextmanager
def _profiled(running: Running, options: argparse.Namespace) -> Iterator[None]:
    if options.profile is None:
        yield
        return
    import subprocess

    command = ["perf", "record", "-g", "-q", "-F", "999", "-o", options.profile]
    with subprocess.Popen([*command, "-p", str(running.process.pid)]) as perf:
        try:
            yield
        finally:
            perf.terminate()


# --- the report -----------------------------------------------------------------------------


def _line(figures: Figures) -> str:
    return (
        f"{figures.server:9s} {figures.cpu_us:6.1f} µs CPU a message"
        f" {figures.messages_per_s:7.0f}/s"
        f"  p50 {figures.p50_ms:6.2f} ms  p99 {figures.p99_ms:6.2f} ms"
        f"  {figures.idle_kib:5.1f} KiB idle {figures.kib:5.1f} KiB a connection"
        f"  {figures.messages} messages  {figures.note}"
    )


def _summarize(found: dict[str, list[Figures]]) -> bool:
    """The middle turn of each server, and ours over the others; whether it holds what it must."""
    middles = {
        server: sorted(turns, key=lambda each: each.cpu_us)[len(turns) // 2]
        for server, turns in found.items()
    }
    for middle in middles.values():
        print(f"{middle.sockets} sockets  {_line(middle)}")
    own = found.get("ours", [])
    ratios = {
        server: [ours.cpu_us / other.cpu_us for ours, other in zip(own, turns, strict=True)]
        for server, turns in found.items()
        if own and server != "ours"
    }
    for server, each in ratios.items():
        turns_ = ", ".join(f"{ratio:.2f}" for ratio in each)
        print(f"ours / {server}: {median(each):.2f} of the CPU a message ({turns_})")
    kept = not own or middles["ours"].kib <= MOST_KIB
    if "starlette" in ratios:
        kept = kept and median(ratios["starlette"]) <= MOST_CPU
    bounds = f"at most {MOST_CPU} × Starlette's CPU and {MOST_KIB} KiB a connection"
    print(f"{bounds}: {'held' if kept else 'NOT held'}")
    return kept


if __name__ == "__main__":
    sys.exit(main())
