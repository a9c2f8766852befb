"""Rounds from the first question to the reply, the limit or midnight: R22–R25, R30, R32–R37."""

import msgspec
import pytest

from server.core import tracker
from server.core.bodies import Body, Erased
from server.core.model import Role
from server.core.policy import Policy
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
    joined,
    log,
    observed,
    offered,
    opened,
    received_by,
    rounds_of,
    said,
)

SHOWN = Policy(countdown_in_session="shown_not_assessed")


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


def test_r25_each_out_of_session_buyer_message_alerts_cards_too():
    steps = log(said("buyer", at="10:00"), said("buyer", CARDS[0], at="10:01"))

    assert [tracker.alerts(envelope) for envelope in steps] == [("new_message",)] * 2


@pytest.mark.parametrize("role", ["merchant", "bot", "platform", "logistics"])
def test_r25_nobody_elses_message_alerts(role: str):
    assert tracker.alerts(log(said(role, at="10:00"))[0]) == ()


def test_r25_in_session_nothing_alerts_but_the_silent_notices():
    steps = log(
        offered("platform", at="10:00"),
        accepted(at="10:01"),
        joined(at="10:01"),
        said("buyer", at="10:02"),
        said("logistics", at="10:03"),
        ended("buyer", at="10:04"),
        said("buyer", at="10:05"),
    )

    assert [tracker.alerts(envelope) for envelope in steps] == [
        (),
        ("invite_answered",),
        (),
        (),
        (),
        ("session_ended",),
        ("new_message",),
    ]
    assert {"invite_answered", "session_ended"} == tracker.SILENT


def test_r25_a_declined_invite_is_a_silent_notice():
    *_, no = log(offered("platform", at="10:00"), declined(at="10:01"))

    assert tracker.alerts(no) == ("invite_answered",)


@pytest.mark.parametrize("role", list(Role))
def test_r22_an_in_session_message_gives_back_the_very_same_tracking(role: Role):
    before, _ = observed(
        log(
            said("buyer", at="10:00"),
            offered("merchant", at="10:00"),
            accepted(at="10:01"),
            said("logistics", at="10:02"),
        )
    )
    *_, message = log(
        *[said("buyer", at="10:00")] * 2,
        offered("merchant", at="10:00"),
        accepted(at="10:01"),
        said(role, at="10:03"),
    )
    seen = tracker.observe(before, message, rules=RULES, policy=POLICY)

    assert seen.tracking is before
    assert seen.rounds == ()


def test_r30_an_in_session_question_starts_no_countdown_by_default():
    steps = [offered("merchant", at="10:00"), accepted(at="10:01"), said("buyer", at="10:02")]

    assert rounds_of(log(*steps)) == {}


def test_r30_a_shown_countdown_is_not_assessed_and_warns_nobody():
    steps = log(
        offered("merchant", at="10:00"),
        accepted(at="10:01"),
        said("buyer", CARDS[0], at="10:01:30"),
        said("buyer", at="10:02"),
        said("buyer", at="10:03"),
    )
    tracking, _ = observed(steps, policy=SHOWN)
    rounds = rounds_of(steps, policy=SHOWN)

    assert list(rounds) == [4]
    assert rounds[4].state == "not_assessed"
    assert not rounds[4].assessed
    assert (rounds[4].rule, rounds[4].reason) == ("R30", "in_session")
    assert (rounds[4].opened_at, rounds[4].due_at) == (clock("10:02"), clock("10:05"))
    assert tracker.dues(tracking, rules=RULES, policy=SHOWN) == ()


def test_r30_it_ends_with_a_reply_or_with_the_session_and_never_counts():
    steps = log(
        offered("merchant", at="10:00"),
        accepted(at="10:01"),
        said("buyer", at="10:02"),
        said("logistics", at="10:03"),
        said("merchant", CARDS[0], at="10:04"),
        said("merchant", at="10:09", by="mei"),
        said("buyer", at="10:10"),
        ended("buyer", at="10:12"),
    )
    rounds = rounds_of(steps, policy=SHOWN)

    assert (rounds[3].state, rounds[3].closed_at) == ("not_assessed", clock("10:09"))
    assert (rounds[3].answer, rounds[3].agent, rounds[3].time_ms) == (6, "mei", 420_000)
    assert (rounds[7].state, rounds[7].closed_at) == ("not_assessed", clock("10:12"))
    assert rounds[7].answer is None


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
