"""What the shop is not told of and not charged for in a session: R22, R25, R30."""

from typing import Any

import pytest

from server.core import events as e
from server.core import tracker
from server.core.model import Phase, Role
from server.core.policy import Policy
from tests.core.given import (
    CARDS,
    POLICY,
    ROOM,
    RULES,
    accepted,
    clock,
    declined,
    ended,
    joined,
    log,
    observed,
    offered,
    rounds_of,
    said,
)
from tests.core.play import AGENT, BUYER, COURIER, Play, some

SHOWN = Policy(countdown_in_session="shown_not_assessed")


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


ALERTED = {
    e.InviteAccepted: ("invite_answered",),
    e.InviteDeclined: ("invite_answered",),
    e.SessionEnded: ("session_ended",),
}


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("kind", sorted(set(e.AnyEvent.__args__) - {e.MessagePosted}, key=str))
def test_r25_no_other_step_alerts_whoever_takes_it(kind: type[Any], phase: Phase):
    for who in (BUYER, AGENT, COURIER):
        step = e.Envelope(ROOM, 1, clock("10:00"), who.author, some(kind, Play()), phase)

        assert tracker.alerts(step) == ALERTED.get(kind, ())


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
