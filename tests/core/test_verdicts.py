"""For each message and each measure: counted or exempt, and why. R22–R28, R42."""

import pytest

from server.core.bodies import Body
from server.core.verdicts import verdicts
from tests.core.given import (
    CARDS,
    IMAGE,
    POLICY,
    RULES,
    Step,
    accepted,
    closed,
    ended,
    joined,
    log,
    offered,
    opened,
    recalled,
    received_by,
    said,
)

MEASURES = [
    "three_minute_rate",
    "average_response",
    "alert",
    "marketing",
    "message_limit",
    "assessment",
]
ROUNDS = MEASURES[:2]
COUPON = "送您一张优惠券"
EXEMPT = {
    "three_minute_rate": "R23",
    "average_response": "R24",
    "alert": "R25",
    "marketing": "R27",
    "message_limit": "R28",
    "assessment": "R22",
}


def judged(*steps: Step) -> dict[tuple[int, str], tuple[bool, str]]:
    """(seq, measure) to (counted, rule)."""
    found = verdicts(log(*steps), rules=RULES, policy=POLICY)
    return {(v.seq, v.measure): (v.counted, v.rule) for v in found}


def of_rounds(seq: int, *steps: Step) -> tuple[tuple[bool, str], tuple[bool, str]]:
    """What the two measures of rounds make of a message."""
    found = judged(*steps)
    return found[seq, "three_minute_rate"], found[seq, "average_response"]


def session(*steps: Step) -> list[Step]:
    return [offered("merchant", at="10:00"), accepted(at="10:01"), joined(at="10:01"), *steps]


def test_r42_every_message_has_six_verdicts_in_order_and_nothing_else_has_any():
    found = verdicts(
        log(
            opened(at="10:00"),
            said("buyer", at="10:01"),
            closed(at="10:02"),
            said("merchant", at="10:03"),
        ),
        rules=RULES,
        policy=POLICY,
    )

    assert [(v.seq, v.measure) for v in found] == [(s, m) for s in (2, 4) for m in MEASURES]


def test_r42_a_verdict_names_the_rule_sets_version_and_the_phase():
    found = verdicts(
        log(said("buyer", at="09:59"), *session(said("buyer", at="10:02"))),
        rules=RULES,
        policy=POLICY,
    )

    assert {v.version for v in found} == {"2023.1"}
    assert [v.phase for v in found[::6]] == ["two_party", "three_party"]


def test_r42_an_empty_log_has_none():
    assert verdicts([], rules=RULES, policy=POLICY) == []


@pytest.mark.parametrize("role", ["buyer", "merchant", "bot", "logistics", "platform"])
@pytest.mark.parametrize("body", ["hello", COUPON, *CARDS])
def test_r22_r23_r24_r25_r27_r28_in_session_no_message_counts_in_any_measure(
    role: str, body: str | Body
):
    found = judged(*session(said(role, body, at="10:02")))

    assert found == {(4, measure): (False, rule) for measure, rule in EXEMPT.items()}


def test_r22_the_wait_for_an_agent_is_in_session_and_after_the_end_nothing_is():
    found = judged(
        offered("merchant", at="10:00"),
        accepted(at="10:01"),
        said("buyer", at="10:02"),
        ended("buyer", at="10:03"),
        said("buyer", at="10:04"),
    )

    assert found[3, "assessment"] == (False, "R22")
    assert found[5, "assessment"] == (True, "R22")


def test_r34_r35_a_question_counts_in_both_measures_of_rounds():
    assert of_rounds(1, said("buyer", at="10:00")) == ((True, "R34"), (True, "R35"))


def test_r42_a_question_counts_with_its_round_whoever_opened_it():
    steps = [said("buyer", at="10:00"), said("buyer", at="10:01"), said("merchant", at="10:02")]

    assert of_rounds(2, *steps) == ((True, "R34"), (True, "R35"))


@pytest.mark.parametrize("body", ["hello", IMAGE])
def test_r32_a_valid_reply_counts(body: str | Body):
    steps = [said("buyer", at="10:00"), said("merchant", body, at="10:01")]

    assert of_rounds(2, *steps) == ((True, "R32"), (True, "R32"))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("role", ["buyer", "merchant"])
def test_r24_a_card_counts_in_no_measure_of_rounds(role: str, card: Body):
    steps = [said("buyer", at="10:00"), said(role, card, at="10:01")]

    assert of_rounds(2, *steps) == ((False, "R24"), (False, "R24"))


@pytest.mark.parametrize("role", ["bot", "platform"])
def test_r32_bot_and_platform_count_in_no_measure_of_rounds(role: str):
    steps = [said("buyer", at="10:00"), said(role, at="10:01")]

    assert of_rounds(2, *steps) == ((False, "R32"), (False, "R32"))


def test_r32_what_a_bot_was_to_answer_does_not_count():
    steps = [received_by("bot", at="10:00"), said("buyer", at="10:01")]

    assert of_rounds(2, *steps) == ((False, "R32"), (False, "R32"))


def test_r31_a_message_of_a_round_that_the_session_made_void_does_not_count():
    steps = [said("buyer", at="09:59"), said("buyer", at="09:59:30"), *session()]

    assert of_rounds(1, *steps) == ((False, "R31"), (False, "R31"))
    assert of_rounds(2, *steps) == ((False, "R31"), (False, "R31"))


def test_r31_one_that_is_late_after_all_does():
    steps = [said("buyer", at="09:59"), *session(ended("merchant", at="10:02"))]

    assert of_rounds(1, *steps) == ((True, "R34"), (True, "R35"))


def test_r33_question_and_reply_of_a_round_that_is_not_assessed_do_not_count():
    steps = [said("buyer", at="07:00"), said("merchant", at="09:00")]

    assert of_rounds(1, *steps) == ((False, "R33"), (False, "R33"))
    assert of_rounds(2, *steps) == ((False, "R33"), (False, "R33"))


def test_r32_what_was_recalled_does_not_count_and_the_next_does():
    steps = [
        said("buyer", at="10:00"),
        said("buyer", at="10:00:10"),
        recalled(1, at="10:00:20"),
        said("merchant", at="10:01"),
        said("merchant", at="10:01:10"),
        recalled(4, at="10:01:20", role="merchant"),
    ]

    assert of_rounds(1, *steps) == ((False, "R32"), (False, "R32"))
    assert of_rounds(2, *steps) == ((True, "R34"), (True, "R35"))
    assert of_rounds(4, *steps) == ((False, "R32"), (False, "R32"))
    assert of_rounds(5, *steps) == ((True, "R32"), (True, "R32"))


@pytest.mark.parametrize(
    ("role", "counted"),
    [("buyer", True), ("merchant", False), ("bot", False), ("platform", False)],
)
def test_r25_only_a_buyers_message_alerts(role: str, *, counted: bool):
    assert judged(said(role, at="10:00"))[1, "alert"] == (counted, "R25")


@pytest.mark.parametrize(
    ("role", "body", "counted"),
    [
        ("merchant", COUPON, True),
        ("bot", COUPON, True),
        ("merchant", CARDS[2], True),
        ("merchant", "hello", False),
        ("merchant", CARDS[0], False),
        ("buyer", COUPON, False),
    ],
)
def test_r27_only_a_promotion_of_the_shop_is_marketing(
    role: str, body: str | Body, *, counted: bool
):
    assert judged(said(role, body, at="10:00"))[1, "marketing"] == (counted, "R27")


@pytest.mark.parametrize(
    ("role", "counted"),
    [("buyer", False), ("merchant", True), ("bot", True), ("platform", False)],
)
def test_r28_only_the_shops_messages_count_towards_the_five(role: str, *, counted: bool):
    assert judged(said(role, at="10:00"))[1, "message_limit"] == (counted, "R28")


@pytest.mark.parametrize("role", ["buyer", "merchant", "bot", "platform"])
def test_r22_outside_everybodys_message_is_assessed(role: str):
    assert judged(said(role, at="10:00"))[1, "assessment"] == (True, "R22")
