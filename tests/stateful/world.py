"""The whole service on a real file, its people on clients without sockets, and clocks by hand."""

import asyncio
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from server.app import authority_of, open_store
from server.auth import identity_of
from server.clock import DemoClock
from server.core import chain
from server.core import rooms as machine
from server.core.model import CarrierId, Order, OrderId, OrderStatus, Parcel, ParcelId, Role, ShopId
from server.gateway import room_id
from server.reader import shipped
from server.service import Service
from server.settings import Settings
from server.views import seen_by
from server.wire.limits import Limits
from server.wire.surroundings import Surroundings
from tests.stateful.law import Law
from tests.stateful.people import THREE_PARTY, Person

SECRET = "known to these tests and nobody else at all"
START = 1_790_000_000_000
SHOP, CARRIER = ShopId("s-1"), CarrierId("sto")
BUYERS = ("b-1", "b-2", "b-3")
MERCHANTS = ("m-1", "m-2")
AGENTS = ("l-1", "l-2")
ORDERS = 6  # of each buyer
ROOMS = {buyer: str(room_id(SHOP, buyer)) for buyer in BUYERS}


class Machine:
    """The machine's clock, standing until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> int:
        return self.at


class World:
    """Use `open`. `faults` is everything that was wrong so far; empty is what one hopes for."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.machine = Machine()
        self.counts: Counter[str] = Counter()
        self.audits = self.restarts = self.resumes = 0
        self._faults: list[str] = []
        self._heads: dict[str, int] = {}
        self.settings = Settings(
            database=f"sqlite:///{file}",
            demo=True,
            token_secret=SECRET,
            service_hours="00:00-24:00",
        )
        self.authority = authority_of(self.settings)
        policy = self.settings.policy()
        self.laws = {room: Law(room, SHOP, buyer, policy) for buyer, room in ROOMS.items()}
        self.people = {who.id: who for who in self._people()}

    def _people(self) -> list[Person]:
        claims: list[tuple[Role, str, dict[str, Any]]] = [
            *((Role.BUYER, each, {}) for each in BUYERS),
            *((Role.MERCHANT, each, {"shop": SHOP}) for each in MERCHANTS),
            *((Role.LOGISTICS, each, {"carrier": CARRIER, "badge": each}) for each in AGENTS),
            (Role.BOT, "bot-1", {"shop": SHOP}),
        ]
        people = []
        for role, sub, more in claims:
            identity = identity_of(role, sub, name=f"某{sub}", lead=sub == "l-2", **more)
            token = self.authority.mint(identity, expires_in_s=86_400)
            people.append(Person(identity, token, self._is_durable))
        return people

    # --- its life ---------------------------------------------------------------------------

    async def open(self) -> None:
        """Start on the file, fresh or not. Nobody is connected."""
        self.store = await open_store(self.settings)
        clock = DemoClock(machine=self.machine)
        self.service = Service(
            store=self.store,
            clock=clock,
            settings=self.settings,
            authority=self.authority,
            read=shipped().read,
        )
        await self.service.start()
        self._lasting = asyncio.all_tasks()
        self._own = sqlite3.connect(f"file:{self.file}?mode=ro", uri=True, isolation_level=None)
        limits = Limits(rate_per_s=1e9, rate_burst=10**6)
        self.surroundings = Surroundings(limits, now=lambda: 0.0, wall=lambda: START / 1000)
        self.surroundings.open_to(self.service.gateway)

    async def put_orders(self) -> None:
        """Every buyer has some parcels on the way."""
        await self.service.put_orders(
            [
                Order(
                    id=OrderId(f"{buyer}-o{n}"),
                    shop=SHOP,
                    buyer=buyer,
                    status=OrderStatus.SHIPPED,
                    placed_at=START - n,
                    parcels=(Parcel(id=ParcelId(f"{buyer}-p{n}"), carrier=CARRIER),),
                )
                for buyer in BUYERS
                for n in range(ORDERS)
            ]
        )

    async def close(self) -> None:
        """Stop; every socket is gone."""
        for person in self.people.values():
            person.disconnect()
        self._own.close()
        await self.service.stop()
        await self.store.close()

    async def restart(self) -> None:
        """Stop and start on the same file; the clocks do not notice."""
        await self.close()
        await self.open()
        self.restarts += 1

    async def quiet(self) -> None:
        """Everything that was asked is done, and all of it is durable."""
        while True:
            await self.store.flush()
            busy = asyncio.all_tasks() - self._lasting - {asyncio.current_task()}
            if not busy:
                return
            await asyncio.wait(busy)

    # --- what is right ----------------------------------------------------------------------

    @property
    def faults(self) -> list[str]:
        found = [*self._faults]
        for each in (*self.people.values(), *self.laws.values()):
            found += each.faults
        return found

    def _is_durable(self, room: str, seq: int) -> bool:
        """Whether the file has it, asked over a connection of our own."""
        if seq <= self._heads.get(room, 0):
            return True
        (head,) = self._own.execute(
            "SELECT max(events.seq) FROM events JOIN rooms ON rooms.no = events.room_no"
            " WHERE rooms.id = ?",
            (room,),
        ).fetchone()
        self._heads[room] = head or 0
        return seq <= self._heads[room]

    async def audit(self) -> None:
        """Hold the log against the law, memory against the log, and the people against both."""
        await self.quiet()
        self.audits += 1
        for room, law in self.laws.items():
            first = law.head
            for envelope in await self.store.events(room, after=first, upto=2**31):
                law.take(envelope, self.counts)
            links = await self.store.links(room, after=first, limit=2**31)
            for seq, found in enumerate(links, start=first + 1):
                self._hold_chain(law, seq, found.link, found.digest)
            self._hold_memory(law)
        for person in self.people.values():
            for law in self.laws.values():
                self._hold_person(person, law)

    def _hold_chain(self, law: Law, seq: int, link: bytes, digest: bytes) -> None:
        law.link = chain.link(law.link, law.log[seq], digest)
        if law.link != link:
            self._faults.append(f"{law.room} {seq}: the chain is broken (R41)")

    def _hold_memory(self, law: Law) -> None:
        cell = self.service.rooms.get(law.room)
        if cell is None:
            return
        if cell.room is not cell.shown:
            self._faults.append(f"{law.room}: more in memory than is shown")
        if cell.room != law.folded or cell.link != law.link:
            self._faults.append(f"{law.room}: memory is not what the log folds into")

    def _hold_person(self, person: Person, law: Law) -> None:
        room = law.room
        first = machine.visible_from(law.folded, person.identity)
        position = person.positions.get(room)
        if person.is_ready and law.head and first is not None and position != law.head:
            text = f"{person.id} is at {position} of {room}, the log at {law.head}"
            self._faults.append(text)
        for seq, frame in person.views.get(room, {}).items():
            envelope = law.log.get(seq)
            if envelope is None:
                self._faults.append(f"{person.id} saw {seq} of {room}, which is not there")
                continue
            shown = msgspec.json.decode(msgspec.json.encode(seen_by(envelope, person.identity)))
            if frame != shown:
                self._faults.append(f"{person.id} saw another {seq} of {room}")
        person.views.pop(room, None)  # seen, compared, and never to be seen again
        self._hold_promises(person, law)

    def _hold_promises(self, person: Person, law: Law) -> None:
        room, role = law.room, person.identity.role.value
        for ref, ack in person.acks.items():
            is_step = ack.get("room") == room and ack.get("at") is not None
            if is_step and law.refs.get((role, person.id, ref)) != ack["seq"]:
                self._faults.append(f"{ref} was acknowledged as {ack['seq']} and is not there")
        for named, seq in person.alerts:
            if named == room and law.log[seq].phase == THREE_PARTY:
                self._faults.append(f"alert for {seq} of {room}, written in a session (R25)")
        for named, opened_at in person.timers:
            if named == room and opened_at not in law.openers:
                self._faults.append(f"a countdown of {room} from {opened_at}: in a session (R30)")
        person.alerts = [each for each in person.alerts if each[0] != room]
        person.timers = [each for each in person.timers if each[0] != room]
