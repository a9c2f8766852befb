"""What operators and shops set, and their people (R15–R20, R44).

All of it is read once and kept in memory; a change is written, then taken over, then told.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import msgspec
from msgspec.structs import replace

from server.core import carriers as known
from server.core.errors import Refused
from server.core.model import (
    Carrier,
    CarrierId,
    Entry,
    Identity,
    Instant,
    Role,
    Rollout,
    ShopId,
    Status,
    Switch,
)
from server.core.policy import Hours
from server.core.records import AgentRecord, SwitchChange
from server.store.store import PutCarriers, PutMeta, PutSwitch, Store, Write

ROLLOUT = "rollout"
StaffKey = tuple[Role, str, str]
WriteThrough = Callable[[list[Write]], Awaitable[None]]


class Shops:
    """Settings and people by shop and carrier.

    `write` returns once the writes are durable.
    """

    def __init__(self, store: Store, write: WriteThrough) -> None:
        self._store = store
        self._write = write
        self._switches: dict[ShopId, Switch] = {}
        self._staff: dict[StaffKey, AgentRecord] = {}
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()
        self.rollout = Rollout()
        self.carriers: dict[CarrierId, Carrier] = {}

    async def load(self, enabled: tuple[str, ...]) -> None:
        """Read everything; `enabled` are the carriers of a new installation (R8)."""
        self._switches.clear()
        self._staff = {(a.role, a.owner, a.id): a for a in await self._store.agents()}
        stored = await self._store.meta(ROLLOUT)
        self.rollout = msgspec.json.decode(stored, type=Rollout) if stored else Rollout()
        carriers = await self._store.carriers() or list(known.at_first(enabled))
        self.carriers = {carrier.id: carrier for carrier in carriers}

    def _turn(self, of: object) -> asyncio.Lock:
        """One change at a time, each upon what the one before has left."""
        return self._turns.setdefault(of, asyncio.Lock())

    # --- switches ---------------------------------------------------------------------------

    async def fetch(self, shop: ShopId) -> Switch:
        """A shop's switch, read if it must be; afterwards `switch` knows it."""
        if shop not in self._switches:
            stored = await self._store.switch(shop)
            self._switches.setdefault(shop, stored or Switch(shop=shop))
        return self._switches[shop]

    def switch(self, shop: ShopId) -> Switch:
        """A shop's switch that was fetched before; else as it is at first (R15)."""
        return self._switches.get(shop) or Switch(shop=shop)

    async def set_switch(
        self,
        shop: ShopId,
        by: Identity,
        *,
        at: Instant,
        enabled: bool | None = None,
        auto: bool | None = None,
        mobile: bool | None = None,
        desktop: bool | None = None,
        expected_version: int | None = None,
    ) -> Switch:
        """Change what is given, keep the rest; who and when is kept (R15).

        Raises:
            Refused: `conflict`, where the switch is at another version than expected.
            StoreUnavailable: nothing has changed.
        """
        async with self._turn(shop):
            old = await self.fetch(shop)
            if expected_version is not None and expected_version != old.version:
                raise Refused("conflict", version=old.version)
            entry = Entry(
                mobile=old.entry.mobile if mobile is None else mobile,
                desktop=old.entry.desktop if desktop is None else desktop,
            )
            new = Switch(
                shop=shop,
                enabled=old.enabled if enabled is None else enabled,
                auto=old.auto if auto is None else auto,
                entry=entry,
                changed_by=by.id,
                changed_at=at,
                version=old.version + 1,
            )
            change = SwitchChange(
                shop=shop,
                at=at,
                by=by.id,
                enabled=new.enabled,
                auto=new.auto,
                mobile=entry.mobile,
                desktop=entry.desktop,
            )
            await self._write([PutSwitch(new, change)])
            self._switches[shop] = new
        return new

    # --- the platform's settings ------------------------------------------------------------

    async def set_rollout(self, rollout: Rollout) -> None:
        """Which shops the platform covers from now on (R16)."""
        await self._write([PutMeta(ROLLOUT, msgspec.json.encode(rollout))])
        self.rollout = rollout

    async def set_carriers(self, carriers: tuple[Carrier, ...]) -> None:
        """All courier companies from now on (R20).

        Raises:
            Refused: `bad_frame` for hours that are none, or an id that is there twice.
        """
        for number, carrier in enumerate(carriers):
            if carrier.hours is not None:
                try:
                    Hours.parse(carrier.hours)
                except ValueError as error:
                    path = f"$.carriers[{number}].hours"
                    raise Refused("bad_frame", path=path, problem=str(error)) from None
        by_id = {carrier.id: carrier for carrier in carriers}
        if len(by_id) != len(carriers):
            raise Refused("bad_frame", path="$.carriers", problem="an id is there twice")
        await self._write([PutCarriers(carriers)])
        self.carriers = by_id

    # --- people -----------------------------------------------------------------------------

    def staff(self) -> list[AgentRecord]:
        """Everybody who ever was named in a token that came in."""
        return list(self._staff.values())

    def record(self, who: Identity) -> AgentRecord | None:
        """What an agent said of itself."""
        return self._staff.get((who.role, who.key[1], who.id))

    def is_agent(self, shop: ShopId, agent: str) -> bool:
        """Whether it is a known agent of the shop."""
        return (Role.MERCHANT, shop, agent) in self._staff

    def is_available(self, who: Identity) -> bool:
        """Whether a connected agent counts as online (R44)."""
        record = self.record(who)
        return record is None or record.status is Status.ONLINE

    async def meet(self, who: Identity, *, capacity: int) -> AgentRecord:
        """An agent comes in: what it said of itself before, its name as it is now."""
        async with self._turn(who.key):
            record = self.record(who)
            # Merchant agents are online while connected; logistics agents say so first (R44).
            first = Status.ONLINE if who.role is Role.MERCHANT else Status.OFFLINE
            met = AgentRecord(
                role=who.role,
                owner=who.key[1],
                id=who.id,
                name=who.name,
                badge=who.badge,
                lead=who.lead,
                status=record.status if record else first,
                capacity=record.capacity if record else capacity,
            )
            if met != record:
                await self._keep(met)
            return met

    async def say(self, who: Identity, status: Status, capacity: int | None) -> AgentRecord:
        """An agent whom we met says whether it is there."""
        async with self._turn(who.key):
            record = self._staff[who.role, who.key[1], who.id]
            said = replace(record, status=status, capacity=capacity or record.capacity)
            await self._keep(said)
            return said

    async def _keep(self, record: AgentRecord) -> None:
        await self._write([record])
        self._staff[record.role, record.owner, record.id] = record
