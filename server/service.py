"""The product behind the sockets and the HTTP endpoints; `app` puts it together.

Gateway    what sockets ask          Rooms      rooms in memory, what falls due in them
Presences  who comes and goes        Journal    steps to the store
Joining    hello to ready, gaps      Delivery   steps to people
Shops      switches, roll-out, staff Desks      the couriers' queues
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Sequence

from msgspec import json

from server.auth import Authority
from server.cell import Cell
from server.clock import Clock, DemoClock
from server.core import verdicts
from server.core.errors import Refused
from server.core.intents import Reader
from server.core.model import (
    Carrier,
    CarrierId,
    Client,
    Identity,
    Instant,
    Order,
    OrderId,
    Role,
    Rollout,
    RoomId,
    ShopId,
    Switch,
)
from server.core.policy import HOUR
from server.core.records import Priority
from server.core.room import OpenSession, Room
from server.core.rulesets import RULESETS
from server.explain import Explained, explain_invite, orders_with_reasons
from server.gateway import Gateway
from server.hub import Hub
from server.joining import Joining
from server.lapses import Lapses
from server.presence import Presences
from server.rooms import Rooms
from server.settings import Settings
from server.shops import Shops
from server.store.store import PutMeta, PutOrders, Store
from server.timers import Timers
from server.wire.frames import Bye

logger = logging.getLogger(__name__)

EPOCH, OFFSET = "epoch", "clock_offset_ms"
CAPACITY = 5  # of a new logistics agent (R44)


class Service:
    """Everything between the edges and the store."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: Settings,
        authority: Authority,
        read: Reader,
    ) -> None:
        """`read` is how buyers' words are understood (R9)."""
        self.store = store
        self.clock = clock
        self.policy = settings.policy()
        self.rules = RULESETS[self.policy.rules]
        self._settings = settings
        self._putting_orders = asyncio.Lock()
        self._demo = asyncio.Lock()  # the clock and the fresh start take turns
        self.hub = Hub()
        self.timers = Timers(clock)
        self.shops = Shops(store, self._write)
        self.rooms = Rooms(
            store=store,
            clock=clock,
            policy=self.policy,
            rules=self.rules,
            hub=self.hub,
            shops=self.shops,
            timers=self.timers,
            read=read,
        )
        self.desks = self.rooms.desks
        self.lapses = Lapses(self.rooms)
        self.joining = Joining(
            self.rooms,
            self.hub,
            self.shops,
            self.lapses,
            replay=settings.replay_events,
            shop_rooms=settings.merchant_rooms,
        )
        self.presences = Presences(
            self.rooms,
            self.hub,
            self.joining,
            self.lapses,
            sockets=settings.sockets_per_identity,
            capacity=CAPACITY,
            limits=_limits(settings),
            heartbeat_ms=round(settings.ping_s * 1000),
            upgrade_url=settings.upgrade_url,
        )
        self.gateway = Gateway(
            self.rooms,
            self.presences,
            authority=authority,
            rooms_per_hour=settings.rooms_per_hour,
        )

    async def _write(self, unit: Sequence[object]) -> None:
        await self.rooms.write(unit)  # type: ignore[arg-type]  # `Write` is a union

    # --- life -------------------------------------------------------------------------------

    async def start(self) -> None:
        """Read what must be known, wake what is alive. Nothing is served before."""
        await self._recall_clock()
        await self._recall_epoch()
        await self.shops.load(self._settings.carriers)
        self.lapses.is_starting = True
        for record in self.shops.staff():
            if record.role is Role.LOGISTICS:
                self.desks.put(record)
        with self.timers.held():  # until every room is there: one may hold what another needs
            await self._wake_rooms()
        self.timers.run(self.clock.now())
        self.lapses.is_starting = False
        await self.store.flush()

    async def _wake_rooms(self) -> None:
        # Every desk counts as just disconnected (R45).
        for record in self.shops.staff():
            who = Identity(role=Role.LOGISTICS, id=record.id, carrier=CarrierId(record.owner))
            if record.role is Role.LOGISTICS and not self.hub.is_online(who.key):
                self.lapses.drop(who)
        for carrier in self.shops.carriers:
            for handled in await self.store.handled(carrier, since=self.clock.now() - HOUR):
                self.desks.note(handled)
        alive = [room for _, room in await self.store.rooms_due()]
        for room in dict.fromkeys([*await self.store.rooms_with_session(), *alive]):
            cell = await self.rooms.load(room)
            if cell is not None and cell.room.session is not None:
                await self._recall_priority(cell.room, cell.room.session)

    async def _recall_priority(self, room: Room, session: OpenSession) -> None:
        stored = await self.store.meta(Priority.key(room.id))
        head = None if stored is None else json.decode(stored, type=Priority)
        if head is not None and head.session == session.id:
            self.desks.recall_priority(room, head.at)

    async def _recall_clock(self) -> None:
        stored = await self.store.meta(OFFSET)
        if stored is not None and isinstance(self.clock, DemoClock):
            self.clock.offset_ms = int(stored)

    async def _recall_epoch(self) -> None:
        stored = await self.store.meta(EPOCH)
        epoch = stored.decode() if stored is not None else secrets.token_hex(8)
        if stored is None:
            await self.rooms.write([PutMeta(EPOCH, epoch.encode())])
        self.joining.epoch = epoch

    async def drain(self, spread_s: float) -> None:
        """Say goodbye to every socket, spread over some seconds; then all is stored."""
        sessions = self.hub.sessions()
        random.shuffle(sessions)
        for session in sessions:
            hint_ms = random.randrange(500, 500 + max(1, round(spread_s * 1000)))
            session.send(Bye(reason="restart", reconnect_after_ms=hint_ms))
        pause_s = spread_s / max(1, len(sessions))
        for session in sessions:
            session.close(1012, "restart")
            await asyncio.sleep(min(pause_s, 0.05) if len(sessions) < 100 else pause_s)
        await self.store.flush()

    async def stop(self) -> None:
        """End what runs in the background; what was written is stored."""
        await self.rooms.background.stop()
        self.timers.clear()
        await self.store.flush()

    async def advance(self, now: Instant) -> None:
        """Move the demo's clock; everything due by then has happened and is durable."""
        if not isinstance(self.clock, DemoClock):
            raise Refused("not_found")
        async with self._demo:
            self.clock.set(now)
            self.timers.run(self.clock.now())
            self.timers.moved()
            await self.rooms.write([PutMeta(OFFSET, str(self.clock.offset_ms).encode())])
            await asyncio.sleep(0)  # queues and desks are told at the end of a turn
            await self.store.flush()

    async def reset(self) -> None:
        """Demo: forget everything, close every socket, begin a new epoch."""
        async with self._demo:
            await self._begin_anew()

    async def _begin_anew(self) -> None:
        self._send_home()
        await self.rooms.background.stop()
        self.timers.clear()
        await self.store.flush()
        await self.store.clear()
        self.rooms.forget()
        if isinstance(self.clock, DemoClock):
            self.clock.offset_ms = 0
        await self.start()
        self._send_home()  # who came in meanwhile was told of the old epoch

    def _send_home(self) -> None:
        for session in self.hub.sessions():
            session.send(Bye(reason="reset", reconnect_after_ms=500))
            session.close(1012, "reset")

    # --- orders -----------------------------------------------------------------------------

    async def put_orders(self, orders: list[Order]) -> None:
        """Insert or replace, all or nothing.

        Raises:
            Refused: `conflict` with the order's id, where a newer version is stored.
        """
        whose = {(order.shop, order.buyer) for order in orders}
        async with self._putting_orders:  # between the look and the write nobody else puts any
            for number, order in enumerate(orders):
                stored = await self.store.order(order.id)
                if stored is None:
                    continue
                if order.version < stored.version:
                    raise Refused("conflict", order=order.id, version=stored.version, number=number)
                whose.add((stored.shop, stored.buyer))
            await self.rooms.write([PutOrders(tuple(orders))])
        for shop, buyer in whose:
            await self.rooms.refresh_orders(shop, buyer)

    async def order_eligibility(self, cell: Cell) -> list[tuple[Order, str | None]]:
        """The orders of a room with why each is no candidate (R6–R8)."""
        return orders_with_reasons(self.rooms, cell)

    # --- settings ---------------------------------------------------------------------------

    async def switch(self, shop: ShopId) -> Switch:
        """A shop's switch (R15)."""
        return await self.shops.fetch(shop)

    async def set_switch(
        self,
        shop: ShopId,
        by: Identity,
        *,
        enabled: bool | None = None,
        auto: bool | None = None,
        mobile: bool | None = None,
        desktop: bool | None = None,
        expected_version: int | None = None,
    ) -> Switch:
        """Change a shop's switch; off takes effect at once, everywhere (R15)."""
        return await self.rooms.set_switch(
            shop,
            by,
            enabled=enabled,
            auto=auto,
            mobile=mobile,
            desktop=desktop,
            expected_version=expected_version,
        )

    def rollout(self) -> Rollout:
        """Which shops the platform covers (R16)."""
        return self.shops.rollout

    async def set_rollout(self, rollout: Rollout) -> None:
        """Cover other shops from now on (R16)."""
        await self.shops.set_rollout(rollout)

    def carriers(self) -> tuple[Carrier, ...]:
        """All courier companies (R20)."""
        return tuple(self.shops.carriers.values())

    async def set_carriers(self, carriers: tuple[Carrier, ...]) -> None:
        """All courier companies from now on (R20)."""
        await self.shops.set_carriers(carriers)

    # --- questions --------------------------------------------------------------------------

    async def member(self, who: Identity, room: RoomId) -> Cell:
        """A room that is theirs.

        Raises:
            Refused: `forbidden`, also where there is no such room (R47).
        """
        return await self.rooms.member(who, room)

    async def explain(self, who: Identity, room: RoomId, order: OrderId | None) -> Explained:
        """Would an invite be possible now? (R19)"""
        cell = await self.rooms.member(who, room)
        client: Client | None = next((s.client for s in self.hub.of(who.key)), None)
        return explain_invite(self.rooms, cell, who, order=order, client=client)

    async def verdicts(
        self, room: RoomId, *, after: int = 0, limit: int = 50
    ) -> list[verdicts.Verdict]:
        """What each message was to each measure (R42); `limit` messages after `after`."""
        cell = await self.rooms.load(room)
        if cell is None:
            raise Refused("forbidden")
        log = await self.store.events(room, after=0, upto=cell.shown.seq)
        found = verdicts.verdicts(log, rules=self.rules, policy=self.policy)
        seqs = sorted({verdict.seq for verdict in found if verdict.seq > after})[:limit]
        wanted = set(seqs)
        return [verdict for verdict in found if verdict.seq in wanted]


def _limits(settings: Settings) -> dict[str, int | str]:
    """What `welcome` tells a client."""
    return {
        "frame_bytes": settings.frame_bytes,
        "text_characters": 2_000,
        "rate_per_s": int(settings.rate_per_s),
        "rate_burst": settings.rate_burst,
        "sockets_per_identity": settings.sockets_per_identity,
        "rooms_per_hour": settings.rooms_per_hour,
        "service_hours": settings.service_hours,
    }
