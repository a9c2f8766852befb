"""Who may ask what, and in which stage: each row of PERMISSIONS, and every pair that has none."""

from typing import Any

import pytest

from server.core import commands as c
from server.core.bodies import Text
from server.core.errors import Refused
from server.core.model import Identity, Phase, Reception, Role, Stage
from tests.core.play import AGENT, BOT, BUYER, COURIER, Play, code, in_stage

STAGES = [stage for stage in Stage if stage is not Stage.NEW]

# Who may ask what at all, written out a second time and by hand.
ASKS: dict[type[Any], dict[str, Any]] = {
    c.PostMessage: {"body": Text("hi")},
    c.RecallMessage: {"seq": 1},
    c.OfferInvite: {},
    c.WithdrawInvite: {"invite": "i"},
    c.AnswerInvite: {"invite": "i", "accept": True},
    c.ChangeInviteOrder: {"invite": "i", "order": "o-1"},
    c.ReopenInvite: {"invite": "i"},
    c.EndSession: {"session": "s"},
    c.KeepSession: {"session": "s"},
    c.PrioritizeSession: {"session": "s"},
    c.SetReception: {"reception": Reception.BOT},
    c.AssignRoom: {"to": "zhu"},
    c.CloseConversation: {},
}
MAY = {
    BUYER: {
        c.PostMessage,
        c.RecallMessage,
        c.AnswerInvite,
        c.ChangeInviteOrder,
        c.ReopenInvite,
        c.EndSession,
        c.KeepSession,
    },
    AGENT: {
        c.PostMessage,
        c.RecallMessage,
        c.OfferInvite,
        c.WithdrawInvite,
        c.EndSession,
        c.SetReception,
        c.AssignRoom,
        c.CloseConversation,
    },
    BOT: {c.PostMessage, c.RecallMessage, c.SetReception},
    COURIER: {c.PostMessage, c.RecallMessage, c.EndSession, c.KeepSession},
}


@pytest.mark.parametrize("who", [BUYER, AGENT, BOT, COURIER], ids=lambda who: who.role)
@pytest.mark.parametrize("kind", list(ASKS), ids=lambda kind: kind.__name__)
def test_r1_r3_r13_r47_only_those_may_ask_whose_role_has_it(who: Identity, kind: Any) -> None:
    answer = answer_to(in_stage(Stage.ACTIVE), who, kind)
    assert (answer == "forbidden") is (kind not in MAY[who]), answer


def answer_to(play: Play, who: Identity, kind: Any) -> str | None:
    """The code of the refusal; None where it is carried out."""
    try:
        play.ask(who, kind, target=1, **ASKS[kind])
    except Refused as refused:
        return refused.code
    return None


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("who", [BUYER, AGENT, BOT], ids=lambda who: who.role)
def test_r13_r47_who_may_ask_at_all_is_heard_in_every_stage(who: Identity, stage: Stage) -> None:
    for kind in MAY[who] - {c.CloseConversation, c.KeepSession, c.OfferInvite}:
        # A recall of a step that is no message is `not_found`: it came past the table.
        assert answer_to(in_stage(stage), who, kind) in (None, "not_found"), kind


def test_r13_r47_a_logistics_agent_is_heard_while_it_is_in_the_room() -> None:
    for kind in MAY[COURIER]:
        assert answer_to(in_stage(Stage.ACTIVE), COURIER, kind) in (None, "not_found"), kind


@pytest.mark.parametrize("stage", STAGES)
def test_r13_everybody_in_the_room_writes_in_each_stage_of_theirs(stage: Stage) -> None:
    for who in (BUYER, AGENT, BOT):
        assert in_stage(stage).says(who, "hello")
    if stage is Stage.ACTIVE:
        assert in_stage(stage).says(COURIER, "hello")
    else:
        assert code(in_stage(stage).says, COURIER, "hello") == "forbidden"


def test_r13_all_three_write_into_the_same_room() -> None:
    play = Play().session()
    for who in (BUYER, AGENT, COURIER):
        play.says(who, "hello")
    posted = [envelope.by.role for envelope in play.log[-3:]]
    assert posted == [Role.BUYER, Role.MERCHANT, Role.LOGISTICS]
    assert {envelope.phase for envelope in play.log[-3:]} == {Phase.THREE_PARTY}


def test_r38_a_conversation_is_closed_only_between_two() -> None:
    for stage in (Stage.CLOSED, Stage.INVITE_PENDING, Stage.WAITING, Stage.ACTIVE):
        assert code(in_stage(stage).ask, AGENT, c.CloseConversation) == "not_in_phase"
    assert in_stage(Stage.TWO_PARTY).ask(AGENT, c.CloseConversation)
