"""What the wire costs: CPU a message of a relay on the short path, beside a bare Starlette relay.

`python -m scripts.bench.wire [messages]`. A room has three members; one sends a 54-character text,
and it is done when all three have it. Closed loop, one message in flight a room. The server runs
on one core, the load on another; the figure is the server's CPU time over messages done.
Run in turns, so compare within a run only: the ratio is what holds on a noisy machine.
"""

import asyncio
import os
import sys
import time
from asyncio.subprocess import PIPE
from statistics import median

import msgspec
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.core import events as e
from server.core.commands import PostMessage
from server.core.model import Author, Identity, Phase, Role
from server.wire import frames as f
from server.wire.direct import direct_protocol
from server.wire.limits import Limits
from server.wire.packet import Packet
from server.wire.session import Claims, Session
from server.wire.surroundings import Surroundings

ROOMS = 200
MEMBERS = 3
ROUNDS = 3
TEXT = (
    "您好，我的快递三天没有更新了，麻烦看一下到哪里了，"
    "什么时候能送到？一直在等，谢谢您。请尽快回复我一下，好不好？"
)


def envelope(command: PostMessage, seq: int, by: Author) -> e.Envelope:
    """What both relays send to the room."""
    return e.Envelope(
        room=command.room,
        seq=seq,
        at=seq,
        by=by,
        event=e.MessagePosted(body=command.body),
        phase=Phase.TWO_PARTY,
        ref=command.ref,
    )


class Relay:
    """A gateway without a service: the token names the room, what comes goes to all in it."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[Session]] = {}
        self.seq = 0

    def authenticate(self, token: str) -> Claims:
        return Claims(Identity(role=Role.BUYER, id=token), time.time() + 3_600)

    def join(self, session: Session, hello: f.Hello) -> None:
        self.rooms.setdefault(session.identity.id, []).append(session)
        session.send(f.Ready())

    def handle(self, session: Session, frame: PostMessage) -> None:
        self.seq += 1
        packet = Packet(envelope(frame, self.seq, session.identity.author))
        for member in self.rooms[session.identity.id]:
            member.send_packet(packet)

    def gone(self, session: Session) -> None:
        self.rooms.pop(session.identity.id, None)


def tutorial_relay() -> Starlette:
    """The same with Starlette's endpoint, as every tutorial has it."""
    rooms: dict[str, list[WebSocket]] = {}
    decode = msgspec.json.Decoder(f.Hello | PostMessage).decode
    encode = msgspec.json.Encoder().encode
    author = Author(role=Role.BUYER, id="b", name="")

    async def relay(websocket: WebSocket) -> None:
        await websocket.accept(subprotocol="sanfang.v1.json")
        hello = decode(await websocket.receive_text())
        members = rooms.setdefault(hello.token, [])
        members.append(websocket)
        await websocket.send_text('{"type":"ready"}')
        seq = 0
        try:
            while True:
                command = decode(await websocket.receive_text())
                seq += 1
                text = encode(envelope(command, seq, author)).decode()
                for member in members:
                    await member.send_text(text)
        except WebSocketDisconnect:
            members.remove(websocket)

    return Starlette(routes=[WebSocketRoute("/ws", relay)])


def serve(kind: str) -> None:
    """Be the server: print the port, then the CPU time at every line on stdin."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if kind == "direct":
        surroundings = Surroundings(Limits(rate_per_s=1e6, rate_burst=10**6))
        surroundings.open_to(Relay())
        app, ws = Starlette(), direct_protocol(surroundings)
    else:
        app, ws = tutorial_relay(), "websockets-sansio"
    config = uvicorn.Config(
        app, port=0, lifespan="off", log_config=None, ws=ws, ws_per_message_deflate=False
    )

    async def main() -> None:
        config.load()
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            print(time.process_time(), resident_kib(), flush=True)

    uvloop.run(main())


def resident_kib() -> int:
    """Memory of this process."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class Member(asyncio.Protocol):
    """A client that counts frames: cheap, and right as long as the server only sends whole ones."""

    def __init__(self, load: "Load", room: int, is_author: bool) -> None:
        self.load = load
        self.room = room
        self.is_author = is_author
        self.data = b""
        self.is_ready = asyncio.get_running_loop().create_future()
        self.is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(
            b"GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: sanfang.v1.json\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        data = self.data + data
        if not self.is_open:
            head, end, data = data.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 101 ")
            assert end
            self.is_open = True
            hello = {"type": "hello", "token": f"room-{self.room}", "client": CLIENT}
            self.transport.write(masked(msgspec.json.encode(hello)))
        while len(data) >= 4:
            length, head = data[1], 2
            if length == 126:
                length, head = int.from_bytes(data[2:4], "big"), 4
            if len(data) < head + length:
                break
            data = data[head + length :]
            if self.is_ready.done():
                self.load.arrived(self.room)
            else:
                self.is_ready.set_result(None)
        self.data = data


CLIENT = {"name": "bench", "version": "1.0.0", "device": "mobile"}


def masked(payload: bytes) -> bytes:
    """A client's text frame, with a mask of zeros."""
    if len(payload) < 126:
        return bytes((0x81, 0x80 | len(payload))) + bytes(4) + payload
    return bytes((0x81, 0xFE)) + len(payload).to_bytes(2, "big") + bytes(4) + payload


class Load:
    """All rooms of one run."""

    def __init__(self, messages: int) -> None:
        self.left = messages
        self.to_come = messages
        self.missing = [0] * ROOMS
        self.authors: list[Member] = []
        self.is_done = asyncio.get_running_loop().create_future()
        body = {"kind": "text", "text": TEXT}
        frame = {"type": "post_message", "ref": "c-12345678", "room": "room-1234", "body": body}
        self.post = masked(msgspec.json.encode(frame))

    def begin(self) -> None:
        for room in range(ROOMS):
            self.send(room)

    def send(self, room: int) -> None:
        if self.left:
            self.left -= 1
            self.missing[room] = MEMBERS
            self.authors[room].transport.write(self.post)

    def arrived(self, room: int) -> None:
        self.missing[room] -= 1
        if self.missing[room] == 0:
            self.to_come -= 1
            if self.to_come == 0:
                self.is_done.set_result(None)
            self.send(room)


async def measure(kind: str, messages: int) -> tuple[float, float]:
    """Microseconds of the server's CPU a message, and KiB of its memory a connection."""
    server = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scripts.bench.wire", "serve", kind), stdin=PIPE, stdout=PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None

    async def usage() -> tuple[float, int]:
        server.stdin.write(b"\n")
        cpu, memory = (await server.stdout.readline()).split()
        return float(cpu), int(memory)

    try:
        port = int(await server.stdout.readline())
        _, memory_before = await usage()
        load = Load(messages)
        loop = asyncio.get_running_loop()
        for room in range(ROOMS):
            for number in range(MEMBERS):
                _, member = await loop.create_connection(
                    lambda room=room, number=number: Member(load, room, number == 0),
                    "127.0.0.1",
                    port,
                )
                await member.is_ready
                if number == 0:
                    load.authors.append(member)
        cpu_before, memory = await usage()
        load.begin()
        await load.is_done
        cpu, _ = await usage()
    finally:
        server.kill()
        await server.wait()
    kib = (memory - memory_before) / (ROOMS * MEMBERS)
    return (cpu - cpu_before) / messages * 1e6, kib


async def compare(messages: int) -> None:
    """Both in turn, several times, and the ratio of each turn."""
    ratios = []
    for _ in range(ROUNDS):
        ours, our_kib = await measure("direct", messages)
        theirs, their_kib = await measure("starlette", messages)
        ratios.append(ours / theirs)
        print(
            f"direct {ours:5.1f} µs {our_kib:5.1f} KiB   starlette {theirs:5.1f} µs "
            f"{their_kib:5.1f} KiB   ratio {ratios[-1]:.2f}"
        )
    print(f"median ratio {median(ratios):.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
    else:
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
        uvloop.run(compare(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000))
