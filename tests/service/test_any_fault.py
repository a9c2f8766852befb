"""Anything may be asked while commits fail now and then; afterwards memory is what the log says.

Each seed plays another game. `PLAYED` says how long.
"""

import asyncio
import random
from typing import Any

import pytest

from server.core import chain
from server.core import rooms as machine
from server.core.model import Role, RoomId
from server.core.room import Room
from tests.service.given import SHOP, STO, House, Person, room_of

pytestmark = pytest.mark.anyio

BUYERS, COURIERS = ("b-1", "b-2", "b-3"), ("l-1", "l-2")
PLAYED = 150  # moves
WORDS = ("在吗", "我的快递到哪了，一直没收到货", "好的谢谢")


class Game:
    """People who do anything, in any order."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.random = random.Random(seed)
        self.people: dict[str, Person] = {}
        self.all: list[Person] = []

    async def begin(self) -> None:
        self.house.service.rooms.reload_s = 0.001
        for name in ("m-1", *BUYERS, *COURIERS):
            self.arrive(name)
        await self.house.quiet()
        for name in BUYERS:
            await self.house.put_order(name)
            await self.house.do(self.people[name], "open_room", shop=SHOP)
        for name in COURIERS:
            self.people[name].ask("set_status", status="online", capacity=2)
        await self.house.quiet()

    def arrive(self, name: str) -> None:
        role = {"m": Role.MERCHANT, "b": Role.BUYER, "l": Role.LOGISTICS}[name[0]]
        self.people[name] = self.house.arrive(role, name)
        self.all.append(self.people[name])

    async def move(self) -> None:
        pick, roll = self.random.choice, self.random.random()
        if roll < 0.07:
            self.house.store.is_full = not self.house.store.is_full
        elif roll < 0.12:
            name = pick([*COURIERS, *BUYERS, "m-1"])
            self.people[name].leave()
            self.arrive(name)
        elif roll < 0.22:
            self.house.service.clock.advance(pick((1_000, 31_000, 61_000, 200_000)))
            self.house.service.timers.run(self.house.now)
        elif roll < 0.27:
            self.house.store.gate.clear()
        elif roll < 0.35:
            self.house.store.gate.set()
            await self.house.until(lambda: not self.house.store.queued)
        elif roll < 0.45:
            await asyncio.sleep(0)
        else:
            self.ask(pick([*BUYERS, *COURIERS, "m-1", "m-1"]))

    def ask(self, name: str) -> None:
        pick, person = self.random.choice, self.people[name]
        room = room_of(name if name in BUYERS else pick(BUYERS))
        cell = self.house.service.rooms.get(room)
        state = cell.room if cell is not None else None
        card = state.cards[-1].id if state is not None and state.cards else f"{room}.i1"
        session = state.session.id if state is not None and state.session else f"{room}.s1"
        ref = pick((None, None, None, f"{name}-1"))  # now and then one that was used
        asks: dict[str, list[dict[str, Any]]] = {
            "b": [
                {"kind": "answer_invite", "invite": card, "accept": True},
                {"kind": "answer_invite", "invite": card, "accept": True},
                {"kind": "answer_invite", "invite": card, "accept": False},
                {"kind": "reopen_invite", "invite": card},
            ],
            "m": [
                *[{"kind": "offer_invite"}] * 3,
                {"kind": "set_switch", "enabled": pick((True, True, False))},
            ],
            "l": [{"kind": "set_status", "status": pick(("online", "online", "paused"))}],
        }
        said = {"kind": "post_message", "body": {"kind": "text", "text": pick(WORDS)}}
        common: list[dict[str, Any]] = [
            said,
            {"kind": "recall_message", "seq": self.random.randint(1, 20)},
            {"kind": "end_session", "session": session},
        ]
        frame = pick([*common, *asks[name[0]]])
        person.ask(ref=ref, **({"room": room} | frame))

    # --- what must be so --------------------------------------------------------------------

    async def audit(self) -> None:
        self.house.store.is_full = False
        self.house.store.gate.set()
        await self.house.quiet()
        service = self.house.service
        held: dict[str, set[str]] = {name: set() for name in COURIERS}
        waiting = set()
        for name in BUYERS:
            folded = await self.folded(room_of(name))
            cell = await service.rooms.load(RoomId(room_of(name)))
            assert cell is not None
            assert cell.room is cell.shown
            assert cell.room == folded
            switch = service.shops.switch(SHOP)
            assert switch == (await self.house.store.switch(SHOP) or switch)
            assert switch.enabled or folded.open_card is None  # R15
            session = folded.session
            if session is not None and session.agent is not None:
                held[session.agent.id].add(folded.id)
            elif session is not None:
                waiting.add(folded.id)
            await self.hold_people(folded)
        for name in COURIERS:
            worker = service.desks.worker(STO, name)
            assert worker is not None
            assert worker.rooms == held[name]
        assert {each.room for each in service.desks.queue(STO)} == waiting
        assert not service.desks.assignments(STO), "somebody waits who could be served"

    async def folded(self, room: str) -> Room:
        store, link = self.house.store, chain.GENESIS
        row = await store.room_row(RoomId(room))
        assert row is not None
        state = Room(id=row.room, shop=row.shop, buyer=row.buyer, buyer_name=row.buyer_name)
        for found in await store.links(RoomId(room), after=0, limit=10**6):
            assert found.envelope is not None
            state = machine.evolve(state, found.envelope, self.house.service.policy)
            link = chain.link(link, found.envelope, found.digest)
            assert link == found.link
        return state

    async def hold_people(self, room: Room) -> None:
        log = await self.house.store.events(room.id, after=0, upto=room.seq)
        kinds = {each.seq: str(each.event.__struct_config__.tag) for each in log}
        for person in self.all:
            last: int | None = None
            for frame in person.link.frames:
                if frame.get("room") != room.id:
                    continue
                if frame["type"] == "room":
                    last = frame["after"]
                elif frame["type"] == "event":
                    assert last is not None
                    assert frame["seq"] == last + 1
                    assert kinds[frame["seq"]] == frame["event"]["kind"]
                    last = frame["seq"]
                elif frame["type"] == "ack" and "at" in frame:
                    assert log[frame["seq"] - 1].ref == frame["ref"]
        for person in self.people.values():
            position = person.session.rooms.get(room.id)
            is_theirs = machine.is_member(room, person.identity)
            assert position == (room.seq if is_theirs else None)


@pytest.mark.parametrize("seed", range(8))
async def test_r49_whatever_fails_memory_is_what_the_log_says(house: House, seed: int) -> None:
    game = Game(house, seed)
    await game.begin()
    for number in range(PLAYED):
        await game.move()
        if number % 50 == 49:
            await game.audit()
