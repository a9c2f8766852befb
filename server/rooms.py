"""Rooms in memory: woken from the store, decided upon, due.

A cell that is here has all its dues in the timers. A room in which something is to come is never
let go, so nothing that is due needs a look into the store.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from hashlib import blake2b

from msgspec import Struct
from msgspec.structs import replace

from server.background import Background
from server.cell import Cell, agent_key
from server.clock import Clock
from server.core import commands as c
from server.core import rooms as machine
from server.core.errors import Refused
from server.core.facts import Facts
from server.core.intents import Reader
from server.core.model import (
    CarrierId,
    Client,
    Identity,
    Instant,
    Order,
    OrderId,
    Role,
    RoomId,
    ShopId,
    Stage,
    Switch,
)
from server.core.policy import Policy
from server.core.room import Room
from server.core.rulesets import RuleSet
from server.core.step import PLATFORM_IDENTITY, Ask
from server.delivery import Delivery
from server.desks import Desks
from server.hub import Hub
from server.journal import Journal, Unit
from server.shops import Shops
from server.store.store import RoomRow, Store, Write
from server.timers import Timers
from server.views import switch_frame

logger = logging.getLogger(__name__)

CELLS = 20_000  # rooms in memory before quiet ones are let go
RELOAD_S = 1.0  # between failures of the store and the next try, that a full disk is not hammered


class Evicted(Struct, frozen=True):
    """What outlives a room's eviction: what its desk was told, and what people were."""

    stored: Room
    told: dict[str, str]


def room_id(shop: ShopId, buyer: str) -> RoomId:
    """The one room of a buyer and a shop."""
    digest = blake2b(f"{shop}\n{buyer}".encode(), digest_size=12).hexdigest()
    return RoomId(f"r-{digest}")


class Rooms:
    """All rooms that this process serves."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        policy: Policy,
        rules: RuleSet,
        hub: Hub,
        shops: Shops,
        timers: Timers,
        read: Reader,
    ) -> None:
        self.store = store
        self.clock = clock
        self.policy = policy
        self.rules = rules
        self.hub = hub
        self.shops = shops
        self.timers = timers
        self.read = read
        self.desks = Desks(timers.now, policy, self._desk_changed)
        self.delivery = Delivery(hub, self.desks, shops, clock=clock)
        self.journal = Journal(store, policy=policy, rules=rules)
        self.journal.settled = self.delivery.settled
        self.journal.failed = self._failed
        self.journal.handled = self.desks.note
        self.delivery.cell = self.get
        self.background = Background()
        self.cells: dict[RoomId, Cell] = {}
        self._crowded = CELLS
        self._evicted: dict[RoomId, Evicted] = {}
        self._orders_known = 0  # grows with every change of orders
        self._failed_at_s = -RELOAD_S
        self.reload_s = RELOAD_S
        self._loading: dict[RoomId, asyncio.Task[Cell | None]] = {}
        self._assigning: set[CarrierId] = set()
        self.lost: Callable[[Unit, Exception], None] = lambda *_: None
        self.schedule: Callable[[Cell], None] = lambda _: None

    async def write(self, unit: Sequence[Write]) -> None:
        """Write beside the log; returns once it is durable."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def answered(fault: Exception | None) -> None:
            if done.cancelled():
                return
            if fault is None:
                done.set_result(None)
            else:
                done.set_exception(fault)

        self.store.write(unit, answered)
        await done

    # --- waking and letting go --------------------------------------------------------------

    def get(self, room: str) -> Cell | None:
        """A room that is in memory."""
        return self.cells.get(RoomId(room))

    async def load(self, room: RoomId) -> Cell | None:
        """A room, woken if it must be; None if there is none."""
        cell = self.cells.get(room)
        if cell is not None:
            return cell
        task = self._loading.get(room)
        if task is None:
            task = self._loading[room] = asyncio.ensure_future(self._wake(room))
            task.add_done_callback(lambda _: self._loading.pop(room, None))
            self.background.own(task)
        return await asyncio.shield(task)

    async def _wake(self, room: RoomId) -> Cell | None:
        evicted = self._evicted.get(room)
        if evicted is not None:
            await self.store.flush()  # what was on its way is answered before it is read
        known = self._orders_known
        stored = await self.store.load(room)
        if stored is None:
            self._evicted.pop(room, None)
            return None
        await self.shops.fetch(stored.row.shop)
        cell = Cell.wake(stored, rules=self.rules, policy=self.policy)
        if known != self._orders_known:
            cell.orders = await self.orders_of(cell.room.shop, cell.room.buyer)
        present = self.cells.get(room)
        return present if present is not None else self.adopt(cell)

    def adopt(self, cell: Cell) -> Cell:
        """Take a cell in: its session to its desk, its dues to the timers."""
        if len(self.cells) >= self._crowded:
            self._let_go()
        self.cells[cell.id] = cell
        evicted = self._evicted.pop(cell.id, None)
        if evicted is None:
            empty = Room(id=cell.id, shop=cell.room.shop, buyer=cell.room.buyer)
            self.desks.follow(empty, cell.room)
        else:
            cell.told = evicted.told
            self.desks.restore(evicted.stored, cell.room)
        self.schedule(cell)
        return cell

    def create(self, room: RoomId, shop: ShopId, who: Identity, order: OrderId | None) -> Cell:
        """A room that is not in the store yet; its first step is still to be taken."""
        row = RoomRow(room=room, shop=shop, buyer=who.id, buyer_name=who.name, order=order)
        return self.adopt(Cell(Room(id=room, shop=shop, buyer=who.id, buyer_name=who.name), row))

    async def member(self, who: Identity, room: RoomId) -> Cell:
        """A room that is theirs; the platform's are all.

        Raises:
            Refused: `forbidden`, also where there is no such room (R47).
        """
        cell = await self.load(room)
        if cell is None or cell.shown.stage is Stage.NEW:  # not stored yet, and perhaps never
            raise Refused("forbidden")
        if who.role is not Role.PLATFORM and not machine.is_member(cell.shown, who):
            raise Refused("forbidden")
        return cell

    def forget(self) -> None:
        """Let go of everything (demo reset)."""
        self.cells.clear()
        self._evicted.clear()
        self.desks.forget()

    def _let_go(self) -> None:
        """Quiet rooms leave memory: oldest first, last those that only shops know.

        They come to know every room in which something happens, and one of them is always there.
        """
        known = self.hub.rooms_of(Role.BUYER, Role.LOGISTICS)
        shops = self.hub.rooms_of(Role.MERCHANT, Role.BOT)
        quiet = [
            cell
            for cell in self.cells.values()
            if not (cell.waiting is not None or cell.is_ahead or cell.scheduled_at is not None)
            and cell.id not in known
        ]
        for cell in sorted(quiet, key=lambda cell: cell.id in shops):
            if len(self.cells) < CELLS * 9 // 10:
                break
            del self.cells[cell.id]
        self._crowded = max(CELLS, len(self.cells) * 11 // 10)

    def _failed(self, unit: Unit, fault: Exception) -> None:
        """A step that was not stored: its room is read anew, its author is told (R49)."""
        # The store has logged the fault, once for a whole batch.
        logger.warning("a step of room %s was not stored: %s", unit.cell.id, fault)
        self.evict(unit.cell)
        self.lost(unit, fault)

    def evict(self, cell: Cell) -> None:
        """Forget a room's state and read it anew; its desk goes by the store at once."""
        if self.cells.get(cell.id) is not cell:
            return
        del self.cells[cell.id]
        self.desks.restore(cell.room, cell.shown)
        if cell.shown.stage is Stage.NEW:
            return
        self._evicted[cell.id] = Evicted(cell.shown, cell.told)
        now_s = asyncio.get_running_loop().time()
        pause_s = 0.0 if now_s - self._failed_at_s > self.reload_s else self.reload_s
        self._failed_at_s = now_s
        self.background.spawn(self._reload(cell, pause_s))

    async def _reload(self, gone: Cell, pause_s: float) -> None:
        """Read a room anew at once: desks and timers count on it."""
        await asyncio.sleep(pause_s)
        cell = await self.load(gone.id)
        if cell is None:
            return
        at = self.now()
        if not self.shops.switch(cell.room.shop).enabled:
            self.platform(cell, c.SwitchOff(), at=at)  # it went off while the room was away
        sessions = (gone.room.session, cell.room.session)
        for carrier in {session.carrier for session in sessions if session is not None}:
            self.assign(carrier, at=at)

    # --- deciding ---------------------------------------------------------------------------

    def facts(self, cell: Cell) -> Facts:
        """What a decision about this room must know besides its log."""
        shop = cell.room.shop
        return Facts(
            switch=self.shops.switch(shop),
            rollout=self.shops.rollout,
            carriers=self.shops.carriers,
            orders=cell.orders,
            opened_order=cell.row.order,
            merchants=tuple(
                session.client
                for session in self.hub.agents_of(shop)
                if self.shops.is_available(session.identity)
            ),
            desk=self.desks.load,
            is_agent=lambda agent: self.shops.is_agent(shop, agent),
        )

    def ask(self, cell: Cell, who: Identity, *, at: Instant, client: Client | None = None) -> Ask:
        """Who asks, when, about this room."""
        facts = self.facts
        return Ask(
            by=who,
            at=at,
            facts=lambda: facts(cell),
            policy=self.policy,
            read=self.read,
            client=client,
        )

    def now(self) -> Instant:
        """The present, in which all that is due by now has happened (R57)."""
        now = self.clock.now()
        if self.timers.next_at <= now:
            self.timers.run(now)
        return now

    def platform(
        self, cell: Cell, command: c.PlatformCommand, *, at: Instant, to_head: bool = False
    ) -> None:
        """What the platform does by itself; nothing where the room has moved on."""
        before = cell.room
        step = machine.lapse(before, command, self.ask(cell, PLATFORM_IDENTITY, at=at))
        if step.drafts:
            self.journal.append(cell, step.drafts, at=at)
            self.stepped(cell, before, at=at, to_head=to_head)

    def stepped(self, cell: Cell, before: Room, *, at: Instant, to_head: bool = False) -> None:
        """After a step: the desk follows, and what is to come is scheduled."""
        if before.session is not cell.room.session and _other_turn(before, cell.room):
            self.desks.follow(before, cell.room, to_head=to_head)
            session = before.session or cell.room.session
            if session is not None:
                self.assign(session.carrier, at=at)
        if before.stage is not cell.room.stage or cell.room.session is None:
            self.schedule(cell)

    def requeue(self, carrier: CarrierId, cells: Sequence[Cell], *, at: Instant) -> None:
        """Let all wait again at the head, before any is given away (R45)."""
        self._assigning.add(carrier)
        try:
            # Each goes to the very head: the one that was accepted first goes last.
            for cell in sorted(cells, key=_accepted, reverse=True):
                self.platform(cell, c.Leave("disconnected"), at=at, to_head=True)
        finally:
            self._assigning.discard(carrier)
        self.assign(carrier, at=at)

    def assign(self, carrier: CarrierId, *, at: Instant) -> None:
        """Waiting sessions to free agents (R44)."""
        if carrier in self._assigning:
            return
        self._assigning.add(carrier)
        try:
            for room, agent in self.desks.assignments(carrier):
                cell = self.cells.get(room)
                if cell is not None:
                    self.platform(cell, c.Join(agent), at=at)
        finally:
            self._assigning.discard(carrier)

    def _desk_changed(self, carrier: CarrierId) -> None:
        self.delivery.desk_changed(carrier)

    # --- settings ---------------------------------------------------------------------------

    async def set_switch(
        self,
        shop: ShopId,
        by: Identity,
        *,
        expected_version: int | None = None,
        **changes: bool | None,
    ) -> Switch:
        """Change a switch; when it goes off the open cards go at once (R15)."""
        switch = await self.shops.set_switch(
            shop, by, at=self.now(), expected_version=expected_version, **changes
        )
        at = self.now()
        if not switch.enabled:
            theirs = [cell for cell in self.cells.values() if cell.room.shop == shop]
            for cell in theirs:
                self.platform(cell, c.SwitchOff(), at=at)
        self.hub.send_to(self.hub.agents_of(shop), switch_frame(switch))
        await self.store.flush()
        return switch

    async def refresh_orders(self, shop: ShopId, buyer: str) -> None:
        """A buyer's orders in a shop have changed."""
        self._orders_known += 1
        cell = self.cells.get(room_id(shop, buyer))
        if cell is not None:
            cell.orders = tuple(await self.store.orders(shop, buyer))

    async def orders_of(self, shop: ShopId, buyer: str) -> tuple[Order, ...]:
        """A buyer's orders in a shop, for a room that is not in memory."""
        while True:
            known = self._orders_known
            orders = tuple(await self.store.orders(shop, buyer))
            if known == self._orders_known:
                return orders

    async def put_order(self, cell: Cell, order: OrderId) -> None:
        """The buyer came with this order (R6)."""
        before = cell.row.order
        cell.row = replace(cell.row, order=order)  # rows that are written meanwhile keep it
        try:
            await self.write([cell.row])
        except Exception:
            if cell.row.order == order:
                cell.row = replace(cell.row, order=before)
            raise


def _accepted(cell: Cell) -> tuple[Instant, RoomId]:
    session = cell.room.session
    return (session.accepted_at if session is not None else 0, cell.id)


def _other_turn(before: Room, after: Room) -> bool:
    """Whether a session began, ended or changed hands, not only went on."""
    if before.session is None or after.session is None:
        return True
    return agent_key(before) != agent_key(after)
