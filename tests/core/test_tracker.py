"""Rounds from the first question to the reply, the limit or midnight: R23, R24, R32–R37."""

import msgspec
import pytest

from server.core import tracker
from server.core.bodies import Body, Erased
from server.core.records import Round
from server.core.tracker import Tracking
from tests.core.given import (
    CARDS,
    IMAGE,
    POLICY,
    ROOM,
    RULES,
    accepted,
    clock,
    closed,
    declined,
    ended,
    handed_to,
    log,
    observed,
    offered,
    opened,
    rounds_of,
    said,
)


def test_r34_a_question_opens_a_round_that_is_due_after_three_minutes():
    assert rounds_of(log(opened(at="10:00"), said("buyer", at="10:00:01"))) == {
        2: Round(
            room=ROOM,
            id=2,
            state="running",
            opened_at=clock("10:00:01"),
            due_at=clock("10:03:01"),
        )
    }


def test_r34_a_reply_closes_it_with_the_time_waited_and_who_replied():
    rounds = rounds_of(log(said("buyer", at="10:00"), said("merchant", at="10:01", by="mei")))

    assert rounds[1].state == "answered"
    assert rounds[1].closed_at == clock("10:01")
    assert rounds[1].time_ms == 60_000
    assert (rounds[1].answer, rounds[1].agent) == (2, "mei")


def test_r34_more_questions_do_not_open_more_rounds():
    questions = [said("buyer", at=f"10:00:{second:02}") for second in range(10)]

    assert list(rounds_of(log(*questions))) == [1]


def test_r34_the_rules_own_check_of_one_round_in_two():
    rounds = rounds_of(
        log(
            said("buyer", at="10:10:15"),
            said("buyer", at="10:15:20"),
            said("merchant", at="10:18:10"),
            said("buyer", at="10:18:30"),
            said("merchant", at="10:19:00"),
        )
    )

    assert [(r.id, r.state, r.time_ms) for r in rounds.values()] == [
        (1, "late", 475_000),
        (4, "answered", 30_000),
    ]


@pytest.mark.parametrize(
    ("after_ms", "state"), [(0, "answered"), (180_000, "answered"), (180_001, "late")]
)
def test_r34_a_reply_at_the_limit_is_in_time(after_ms: int, state: str):
    asked = clock("10:00")

    assert rounds_of(log(said("buyer", at=asked), said("merchant", at=asked + after_ms)))[
        1
    ].state == (state)


def test_r34_a_reply_to_nothing_changes_no_round():
    assert rounds_of(log(said("merchant", at="10:00"), said("merchant", at="10:01"))) == {}


@pytest.mark.parametrize("body", ["hello", IMAGE, Erased()])
def test_r32_text_and_picture_of_a_human_agent_are_replies(body: str | Body):
    rounds = rounds_of(log(said("buyer", at="10:00"), said("merchant", body, at="10:01")))

    assert rounds[1].state == "answered"


@pytest.mark.parametrize("card", CARDS)
def test_r24_a_card_is_no_reply(card: Body):
    rounds = rounds_of(log(said("buyer", at="10:00"), said("merchant", card, at="10:01")))

    assert rounds[1].state == "running"


@pytest.mark.parametrize("card", CARDS)
def test_r24_a_card_opens_no_round(card: Body):
    assert rounds_of(log(said("buyer", card, at="10:00"))) == {}


@pytest.mark.parametrize("role", ["bot", "platform", "logistics"])
def test_r32_nobody_but_a_human_agent_of_the_shop_can_reply(role: str):
    rounds = rounds_of(log(said("buyer", at="10:00"), said(role, at="10:01")))

    assert rounds[1].state == "running"


def test_r24_notices_of_the_room_are_no_replies_and_open_no_round():
    rounds = rounds_of(
        log(opened(at="10:00"), offered("platform", at="10:01"), declined(at="10:02"))
    )

    assert rounds == {}


def test_r23_a_question_while_the_card_is_open_opens_a_round():
    rounds = rounds_of(log(offered("platform", at="10:00"), said("buyer", at="10:01")))

    assert rounds[2].state == "running"


def test_r24_a_reply_while_the_card_is_open_closes_the_round():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            offered("platform", at="10:00"),
            said("merchant", at="10:01"),
        )
    )

    assert rounds[1].state == "answered"


def test_r38_closing_the_conversation_leaves_an_open_round_open():
    tracking, _ = observed(log(said("buyer", at="10:00"), closed(at="10:01")))

    assert tracking.now.wait is not None


def test_r33_a_round_that_began_outside_the_hours_is_not_assessed():
    rounds = rounds_of(log(said("buyer", at="07:59:59.999"), said("buyer", at="08:00")))

    assert rounds[1].state == "not_assessed"
    assert not rounds[1].assessed
    assert (rounds[1].rule, rounds[1].reason) == ("R33", "outside_assessed_hours")


def test_r33_it_stays_so_when_it_closes_late_and_warns_nobody():
    tracking, _ = observed(log(said("buyer", at="07:59")))
    rounds = rounds_of(log(said("buyer", at="07:59"), said("merchant", at="08:30")))

    assert [due.kind for due in tracker.dues(tracking, rules=RULES, policy=POLICY)] == ["day_end"]
    assert rounds[1].state == "not_assessed"
    assert (rounds[1].closed_at, rounds[1].answer) == (clock("08:30"), 2)


def test_r33_a_question_at_eight_is_assessed():
    assert rounds_of(log(said("buyer", at="08:00")))[1].assessed


def test_r35_a_round_open_at_midnight_closes_as_late_with_ten_minutes():
    rounds = rounds_of(
        log(
            said("buyer", at="23:59:59"),
            said("buyer", at=clock("00:00:01", day=1)),
            said("merchant", at=clock("09:00", day=1)),
        )
    )

    assert rounds[1].state == "late"
    assert (rounds[1].closed_at, rounds[1].time_ms) == (clock("00:00", day=1), 600_000)
    assert rounds[1].answer is None
    assert rounds[2].state == "not_assessed"
    assert rounds[2].answer == 3


def test_r35_one_open_since_before_eight_closes_not_assessed_at_midnight():
    rounds = rounds_of(log(said("buyer", at="07:00"), handed_to("b", at=clock("00:00", day=1))))

    assert rounds[1].state == "not_assessed"
    assert rounds[1].closed_at == clock("00:00", day=1)


def test_r35_a_reply_a_millisecond_before_midnight_still_answers():
    rounds = rounds_of(
        log(said("buyer", at="23:58"), said("merchant", at=clock("00:00", day=1) - 1))
    )

    assert rounds[1].state == "answered"


def test_r37_an_unanswered_round_is_whose_the_room_was_handed_to():
    rounds = rounds_of(
        log(
            said("merchant", at="09:00", by="mei"),
            said("buyer", at="10:00"),
            handed_to("bo", at="10:01"),
            said("buyer", at=clock("10:00", day=1)),
        )
    )

    assert rounds[2].agent == "bo"


def test_r37_else_of_the_last_who_replied_else_of_nobody():
    replied = [said("merchant", at="09:00", by="mei"), said("buyer", at="10:00")]
    tomorrow = said("buyer", at=clock("10:00", day=1))

    assert rounds_of(log(*replied, tomorrow))[2].agent == "mei"
    assert rounds_of(log(said("buyer", at="10:00"), tomorrow))[1].agent is None


def test_r37_an_in_session_reply_holds_nothing():
    rounds = rounds_of(
        log(
            said("merchant", at="09:00", by="mei"),
            offered("merchant", at="09:01"),
            accepted(at="09:02"),
            said("merchant", at="09:03", by="bo"),
            ended("idle", at="09:30"),
            said("buyer", at="10:00"),
            said("buyer", at=clock("10:00", day=1)),
        )
    )

    assert rounds[6].agent == "mei"


def test_r35_a_clock_that_is_set_back_makes_no_time_negative():
    rounds = rounds_of(log(said("buyer", at="10:00"), said("merchant", at="09:00")))

    assert rounds[1].state == "answered"
    assert rounds[1].time_ms == 0


def test_r49_a_tracking_survives_its_snapshot_and_is_small():
    tracking, _ = observed(
        log(
            said("buyer", at="10:00"),
            said("buyer", "长" * 2_000, at="10:01"),
            offered("platform", at="10:01"),
            accepted(at="10:02"),
        )
    )
    packed = msgspec.msgpack.encode(tracking)

    assert msgspec.msgpack.decode(packed, type=Tracking) == tracking
    assert len(packed) < 200


def test_r32_what_can_no_longer_be_recalled_is_not_kept():
    asked = [said("buyer", at=clock("10:00") + 30_000 * step) for step in range(20)]
    tracking, _ = observed(log(*asked))

    assert [trace.seq for trace in tracking.traces] == [16, 17, 18, 19, 20]
