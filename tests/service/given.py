"""A service on a real file whose commits can be held and made to fail, and people without sockets.

The clocks are moved by hand. `House.open` starts everything, `House.close` ends it.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from server.app import authority_of
from server.auth import identity_of
from server.clock import DemoClock
from server.core.errors import StoreUnavailable
from server.core.intents import Reader, Reading
from server.core.model import (
    Carrier,
    CarrierId,
    Identity,
    Order,
    OrderId,
    OrderStatus,
    Parcel,
    ParcelId,
    Role,
    RoomId,
    ShopId,
)
from server.reader import shipped
from server.rooms import room_id
from server.service import Service
from server.settings import Settings
from server.store.sqlite import SqliteStore
from server.store.store import Done, StoredRoom, Write
from server.wire.limits import Limits
from server.wire.packet import JSON
from server.wire.session import Session
from server.wire.surroundings import Surroundings
from tests.wire.fakes import FakeLink

Frame = dict[str, Any]
SECRET = "known to these tests and to nobody else at all"
START = 1_790_000_000_000
SHOP, STO = ShopId("s-1"), CarrierId("sto")
SECOND, MINUTE = 1_000, 60_000
DEADLINE_S = 10


class BrittleStore(SqliteStore):
    """Holds batches back while `gate` is shut; fails them while `is_full`."""

    gate: asyncio.Event
    is_full = False
    failed = 0  # units that were not stored
    is_slow = False  # to load
    written = 0  # units that were given

    async def _start(self) -> None:
        self.gate = asyncio.Event()
        self.gate.set()
        await super()._start()

    async def load(self, room: RoomId) -> StoredRoom | None:
        found = await super().load(room)
        for _ in range(10 * self.is_slow):
            await asyncio.sleep(0)
        return found

    def write(self, unit: Sequence[Write], done: Done) -> None:
        self.written += 1
        super().write(unit, done)

    async def _commit(self, batch: list[tuple[Any, Done]]) -> None:
        await self.gate.wait()
        if not self.is_full:
            await super()._commit(batch)
            return
        self.failed += sum(1 for unit, _ in batch if unit)
        for _, done in batch:
            done(StoreUnavailable("the disk is full"))

    @property
    def queued(self) -> int:
        """How many wait, those who only want to know included."""
        return len(self._waiting)

    @property
    def waiting(self) -> list[Write]:
        """What was written and is not in a batch yet."""
        return [write for unit, _ in self._waiting for write in unit]


class Machine:
    """The machine's clock, standing still."""

    at = START

    def now(self) -> int:
        return self.at


class Person:
    """Somebody's socket: what it says, and what it hears."""

    def __init__(self, house: "House", identity: Identity, **client: Any) -> None:
        self.identity = identity
        self.link = FakeLink(JSON)
        self.session = Session(self.link, JSON, shared=house.surroundings)
        house.surroundings.sessions.add(self.session)
        self._token = house.authority.mint(identity, expires_in_s=86_400)
        self._refs = 0
        self._client = {"name": "web", "version": "1.2.3", "device": "desktop", **client}

    def hello(self, **more: Any) -> None:
        self.say({"type": "hello", "token": self._token, "client": self._client, **more})

    def say(self, frame: Frame) -> None:
        self.session.receive(msgspec.json.encode(frame), True)

    def ask(self, kind: str, ref: str | None = None, **fields: Any) -> str:
        """Send a frame with a `ref`, a new one unless told; the ref."""
        if ref is None:
            self._refs += 1
            ref = f"{self.identity.id}-{self._refs}"
        self.say({"type": kind, "ref": ref, **fields})
        return ref

    def post(self, room: str, text: str = "在吗", ref: str | None = None) -> str:
        return self.ask("post_message", ref, room=room, body={"kind": "text", "text": text})

    def leave(self) -> None:
        self.session.lost()

    def heard(self, kind: str | None = None, /, **fields: Any) -> list[Frame]:
        """Everything so far of this type and with these fields."""
        found = [frame for frame in self.link.frames if kind in (None, frame["type"])]
        return [f for f in found if all(f.get(name) == value for name, value in fields.items())]

    def events(self, room: str) -> list[str]:
        """The kinds of events of a room, in the order heard."""
        return [frame["event"]["kind"] for frame in self.heard("event", room=room)]

    def seqs(self, room: str) -> list[int]:
        return [frame["seq"] for frame in self.heard("event", room=room)]

    def answer(self, ref: str) -> Frame | None:
        """The one answer to what was asked; None while there is none."""
        found = [frame for frame in self.link.frames if frame.get("ref") == ref]
        answers = [frame for frame in found if frame["type"] != "event"]
        assert len(answers) <= 1, answers
        return answers[0] if answers else None

    def code(self, ref: str) -> str | None:
        """How it was refused; None where it was not."""
        answer = self.answer(ref)
        return answer["code"] if answer is not None and answer["type"] == "error" else None

    def forget(self) -> None:
        """Start listening anew."""
        self.link.frames.clear()


class House:
    """Use `open`."""

    def __init__(self, file: Path) -> None:
        self.settings = Settings(
            database=f"sqlite:///{file}",
            demo=True,
            token_secret=SECRET,
            service_hours="00:00-24:00",
        )
        self.authority = authority_of(self.settings)
        self.machine = Machine()
        self.people: list[Person] = []
        self.read: Reader = shipped().read

    async def open(self, *, slow_loads: bool = False) -> "House":
        """Start on the file, fresh or not. Slow loads let the loop turn before each answer."""
        self.store = await BrittleStore.open(self.settings.database)
        self.store.is_slow = slow_loads
        self.service = Service(
            store=self.store,
            clock=DemoClock(machine=self.machine),
            settings=self.settings,
            authority=self.authority,
            read=self._reads,
        )
        self.service.rooms.reload_s = 0.01
        await self.service.start()
        limits = Limits(rate_per_s=1e9, rate_burst=10**6)
        self.surroundings = Surroundings(limits, now=lambda: 0.0, wall=lambda: START / 1000)
        self.surroundings.open_to(self.service.gateway)
        return self

    def _reads(self, text: str) -> Reading:
        """By the reader of the moment: a test may change it."""
        return self.read(text)

    async def close(self) -> None:
        self.store.is_full = False
        self.store.gate.set()
        await self.service.stop()
        await self.store.close()

    async def restart(self) -> None:
        """Everybody's socket is gone, and the process with its memory."""
        await self.close()
        self.people.clear()
        await self.open()

    # --- time -------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self.service.clock.now()

    async def quiet(self) -> None:
        """Everything that was asked is done and all of it is answered."""
        async with asyncio.timeout(DEADLINE_S):
            while True:
                written = self.store.written
                await self.store.flush()
                busy = [task for task in asyncio.all_tasks() if _is_ours(task)]
                if busy:
                    await asyncio.wait(busy)
                elif self.store.written == written:
                    return

    async def until(self, holds: Callable[[], Any]) -> None:
        """Let the loop turn until it holds."""
        async with asyncio.timeout(DEADLINE_S):
            while not holds():  # noqa: ASYNC110 - anything may make it hold
                await asyncio.sleep(0)

    async def advance(self, by_ms: int) -> None:
        await self.service.advance(self.now + by_ms)
        await self.quiet()

    # --- people -----------------------------------------------------------------------------

    def arrive(self, role: Role, sub: str, **more: Any) -> Person:
        """Somebody says hello; they are not ready yet."""
        hello = more.pop("hello", {})
        client = more.pop("client", {})
        if role in (Role.MERCHANT, Role.BOT):
            more.setdefault("shop", SHOP)
        if role is Role.LOGISTICS:
            more = {"carrier": STO, "badge": f"K-{sub}", **more}
        identity = identity_of(role, sub, name=f"某{sub}", **more)
        person = Person(self, identity, **client)
        self.people.append(person)
        person.hello(**hello)
        return person

    async def come(self, role: Role, sub: str, **more: Any) -> Person:
        """Somebody comes in, up to `ready`."""
        person = self.arrive(role, sub, **more)
        await self.quiet()
        assert person.heard("ready"), person.link.frames
        return person

    async def buyer(self, sub: str = "b-1", **more: Any) -> Person:
        return await self.come(Role.BUYER, sub, **more)

    async def merchant(self, sub: str = "m-1", **more: Any) -> Person:
        return await self.come(Role.MERCHANT, sub, **more)

    async def courier(self, sub: str = "l-1", *, capacity: int = 5, **more: Any) -> Person:
        """A logistics agent who is online."""
        person = await self.come(Role.LOGISTICS, sub, **more)
        await self.do(person, "set_status", status="online", capacity=capacity)
        return person

    # --- what they do -----------------------------------------------------------------------

    async def do(self, person: Person, kind: str, **fields: Any) -> Frame:
        """Ask, and have it acknowledged."""
        ref = person.ask(kind, **fields)
        await self.quiet()
        answer = person.answer(ref)
        assert answer is not None
        assert answer["type"] == "ack", answer
        return answer

    async def do_now(self, person: Person, kind: str, **fields: Any) -> Frame:
        """As `do`, from within what the service waits for."""
        ref = person.ask(kind, **fields)
        await self.until(lambda: person.answer(ref))
        return person.answer(ref) or {}

    async def opened(self, buyer: Person) -> str:
        """The buyer's room, with an order that can be invited for."""
        await self.put_order(buyer.identity.id)
        return str((await self.do(buyer, "open_room", shop=SHOP))["room"])

    async def put_order(self, buyer: str, order: str | None = None, **more: Any) -> Order:
        one = Order(
            id=OrderId(order or f"{buyer}-o"),
            shop=more.pop("shop", SHOP),
            buyer=buyer,
            status=more.pop("status", OrderStatus.SHIPPED),
            placed_at=START,
            parcels=(Parcel(id=ParcelId(f"{buyer}-p"), carrier=more.pop("carrier", STO)),),
            **more,
        )
        await self.service.put_orders([one])
        return one

    async def offered(self, merchant: Person, room: str) -> str:
        """The merchant's card."""
        return str((await self.do(merchant, "offer_invite", room=room))["invite"])

    async def accepted(self, buyer: Person, merchant: Person, room: str) -> str:
        """A card that the buyer agreed to; the session."""
        invite = await self.offered(merchant, room)
        ack = await self.do(buyer, "answer_invite", room=room, invite=invite, accept=True)
        return str(ack["session"])

    async def kinds(self, room: str) -> list[str]:
        """The kinds of events of a room as they are stored."""
        await self.quiet()
        log = await self.store.events(room, after=0, upto=2**31)
        return [str(envelope.event.__struct_config__.tag) for envelope in log]


def _is_ours(task: asyncio.Task[Any]) -> bool:
    """Whether it is work of the service, and such as comes to an end."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "/server/" in code.co_filename and task.get_name() != "store"


def room_of(buyer: str) -> str:
    return str(room_id(SHOP, buyer))


__all__ = ["MINUTE", "SECOND", "SHOP", "START", "STO", "Carrier", "House", "Person", "room_of"]
