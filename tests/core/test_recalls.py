"""What a recall does to the rounds: R32."""

from server.core import tracker
from server.core.policy import Policy
from server.core.records import Round
from tests.core.given import (
    CARDS,
    POLICY,
    ROOM,
    RULES,
    accepted,
    clock,
    ended,
    log,
    observed,
    offered,
    recalled,
    received_by,
    rounds_of,
    said,
)


def test_r32_a_recalled_reply_leaves_the_round_open_from_its_first_instant():
    tracking, changes = observed(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:01"),
            recalled(2, at="10:01:30", role="merchant"),
        )
    )

    assert [change.state for change in changes] == ["running", "answered", "running"]
    assert changes[-1] == Round(
        room=ROOM,
        id=1,
        state="running",
        opened_at=clock("10:00"),
        due_at=clock("10:03"),
    )
    (soon, *_) = tracker.dues(tracking, rules=RULES, policy=POLICY)
    assert soon.at == clock("10:01:40")


def test_r32_a_round_reopened_past_its_limit_is_late():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:02"),
            recalled(2, at="10:03:30", role="merchant"),
            said("merchant", at="10:04"),
        )
    )

    assert (rounds[1].state, rounds[1].time_ms, rounds[1].answer) == ("late", 240_000, 4)


def test_r32_the_next_valid_reply_takes_the_recalled_ones_place():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:01", by="mei"),
            said("merchant", at="10:02", by="bo"),
            recalled(2, at="10:02:30", role="merchant"),
        )
    )

    assert (rounds[1].state, rounds[1].time_ms) == ("answered", 120_000)
    assert (rounds[1].answer, rounds[1].agent) == (3, "bo")


def test_r32_a_round_opened_meanwhile_is_absorbed():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:00:30"),
            said("buyer", at="10:01"),
            said("merchant", at="10:01:30"),
            recalled(2, at="10:02", role="merchant"),
        )
    )

    assert (rounds[1].state, rounds[1].answer, rounds[1].time_ms) == ("answered", 4, 90_000)
    assert (rounds[3].state, rounds[3].rule, rounds[3].reason) == ("void", "R32", "recalled")


def test_r32_a_later_reply_recalled_changes_nothing():
    _, changes = observed(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:01"),
            said("merchant", at="10:02"),
            recalled(3, at="10:02:30", role="merchant"),
        )
    )

    assert [change.state for change in changes] == ["running", "answered"]


def test_r32_a_round_whose_messages_are_all_recalled_is_void():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("buyer", at="10:01"),
            recalled(2, at="10:01:10"),
            recalled(1, at="10:01:20"),
        )
    )

    assert rounds == {
        1: Round(
            room=ROOM,
            id=1,
            state="void",
            opened_at=clock("10:00"),
            due_at=clock("10:03"),
            closed_at=clock("10:01:20"),
            rule="R32",
            reason="recalled",
        )
    }


def test_r32_a_void_round_warns_nobody():
    tracking, _ = observed(log(said("buyer", at="10:00"), recalled(1, at="10:01")))

    assert tracker.dues(tracking, rules=RULES, policy=POLICY) == ()


def test_r32_if_only_the_first_is_recalled_the_round_begins_with_the_next():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("buyer", at="10:01"),
            recalled(1, at="10:01:30"),
            said("merchant", at="10:02"),
        )
    )

    assert (rounds[1].state, rounds[1].reason) == ("void", "recalled")
    assert (rounds[2].opened_at, rounds[2].state) == (clock("10:01"), "answered")
    assert rounds[2].time_ms == 60_000


def test_r32_a_question_recalled_after_its_answer_leaves_no_round():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:00:30"),
            recalled(1, at="10:01"),
        )
    )

    assert (rounds[1].state, rounds[1].reason) == ("void", "recalled")
    assert (rounds[1].answer, rounds[1].agent, rounds[1].time_ms) == (None, None, None)


def test_r32_a_recalled_message_beside_others_changes_nothing():
    _, changes = observed(
        log(said("buyer", at="10:00"), said("buyer", at="10:01"), recalled(2, at="10:01:30"))
    )

    assert [change.state for change in changes] == ["running"]


def test_r32_a_bots_recalled_message_lets_the_buyer_have_written_last_again():
    rounds = rounds_of(
        log(
            received_by("bot", at="10:00"),
            said("buyer", at="10:01"),
            said("bot", at="10:01:30"),
            recalled(3, at="10:02", role="bot"),
            received_by("human", at="10:03"),
        )
    )

    assert [(r.id, r.state) for r in rounds.values()] == [(2, "running")]


def test_r32_a_question_to_a_bot_that_is_recalled_opens_no_round_at_the_takeover():
    steps = [
        received_by("bot", at="10:00"),
        said("buyer", at="10:01"),
        said("buyer", at="10:01:10"),
        recalled(3, at="10:01:20"),
    ]

    assert list(rounds_of(log(*steps, received_by("human", at="10:02")))) == [2]
    assert (
        rounds_of(log(*steps, recalled(2, at="10:01:30"), received_by("human", at="10:02"))) == {}
    )


def test_r32_a_recalled_card_of_the_shop_changes_no_round():
    _, changes = observed(
        log(
            said("buyer", at="10:00"),
            said("merchant", CARDS[0], at="10:01"),
            recalled(2, at="10:01:30", role="merchant"),
        )
    )

    assert [change.state for change in changes] == ["running"]


def test_r32_a_reply_recalled_at_the_last_moment_still_reopens():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            said("merchant", at="10:01"),
            said("merchant", CARDS[0], at="10:03"),
            recalled(2, at="10:03", role="merchant"),
        )
    )

    assert rounds[1].answer is None


def test_r32_an_in_session_message_that_is_recalled_changes_no_round():
    steps = [
        said("buyer", at="10:00"),
        offered("merchant", at="10:00"),
        accepted(at="10:01"),
        said("buyer", at="10:02"),
        recalled(4, at="10:02:30"),
    ]

    assert [(r.id, r.state) for r in rounds_of(log(*steps)).values()] == [(1, "void")]


def test_r31_a_logistics_message_was_written_though_it_is_recalled():
    rounds = rounds_of(
        log(
            said("buyer", at="10:00"),
            offered("merchant", at="10:00"),
            accepted(at="10:01"),
            said("logistics", at="10:02"),
            recalled(4, at="10:02:30", role="logistics"),
            ended("merchant", at="10:03"),
        )
    )

    assert rounds[1].state == "void"


def test_r30_a_shown_countdown_goes_with_its_message():
    shown = Policy(countdown_in_session="shown_not_assessed")
    rounds = rounds_of(
        log(
            offered("merchant", at="10:00"),
            accepted(at="10:01"),
            said("buyer", at="10:02"),
            recalled(3, at="10:03"),
            ended("buyer", at="10:04"),
        ),
        policy=shown,
    )

    assert (rounds[3].state, rounds[3].closed_at) == ("void", clock("10:03"))


def test_r32_a_recall_of_what_is_not_there_changes_nothing():
    before, _ = observed(log(said("buyer", at="10:00")))
    *_, recall = log(said("buyer", at="10:00"), recalled(99, at="10:01"))
    seen = tracker.observe(before, recall, rules=RULES, policy=POLICY)

    assert seen.tracking is before
    assert seen.rounds == ()
