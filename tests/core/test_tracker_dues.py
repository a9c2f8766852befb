"""What falls due of a round, and what it does then: R34, R35, R36, R57."""

from server.core import tracker
from server.core.records import Round
from server.core.tracker import Due, Tracking
from tests.core.given import (
    POLICY,
    ROOM,
    RULES,
    Step,
    accepted,
    clock,
    handed_to,
    log,
    observed,
    offered,
    recalled,
    said,
)


def dues(tracking: Tracking) -> list[Due]:
    return list(tracker.dues(tracking, rules=RULES, policy=POLICY))


def kinds(tracking: Tracking) -> list[str]:
    return [due.kind for due in dues(tracking)]


def after(*steps: Step) -> Tracking:
    tracking, _ = observed(log(*steps))
    return tracking


def lapsed(tracking: Tracking, due: Due, *, at: int | None = None) -> tracker.Observed:
    at = due.at if at is None else at
    return tracker.lapse(tracking, due, at=at, rules=RULES, policy=POLICY)


def all_lapsed(tracking: Tracking, *, by: int) -> tuple[Tracking, list[str], list[Round]]:
    """Everything due by then, in due order: the kinds, and the rounds that changed."""
    fired, changes = list[str](), list[Round]()
    while (due := next(iter(dues(tracking)), None)) is not None and due.at <= by:
        seen = lapsed(tracking, due)
        tracking = seen.tracking
        fired.append(due.kind)
        changes += seen.rounds
    return tracking, fired, changes


def test_r36_a_round_warns_after_a_hundred_seconds_and_again_when_it_is_late():
    assert dues(after(said("buyer", at="10:00"))) == [
        Due(clock("10:01:40"), "overdue_soon:1", "overdue_soon"),
        Due(clock("10:03:00.001"), "overdue:1", "overdue"),
        Due(clock("00:00", day=1), "day_end:1", "day_end"),
    ]


def test_r36_an_answered_round_warns_nobody():
    assert dues(after(said("buyer", at="10:00"), said("merchant", at="10:01"))) == []


def test_r36_a_round_that_the_session_stopped_warns_nobody():
    tracking = after(
        said("buyer", at="10:00"), offered("merchant", at="10:00"), accepted(at="10:01")
    )

    assert dues(tracking) == []


def test_r36_each_warning_comes_once():
    tracking = after(said("buyer", at="10:00"))
    tracking, fired, _ = all_lapsed(tracking, by=clock("11:00"))

    assert fired == ["overdue_soon", "overdue"]
    assert kinds(tracking) == ["day_end"]


def test_r36_a_question_more_does_not_warn_again():
    tracking, *_ = all_lapsed(after(said("buyer", at="10:00")), by=clock("10:02"))
    *_, more = log(said("buyer", at="10:00"), said("buyer", at="10:02"))
    seen = tracker.observe(tracking, more, rules=RULES, policy=POLICY)

    assert kinds(seen.tracking) == ["overdue", "day_end"]


def test_r36_the_first_warning_changes_no_round():
    tracking = after(said("buyer", at="10:00"))

    assert lapsed(tracking, dues(tracking)[0]).rounds == ()


def test_r34_a_miss_counts_once_the_limit_is_over():
    tracking = after(handed_to("bo", at="09:00"), said("buyer", at="10:00"))
    tracking, _, (late,) = all_lapsed(tracking, by=clock("10:04"))

    assert late == Round(
        room=ROOM,
        id=2,
        state="late",
        opened_at=clock("10:00"),
        due_at=clock("10:03"),
        agent="bo",
    )
    assert tracking.now.wait is not None


def test_r57_what_is_due_by_the_limit_leaves_a_reply_at_the_limit_in_time():
    tracking, fired, _ = all_lapsed(after(said("buyer", at="10:00")), by=clock("10:03"))
    *_, reply = log(said("buyer", at="10:00"), said("merchant", at="10:03"))
    (answered,) = tracker.observe(tracking, reply, rules=RULES, policy=POLICY).rounds

    assert fired == ["overdue_soon"]
    assert answered.state == "answered"
    assert answered.time_ms == 180_000


def test_r34_a_reply_after_the_limit_is_late_again_with_its_end():
    tracking, *_ = all_lapsed(after(said("buyer", at="10:00")), by=clock("10:05"))
    *_, reply = log(said("buyer", at="10:00"), said("merchant", at="10:05"))
    (late,) = tracker.observe(tracking, reply, rules=RULES, policy=POLICY).rounds

    assert (late.state, late.closed_at, late.time_ms) == ("late", clock("10:05"), 300_000)


def test_r34_a_miss_that_nobody_lapsed_is_found_at_the_next_step():
    _, changes = observed(log(said("buyer", at="10:00"), said("buyer", at="10:03:00.001")))

    assert [(r.id, r.state, r.closed_at) for r in changes] == [
        (1, "running", None),
        (1, "late", None),
    ]


def test_r36_such_a_miss_still_warns_that_it_is_overdue_but_not_that_it_will_be():
    assert kinds(after(said("buyer", at="10:00"), said("buyer", at="10:04"))) == [
        "overdue",
        "day_end",
    ]


def test_r35_the_day_ends_at_midnight_to_the_millisecond():
    ends = {due.kind: due.at for due in dues(after(said("buyer", at="23:59:59.999")))}

    assert ends["day_end"] == clock("00:00", day=1)


def test_r35_the_days_end_closes_the_round_and_leaves_nothing_due():
    tracking, fired, changes = all_lapsed(
        after(said("buyer", at="23:59")), by=clock("12:00", day=1)
    )

    assert fired == ["day_end"]
    assert (changes[-1].state, changes[-1].time_ms) == ("late", 600_000)
    assert changes[-1].closed_at == clock("00:00", day=1)
    assert dues(tracking) == []


def test_r57_nothing_lapses_before_its_time_or_twice():
    tracking = after(said("buyer", at="10:00"))
    _, overdue, _ = dues(tracking)
    late = lapsed(tracking, overdue)

    assert lapsed(tracking, overdue, at=overdue.at - 1).tracking is tracking
    assert lapsed(late.tracking, overdue).tracking is late.tracking


def test_r57_what_was_due_of_a_round_that_closed_lapses_no_more():
    open_ = after(said("buyer", at="10:00"))
    closed_ = after(said("buyer", at="10:00"), said("merchant", at="10:01"))

    for due in dues(open_):
        assert lapsed(closed_, due).tracking is closed_


def test_r36_a_recall_beside_the_question_does_not_warn_again():
    steps = [said("buyer", at="10:00"), said("buyer", at="10:01:30")]
    tracking, fired, _ = all_lapsed(after(*steps), by=clock("10:02"))
    *_, recall = log(*steps, recalled(2, at="10:02"))
    seen = tracker.observe(tracking, recall, rules=RULES, policy=POLICY)

    assert fired == ["overdue_soon"]
    assert kinds(seen.tracking) == ["overdue", "day_end"]
    assert seen.rounds == ()


def test_r34_a_recall_leaves_a_late_round_late_though_the_clock_was_set_back():
    steps = [said("buyer", at="10:00"), said("buyer", at="10:02:30")]
    tracking, *_ = all_lapsed(after(*steps), by=clock("10:04"))
    *_, recall = log(*steps, recalled(2, at="10:02:40"))
    seen = tracker.observe(tracking, recall, rules=RULES, policy=POLICY)

    assert seen.tracking.now.wait is not None
    assert seen.tracking.now.wait.state == "late"
    assert kinds(seen.tracking) == ["day_end"]
