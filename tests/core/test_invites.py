"""An open card: answered, changed, taken back, expired (R6, R10, R12, R15)."""

from typing import Any

import pytest

from server.core import commands as c
from server.core import events as e
from server.core.model import Inviter, InviteState, OrderStatus, Phase, Rollout, Stage, Switch
from tests.core.given import clock
from tests.core.play import AGENT, BUYER, COLLEAGUE, SHOP, Play, code, desk, order, refusal

OFF = Switch(shop=SHOP, enabled=False)


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
