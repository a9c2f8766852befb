"""Rounds that an acceptance meets, and sessions that the merchant ends: R31."""

import pytest

from server.core.records import Round
from tests.core.given import (
    ROOM,
    Step,
    accepted,
    clock,
    declined,
    ended,
    handed_to,
    joined,
    log,
    observed,
    offered,
    recalled,
    rounds_of,
    said,
)


def only(*steps: Step) -> Round:
    """What became of the one round of these steps."""
    (found,) = rounds_of(log(*steps)).values()
    return found


def test_r31_a_round_open_at_acceptance_is_void_and_says_why():
    assert only(
        said("buyer", at="10:00"), offered("merchant", at="10:01"), accepted(at="10:02")
    ) == Round(
        room=ROOM,
        id=1,
        state="void",
        opened_at=clock("10:00"),
        due_at=clock("10:03"),
        closed_at=clock("10:02"),
        rule="R31",
        reason="session_opened",
    )


@pytest.mark.parametrize(("at", "state"), [("10:03", "void"), ("10:03:00.001", "late")])
def test_r31_for_a_merchant_card_the_acceptance_counts(at: str, state: str):
    found = only(said("buyer", at="10:00"), offered("merchant", at="10:01"), accepted(at=at))

    assert found.state == state


@pytest.mark.parametrize(("at", "state"), [("10:03", "void"), ("10:03:00.001", "late")])
def test_r31_for_a_platform_card_the_offer_counts(at: str, state: str):
    found = only(said("buyer", at="10:00"), offered("platform", at=at), accepted(at="10:09"))

    assert found.state == state


def test_r31_late_stays_late_with_the_time_waited_until_the_moment_that_counts():
    steps = [handed_to("bo", at="09:00"), said("buyer", at="10:00")]
    platform = only(*steps, offered("platform", at="10:04"), accepted(at="10:09"))
    merchant = only(*steps, offered("merchant", at="10:04"), accepted(at="10:09"))

    assert (platform.state, platform.time_ms, platform.closed_at) == (
        "late",
        240_000,
        clock("10:09"),
    )
    assert (merchant.state, merchant.time_ms, merchant.closed_at) == (
        "late",
        540_000,
        clock("10:09"),
    )
    assert (platform.agent, platform.answer) == ("bo", None)


def test_r31_the_buyers_thinking_time_is_not_the_merchants():
    _, changes = observed(
        log(
            said("buyer", at="10:00"),
            offered("platform", at="10:00:01"),
            said("buyer", at="10:05"),
            accepted(at="10:09"),
        )
    )

    assert [change.state for change in changes] == ["running", "late", "void"]


def test_r31_a_round_opened_after_the_platforms_offer_is_void_too():
    found = only(offered("platform", at="10:00"), said("buyer", at="10:01"), accepted(at="10:09"))

    assert found.state == "void"


def test_r31_a_card_that_replaced_another_counts_from_the_first():
    found = only(
        said("buyer", at="10:00"),
        offered("platform", at="10:08", since="10:02"),
        accepted(at="10:09"),
    )

    assert found.state == "void"


def test_r31_an_earlier_platform_card_lends_its_time_to_no_merchant_card():
    found = only(
        said("buyer", at="10:00"),
        offered("platform", at="10:01"),
        declined(at="10:02"),
        offered("merchant", at="10:03"),
        accepted(at="10:09"),
    )

    assert (found.state, found.time_ms) == ("late", 540_000)


def test_r31_an_acceptance_without_an_open_round_changes_none():
    found = only(
        said("buyer", at="10:00"),
        said("merchant", at="10:01"),
        offered("platform", at="10:02"),
        accepted(at="10:03"),
        ended("merchant", at="10:04"),
    )

    assert found.state == "answered"


def test_r31_nothing_that_happens_in_a_session_opens_a_round_its_end_included():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            offered("platform", at="10:00"),
            accepted(at="10:01"),
            said("buyer", at="10:02"),
            joined(at="10:03"),
            said("logistics", at="10:04"),
            said("buyer", at="10:05"),
            ended("buyer", at="10:20"),
            said("buyer", at="10:30"),
        )
    )

    assert [(r.id, r.state) for r in rounds.values()] == [(1, "void"), (9, "running")]
    assert rounds[9].opened_at == clock("10:30")


def test_r33_a_round_that_is_not_assessed_is_void_at_acceptance_however_old():
    found = only(said("buyer", at="07:00"), offered("merchant", at="09:00"), accepted(at="09:01"))

    assert (found.state, found.assessed, found.rule) == ("void", False, "R31")


VOIDED = (said("buyer", at="10:00"), offered("platform", at="10:01"), accepted(at="10:02"))


def test_r31_a_merchant_who_ends_before_any_logistics_message_is_late_after_all():
    found = only(
        handed_to("bo", at="09:00"),
        *VOIDED,
        joined(at="10:03"),
        said("buyer", at="10:03"),
        said("merchant", at="10:03"),
        ended("merchant", at="10:04"),
    )

    assert (found.state, found.time_ms) == ("late", 120_000)
    assert (found.closed_at, found.agent) == (clock("10:02"), "bo")
    assert (found.rule, found.reason) == (None, None)


def test_r31_a_merchant_who_ends_after_a_logistics_message_is_not():
    found = only(*VOIDED, said("logistics", at="10:03"), ended("merchant", at="10:04"))

    assert found.state == "void"


@pytest.mark.parametrize("reason", ["buyer", "idle", "no_agent", "solved", "other"])
def test_r31_nobody_elses_end_makes_it_late(reason: str):
    assert only(*VOIDED, ended(reason, at="10:04")).state == "void"


def test_r31_an_earlier_sessions_logistics_message_does_not_help():
    rounds = rounds_of(
        log(
            offered("merchant", at="09:00"),
            accepted(at="09:01"),
            said("logistics", at="09:02"),
            ended("buyer", at="09:03"),
            *VOIDED,
            ended("merchant", at="10:04"),
        )
    )

    assert rounds[5].state == "late"


def test_r31_a_second_sessions_end_does_not_touch_the_first_ones_round():
    rounds = rounds_of(
        log(
            *VOIDED,
            ended("buyer", at="10:04"),
            offered("merchant", at="11:00"),
            accepted(at="11:01"),
            ended("merchant", at="11:02"),
        )
    )

    assert rounds[1].state == "void"


def test_r33_a_not_assessed_round_is_not_late_after_all_either():
    found = only(
        said("buyer", at="07:59"),
        offered("merchant", at="09:00"),
        accepted(at="09:00"),
        ended("merchant", at="09:01"),
    )

    assert (found.state, found.assessed) == ("not_assessed", False)


def test_r31_a_question_recalled_during_the_session_leaves_nothing_to_be_late():
    found = only(
        *VOIDED,
        recalled(1, at="10:02"),
        ended("merchant", at="10:04"),
    )

    assert (found.state, found.rule) == ("void", "R32")


def test_r31_a_reply_recalled_during_the_session_makes_the_round_void():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:01"),
            offered("platform", at="10:01"),
            accepted(at="10:02"),
            recalled(2, at="10:02:30", role="merchant"),
        )
    )

    assert (rounds[1].state, rounds[1].rule) == ("void", "R31")
    assert (rounds[1].answer, rounds[1].time_ms) == (None, None)


def test_r31_a_clock_set_back_during_the_thinking_time_makes_no_time_negative():
    found = only(said("buyer", at="10:00"), offered("platform", at="09:00"), accepted(at="09:01"))

    assert found.state == "void"
