"""What holds of every log: R22, R32, R35, R41."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from server.core import tracker
from server.core.events import Envelope, MessagePosted, MessageRecalled
from server.core.model import Phase, Role
from server.core.policy import Policy
from server.core.records import Round
from server.core.tracker import Tracking
from tests.core.given import (
    CARDS,
    POLICY,
    ROOM,
    RULES,
    Step,
    accepted,
    clock,
    closed,
    declined,
    ended,
    handed_to,
    joined,
    log,
    offered,
    recalled,
    received_by,
    rounds_of,
    said,
)

SHOWN = Policy(countdown_in_session="shown_not_assessed")
TWO, PENDING, THREE = Phase.TWO_PARTY, Phase.INVITE_PENDING, Phase.THREE_PARTY

# What may happen in which phase, how, and the phase that follows.
MOVES = {
    "question": ({TWO, PENDING, THREE}, lambda at: said("buyer", at=at), None),
    "question_by_card": ({TWO, PENDING, THREE}, lambda at: said("buyer", CARDS[0], at=at), None),
    "reply": ({TWO, PENDING, THREE}, lambda at: said("merchant", at=at, by="mei"), None),
    "other_reply": ({TWO, PENDING, THREE}, lambda at: said("merchant", at=at, by="bo"), None),
    "card": ({TWO, PENDING, THREE}, lambda at: said("merchant", CARDS[0], at=at), None),
    "bot": ({TWO, PENDING, THREE}, lambda at: said("bot", at=at), None),
    "logistics": ({THREE}, lambda at: said("logistics", at=at), None),
    "joined": ({THREE}, lambda at: joined(at=at), None),
    "to_bot": ({TWO, PENDING, THREE}, lambda at: received_by("bot", at=at), None),
    "to_human": ({TWO, PENDING, THREE}, lambda at: received_by("human", at=at), None),
    "to_nobody": ({TWO, PENDING, THREE}, lambda at: received_by("nobody", at=at), None),
    "handed": ({TWO, PENDING, THREE}, lambda at: handed_to("bo", at=at), None),
    "closed": ({TWO}, lambda at: closed(at=at), None),
    "platform_card": ({TWO}, lambda at: offered("platform", at=at), PENDING),
    "merchant_card": ({TWO}, lambda at: offered("merchant", at=at), PENDING),
    "accepted": ({PENDING}, lambda at: accepted(at=at), THREE),
    "declined": ({PENDING}, lambda at: declined(at=at), TWO),
    "ended_by_buyer": ({THREE}, lambda at: ended("buyer", at=at), TWO),
    "ended_by_merchant": ({THREE}, lambda at: ended("merchant", at=at), TWO),
}
GAPS = [0, 1, 900, 20_000, 60_000, 100_000, 180_000, 180_001, 1_200_000, 30_000_000]
BACK = [*GAPS, -1, -60_000, -200_000, -90_000_000]
STARTS = ["07:58", "10:00", "23:57"]


class Story:
    """A log in the making: steps that may follow each other, recalls of what may be recalled."""

    def __init__(self, start: str) -> None:
        self.at = clock(start)
        self.phase = TWO
        self.steps: list[Step] = []
        self.fresh: list[tuple[int, Step]] = []

    def go_on(self, move: str, gap: int) -> None:
        """One step more, if it is possible."""
        self.at += gap
        phases, make, after = MOVES[move]
        if self.phase not in phases:
            return
        step = make(self.at)
        self.steps.append(step)
        self.phase = after or self.phase
        if isinstance(step.event, MessagePosted):
            self.fresh.append((len(self.steps), step))

    def take_back(self, which: int, gap: int) -> None:
        """One of the last messages is recalled, if it still may be."""
        self.at += gap
        may = [one for one in self.fresh if 0 <= self.at - one[1].at <= POLICY.recall_ms]
        if may:
            seq, step = self.fresh.pop(self.fresh.index(may[which % len(may)]))
            self.steps.append(recalled(seq, at=self.at, role=step.by.role))


def stories(gaps: list[int], *, recalls: bool = True) -> st.SearchStrategy[list[Envelope]]:
    """Logs of every kind; `gaps` are the times between two steps."""
    moves: list[str | int] = [*MOVES, *["question", "reply", "accepted"] * 3]
    if recalls:
        moves += [*range(6)]
    turn = st.tuples(st.sampled_from(moves), st.sampled_from(gaps))

    def told(start: str, turns: list[tuple[str | int, int]]) -> list[Envelope]:
        story = Story(start)
        for move, gap in turns:
            if isinstance(move, int):
                story.take_back(move, gap)
            else:
                story.go_on(move, gap)
        return log(*story.steps)

    return st.builds(told, st.sampled_from(STARTS), st.lists(turn, max_size=40))


def live(envelopes: list[Envelope]) -> dict[int, Round]:
    """The rounds as a server sees them: what is due by a step is applied before it (R57)."""
    tracking, rounds = Tracking(ROOM), dict[int, Round]()
    for envelope in envelopes:
        while True:
            due = next(iter(tracker.dues(tracking, rules=RULES, policy=POLICY)), None)
            if due is None or due.at > envelope.at:
                break
            seen = tracker.lapse(tracking, due, at=envelope.at, rules=RULES, policy=POLICY)
            tracking = seen.tracking
            rounds |= {changed.id: changed for changed in seen.rounds}
        seen = tracker.observe(tracking, envelope, rules=RULES, policy=POLICY)
        tracking = seen.tracking
        rounds |= {changed.id: changed for changed in seen.rounds}
    return rounds


def is_in_session(envelope: Envelope) -> bool:
    return isinstance(envelope.event, MessagePosted) and envelope.phase == THREE


def without_recalled(envelopes: list[Envelope]) -> list[Envelope]:
    """The log as if what was recalled had never been written, and the numbers as they were."""
    gone = {e.event.seq for e in envelopes if isinstance(e.event, MessageRecalled)}
    return [
        envelope
        for envelope in envelopes
        if not isinstance(envelope.event, MessageRecalled)
        and (envelope.seq not in gone or is_in_session(envelope))
    ]


def without_session(envelopes: list[Envelope]) -> list[Envelope]:
    """The log without in-session messages; that a logistics agent wrote at all is kept (R31)."""
    kept, spoke = list[Envelope](), False
    for envelope in envelopes:
        spoke = spoke and envelope.phase == THREE
        if not is_in_session(envelope):
            kept.append(envelope)
        elif envelope.by.role == Role.LOGISTICS and not spoke:
            kept.append(envelope)
            spoke = True
    return kept


def settled(envelopes: list[Envelope], *, at: int) -> list[Envelope]:
    """The log with a last step that settles what time alone brought about."""
    (closing,) = log(handed_to("bo", at=at))
    return [*envelopes, msgspec.structs.replace(closing, seq=len(envelopes) + 1)]


def end_of(envelopes: list[Envelope]) -> int:
    return envelopes[-1].at if envelopes else clock("10:00")


@given(stories(GAPS))
@settings(max_examples=250)
def test_r32_a_recall_is_as_if_the_message_had_never_been_written(envelopes: list[Envelope]):
    at = end_of(envelopes)
    told = rounds_of(settled(envelopes, at=at))
    never = rounds_of(settled(without_recalled(envelopes), at=at))

    assert {id_: told[id_] for id_ in never} == never
    assert all(told[id_].reason == "recalled" for id_ in told.keys() - never.keys())


@given(stories(GAPS))
@settings(max_examples=250)
def test_r57_it_makes_no_difference_whether_what_is_due_is_applied_in_time(
    envelopes: list[Envelope],
):
    told = settled(envelopes, at=end_of(envelopes))

    assert live(told) == rounds_of(told)


@given(stories(BACK))
@settings(max_examples=250)
def test_r41_without_the_in_session_messages_every_round_is_the_same(envelopes: list[Envelope]):
    assert rounds_of(without_session(envelopes)) == rounds_of(envelopes)


@given(stories(BACK))
@settings(max_examples=200)
def test_r30_a_shown_countdown_changes_no_measure(envelopes: list[Envelope]):
    shown = rounds_of(envelopes, policy=SHOWN)

    assert {id_: r for id_, r in shown.items() if is_measured(r, envelopes)} == rounds_of(envelopes)


def is_measured(found: Round, envelopes: list[Envelope]) -> bool:
    return not is_in_session(envelopes[found.id - 1])


@given(stories(BACK))
@settings(max_examples=250)
def test_r35_whatever_the_clock_does_no_time_is_negative_and_one_round_is_open_at_most(
    envelopes: list[Envelope],
):
    rounds = rounds_of(envelopes).values()

    assert all(found.time_ms is None or found.time_ms >= 0 for found in rounds)
    assert sum(found.closed_at is None for found in rounds) <= 1


@given(stories(BACK), st.integers(min_value=0, max_value=40))
@settings(max_examples=200)
def test_r49_a_tracking_goes_on_from_its_snapshot_as_if_there_had_been_none(
    envelopes: list[Envelope], cut: int
):
    tracking, rounds = Tracking(ROOM), dict[int, Round]()
    for place, envelope in enumerate(envelopes):
        if place == cut:
            packed = msgspec.msgpack.encode(tracking)
            tracking = msgspec.msgpack.decode(packed, type=Tracking)
        seen = tracker.observe(tracking, envelope, rules=RULES, policy=POLICY)
        tracking = seen.tracking
        rounds |= {changed.id: changed for changed in seen.rounds}

    assert rounds == rounds_of(envelopes)


@given(stories(GAPS, recalls=False))
@settings(max_examples=200)
def test_r22_an_in_session_message_never_changes_a_round(envelopes: list[Envelope]):
    tracking = Tracking(ROOM)
    for envelope in envelopes:
        seen = tracker.observe(tracking, envelope, rules=RULES, policy=POLICY)
        assert not (is_in_session(envelope) and seen.rounds)
        tracking = seen.tracking
