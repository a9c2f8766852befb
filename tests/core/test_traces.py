"""What a message leaves behind for the rounds, in session and outside (R22–R24, R31)."""

import pytest

from server.core.bodies import Body
from server.core.traces import Kind, trace_of
from tests.core.given import CARDS, RULES, Step, accepted, joined, log, offered, said


def kind_in_session(step: Step) -> Kind | None:
    """What an in-session message is to the rounds; None: nothing."""
    *_, envelope = log(
        offered("merchant", at="10:00"), accepted(at="10:01"), joined(at="10:01"), step
    )
    trace = trace_of(envelope, RULES)
    return None if trace is None else trace.kind


def kind_outside(step: Step) -> Kind | None:
    trace = trace_of(log(step)[0], RULES)
    return None if trace is None else trace.kind


def test_r23_an_in_session_question_leaves_no_trace() -> None:
    question = said("buyer", at="10:02")
    assert kind_outside(question) is Kind.QUESTION
    assert kind_in_session(question) is None


def test_r24_an_in_session_reply_leaves_no_trace() -> None:
    reply = said("merchant", at="10:02")
    assert kind_outside(reply) is Kind.REPLY
    assert kind_in_session(reply) is None


@pytest.mark.parametrize("role", ["bot", "platform"])
def test_r23_an_in_session_remark_leaves_no_trace(role: str) -> None:
    remark = said(role, at="10:02")
    assert kind_outside(remark) is Kind.REMARK
    assert kind_in_session(remark) is None


@pytest.mark.parametrize("body", ["hello", *CARDS])
def test_r23_r31_of_a_logistics_agents_message_only_that_it_was_written_is_kept(
    body: str | Body,
) -> None:
    assert kind_in_session(said("logistics", body, at="10:02")) is Kind.SPOKE


@pytest.mark.parametrize("role", ["buyer", "merchant", "bot", "platform"])
@pytest.mark.parametrize("body", ["hello", *CARDS])
def test_r31_nobody_elses_message_is_taken_for_a_logistics_agents(
    role: str, body: str | Body
) -> None:
    assert kind_in_session(said(role, body, at="10:02")) is None
    assert kind_outside(said(role, body, at="10:02")) is not Kind.SPOKE
