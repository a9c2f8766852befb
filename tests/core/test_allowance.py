"""What the shop may still send outside a session: R27, R28, R29."""

import pytest

from server.core import allowance
from server.core.allowance import Allowance
from server.core.bodies import Body, Promotion, Text
from server.core.errors import Refused
from server.core.model import Phase, Role
from tests.core.given import (
    POLICY,
    Step,
    accepted,
    clock,
    closed,
    ended,
    joined,
    log,
    offered,
    recalled,
    said,
)
from tests.core.play import AGENT, BUYER, Play
from tests.core.play import refusal as refusal_of

NOON = "12:00"
COUPON = "送您一张优惠券"
CARD = Promotion(title="11.11", text="half price")


def after(*steps: Step) -> Allowance:
    """The allowance at the end of these steps."""
    spent = Allowance()
    for envelope in log(*steps):
        spent = allowance.after(spent, envelope, POLICY)
    return spent


def refused(
    spent: Allowance,
    body: str | Body = "hello",
    *,
    role: str = "merchant",
    phase: Phase = Phase.TWO_PARTY,
    at: str | int = NOON,
) -> Refused | None:
    """What would be answered to this message now."""
    body = Text(body) if isinstance(body, str) else body
    at = clock(at) if isinstance(at, str) else at
    return allowance.refusal(spent, Role(role), body, phase=phase, at=at, policy=POLICY)


def in_a_row(count: int, role: str = "merchant") -> list[Step]:
    return [said(role, at=NOON) for _ in range(count)]


def session(*steps: Step) -> list[Step]:
    return [offered("merchant", at=NOON), accepted(at=NOON), joined(at=NOON), *steps]


def code(refusal: Refused | None) -> str | None:
    return None if refusal is None else refusal.code


@pytest.mark.parametrize("role", ["merchant", "bot"])
def test_r28_the_fifth_message_in_a_row_passes_and_the_sixth_is_refused(role: str):
    assert refused(after(*in_a_row(4, role)), role=role) is None
    assert code(refused(after(*in_a_row(5, role)), role=role)) == "message_limit"


def test_r28_people_and_bot_of_the_shop_share_one_allowance():
    spent = after(*in_a_row(3), *in_a_row(2, "bot"))

    assert code(refused(spent)) == "message_limit"
    assert code(refused(spent, role="bot")) == "message_limit"


def test_r28_cards_and_pictures_count_as_messages():
    spent = after(*in_a_row(4), said("merchant", CARD, at=NOON))

    assert code(refused(spent)) == "message_limit"


def test_r28_the_refusal_names_the_limit():
    refusal = refused(after(*in_a_row(5)))

    assert refusal is not None
    assert refusal.details == {"limit": 5}
    assert not refusal.retryable


@pytest.mark.parametrize("role", ["buyer", "logistics", "platform"])
def test_r28_nobody_else_is_limited(role: str):
    assert refused(after(*in_a_row(9)), role=role) is None


def test_r28_a_buyer_message_refills_the_allowance():
    spent = after(*in_a_row(5), said("buyer", at=NOON))

    assert spent.streak == 0
    assert refused(spent) is None


def test_r28_an_acceptance_refills_the_allowance():
    spent = after(*in_a_row(5), *session(), ended("idle", at=NOON))

    assert spent.streak == 0


def test_r28_an_offer_or_a_closing_refills_nothing():
    spent = after(*in_a_row(5), closed(at=NOON), offered("merchant", at=NOON))

    assert spent.streak == 5


def test_r28_a_message_of_the_platform_refills_nothing():
    assert after(*in_a_row(5), said("platform", at=NOON)).streak == 5


def test_r28_a_recall_refunds_nothing():
    spent = after(*in_a_row(5), recalled(5, at=NOON, role="merchant"))

    assert code(refused(spent)) == "message_limit"


def test_r28_in_session_nothing_is_counted_and_nothing_refused():
    spent = after(*session(*in_a_row(20)))

    assert spent.streak == 0
    assert refused(Allowance(streak=99), phase=Phase.THREE_PARTY) is None


def test_r28_an_in_session_buyer_message_refills_nothing():
    before = Allowance(streak=3)
    (buyers,) = [e for e in log(*session(said("buyer", at=NOON))) if e.by.id == "lin"][1:]

    assert allowance.after(before, buyers, POLICY) is before


def test_r28_the_logistics_agents_messages_are_not_counted():
    before = Allowance(streak=3)
    *_, message = log(*session(said("logistics", at=NOON)))

    assert allowance.after(before, message, POLICY) is before


def test_r28_while_the_card_is_open_messages_count_as_usual():
    spent = after(*in_a_row(4), offered("merchant", at=NOON), said("merchant", at=NOON))

    assert code(refused(spent, phase=Phase.INVITE_PENDING)) == "message_limit"


@pytest.mark.parametrize("body", [CARD, COUPON, "全场五折", "use PROMO CODE now", "20% off"])
@pytest.mark.parametrize("role", ["merchant", "bot"])
def test_r27_a_second_promotion_within_a_day_is_refused(role: str, body: str | Body):
    spent = after(said(role, body, at=NOON))

    assert code(refused(spent, body, role=role, at="12:01")) == "marketing_limit"


def test_r27_the_first_promotion_passes_and_so_does_any_other_message():
    assert refused(Allowance(), COUPON) is None
    assert refused(after(said("merchant", CARD, at=NOON)), "您的快递已发出") is None


def test_r27_the_day_is_over_to_the_millisecond():
    spent = after(said("merchant", CARD, at=NOON))

    assert code(refused(spent, CARD, at=clock(NOON, day=1) - 1)) == "marketing_limit"
    assert refused(spent, CARD, at=clock(NOON, day=1)) is None


def test_r27_the_refusal_says_until_when():
    refusal = refused(after(said("merchant", CARD, at=NOON)), CARD, at="13:00")

    assert refusal is not None
    assert refusal.details == {"until_at": clock(NOON, day=1), "retry_after_ms": 23 * 3_600_000}


def test_r27_neither_the_buyers_message_nor_an_acceptance_allows_another_promotion():
    spent = after(said("merchant", CARD, at=NOON), said("buyer", at=NOON), *session())

    assert code(refused(spent, CARD, at="12:01")) == "marketing_limit"


def test_r27_a_buyers_word_of_a_coupon_is_no_promotion():
    spent = after(said("buyer", COUPON, at=NOON))

    assert spent.promoted_at is None
    assert refused(after(said("merchant", CARD, at=NOON)), COUPON, role="buyer") is None


def test_r27_an_in_session_promotion_is_neither_judged_nor_remembered():
    spent = after(*session(said("merchant", CARD, at=NOON), said("logistics", COUPON, at=NOON)))

    assert spent.promoted_at is None
    assert refused(Allowance(promoted_at=clock(NOON)), CARD, phase=Phase.THREE_PARTY) is None


def test_r27_the_message_limit_answers_before_the_marketing_limit():
    spent = after(said("merchant", CARD, at=NOON), *in_a_row(4))

    assert code(refused(spent, CARD)) == "message_limit"


def test_r28_what_changes_nothing_gives_back_the_very_same_allowance():
    spent = Allowance()
    for envelope in log(said("buyer", at=NOON), recalled(1, at=NOON), *session()):
        assert allowance.after(spent, envelope, POLICY) is spent


@pytest.mark.parametrize(
    ("body", "times", "reason"), [("hello", 5, "message_limit"), (CARD, 1, "marketing_limit")]
)
def test_r29_a_refused_message_leaves_no_step_and_goes_out_once_it_may(
    body: str | Body, times: int, reason: str
):
    play = Play()
    for _ in range(times):
        play.says(AGENT, body)
    before = play.room
    refusal = refusal_of(play.says, AGENT, body)

    assert (refusal.code, play.room) == (reason, before)
    play.wait(24 * 3600)
    play.says(BUYER, "在吗")
    assert play.says(AGENT, body)
