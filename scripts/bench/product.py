"""The real server under the benchmark: its settings, its rooms, and what its file must hold.

Everything is as in production but for three settings, named in `SETTINGS` with why. Tokens are
real, consent is given, each room is in a logistics session with a courier's agent in it.
"""

import asyncio
import json
import re
import sqlite3
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

from scripts.bench.processes import Running
from scripts.bench.sockets import Room, Socket, connect
from server.auth import Authority, identity_of
from server.core.model import Role

SECRET = "the benchmark's own secret, 32 bytes or more"
SETTINGS = {
    "SANFANG_TOKEN_SECRET": SECRET,
    # A closed loop sends as fast as it is answered, above the 20 frames/s of a person.
    "SANFANG_RATE_PER_S": "1000000",
    "SANFANG_RATE_BURST": "1000000",
    # Invites are made at any hour (R4), that the benchmark runs at any hour.
    "SANFANG_SERVICE_HOURS": "00:00-24:00",
    "SANFANG_DRAIN_S": "0.1",
    "SANFANG_LOG_LEVEL": "warning",
}
CARRIERS = ("zto", "sto", "yunda", "yto")
AT_ONCE = 20  # rooms that are set up side by side
_authority = Authority({None: SECRET})


def token(role: str, sub: str, **claims: Any) -> str:
    """A token as the platform would give it."""
    return _authority.mint(
        identity_of(Role(role), sub, name="某某某", **claims), expires_in_s=7_200
    )


def put_orders(running: Running, rooms: int) -> None:
    """One order a room, over HTTP."""
    lines = [
        json.dumps(
            {
                "id": f"o-{n}",
                "shop": f"shop-{n}",
                "buyer": f"buyer-{n}",
                "status": "shipped",
                "placed_at": 1_790_000_000_000,
                "parcels": [{"id": f"p-{n}", "carrier": CARRIERS[n % len(CARRIERS)]}],
            }
        )
        for n in range(rooms)
    ]
    request = urllib.request.Request(
        f"http://127.0.0.1:{running.port}/api/v1/orders",
        data="\n".join(lines).encode(),
        headers={
            "Authorization": f"Bearer {token('platform', 'bench')}",
            "Content-Type": "application/x-ndjson",
        },
    )
    with urllib.request.urlopen(request) as response:
        assert response.status in {200, 201, 204}, response.status


def metrics(running: Running) -> str:
    """What the server says of itself."""
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/metrics") as response:
        text: str = response.read().decode()
    return text


def assert_durable(text: str) -> None:
    """What the connection that writes says when it is asked: WAL, and a sync at each commit."""
    wanted = 'sanfang_store_durability{journal_mode="wal",synchronous="2"} 1.0'
    assert wanted in text, f"not durable: {re.findall('sanfang_store_dur.*', text)}"


def commits(text: str) -> tuple[float, float]:
    """Commits and units so far."""
    count = re.search(r"^sanfang_commit_units_count (\S+)$", text, re.MULTILINE)
    units = re.search(r"^sanfang_commit_units_sum (\S+)$", text, re.MULTILINE)
    assert count is not None
    assert units is not None
    return float(count[1]), float(units[1])


class Members:
    """The three of each room: connected first, then brought together."""

    def __init__(self, port: int, rooms: int) -> None:
        self._port = port
        self._rooms = rooms
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def connect(self) -> None:
        """Everybody says hello and is welcome."""
        found = await asyncio.gather(*map(self._three, range(self._rooms)))
        self.sockets = found

    async def _three(self, n: int) -> tuple[Socket, Socket, Socket]:
        async with self._at_once:
            carrier = CARRIERS[n % len(CARRIERS)]
            buyer = await self._hello(token("buyer", f"buyer-{n}"))
            merchant = await self._hello(token("merchant", f"m-{n}", shop=f"shop-{n}"))
            agent = await self._hello(token("logistics", f"l-{n}", carrier=carrier))
        return buyer, merchant, agent

    async def _hello(self, token: str) -> Socket:
        socket = await connect(self._port, "/ws")
        client = {"name": "bench", "version": "1.0.0", "device": "desktop"}
        socket.send(type="hello", token=token, client=client)
        await socket.until("ready")
        return socket

    async def meet(self) -> list[Room]:
        """Each buyer asks its shop, is invited, agrees, and an agent comes."""
        agents = [agent for _, _, agent in self.sockets]
        for agent in agents:
            agent.send(type="set_status", ref="on", status="online", capacity=1)
        for agent in agents:
            await agent.until("ack", ref="on")
        entered = asyncio.gather(*map(self._enter, agents))
        heads = await asyncio.gather(*map(self._bring_together, range(self._rooms)))
        agent_of = {room: (agent, seq) for room, agent, seq in await entered}
        made = []
        for n, room in enumerate(heads):
            buyer, merchant, _ = self.sockets[n]
            agent, seq = agent_of[room]
            for each in (buyer, merchant):
                await each.until("event", seq=seq)
            made.append(Room((buyer, merchant, agent), room, seq))
        return made

    async def _bring_together(self, n: int) -> str:
        """One room from its opening to the acceptance; its id."""
        buyer, merchant, _ = self.sockets[n]
        async with self._at_once:
            buyer.send(type="open_room", ref="open", shop=f"shop-{n}")
            room: str = (await buyer.until("ack", ref="open"))["room"]
            await merchant.event("room_opened")
            merchant.send(type="offer_invite", ref="invite", room=room, order=f"o-{n}")
            invite = (await merchant.until("ack", ref="invite"))["invite"]
            buyer.send(type="answer_invite", ref="yes", room=room, invite=invite, accept=True)
            await buyer.event("agent_joined")
            await merchant.event("agent_joined")
        return room

    async def _enter(self, agent: Socket) -> tuple[str, Socket, int]:
        """An agent comes into a room and speaks at once: the silent lose their session (R44)."""
        room = (await agent.until("room"))["room"]
        await agent.event("agent_joined")
        body = {"kind": "text", "text": "在的"}
        agent.send(type="post_message", ref="hi", room=room, body=body)
        ack = await agent.until("ack", ref="hi")
        return room, agent, ack["seq"]


def assert_stored(path: Path, rooms: list[Room]) -> int:
    """Every counted message is in the file, once and in order; how many there are."""
    found: dict[str, list[str]] = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT rooms.id, events.ref FROM events JOIN rooms ON rooms.no = events.room_no"
            " WHERE events.kind = 'message_posted' AND events.ref LIKE 'b%' ORDER BY events.pos"
        )
        for room, ref in rows:
            found.setdefault(room, []).append(ref)
    for room in rooms:
        refs = found[room.room]
        assert refs == [f"b{n}" for n in range(room.posted)], f"{room.room}: {len(refs)}"
    return sum(room.posted for room in rooms)
