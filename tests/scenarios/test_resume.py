"""What was missed comes once and in order; pages of history; exactly once (section 1.2, R49)."""

import asyncio

import pytest

from tests.scenarios.cast import HELLO, Cast, accepted, joined, text
from tests.scenarios.client import Client, Frame

pytestmark = pytest.mark.anyio


def _events(client: Client, room: str) -> list[Frame]:
    return [f for f in client.greeting if f["type"] == "event" and f["room"] == room]


async def _fill(buyer: Client, room: str, count: int) -> int:
    """So many messages; the head."""
    for number in range(count):
        ref = f"fill-{room}-{number}"
        await buyer.send("post_message", ref=ref, room=room, body=text(f"{number}"))
    return int((await buyer.reply(ref))["seq"])


async def test_r49_a_resumed_room_is_replayed_in_order_and_goes_on_live(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("set_reception", room=room, reception="nobody")
    head = await _fill(buyer, room, 30)
    back = await cast.buys(hello={"resume": {room: 12}, "epoch": buyer.greeting[0]["epoch"]})
    shown = back.shown(room)
    assert (shown["after"], shown["seq"], shown["reset"]) == (12, head, False)
    assert [f["seq"] for f in _events(back, room)] == list(range(13, head + 1))
    live = [f for f in buyer.frames if f["type"] == "event" and f["seq"] > 12]
    assert _events(back, room) == live, "replayed as it was live"
    await buyer.say(room, "继续")
    await back.event("message_posted", body=text("继续"))
    assert back.seqs(room) == list(range(13, head + 2))


async def test_r49_nothing_is_missed_at_the_head_and_a_room_not_named_is_not_replayed(cast: Cast):
    buyer, _, _, room = await cast.scene()
    said = await buyer.say(room, HELLO)
    for resume in ({room: said["seq"]}, {}):
        back = await cast.buys(hello={"resume": resume})
        shown = back.shown(room)
        assert (shown["after"], shown["reset"]) == (said["seq"], False)
        assert not _events(back, room)
    from_nothing = await cast.buys(hello={"resume": {room: 0}})
    assert [f["seq"] for f in _events(from_nothing, room)] == [1, 2]


@pytest.mark.parametrize("how", ["above the head", "another epoch"])
async def test_r49_a_position_that_cannot_be_resets_the_room(cast: Cast, how: str):
    buyer, _, _, room = await cast.scene()
    said = await buyer.say(room, HELLO)
    if how == "above the head":
        hello: Frame = {"resume": {room: said["seq"] + 1}}
    else:
        hello = {"resume": {room: 1}, "epoch": "epoch-of-another-log"}
    back = await cast.buys(hello=hello)
    shown = back.shown(room)
    assert (shown["reset"], shown["after"]) == (True, said["seq"])
    assert not _events(back, room)
    await buyer.say(room, "继续")
    assert (await back.event("message_posted"))["seq"] == said["seq"] + 1


async def test_r49_five_hundred_missed_are_replayed_and_one_more_resets(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("set_reception", room=room, reception="nobody")
    head = await _fill(buyer, room, 505)
    whole = await cast.buys(hello={"resume": {room: head - 500}})
    assert whole.shown(room)["reset"] is False
    assert [f["seq"] for f in _events(whole, room)] == list(range(head - 499, head + 1))
    reset = await cast.buys(hello={"resume": {room: head - 501}})
    assert (reset.shown(room)["reset"], reset.shown(room)["after"]) == (True, head)
    assert not _events(reset, room)


async def test_r47_a_named_room_that_is_not_ones_own_is_left(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    session = await joined(buyer, merchant, courier, room)
    await courier.close()
    await buyer.do("end_session", room=room, session=session)
    hello = {"resume": {room: 2, "room-of-nobody": 1}}
    for client in (
        await cast.come("logistics", "courier-1", hello=hello),
        await cast.come("buyer", f"{cast.buyer}-b", hello=hello),
        await cast.come("merchant", "agent-1", shop=f"{cast.shop}-x", hello=hello),
    ):
        left = [f for f in client.greeting if f["type"] == "left"]
        assert {f["room"] for f in left} == {room, "room-of-nobody"}
        assert len({f["reason"] for f in left}) == 1, "both alike"
        assert not [f for f in client.greeting if f["type"] in ("room", "event")]


async def test_r46_a_logistics_agent_resumes_no_further_back_than_it_may_see(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    await _fill(buyer, room, 5)
    await joined(buyer, merchant, courier, room)
    first = (await courier.expect("room", room=room))["visible_from"]
    back = await cast.come("logistics", "courier-1", hello={"resume": {room: 1}})
    shown = back.shown(room)
    assert (shown["visible_from"], shown["after"], shown["reset"]) == (first, first - 1, False)
    assert [f["event"]["kind"] for f in _events(back, room)] == ["invite_accepted", "agent_joined"]
    page = await back.ask("fetch_history", room=room, limit=200)
    assert [f["seq"] for f in page["events"]] == [first, first + 1]
    assert page["more"] is False
    earlier = await back.ask("fetch_history", room=room, before=first)
    assert (earlier["events"], earlier["more"]) == ([], False)


async def test_r48_history_pages_ascend_and_say_whether_there_is_more(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await merchant.do("set_reception", room=room, reception="nobody")
    head = await _fill(buyer, room, 118)
    assert head == 120
    newest = await buyer.ask("fetch_history", room=room)
    assert [f["seq"] for f in newest["events"]] == list(range(71, 121))
    assert (newest["more"], newest["room"]) == (True, room)
    seqs: list[int] = []
    before, more = None, True
    while more:
        limit = {} if before is None else {"before": before}
        page = await buyer.ask("fetch_history", room=room, limit=33, **limit)
        seqs = [f["seq"] for f in page["events"]] + seqs
        before, more = seqs[0], page["more"]
    assert seqs == list(range(1, 121))
    exact = await buyer.ask("fetch_history", room=room, before=51, limit=50)
    assert ([f["seq"] for f in exact["events"]], exact["more"]) == (list(range(1, 51)), False)
    beyond = await buyer.ask("fetch_history", room=room, before=9_999, limit=1)
    assert [f["seq"] for f in beyond["events"]] == [120]
    one = await buyer.ask("fetch_history", room=room, before=1)
    assert (one["events"], one["more"]) == ([], False)
    live = [f for f in buyer.frames if f["type"] == "event"]
    assert newest["events"] == live[70:]


async def test_r49_exactly_once_though_many_write_while_others_come_and_go(cast: Cast):
    buyer, merchant, courier, room = await cast.scene()
    second = await cast.buys()
    session = await joined(buyer, merchant, courier, room)
    stop = asyncio.Event()
    wrote = [0]

    async def write(client: Client, name: str) -> None:
        while not stop.is_set():
            wrote[0] += 1
            await client.say(room, f"{name} {wrote[0]}")

    async def come_and_go(name: str) -> None:
        positions: dict[str, int] = {}
        for _ in range(8):
            hello = {"resume": positions} if positions else {}
            if name == "buyer":
                client = await cast.buys(hello=hello)
            elif name == "courier-1":
                client = await cast.come("logistics", name, hello=hello)
            else:
                client = await cast.sells(name, hello=hello)
            await client.fence()
            shown, seqs = client.shown(room), client.seqs(room)
            assert shown["after"] == positions.get(room, shown["after"])
            assert seqs == list(range(shown["after"] + 1, shown["after"] + 1 + len(seqs)))
            positions[room] = seqs[-1] if seqs else shown["after"]
            await client.close()

    async with asyncio.TaskGroup() as group:
        for writer, name in ((buyer, "b1"), (second, "b2"), (merchant, "m"), (courier, "c")):
            group.create_task(write(writer, name))
        people = [asyncio.create_task(come_and_go(n)) for n in ("buyer", "agent-2", "courier-1")]
        await asyncio.gather(*people)
        stop.set()
    await buyer.do("end_session", room=room, session=session)
    for client in (buyer, merchant, courier):
        await client.fence()
        seqs = client.seqs(room)
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert buyer.seqs(room)[-1] == merchant.seqs(room)[-1]
    assert wrote[0] > 20


async def test_r46_a_courier_that_comes_in_while_people_write_sees_all_from_the_acceptance(
    cast: Cast,
):
    buyer, merchant, courier, room = await cast.scene()
    await courier.do("set_status", status="paused")
    await courier.do("set_status", status="online")
    await _fill(buyer, room, 10)
    session = await accepted(buyer, merchant, room)
    for number in range(20):
        await buyer.send("post_message", ref=f"on-{number}", room=room, body=text(f"{number}"))
    last = await buyer.reply("on-19")
    snapshot = await courier.expect("room", room=room)
    await courier.expect(lambda f: f["type"] == "event" and f["seq"] == last["seq"])
    first = snapshot["visible_from"]
    assert snapshot["after"] == first - 1
    assert courier.seqs(room) == list(range(first, last["seq"] + 1))
    opening = next(f for f in courier.frames if f["type"] == "event")
    assert opening["event"]["kind"] == "invite_accepted"
    assert opening["event"]["session"] == session
