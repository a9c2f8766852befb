"""Who receives the buyer, and the rounds that open when a human takes over: R21, R32."""

import pytest

from tests.core.given import (
    CARDS,
    accepted,
    clock,
    closed,
    ended,
    log,
    offered,
    received_by,
    rounds_of,
    said,
)


def test_r32_under_reception_bot_no_round_opens():
    assert rounds_of(log(received_by("bot", at="10:00"), said("buyer", at="10:01"))) == {}


def test_r32_under_nobody_rounds_open():
    rounds = rounds_of(log(received_by("nobody", at="10:00"), said("buyer", at="10:01")))

    assert rounds[2].state == "running"


def test_r32_a_round_opens_when_a_human_takes_over_and_the_buyer_wrote_last():
    rounds = rounds_of(
        log(
            received_by("bot", at="10:00"),
            said("buyer", at="10:01"),
            said("buyer", at="10:02"),
            received_by("human", at="10:05"),
        )
    )

    assert list(rounds) == [3]
    assert rounds[3].opened_at == clock("10:05")


@pytest.mark.parametrize("role", ["bot", "merchant"])
def test_r32_none_opens_at_a_takeover_when_the_shop_wrote_last(role: str):
    rounds = rounds_of(
        log(
            received_by("bot", at="10:00"),
            said("buyer", at="10:01"),
            said(role, CARDS[0], at="10:02"),
            received_by("human", at="10:05"),
        )
    )

    assert rounds == {}


def test_r32_a_card_after_the_question_leaves_the_buyer_the_one_who_wrote_last():
    rounds = rounds_of(
        log(
            received_by("bot", at="10:00"),
            said("buyer", at="10:01"),
            said("buyer", CARDS[0], at="10:02"),
            received_by("human", at="10:05"),
        )
    )

    assert list(rounds) == [2]


def test_r32_none_opens_at_a_takeover_by_nobody():
    steps = [received_by("bot", at="10:00"), said("buyer", at="10:01")]

    assert rounds_of(log(*steps, received_by("nobody", at="10:02"))) == {}
    assert list(
        rounds_of(log(*steps, received_by("nobody", at="10:02"), received_by("human", at="10:03")))
    ) == [2]


def test_r32_a_takeover_leaves_an_open_round_as_it_is():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            received_by("bot", at="10:01"),
            said("buyer", at="10:02"),
            received_by("human", at="10:02:30"),
        )
    )

    assert list(rounds) == [1]
    assert rounds[1].opened_at == clock("10:00")


def test_r32_a_message_that_had_its_round_gets_no_second_one_at_a_takeover():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            offered("merchant", at="10:00"),
            accepted(at="10:01"),
            ended("buyer", at="10:10"),
            received_by("human", at="10:11"),
        )
    )

    assert [(r.id, r.state) for r in rounds.values()] == [(1, "void")]


def test_r31_a_takeover_during_a_session_opens_nothing():
    rounds = rounds_of(
        log(
            received_by("bot", at="10:00"),
            said("buyer", at="10:01"),
            offered("merchant", at="10:02"),
            accepted(at="10:03"),
            received_by("human", at="10:04"),
            ended("buyer", at="10:10"),
            received_by("human", at="10:11"),
        )
    )

    assert rounds == {}


def test_r21_a_closed_conversation_is_received_by_humans_again():
    rounds = rounds_of(
        log(received_by("bot", at="10:00"), closed(at="10:01"), said("buyer", at="10:02"))
    )

    assert rounds[3].state == "running"
