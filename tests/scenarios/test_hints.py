"""What is perhaps a delivery question leaves a hint in place of a card (R51)."""

import pytest

from tests.scenarios.cast import HELLO, Cast

pytestmark = pytest.mark.anyio

# Nothing is sure enough for a card, and very little enough for a hint.
SETTINGS = {"SANFANG_CARD_CONFIDENCE": "1", "SANFANG_HINT_CONFIDENCE": "0.3"}
PERHAPS = "都一个星期了"


async def test_r51_middling_confidence_leaves_a_hint_and_none_nothing(cast: Cast):
    buyer, merchant, _, room = await cast.scene()
    said = await buyer.say(room, PERHAPS)
    hint = await merchant.expect("hint")
    assert hint["seq"] == said["seq"]
    await buyer.say(room, HELLO)
    await merchant.never("hint")
    await buyer.no_event("invite_offered")
