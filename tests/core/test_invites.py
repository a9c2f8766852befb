"""Cards: offered, answered, changed, taken back, asked for again (R2, R3, R10, R11, R51)."""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core import commands as c
from server.core import events as e
from server.core.errors import Refused
from server.core.model import (
    Inviter,
    InviteState,
    OrderStatus,
    Phase,
    Rollout,
    Stage,
    Switch,
)
from tests.core.given import clock
from tests.core.play import (
    AGENT,
    BUYER,
    COLLEAGUE,
    QUESTION,
    SHOP,
    Play,
    code,
    desk,
    order,
    refusal,
)

VAGUE = "怎么还没到"
OFF = Switch(shop=SHOP, enabled=False)


# --- R2, R3: who invites -----------------------------------------------------------------------


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
    play = Play()
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
    for text in (QUESTION, VAGUE):
        play = Play().know(**against)
        play.says(BUYER, text)
        assert play.last.reading is not None
        assert play.last.reading.outcome == "none"


def test_r56_in_shadow_the_decision_is_kept_and_nothing_is_sent() -> None:
    play = Play().know(rollout=Rollout(mode="shadow"))
    assert len(play.says(BUYER, QUESTION)) == 1
    assert play.last.reading is not None
    assert play.last.reading.outcome == "shadow"
    assert play.offer()  # the merchant invites all the same


# --- R10: the card and its answers -------------------------------------------------------------


def test_r10_a_card_expires_after_ten_minutes_or_at_closing_time() -> None:
    assert Play().offer().expires_at == Play().at + 600_000
    late = Play(at=clock("20:55"))
    assert late.offer().expires_at == clock("21:00")


def test_r10_acceptance_keeps_text_version_language_and_scope() -> None:
    play = Play().question()
    (accepted,) = play.answer(accept=True)
    assert isinstance(accepted, e.InviteAccepted)
    assert (accepted.terms, accepted.locale) == ("1", "zh-CN")
    assert accepted.scope == ("order", "parcel", "trigger", "session")
    assert play.room.stage is Stage.WAITING


def test_r10_declining_leaves_the_chat_as_it_was() -> None:
    play = Play().question()
    (declined,) = play.answer(accept=False)
    assert isinstance(declined, e.InviteDeclined)
    assert play.room.phase is Phase.TWO_PARTY
    assert play.says(AGENT, "好的")


def test_r10_the_same_answer_again_is_a_duplicate_the_other_one_is_refused() -> None:
    play = Play().question()
    play.answer(accept=True)
    assert play.answer(accept=True) == []
    assert play.last.duplicate
    assert play.last.session == play.card.session
    refused = refusal(play.answer, accept=False)
    assert (refused.code, refused.details["state"]) == ("invite_not_open", "accepted")
    play = Play().question()
    play.answer(accept=False)
    assert play.answer(accept=False) == []
    assert refusal(play.answer, accept=True).details["state"] == "declined"


def test_r10_an_answer_to_a_card_that_is_gone_says_its_state() -> None:
    play = Play().question()
    play.lapse(c.Expire())
    for accept in (True, False):
        assert refusal(play.answer, accept=accept).details["state"] == "expired"
    play = Play()
    play.offer()
    play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)
    assert refusal(play.answer, accept=True).details["state"] == "withdrawn"
    assert code(play.ask, BUYER, c.AnswerInvite, invite="nobody's", accept=True) == "not_found"


def outside(play: Play) -> Play:
    play.at = clock("21:00")
    return play


@pytest.mark.parametrize(
    ("happens", "wanted"),
    [
        (lambda play: play.know(switch=OFF), "switched_off"),
        (lambda play: play.know(rollout=Rollout(percent=0)), "not_rolled_out"),
        (outside, "outside_service_hours"),
        (lambda play: play.know(orders=()), "no_order"),
        (
            lambda play: play.know(orders=(order(status=OrderStatus.RECEIVED),)),
            "order_finished",
        ),
        (lambda play: play.know(carriers={}), "carrier_not_supported"),
    ],
)
def test_r10_r57_accepting_checks_again_and_a_failure_expires_the_card(
    happens: Any, wanted: str
) -> None:
    play = Play().question()
    happens(play)
    assert code(play.answer, accept=True) == wanted
    expired = play.log[-1].event
    assert isinstance(expired, e.InviteExpired)
    assert expired.reason == wanted
    assert play.card.state is InviteState.EXPIRED
    assert play.room.phase is Phase.TWO_PARTY


def test_r10_accepting_does_not_ask_again_for_the_desk() -> None:
    play = Play().question()
    play.know(desk=lambda _: desk(online=0))
    assert play.answer(accept=True)


def test_r10_declining_is_possible_whatever_has_changed() -> None:
    play = Play().question().know(orders=(), switch=OFF)
    assert play.answer(accept=False)


def test_r10_only_its_inviter_withdraws_a_card() -> None:
    play = Play()
    play.offer()
    assert code(play.ask, COLLEAGUE, c.WithdrawInvite, invite=play.card.id) == "forbidden"
    (withdrawn,) = play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)
    assert isinstance(withdrawn, e.InviteWithdrawn)
    assert withdrawn.reason == "inviter"
    assert code(play.ask, AGENT, c.WithdrawInvite, invite=play.card.id) == "invite_not_open"
    play = Play().question()
    assert code(play.ask, AGENT, c.WithdrawInvite, invite=play.card.id) == "forbidden"


def test_r15_switching_off_withdraws_the_open_card_and_leaves_a_session_alone() -> None:
    play = Play().question()
    (withdrawn,) = play.lapse(c.SwitchOff())
    assert isinstance(withdrawn, e.InviteWithdrawn)
    assert withdrawn.reason == "switched_off"
    for play in (Play().session(), Play()):
        assert play.lapse(c.SwitchOff()) == []


def test_r6_changing_the_order_replaces_the_card() -> None:
    play = Play().know(orders=(order("o-1"), order("o-2"))).question()
    first = play.card
    gone, instead = play.ask(BUYER, c.ChangeInviteOrder, invite=first.id, order="o-1")
    assert isinstance(gone, e.InviteWithdrawn)
    assert gone.reason == "order_changed"
    assert isinstance(instead, e.InviteOffered)
    assert (instead.order, instead.inviter) == ("o-1", Inviter.PLATFORM)
    assert instead.invite == play.card.id != first.id
    assert instead.since_at == first.offered_at  # R31 goes by the first
    assert play.room.phase is Phase.INVITE_PENDING
    assert play.answer(accept=True)


def test_r6_the_order_is_changed_to_another_candidate_only() -> None:
    paid = order("o-2", status=OrderStatus.PAID)
    play = Play().know(orders=(order("o-1"), paid)).question()
    change = {"invite": play.card.id}
    assert code(play.ask, BUYER, c.ChangeInviteOrder, order="o-2", **change) == "order_not_shipped"
    assert code(play.ask, BUYER, c.ChangeInviteOrder, order="o-9", **change) == "no_order"
    assert play.ask(BUYER, c.ChangeInviteOrder, order="o-1", **change) == []
    play.answer(accept=False)
    assert code(play.ask, BUYER, c.ChangeInviteOrder, order="o-1", **change) == "invite_not_open"


def test_r10_a_changed_card_is_still_its_merchants() -> None:
    play = Play().know(orders=(order("o-1"), order("o-2")))
    play.offer("o-1")
    play.ask(BUYER, c.ChangeInviteOrder, invite=play.card.id, order="o-2")
    assert play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)


# --- R11: cooldowns ----------------------------------------------------------------------------


def declined(play: Play, times: int = 1) -> Play:
    for number in range(times):
        if number:
            play.wait(60)
        play.offer()
        play.answer(accept=False)
    return play


def platform_reason(play: Play) -> str | None:
    added = play.says(BUYER, QUESTION)
    assert play.last.reading is not None
    return None if len(added) == 2 else play.last.reading.reason


def test_r11_after_a_decline_the_merchant_waits_a_minute() -> None:
    play = declined(Play())
    refused = refusal(play.wait(59.999).offer)
    assert refused.code == "cooldown"
    assert refused.details["retry_after_ms"] == 1
    assert play.wait(0.001).offer()


def test_r11_after_a_second_decline_the_merchant_waits_a_day() -> None:
    play = declined(Play(at=clock("09:00")), times=2)
    play.wait(24 * 3600 - 0.001)
    assert code(play.offer) == "cooldown"
    assert play.wait(0.001).offer()


def test_r11_after_a_decline_the_platform_waits_a_day() -> None:
    play = declined(Play(at=clock("10:00")))
    assert platform_reason(play.wait(24 * 3600 - 0.001)) == "cooldown"
    assert platform_reason(play.wait(0.001)) is None


@pytest.mark.parametrize("how", ["expired", "withdrawn", "ended"])
def test_r11_after_any_other_end_the_platform_waits_half_an_hour(how: str) -> None:
    play = Play()
    play.offer()
    if how == "expired":
        play.wait(600).lapse(c.Expire())
    elif how == "withdrawn":
        play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)
    else:
        play.answer(accept=True)
        play.wait(600).lapse(c.Stop("no_agent"))
    assert platform_reason(play.wait(1800 - 0.001)) == "cooldown"
    assert platform_reason(play.wait(0.001)) is None


def test_r11_the_merchant_need_not_wait_after_an_expiry() -> None:
    play = Play()
    play.offer()
    play.lapse(c.Expire())
    assert play.offer()


def test_r11_never_again_stops_both_for_this_order_only() -> None:
    play = Play().know(orders=(order("o-1"), order("o-2")))
    play.offer("o-1")
    play.answer(accept=False, never_again=True)
    play.wait(30 * 24 * 3600)
    assert code(play.offer, "o-1") == "cooldown"
    assert platform_reason(play) is None
    assert play.card.order == "o-2"
    play.answer(accept=False)
    assert len(play.says(BUYER, "o-1 " + QUESTION)) == 1


@pytest.mark.parametrize("end", ["declined", "expired"])
def test_r11_the_buyer_asks_for_a_card_again_at_any_time(end: str) -> None:
    play = Play().question()
    first = play.card
    if end == "declined":
        play.answer(accept=False, never_again=True)
    else:
        play.lapse(c.Expire())
    (again,) = play.ask(BUYER, c.ReopenInvite, invite=first.id)
    assert isinstance(again, e.InviteOffered)
    assert again.invite != first.id
    assert (again.order, again.inviter, again.intent) == (first.order, first.inviter, first.intent)
    assert play.answer(accept=True)


def test_r11_asking_again_is_checked_too() -> None:
    play = Play().question()
    first = play.card
    again = {"invite": first.id}
    assert code(play.ask, BUYER, c.ReopenInvite, **again) == "invite_not_open"
    play.answer(accept=False)
    play.know(switch=OFF)
    assert code(play.ask, BUYER, c.ReopenInvite, **again) == "switched_off"
    play.know(switch=Switch(shop=SHOP), desk=lambda _: desk(online=0))
    assert code(play.ask, BUYER, c.ReopenInvite, **again) == "carrier_desk_closed"
    play.know(desk=lambda _: desk())
    play.ask(BUYER, c.ReopenInvite, **again)
    with pytest.raises(Refused):
        play.ask(BUYER, c.ReopenInvite, **again)


def test_r11_a_withdrawn_or_accepted_card_is_not_asked_for_again() -> None:
    play = Play()
    play.offer()
    play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)
    refused = refusal(play.ask, BUYER, c.ReopenInvite, invite=play.card.id)
    assert (refused.code, refused.details["state"]) == ("invite_not_open", "withdrawn")


def test_r12_every_step_of_a_story_is_an_event_with_its_author() -> None:
    play = Play().session()
    session = play.room.session
    assert session is not None
    play.ask(BUYER, c.EndSession, session=session.id)
    story = [(type(one.event).__name__, str(one.by.role)) for one in play.log[2:]]
    assert story == [
        ("InviteOffered", "platform"),
        ("InviteAccepted", "buyer"),
        ("AgentJoined", "platform"),
        ("AgentLeft", "buyer"),
        ("SessionEnded", "buyer"),
    ]


def test_r5_r16_the_shops_own_place_decides_not_the_buyers() -> None:
    play = Play().know(rollout=replace(Rollout(percent=0), allow=(SHOP,)))
    assert play.question().card.inviter is Inviter.PLATFORM
