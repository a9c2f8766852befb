"""A crash, an operator's end and a demo's reset: what was acknowledged is there (R35, R45, R49)."""

import asyncio
import signal
from dataclasses import dataclass
from typing import Any

import pytest

from tests.scenarios.cast import HELLO, WHERE, Cast, accepted, joined, offered, text
from tests.scenarios.client import Client

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def _second(cast: Cast, number: int) -> tuple[Client, str]:
    """Another buyer of the shop with an order, and the room."""
    who = f"{cast.buyer}-{number}"
    cast.put_order(f"{cast.order}-{number}", buyer=who)
    buyer = await cast.come("buyer", who)
    return buyer, (await buyer.do("open_room", shop=cast.shop))["room"]


@dataclass
class InFlight:
    """Rooms in every state that the server must not forget, and what is known of them."""

    active: str  # with an agent
    queued: str  # waits
    asking: str  # an open round since
    asked_at: int
    pending: str  # an open card
    session: str  # that waits
    invite: str
    heads: dict[str, int]
    epoch: str


async def _in_flight(cast: Cast) -> InFlight:
    buyer, merchant, courier, active = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    await joined(buyer, merchant, courier, active)
    await courier.say(active, "您好")
    asker, asking = await _second(cast, 1)
    asked = await asker.say(asking, HELLO)
    carded, pending = await _second(cast, 2)
    invite = await offered(carded, merchant, pending)
    waiter, queued = await _second(cast, 3)
    session = await accepted(waiter, merchant, queued)
    return InFlight(
        active=active,
        queued=queued,
        asking=asking,
        asked_at=asked["at"],
        pending=pending,
        session=session,
        invite=invite,
        heads=(await merchant.fence())["heads"],
        epoch=merchant.greeting[0]["epoch"],
    )


async def test_r49_after_a_crash_everything_in_flight_is_as_it_was(cast: Cast):
    was = await _in_flight(cast)
    now = cast.demo.advance()
    cast.demo.restart(signal.SIGKILL)
    assert abs(cast.demo.advance() - now) < 60_000, "the clock is where it was"
    merchant = await cast.sells(hello={"resume": was.heads, "epoch": was.epoch})
    assert merchant.greeting[0]["epoch"] == was.epoch
    assert not [f for f in merchant.greeting if f["type"] in ("event", "left")]
    shown = {f["room"]: f for f in merchant.greeting if f["type"] == "room"}
    assert {room: f["seq"] for room, f in shown.items()} == was.heads
    assert shown[was.active]["session"]["state"] == "active"
    assert shown[was.active]["session"]["agent"]["id"] == "courier-1"
    assert shown[was.queued]["session"]["state"] == "waiting"
    card = shown[was.pending]["invite"]
    assert (card["id"], card["state"]) == (was.invite, "offered")
    (timer,) = [f for f in merchant.greeting if f["type"] == "timer"]
    running = (was.asking, "running", was.asked_at)
    assert (timer["room"], timer["state"], timer["opened_at"]) == running
    (place,) = [f for f in merchant.greeting if f["type"] == "queue"]
    first = (was.queued, was.session, 1)
    assert (place["room"], place["session"], place["place"]) == first
    courier = await cast.come("logistics", "courier-1")
    assert courier.shown(was.active)["seq"] == was.heads[was.active]
    (desk,) = [f for f in courier.greeting if f["type"] == "desk"]
    assert (desk["active"], desk["waiting"], desk["capacity"]) == (1, 1, 1)


async def test_r49_after_a_crash_everything_in_flight_goes_on(cast: Cast):
    was = await _in_flight(cast)
    cast.demo.restart(signal.SIGKILL)
    merchant, buyer = await cast.sells(), await cast.buys()
    courier = await cast.come("logistics", "courier-1")
    said = await buyer.say(was.active, "还在吗")
    assert said["seq"] == was.heads[was.active] + 1
    await courier.event("message_posted")
    await courier.do("set_status", status="online", capacity=2)
    await merchant.event("agent_joined", session=was.session)
    cast.demo.clock(was.asked_at + 181_000)
    await merchant.expect("alert", kind="overdue_soon", room=was.asking)
    await merchant.expect("alert", kind="overdue", room=was.asking)
    expires_at = merchant.shown(was.pending)["invite"]["expires_at"]
    cast.demo.clock(expires_at)
    gone = await merchant.event("invite_expired", invite=was.invite)
    assert gone["at"] == expires_at


async def test_r49_every_acknowledged_message_survives_a_crash_in_the_middle(cast: Cast):
    people = [await _second(cast, number) for number in range(4)]
    merchant = await cast.sells()
    for number in range(300):
        for buyer, room in people:
            body = text(f"第 {number} 句")
            await buyer.send("post_message", ref=f"m{number}", room=room, body=body)
    await people[0][0].reply("m20")
    cast.demo.restart(signal.SIGKILL)
    acked = 0
    for place, (buyer, room) in enumerate(people):
        await buyer.closed()
        acks = {f["ref"]: f for f in buyer.frames if f["type"] == "ack" and f["room"] == room}
        back = await cast.come("buyer", f"{cast.buyer}-{place}", hello={"resume": {room: 0}})
        log = [f for f in back.greeting if f["type"] == "event"]
        assert [f["seq"] for f in log] == list(range(1, len(log) + 1))
        stored = {f["ref"]: (f["seq"], f["at"]) for f in log}
        for ref, ack in acks.items():
            assert stored[ref] == (ack["seq"], ack["at"])
            acked += 1
        heard = [f for c in (buyer, merchant) for f in c.frames if f.get("room") == room]
        assert all(f in log for f in heard if f["type"] == "event"), "nobody heard what is not"
        last = f"m{299}"
        again = await back.do("post_message", ref=last, room=room, body=text("第 299 句"))
        assert again.get("duplicate", False) is (last in stored)
    assert acked > 20


async def test_r57_what_came_due_while_it_was_down_has_happened_in_due_order(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    invite = await offered(buyer, merchant, room)
    card = next(f for f in buyer.frames if f["type"] == "event" and f["seq"] == 2)
    cast.demo.clock(card["event"]["expires_at"] - 300)
    cast.demo.restart(signal.SIGKILL)  # takes longer than that
    cast.demo.advance(s=1)
    back = await cast.buys(hello={"resume": {room: 2}})
    (gone,) = [f for f in back.greeting if f["type"] == "event"] or [
        await back.event("invite_expired")
    ]
    assert gone["event"]["invite"] == invite
    assert gone["at"] == card["event"]["expires_at"]


async def test_r45_at_a_start_every_desk_counts_as_just_disconnected(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.say(room, "您好")
    cast.demo.restart(signal.SIGKILL)
    buyer = await cast.buys()
    cast.demo.advance(s=8)
    await buyer.no_event("agent_left")
    cast.demo.advance(s=25)
    await buyer.event("agent_left", agent="courier-1", reason="disconnected")
    place = await buyer.expect("queue")
    assert place["session"] == session
    courier = await cast.come("logistics", "courier-1")
    came = await buyer.event("agent_joined", session=session)
    await courier.fence()
    (snapshot,) = [f for f in courier.frames if f["type"] == "room"]
    assert snapshot["after"] == snapshot["visible_from"] - 1
    assert courier.seqs(room) == list(range(snapshot["visible_from"], came["seq"] + 1))


async def test_1012_sigterm_says_bye_closes_and_exits_0_with_all_stored(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    said = await buyer.say(room, "最后一句")
    cast.demo.send(signal.SIGTERM)
    for client in (buyer, merchant, courier):
        bye = await client.expect("bye")
        assert bye["reason"]
        assert bye["reconnect_after_ms"] > 0
        assert await client.closed() == 1012
    assert cast.demo.wait() == 0
    cast.demo.start()
    back = await cast.buys()
    assert back.shown(room)["seq"] == said["seq"]
    page = await back.ask("fetch_history", room=room)
    assert page["events"][-1]["event"]["body"]["text"] == "最后一句"


async def test_r15_settings_of_shops_and_platform_outlive_a_restart(cast: Cast):
    merchant = await cast.sells()
    await merchant.do("set_switch", auto=False, entry={"mobile": False})
    cast.put_carrier(hours="08:00-22:00")
    path = f"/api/v1/shops/{cast.shop}/switch"
    before = cast.demo.call("GET", path, token=cast.platform)
    cast.demo.put("/api/v1/rollout", {"percent": 99}, token=cast.platform)
    cast.demo.restart(signal.SIGKILL)
    after = cast.demo.call("GET", path, token=cast.platform)
    assert (after.json, after.headers["etag"]) == (before.json, before.headers["etag"])
    assert cast.demo.get("/api/v1/rollout", token=cast.platform)["percent"] == 99
    cast.demo.put("/api/v1/rollout", {"percent": 100}, token=cast.platform)
    found = cast.demo.get("/api/v1/carriers", token=cast.platform)["carriers"]
    assert [c["hours"] for c in found if c["id"] == cast.carrier] == ["08:00-22:00"]


async def test_1012_a_demos_reset_closes_all_and_begins_a_new_epoch(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await joined(buyer, merchant, courier, room)
    said = await buyer.say(room, HELLO)
    answer: Any = cast.demo.call("POST", "/api/v1/demo/reset")
    assert answer.status == 200
    for client in (buyer, merchant, courier):
        assert (await client.expect("bye"))["reconnect_after_ms"] >= 0
        assert await client.closed() == 1012
    hello = {"resume": {room: said["seq"]}, "epoch": buyer.greeting[0]["epoch"]}
    back = await cast.buys(hello=hello)
    assert back.greeting[0]["epoch"] != buyer.greeting[0]["epoch"]
    assert [f["type"] for f in back.greeting] == ["welcome", "left", "ready"]
    again = await back.do("open_room", shop=cast.shop)
    assert (again["room"], again["seq"]) == (room, 1), "a new log begins"
    desk = await cast.come("logistics", "courier-1")
    assert desk.greeting[-2]["status"] == "offline"
    seeded = await cast.come("buyer", "demo-buyer-1")
    opened = await seeded.do("open_room", shop="demo-shop-1")
    token = cast.token("buyer", "demo-buyer-1")
    orders = cast.demo.get(f"/api/v1/orders?room={opened['room']}", token=token)["orders"]
    assert [order["eligible"] for order in orders] == [True, True]
    assert all(order["id"].startswith("demo-") for order in orders)


async def test_1012_who_comes_in_while_the_demo_resets_keeps_no_old_epoch(cast: Cast):
    reset = asyncio.create_task(asyncio.to_thread(cast.demo.call, "POST", "/api/v1/demo/reset"))
    came = []
    while not reset.done() or len(came) < 20:
        came.append(await cast.open())
        await came[-1].greet(cast.token("buyer", f"{cast.buyer}-{len(came)}"))
    assert (await reset).status == 200
    epoch = (await cast.buys()).greeting[0]["epoch"]
    for client in came:
        if (await client.expect("welcome", keep=True))["epoch"] != epoch:
            assert await client.closed() == 1012


async def test_r2_the_seeded_demo_invites_as_soon_as_people_are_there(cast: Cast):
    cast.demo.call("POST", "/api/v1/demo/reset")
    cast.demo.next_day()
    buyer = await cast.come("buyer", "demo-buyer-1")
    room = (await buyer.do("open_room", shop="demo-shop-1"))["room"]
    await buyer.say(room, WHERE)
    await buyer.no_event("invite_offered")  # seeding connects nobody
    merchant = await cast.come("merchant", "demo-agent-1", shop="demo-shop-1")
    courier = await cast.come("logistics", "demo-sto-1", carrier="sto")
    await courier.do("set_status", status="online")
    await buyer.say(room, WHERE)
    card = await buyer.event("invite_offered", order="demo-order-1", carrier="sto")
    invite = card["event"]["invite"]
    await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    came = await merchant.event("agent_joined")
    assert came["event"]["agent"]["badge"] == "S2041"
    assert came["at"] >= card["at"]
