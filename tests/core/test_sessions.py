"""Sessions: how they end, and what falls due in them (R14, R44, R57)."""

import pytest

from server.core import commands as c
from server.core import dues, rooms
from server.core import events as e
from server.core.bodies import Text
from server.core.model import Identity, Phase, Stage
from tests.core.play import AGENT, BUYER, COURIER, JOINER, Play, code, refusal


def open_session(play: Play) -> str:
    assert play.room.session is not None
    return play.room.session.id


def due(play: Play) -> dict[str, int]:
    """What is to come, by kind, in seconds from now."""
    return {one.kind: (one.at - play.at) // 1000 for one in dues.dues(play.room, play.policy)}


@pytest.mark.parametrize(("who", "reason"), [(BUYER, "buyer"), (AGENT, "merchant")])
def test_r14_buyer_and_merchant_end_a_session(who: Identity, reason: str) -> None:
    play = Play().session()
    left, ended = play.ask(who, c.EndSession, session=open_session(play))
    assert isinstance(left, e.AgentLeft)
    assert (left.agent, left.reason) == ("zhou", "ended")
    assert isinstance(ended, e.SessionEnded)
    assert ended.reason == reason
    assert play.room.phase is Phase.TWO_PARTY


def test_r14_the_agent_ends_with_a_result() -> None:
    play = Play().session()
    _, ended = play.ask(
        COURIER,
        c.EndSession,
        session=open_session(play),
        resolution="follow_up",
        summary="今晚更新",
        promise_at=play.at + 1,
        ticket="T1",
    )
    assert isinstance(ended, e.SessionEnded)
    assert (ended.reason, ended.summary, ended.ticket) == ("follow_up", "今晚更新", "T1")


def test_r14_an_agents_end_without_a_resolution_is_other() -> None:
    play = Play().session()
    _, ended = play.ask(COURIER, c.EndSession, session=open_session(play))
    assert isinstance(ended, e.SessionEnded)
    assert ended.reason == "other"


def test_r14_a_buyers_end_carries_no_result_of_an_agent() -> None:
    play = Play().session()
    session = open_session(play)
    _, ended = play.ask(BUYER, c.EndSession, session=session, resolution="solved", summary="x")
    assert isinstance(ended, e.SessionEnded)
    assert (ended.reason, ended.summary) == ("buyer", None)


def test_r14_a_wait_is_ended_without_an_agent_leaving() -> None:
    play = Play().question()
    play.answer(accept=True)
    (ended,) = play.ask(BUYER, c.EndSession, session=open_session(play))
    assert isinstance(ended, e.SessionEnded)


def test_r14_a_session_that_is_over_says_so() -> None:
    play = Play().session()
    session = open_session(play)
    play.ask(BUYER, c.EndSession, session=session)
    for kind in (c.EndSession, c.KeepSession):
        refused = refusal(play.ask, BUYER, kind, session=session)
        assert (refused.code, refused.details["state"]) == ("session_not_open", "ended")
    assert code(play.ask, BUYER, c.EndSession, session="nobody's") == "not_found"


def test_r14_a_wait_has_two_limits() -> None:
    play = Play().question()
    play.answer(accept=True)
    assert due(play) == {dues.NO_AGENT: 180, dues.WAITED: 600}


def test_r14_idleness_counts_from_the_last_word_of_buyer_or_agent() -> None:
    play = Play().session()
    play.says(COURIER, "您好")
    assert due(play) == {dues.IDLE_WARNING: 780, dues.IDLE: 900}
    play.wait(100)
    play.says(AGENT, "辛苦")  # the merchant's does not count
    assert due(play) == {dues.IDLE_WARNING: 680, dues.IDLE: 800}
    play.says(BUYER, "谢谢")
    assert due(play) == {dues.IDLE_WARNING: 780, dues.IDLE: 900}


@pytest.mark.parametrize("who", [BUYER, COURIER], ids=["buyer", "courier"])
def test_r14_an_idle_session_goes_on_when_somebody_asks(who: Identity) -> None:
    play = Play().session().wait(800)
    (kept,) = play.ask(who, c.KeepSession, session=open_session(play))
    assert isinstance(kept, e.SessionKept)
    assert due(play)[dues.IDLE] == 900


def test_r14_a_wait_is_not_idle() -> None:
    play = Play().question()
    play.answer(accept=True)
    assert code(play.ask, BUYER, c.KeepSession, session=open_session(play)) == "not_in_phase"


def test_r14_a_due_end_names_its_reason() -> None:
    play = Play().session()
    left, ended = play.lapse(c.Stop("idle"))
    assert isinstance(left, e.AgentLeft)
    assert isinstance(ended, e.SessionEnded)
    assert ended.reason == "idle"
    assert play.lapse(c.Stop("idle")) == []


def test_r44_an_agent_who_stays_silent_loses_the_session_once() -> None:
    play = Play().session()
    assert due(play)[dues.SILENT] == 60
    (left,) = play.wait(60).lapse(c.Leave("silent"))
    assert isinstance(left, e.AgentLeft)
    assert left.reason == "silent"
    assert play.room.stage is Stage.WAITING
    assert play.room.session is not None
    assert play.room.session.silent == ("zhou",)
    play.lapse(c.Join(JOINER))
    assert dues.SILENT not in due(play)


def test_r44_one_word_of_the_agent_is_enough() -> None:
    play = Play().session()
    play.says(BUYER, "在吗")
    assert dues.SILENT in due(play)
    play.says(COURIER, "您好")
    assert dues.SILENT not in due(play)


def test_r44_a_new_wait_has_its_limits_anew() -> None:
    play = Play().session().wait(1000)
    play.lapse(c.Leave("disconnected"))
    assert due(play) == {dues.NO_AGENT: 180, dues.WAITED: 600}
    assert play.room.session is not None
    assert play.room.session.silent == ()


def test_r44_nobody_joins_where_nobody_waits() -> None:
    for play in (Play(), Play().question(), Play().session()):
        assert play.lapse(c.Join(JOINER)) == []
    assert Play().lapse(c.Leave("silent")) == []
    assert Play().lapse(c.Stop("idle")) == []


def test_r10_r57_a_card_falls_due_at_its_end_and_only_once() -> None:
    play = Play().question()
    assert due(play) == {dues.EXPIRE: 600}
    (expired,) = play.wait(600).lapse(c.Expire())
    assert isinstance(expired, e.InviteExpired)
    assert expired.reason == "timeout"
    assert play.lapse(c.Expire()) == []
    assert due(play) == {}


def test_r57_a_later_word_makes_another_due_of_it() -> None:
    play = Play().session()
    before = {one.key for one in dues.dues(play.room, play.policy) if one.kind == dues.IDLE}
    play.wait(1)
    play.says(BUYER, "在吗")
    after = {one.key for one in dues.dues(play.room, play.policy) if one.kind == dues.IDLE}
    assert before.isdisjoint(after)


def test_r22_a_message_bears_the_phase_that_it_was_written_in() -> None:
    play = Play().question()
    play.says(BUYER, "a")
    play.answer(accept=True)
    play.says(BUYER, "b")
    play.ask(BUYER, c.EndSession, session=open_session(play))
    play.says(BUYER, "c")
    phases = {
        one.event.body.text: one.phase
        for one in play.log
        if isinstance(one.event, e.MessagePosted) and isinstance(one.event.body, Text)
    }
    assert phases["a"] is Phase.INVITE_PENDING
    assert phases["b"] is Phase.THREE_PARTY
    assert phases["c"] is Phase.TWO_PARTY


def test_r49_replaying_the_log_gives_the_same_room() -> None:
    play = Play().session()
    play.says(COURIER, "您好")
    play.ask(BUYER, c.EndSession, session=open_session(play))
    again = Play().room.__class__(id=play.room.id, shop=play.room.shop, buyer=play.room.buyer)
    for envelope in play.log:
        again = rooms.evolve(again, envelope, play.policy)
    assert again == play.room
