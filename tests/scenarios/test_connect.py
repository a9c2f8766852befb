"""What comes at a hello, in which order, and to whom (section 1.2, R47, R49)."""

import pytest

from tests.scenarios.cast import HELLO, Cast, accepted, joined, text
from tests.scenarios.client import Frame

pytestmark = pytest.mark.anyio

STANDING = {"switch", "timer", "desk", "queue", "idle_warning"}


def _is_in_order(greeting: list[Frame]) -> bool:
    """`welcome`, rooms each with its events, the standing state, `ready`."""
    types = [frame["type"] for frame in greeting]
    if types[0] != "welcome" or types[-1] != "ready" or types.count("welcome") > 1:
        return False
    middle = greeting[1:-1]
    first = next((n for n, frame in enumerate(middle) if frame["type"] in STANDING), len(middle))
    rooms = [frame for frame in middle[:first] if frame["type"] != "left"]
    at = ""
    for frame in rooms:
        if frame["type"] == "room":
            at = frame["room"]
        elif frame["type"] != "event" or frame["room"] != at:
            return False
    return all(frame["type"] in STANDING for frame in middle[first:])


async def test_welcome_says_who_and_how(cast: Cast):
    merchant = await cast.come("merchant", "agent-1", name="小满")
    welcome = merchant.greeting[0]
    assert welcome["you"] == {
        "role": "merchant",
        "id": "agent-1",
        "name": "小满",
        "shop": cast.shop,
    }
    assert welcome["connection"]
    assert welcome["epoch"]
    assert abs(welcome["server_time_at"] - cast.demo.advance()) < 60_000
    assert welcome["heartbeat_ms"] == 25_000
    assert welcome["limits"]
    assert "upgrade_advised" not in welcome
    courier = await cast.come("logistics", "c-1")
    assert courier.greeting[0]["you"]["carrier"] == cast.carrier


async def test_a_buyer_gets_all_its_rooms_each_once_and_nothing_of_others(cast: Cast):
    buyer = await cast.buys()
    other = await cast.come("buyer", f"{cast.buyer}-b")
    rooms = {(await buyer.do("open_room", shop=f"{cast.shop}-{n}"))["room"] for n in range(3)}
    await other.do("open_room", shop=cast.shop)
    greeting = (await cast.buys()).greeting
    assert {f["room"] for f in greeting if f["type"] == "room"} == rooms
    assert len(greeting) == 2 + len(rooms)
    assert all(f["after"] == f["seq"] == 1 for f in greeting if f["type"] == "room")
    assert all(f["reset"] is False for f in greeting if f["type"] == "room")


async def test_the_order_of_frames_holds_for_every_role(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, HELLO)
    second = await cast.come("buyer", f"{cast.buyer}-b")
    quiet = (await second.do("open_room", shop=cast.shop))["room"]
    await joined(buyer, merchant, courier, room)
    await second.say(quiet, HELLO)
    resume = {room: 1, quiet: 0}
    seller = await cast.sells("agent-2", hello={"resume": resume})
    assert _is_in_order(seller.greeting), seller.greeting
    types = [frame["type"] for frame in seller.greeting]
    assert types.count("switch") == 1
    (timer,) = [frame for frame in seller.greeting if frame["type"] == "timer"]
    assert (timer["room"], timer["state"]) == (quiet, "running")
    assert timer["due_at"] == timer["opened_at"] + 180_000
    again = await cast.come("logistics", "courier-1", hello={"resume": {room: 0}})
    assert _is_in_order(again.greeting), again.greeting
    (desk,) = [frame for frame in again.greeting if frame["type"] == "desk"]
    assert desk == {"type": "desk", "status": "online", "capacity": 5, "active": 1, "waiting": 0}
    fresh = await cast.come("logistics", "courier-9")
    assert _is_in_order(fresh.greeting), fresh.greeting
    assert fresh.greeting[-2]["status"] == "offline", "R44: it starts offline"


async def test_r44_waiting_parties_are_told_their_place_at_hello(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="online", capacity=1)
    other = await cast.come("buyer", f"{cast.buyer}-b")
    cast.put_order(f"{cast.order}-b", buyer=f"{cast.buyer}-b")
    waiting = (await other.do("open_room", shop=cast.shop))["room"]
    await joined(buyer, merchant, courier, room)
    session = await accepted(other, merchant, waiting)
    for client in (await cast.sells("agent-2"), await cast.come("buyer", f"{cast.buyer}-b")):
        assert _is_in_order(client.greeting), client.greeting
        (queue,) = [frame for frame in client.greeting if frame["type"] == "queue"]
        assert (queue["room"], queue["session"]) == (waiting, session)
        assert (queue["place"], queue["waiting"]) == (1, 1)
    assert not [f for f in (await cast.buys()).greeting if f["type"] == "queue"]


async def test_a_snapshot_tells_card_session_holder_marks_and_members(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await buyer.say(room, HELLO)
    await merchant.send("mark_read", room=room, seq=2)
    await merchant.do("assign_room", room=room, to="agent-1")
    session = await joined(buyer, merchant, courier, room)
    shown = (await cast.buys()).shown(room)
    assert shown["phase"] == "three_party"
    assert (shown["shop"], shown["buyer"], shown["held_by"]) == (cast.shop, cast.buyer, "agent-1")
    assert shown["reception"] == "human"
    assert shown["read"] == {"agent-1": 2}
    assert shown["visible_from"] == 1
    assert shown["seq"] == shown["after"]
    card = shown["invite"]
    assert (card["state"], card["order"], card["inviter"]) == ("accepted", cast.order, "merchant")
    assert (card["parcel"], card["carrier"]) == (f"parcel-{cast.order}", cast.carrier)
    assert card["expires_at"]
    told = shown["session"]
    assert (told["id"], told["state"], told["order"]) == (session, "active", cast.order)
    assert told["agent"]["id"] == "courier-1"
    assert told["since_at"]
    people = {(m["role"], m["id"]): m["online"] for m in shown["members"]}
    assert people == {
        ("buyer", cast.buyer): True,
        ("merchant", "agent-1"): True,
        ("logistics", "courier-1"): True,
    }
    assert "context" not in shown


async def test_room_opened_reaches_every_online_agent_room_first(cast: Cast):
    agents = [await cast.sells(name) for name in ("agent-1", "agent-2")]
    stranger = await cast.sells("agent-9", shop=f"{cast.shop}-x")
    buyer = await cast.buys()
    room = await cast.opens(buyer)
    for agent in agents:
        snapshot = await agent.expect("room", room=room)
        opened = await agent.event("room_opened", shop=cast.shop, buyer=cast.buyer)
        assert (snapshot["after"], opened["seq"]) == (0, 1)
        assert agent.frames.index(snapshot) < agent.frames.index(opened)
    own = await buyer.event("room_opened")
    assert own["ref"]
    again = await buyer.do("open_room", shop=cast.shop)
    assert again["room"] == room
    await buyer.never("event")
    await stranger.never("event")


async def test_a_merchant_agent_gets_open_rooms_and_those_it_names(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("close_conversation", room=room)
    agent = await cast.sells("agent-2")
    assert not [f for f in agent.greeting if f["type"] == "room"]
    named = await cast.sells("agent-3", hello={"resume": {room: 1}})
    assert named.shown(room)["seq"] == 2
    assert [f["event"]["kind"] for f in named.greeting if f["type"] == "event"] == [
        "conversation_closed"
    ]
    said = await buyer.say(room, "还在吗")
    snapshot = await agent.expect("room", room=room)
    event = await agent.event("message_posted")
    assert (snapshot["after"], event["seq"]) == (said["seq"] - 1, said["seq"])


async def test_r46_a_logistics_agent_gets_its_sessions_only(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    idle = await cast.delivers("courier-2", status="paused")
    await joined(buyer, merchant, courier, room)
    other = await cast.come("logistics", "courier-2")
    assert [f["type"] for f in other.greeting] == ["welcome", "desk", "ready"]
    assert (await idle.fence())["heads"] == {}
    own = await cast.come("logistics", "courier-1")
    assert own.shown(room)["phase"] == "three_party"


async def test_two_sockets_of_one_identity_agree(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    second = await cast.buys()
    for number in range(5):
        await (buyer if number % 2 else second).say(room, f"第 {number} 句")
    await merchant.say(room, "你好")
    for client in (buyer, second):
        await client.fence()
    events = [[f for f in c.frames if f["type"] == "event"] for c in (buyer, second)]
    assert events[0][1:] == events[1], "all but room_opened, which was before the second came"
    assert buyer.seqs(room) == [1, *second.seqs(room)] == list(range(1, 8))


async def test_pong_tells_the_heads_of_the_rooms_that_one_is_in(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    said = await buyer.say(room, HELLO)
    for client in (buyer, merchant):
        pong = await client.fence()
        assert pong["heads"] == {room: said["seq"]}
        assert pong["server_time_at"] > 0
    assert (await courier.fence())["heads"] == {}


async def test_commands_right_behind_the_hello_are_carried_out_and_seen_once(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.say(room, HELLO)
    eager = await cast.open()
    await eager.greet(cast.token("buyer", cast.buyer), resume={room: 1})
    for number in range(5):
        body = text(f"{number}")
        await eager.send("post_message", ref=f"eager-{number}", room=room, body=body)
    await eager.send("open_room", ref="other", shop=f"{cast.shop}-b")
    await eager.expect("ready")
    other = (await eager.reply("other"))["room"]
    acks = [await eager.reply(f"eager-{number}") for number in range(5)]
    # It came in while the room was opened, so the room may be read from the store behind the ack.
    await eager.expect(lambda f: f["type"] == "event" and f["room"] == other, keep=True)
    await eager.fence()
    assert eager.frames[0]["type"] == "welcome"
    assert eager.seqs(room) == [2, *(ack["seq"] for ack in acks)] == list(range(2, 8))
    assert eager.seqs(other) == [1]
    shown = [f for f in eager.frames if f["type"] == "room"]
    assert sorted(f["room"] for f in shown) == sorted([room, other])
    await merchant.fence()
    assert merchant.seqs(room) == list(range(1, 8))


async def test_r45_an_agent_with_a_second_socket_is_not_gone(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await joined(buyer, merchant, courier, room)
    await courier.say(room, "您好")
    second = await cast.come("logistics", "courier-1")
    await courier.close()
    cast.demo.advance(minutes=2)
    await buyer.no_event("agent_left")
    await second.say(room, "我还在")
