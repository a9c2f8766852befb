"""Cards that go out, and hints in their place (R2, R3, R10, R51, R56)."""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core import events as e
from server.core.model import Inviter, Phase, Rollout, Switch
from tests.core.pedant import Pedant
from tests.core.play import AGENT, BUYER, QUESTION, SHOP, Play, code, desk

VAGUE = "怎么还没"
OFF = Switch(shop=SHOP, enabled=False)


def half_sure() -> Play:
    """A room whose reader finds it middling."""
    return Play(read=Pedant(VAGUE, logistics=0.6))


def test_r2_a_logistics_question_brings_the_platforms_card_right_behind_it() -> None:
    play = Play()
    posted, offered = play.says(BUYER, QUESTION)
    assert isinstance(posted, e.MessagePosted)
    assert isinstance(offered, e.InviteOffered)
    assert offered.inviter is Inviter.PLATFORM
    assert offered.intent == "tracking_stale"
    assert offered.trigger == play.log[-2].seq
    assert offered.evidence
    assert play.log[-1].by.role == "platform"
    assert play.room.phase is Phase.INVITE_PENDING


def test_r2_small_talk_brings_nothing_and_its_reading_is_kept() -> None:
    play = Play()
    assert len(play.says(BUYER, "你好，在吗")) == 1
    reading = play.last.reading
    assert reading is not None
    assert (reading.outcome, reading.reason) == ("none", "not_logistics")


def test_r2_only_buyers_texts_between_two_are_read() -> None:
    play = Play()
    play.says(AGENT, QUESTION)
    assert play.last.reading is None
    play.question()
    play.says(BUYER, QUESTION)
    assert play.last.reading is None  # while a card is open
    play.answer(accept=True)
    play.says(BUYER, QUESTION)
    assert play.last.reading is None  # in session


def test_r3_the_merchants_card_needs_no_question_and_names_the_shop() -> None:
    play = Play()
    offered = play.offer()
    assert offered.inviter is Inviter.MERCHANT
    assert offered.intent is None
    assert play.log[-1].by == AGENT.author


def test_r10_a_second_card_is_refused_whoever_is_second() -> None:
    play = Play().question()
    assert code(play.offer) == "invite_pending"
    play = Play()
    play.offer()
    assert len(play.says(BUYER, QUESTION)) == 1
    assert code(play.offer) == "invite_pending"
    assert code(Play().session().offer) == "not_in_phase"


def test_r51_middling_confidence_gives_a_hint_and_no_card() -> None:
    play = half_sure()
    assert len(play.says(BUYER, VAGUE)) == 1
    reading = play.last.reading
    assert reading is not None
    assert (reading.outcome, reading.reason) == ("hinted", "not_sure")


@pytest.mark.parametrize(
    ("against", "wanted"),
    [
        ({"rollout": Rollout(percent=0)}, "not_rolled_out"),
        ({"switch": Switch(shop=SHOP, auto=False)}, "auto_off"),
    ],
)
def test_r51_only_roll_out_or_auto_against_it_gives_a_hint(against: Any, wanted: str) -> None:
    play = Play().know(**against)
    play.says(BUYER, QUESTION)
    reading = play.last.reading
    assert reading is not None
    assert (reading.outcome, reading.reason) == ("hinted", wanted)


def test_r51_a_cooldown_gives_a_hint_but_not_after_never_again() -> None:
    for never_again, wanted in ((False, "hinted"), (True, "none")):
        play = Play().question()
        play.answer(accept=False, never_again=never_again)
        play.says(BUYER, QUESTION)
        reading = play.last.reading
        assert reading is not None
        assert (reading.outcome, reading.reason) == (wanted, "cooldown")


@pytest.mark.parametrize(
    "against",
    [
        {"switch": OFF},
        {"orders": ()},
        {"desk": lambda _: desk(online=0)},
        {"switch": Switch(shop=SHOP, auto=False), "orders": ()},
    ],
)
def test_r51_no_hint_where_an_invite_is_impossible(against: Any) -> None:
    for play, text in ((Play(), QUESTION), (half_sure(), VAGUE)):
        play.know(**against).says(BUYER, text)
        assert play.last.reading is not None
        assert play.last.reading.outcome == "none"


def test_r56_in_shadow_the_decision_is_kept_and_nothing_is_sent() -> None:
    play = Play().know(rollout=Rollout(mode="shadow"))
    assert len(play.says(BUYER, QUESTION)) == 1
    assert play.last.reading is not None
    assert play.last.reading.outcome == "shadow"
    assert play.offer()  # the merchant invites all the same


def test_r5_r16_the_shops_own_place_decides_not_the_buyers() -> None:
    play = Play().know(rollout=replace(Rollout(percent=0), allow=(SHOP,)))
    assert play.question().card.inviter is Inviter.PLATFORM
