"""What every store guarantees of rows, rounds, decisions, marks, orders, switches and the rest."""

from collections.abc import Sequence

import pytest

from server.core.events import MessageRecalled
from server.core.model import (
    Carrier,
    CarrierId,
    InviteId,
    Order,
    OrderId,
    OrderStatus,
    Parcel,
    ParcelId,
    Role,
    RoomId,
    ShopId,
    Status,
    Switch,
)
from server.core.records import (
    AgentRecord,
    Decision,
    Handled,
    InviteMark,
    Mark,
    Round,
    SwitchChange,
)
from server.store.store import (
    PutCarriers,
    PutMeta,
    PutOrders,
    PutSwitch,
    RoomRow,
    Store,
    Write,
)
from tests.contracts.conftest import Opener
from tests.contracts.given import AGENT, BUYER, SHOP, START, Log, written

pytestmark = pytest.mark.anyio

HOUR = 3_600_000


def _row(room: str, **changes: object) -> RoomRow:
    return RoomRow(**{"room": RoomId(room), "shop": SHOP, "buyer": BUYER.id, **changes})


async def test_a_row_is_read_as_it_was_last_written(open_store: Opener) -> None:
    store = await open_store()
    first = _row("r", buyer_name="小明", session=True, last_at=START, due_at=7, order=OrderId("o"))
    last = _row("r", buyer_name="明明", open=False, last_at=START + HOUR, order=OrderId("p"))
    await written(store, first)
    assert await store.room_row(first.room) == first
    await written(store, first, last)
    assert await store.room_row(first.room) == last
    await store.close()
    store = await open_store()
    assert await store.room_row(first.room) == last
    await written(store, first)
    assert await store.room_row(first.room) == first
    assert await store.room_row(RoomId("nowhere")) is None


async def test_each_part_of_a_row_changes_by_itself(store: Store) -> None:
    old = _row("r", last_at=START)
    await written(store, old)
    changes: Sequence[dict[str, object]] = (
        {"due_at": 5},
        {"due_at": None, "session": True},
        {"open": False},
        {"buyer_name": "小明"},
        {"order": OrderId("o")},
        {"last_at": START + HOUR},
        {"last_at": START - HOUR},
    )
    for change in changes:
        new = _row("r", **{"last_at": START, **change})
        await written(store, new)
        assert await store.room_row(old.room) == new


async def test_rooms_are_listed_newest_activity_first(store: Store) -> None:
    await written(
        store,
        _row("a", last_at=START + 2 * HOUR),
        _row("b", last_at=START + 3 * HOUR),
        _row("c", last_at=START + HOUR, open=False),
        _row("d", last_at=START, shop=ShopId("other")),
        _row("e", last_at=START, buyer="other"),
    )
    assert await store.rooms_of_shop(SHOP, limit=9) == ["b", "a", "e"]
    assert await store.rooms_of_shop(SHOP, limit=1) == ["b"]
    assert await store.rooms_of_buyer(BUYER.id) == ["b", "a", "c", "d"]
    await written(store, _row("a", last_at=START + 4 * HOUR))
    assert await store.rooms_of_shop(SHOP, limit=9) == ["a", "b", "e"]
    assert await store.rooms_of_buyer("nobody") == []


async def test_due_rooms_are_listed_earliest_first(store: Store) -> None:
    await written(
        store, _row("a", due_at=30), _row("b", due_at=10), _row("c"), _row("d", due_at=20)
    )
    assert await store.rooms_due() == [(10, "b"), (20, "d"), (30, "a")]
    await written(store, _row("b", due_at=40), _row("d"))
    assert await store.rooms_due() == [(30, "a"), (40, "b")]


async def test_rooms_with_a_session_are_known(store: Store) -> None:
    await written(store, _row("a", session=True), _row("b"), _row("c", session=True))
    assert await store.rooms_with_session() == ["a", "c"]
    await written(store, _row("a"))
    assert await store.rooms_with_session() == ["c"]


async def test_all_rooms_stand_in_the_order_of_their_first_steps(store: Store) -> None:
    names = ["zulu", "alpha", "mike", "bravo"]
    for name in names:
        await written(store, Log(name).say())
    await written(store, *(log.say() for log in (Log("yankee"), Log("xray"))))
    assert await store.all_rooms() == [*names, "yankee", "xray"]


# --- contacts ---


async def test_r26_contacts_count_what_the_agent_has_not_read(open_store: Opener) -> None:
    store, log, quiet = await open_store(), Log(), Log("room-0")
    await written(store, log.row(last_at=START + HOUR), quiet.row(), quiet.say())
    steps = [log.say(unread=True) for _ in range(4)]
    await written(store, *steps, log.say(by=AGENT), log.say("in session"))
    mark = Mark(room=log.room, role=Role.MERCHANT, owner=SHOP, id="agent-1", read=1, delivered=4)
    elsewhere = Mark(room=log.room, role=Role.MERCHANT, owner="other", id="agent-2", read=4)
    await written(store, mark, elsewhere)
    for _ in range(2):
        found = await store.contacts(SHOP, "agent-1", before=None, limit=9)
        assert [(one.room, one.unread) for one in found] == [(log.room, 3), (quiet.room, 0)]
        (mine, _) = await store.contacts(SHOP, "agent-2", before=None, limit=9)
        assert mine.unread == 4
        await store.close()
        store = await open_store()


async def test_r26_a_message_that_was_recalled_is_not_unread(open_store: Opener) -> None:
    store, log = await open_store(), Log()

    async def unread() -> int:
        (contact,) = await store.contacts(SHOP, "agent-1", before=None, limit=9)
        return contact.unread

    await written(store, log.row(), *(log.say(unread=True) for _ in range(3)))
    await written(store, log.step(MessageRecalled(seq=2)))
    assert await unread() == 2
    await written(store, log.say(unread=True), log.step(MessageRecalled(seq=5)))
    assert await unread() == 2
    await store.close()
    store = await open_store()
    assert await unread() == 2
    await written(store, log.step(MessageRecalled(seq=1)))
    assert await unread() == 1


async def test_contacts_come_in_pages_without_loss(store: Store) -> None:
    rows = [_row(f"room-{n:02d}", buyer=f"b{n}", last_at=START + n // 3 * HOUR) for n in range(20)]
    await written(store, *rows, _row("other", shop=ShopId("other")), _row("closed", open=False))
    seen: list[RoomId] = []
    before = None
    while page := await store.contacts(SHOP, "agent-1", before=before, limit=7):
        assert len(page) <= 7
        seen += [one.room for one in page]
        before = (page[-1].last_at, page[-1].room)
    assert len(seen) == len(set(seen))
    wanted = sorted(rows, key=lambda row: row.last_at, reverse=True)
    assert [row.last_at for row in wanted] == [
        row.last_at for name in seen[:20] for row in rows if row.room == name
    ]
    assert seen[20:] == ["closed"]


# --- rounds, decisions, marks ---


def _round(room: RoomId, number: int, state: str, **more: object) -> Round:
    opened = {"opened_at": START, "due_at": START + 180_000}
    return Round(room=room, id=number, state=state, **opened, **more)


async def test_a_round_is_read_as_it_last_stood(open_store: Opener) -> None:
    store, log, other = await open_store(), Log(), Log("other")
    await written(store, _round(log.room, 9, "running"), _round(other.room, 1, "void"))
    await written(store, _round(log.room, 4, "running"), _round(log.room, 4, "late"))
    answered = _round(log.room, 9, "answered", time_ms=61_000, answer=10, agent="agent-1")
    await written(store, answered)
    for _ in range(3):
        assert await store.rounds(log.room) == [_round(log.room, 4, "late"), answered]
        assert await store.rounds(other.room) == [_round(other.room, 1, "void")]
        await store.close()
        store = await open_store()
    reopened = _round(log.room, 4, "void", reason="closed")
    await written(store, reopened)
    assert await store.rounds(log.room) == [reopened, answered]
    assert await store.rounds(RoomId("nowhere")) == []


def _decision(at: int, outcome: str, reason: str | None = None, shop: ShopId = SHOP) -> Decision:
    more = {"room": RoomId("r"), "seq": at, "intent": "tracking_stuck", "confidence": 0.9}
    return Decision(shop=shop, at=at, outcome=outcome, reason=reason, **more)


async def test_r19_decisions_are_counted_by_outcome_and_reason(open_store: Opener) -> None:
    store = await open_store()
    await written(
        store,
        *(_decision(10, "invited"), _decision(11, "none", "no_order")),
        *(_decision(12, "none", "no_order"), _decision(13, "none", "cooldown")),
        *(_decision(9, "invited"), _decision(20, "invited")),
        _decision(15, "hinted", None, ShopId("other")),
    )
    wanted = {("invited", None): 1, ("none", "no_order"): 2, ("none", "cooldown"): 1}
    for extra in range(2):
        assert await store.decisions(SHOP, from_at=10, to_at=20) == wanted
        await store.close()
        store = await open_store()
        await written(store, _decision(14, "invited"))
        wanted[("invited", None)] = 2 + extra
    assert await store.decisions(SHOP, from_at=21, to_at=30) == {}


async def test_marks_are_kept_by_identity_and_the_last_counts(store: Store) -> None:
    log = Log()
    buyer = Mark(room=log.room, role=Role.BUYER, owner="", id="x", read=1, delivered=2)
    agent = Mark(room=log.room, role=Role.MERCHANT, owner=SHOP, id="x", read=2, delivered=2)
    await written(store, log.row(), buyer, agent)
    later = Mark(room=log.room, role=Role.BUYER, owner="", id="x", read=3, delivered=3)
    await written(store, buyer, later)
    stored = await store.load(log.room)
    assert stored is not None
    assert sorted(stored.marks, key=lambda mark: mark.role) == [later, agent]


def _invite_mark(invite: str, intent: str, **more: object) -> InviteMark:
    usual = {"shop": SHOP, "room": RoomId("room-1"), "at": 10, "agent": "agent-1", "ref": -(2**63)}
    read = {"read": "tracking_stale", "trigger": 2}
    return InviteMark(invite=InviteId(invite), intent=intent, **{**usual, **read, **more})


async def test_r2_of_each_card_the_last_mark_is_kept(open_store: Opener) -> None:
    store, log = await open_store(), Log()
    first, other = _invite_mark("i-1", "other"), _invite_mark("i-2", "arrival_time", at=12)
    elsewhere = _invite_mark("i-1", "other", room=RoomId("room-2"))
    await written(store, log.say(), log.row(), first, elsewhere)
    last = _invite_mark("i-1", "wrong_place", at=11, agent="agent-2", ref=7)
    await written(store, other, _invite_mark("i-1", "not_received"), last)
    for _ in range(2):
        stored = await store.load(log.room)
        assert stored is not None
        assert stored.invite_marks == [last, other]
        await store.close()
        store = await open_store()
    await store.clear()
    assert await store.wrong_invites(SHOP, from_at=0, to_at=99) == {}


async def test_r19_wrong_cards_are_counted_by_what_they_were(store: Store) -> None:
    await written(
        store,
        *(_invite_mark("i-1", "other"), _invite_mark("i-2", "other", at=19)),
        *(_invite_mark("i-3", "arrival_time"), _invite_mark("i-4", "tracking_stale")),
        *(_invite_mark("i-5", "other", at=9), _invite_mark("i-6", "other", at=20)),
        *(_invite_mark("i-7", "other", shop=ShopId("s")), _invite_mark("i-8", "other", read=None)),
    )
    wanted = {"other": 3, "arrival_time": 1}
    assert await store.wrong_invites(SHOP, from_at=10, to_at=20) == wanted


# --- what is kept by name ---


def _order(name: str, placed_at: int, **more: object) -> Order:
    parcels = (Parcel(id=ParcelId("p"), carrier=CarrierId("zto")),)
    fields = {"status": OrderStatus.SHIPPED, "buyer": BUYER.id, "parcels": parcels, **more}
    return Order(id=OrderId(name), shop=SHOP, placed_at=placed_at, **fields)


async def test_orders_are_listed_newest_first_then_by_the_higher_id(store: Store) -> None:
    orders = (_order("a", 1), _order("b", 2), _order("c", 2))
    other = _order("d", 9, buyer="other")
    await written(store, PutOrders(orders), PutOrders((other,)), Log().row())
    assert [one.id for one in await store.orders(SHOP, BUYER.id)] == ["c", "b", "a"]
    assert await store.order(OrderId("d")) == other
    assert await store.order(OrderId("e")) is None
    moved = _order("a", 3, version=2, status=OrderStatus.RECEIVED)
    await written(store, PutOrders((moved,)))
    assert await store.orders(SHOP, BUYER.id) == [moved, orders[2], orders[1]]
    stored = await store.load(RoomId("room-1"))
    assert stored is not None
    assert stored.orders == [moved, orders[2], orders[1]]


def _put_switch(version: int, *, enabled: bool, shop: ShopId = SHOP) -> Write:
    entry = {"mobile": True, "desktop": True}
    change = SwitchChange(shop=shop, at=version, by="agent-1", enabled=enabled, auto=True, **entry)
    return PutSwitch(Switch(shop=shop, enabled=enabled, version=version), change)


async def test_r15_a_switch_keeps_every_change(store: Store) -> None:
    assert await store.switch(SHOP) is None
    changes = [_put_switch(n, enabled=n % 2 == 0) for n in range(1, 6)]
    await written(store, *changes, _put_switch(1, enabled=True, shop=ShopId("other")))
    assert await store.switch(SHOP) == Switch(shop=SHOP, enabled=False, version=5)
    page = await store.switch_changes(SHOP, before=None, limit=2)
    assert [change.at for _, change in page] == [5, 4]
    rest = await store.switch_changes(SHOP, before=page[-1][0], limit=9)
    assert [change.at for _, change in rest] == [3, 2, 1]


async def test_carriers_keep_their_order(store: Store) -> None:
    names = ("yto", "zto", "sto")
    carriers = tuple(Carrier(id=CarrierId(name), name={"zh-CN": name}) for name in names)
    await written(store, PutCarriers(carriers))
    assert await store.carriers() == list(carriers)
    await written(store, PutCarriers(carriers[::-1]), PutCarriers(carriers[1:]))
    assert await store.carriers() == list(carriers[1:])


async def test_agents_are_kept_by_identity(store: Store) -> None:
    record = {"role": Role.LOGISTICS, "id": "a", "name": "阿强"}
    zto, sto = AgentRecord(owner="zto", **record), AgentRecord(owner="sto", **record)
    await written(store, zto, sto)
    online = AgentRecord(owner="zto", status=Status.ONLINE, capacity=8, **record)
    await written(store, zto, online)
    assert sorted(await store.agents(), key=lambda one: one.owner) == [sto, online]


async def test_r50_handled_sessions_are_found_by_carrier_and_time(store: Store) -> None:
    zto = CarrierId("zto")
    done = [Handled(carrier=zto, ended_at=n, handling_ms=n * 10) for n in (5, 3, 9)]
    await written(store, *done, Handled(carrier=CarrierId("sto"), ended_at=9, handling_ms=1))
    assert await store.handled(zto, since=5) == [done[0], done[2]]


async def test_meta_values_are_replaced(store: Store) -> None:
    assert await store.meta("epoch") is None
    await written(store, PutMeta("epoch", b"1"), PutMeta("epoch", b"\x00\xff"))
    assert await store.meta("epoch") == b"\x00\xff"
