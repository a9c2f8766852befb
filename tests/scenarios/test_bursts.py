"""One question in several messages, and a shop that says a card was wrong (R2, R6, R19)."""

from typing import Any

import pytest

from tests.scenarios.cast import WHERE, Cast
from tests.scenarios.client import Client

pytestmark = pytest.mark.anyio

# Neither a card nor a hint for anything but what is certain.
SETTINGS = {"SANFANG_CARD_CONFIDENCE": "0.9", "SANFANG_HINT_CONFIDENCE": "0.9"}
# Nothing alone, and a question together; the last two are enough.
WHAT, NOT_YET, RECEIVED = "我买的", "还没", "收到"
GREETING = "你好"


async def invited(buyer: Client, room: str, *texts: str) -> dict[str, Any]:
    """The buyer writes these; the card that comes of the last."""
    for text in texts[:-1]:
        await buyer.say(room, text)
    await buyer.no_event("invite_offered")
    ack = await buyer.say(room, texts[-1])
    card: dict[str, Any] = await buyer.event("invite_offered")
    assert card["event"]["trigger"] == ack["seq"]
    return card["event"]


async def test_r2_r6_three_messages_bring_the_card_for_the_order_that_one_of_them_names(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    named = cast.put_order(f"{cast.id}-7", placed_at="2026-01-01T00:00:00Z")
    card = await invited(buyer, room, f"{WHAT}，{named}", NOT_YET, RECEIVED)
    assert card["order"] == named
    assert card["inviter"] == "platform"
    assert card["evidence"]
    await merchant.event("invite_offered", invite=card["invite"])


async def test_r2_a_message_after_an_answer_is_read_alone(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.say(room, WHAT)
    await buyer.say(room, NOT_YET)
    await merchant.say(room, "您好，请问怎么了")
    await buyer.say(room, RECEIVED)
    await buyer.no_event("invite_offered")
    await merchant.never("hint")


async def test_r2_after_sixty_one_seconds_it_is_read_alone(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    await buyer.say(room, WHAT)
    await buyer.say(room, NOT_YET)
    cast.demo.advance(s=61)
    await buyer.say(room, RECEIVED)
    await buyer.no_event("invite_offered")
    await merchant.never("hint")


@pytest.mark.parametrize("place", [0, 1])
async def test_r2_r6_of_five_messages_the_last_four_are_read(cast: Cast, place: int):
    buyer, _, _, room = await cast.scene()
    named = cast.put_order(f"{cast.id}-7", placed_at="2026-01-01T00:00:00Z")
    texts = [GREETING, GREETING, GREETING, NOT_YET, RECEIVED]
    texts[place] = named
    card = await invited(buyer, room, *texts)
    assert card["order"] == (named if place else cast.order)


async def test_r48_a_recalled_message_is_not_read_with_the_others(cast: Cast):
    buyer, _, _, room = await cast.scene()
    gone = await buyer.say(room, NOT_YET)
    await buyer.do("recall_message", room=room, seq=gone["seq"])
    await buyer.say(room, RECEIVED)
    await buyer.no_event("invite_offered")


async def test_r2_r19_a_card_that_was_wrong_is_marked_counted_and_known_after_a_reload(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    colleague = await cast.sells("agent-2")
    card = await invited(buyer, room, WHERE)
    asked = {"room": room, "invite": card["invite"]}
    head = (await buyer.fence())["heads"][room]
    ack = await merchant.do("mark_invite", **asked, intent="other")
    assert ack["invite"] == card["invite"]
    told = await colleague.expect("invite_marked")
    assert (told["invite"], told["intent"]) == (card["invite"], "other")
    await buyer.never("invite_marked")
    assert (await buyer.fence())["heads"][room] == head
    await buyer.refused("forbidden", "mark_invite", **asked, intent="other")
    bad = await merchant.refused("bad_frame", "mark_invite", **asked, intent="no_such")
    assert bad["details"]["path"] == "$.intent"
    reloaded = await cast.sells()
    assert reloaded.shown(room)["marked"] == {card["invite"]: "other"}
    path, token = f"/api/v1/shops/{cast.shop}/decisions", cast.token("merchant", "agent-1")
    assert cast.demo.get(path, token=token)["marked"] == {"other": 1}
    await merchant.do("mark_invite", **asked, intent=card["intent"])
    assert cast.demo.get(path, token=token)["marked"] == {}, "it was right after all"
