"""What may follow what: each row of TRANSITIONS is used, and nothing happens that has none."""

from typing import Any

import pytest

from server.core import events as e
from server.core import rooms
from server.core.bodies import Text
from server.core.errors import IllegalStep
from server.core.events import Envelope
from server.core.model import (
    PLATFORM,
    Phase,
    RoomId,
    Stage,
)
from server.core.room import Room
from tests.core.play import BUYER, NOW, SHOP, Play, in_stage, some

STAGES = [stage for stage in Stage if stage is not Stage.NEW]


def follow(play: Play, event: e.AnyEvent) -> Stage:
    room = play.room
    envelope = Envelope(room.id, room.seq + 1, play.at, PLATFORM, event, room.phase)
    return rooms.evolve(room, envelope, play.policy).stage


# What follows what, written out a second time and by hand.
LEGAL = {
    Stage.CLOSED: {
        e.MessagePosted: Stage.TWO_PARTY,
        e.MessageRecalled: Stage.CLOSED,
        e.ReceptionChanged: Stage.CLOSED,
        e.RoomAssigned: Stage.CLOSED,
        e.InviteOffered: Stage.INVITE_PENDING,
    },
    Stage.TWO_PARTY: {
        e.MessagePosted: Stage.TWO_PARTY,
        e.MessageRecalled: Stage.TWO_PARTY,
        e.ReceptionChanged: Stage.TWO_PARTY,
        e.RoomAssigned: Stage.TWO_PARTY,
        e.InviteOffered: Stage.INVITE_PENDING,
        e.ConversationClosed: Stage.CLOSED,
    },
    Stage.INVITE_PENDING: {
        e.MessagePosted: Stage.INVITE_PENDING,
        e.MessageRecalled: Stage.INVITE_PENDING,
        e.ReceptionChanged: Stage.INVITE_PENDING,
        e.RoomAssigned: Stage.INVITE_PENDING,
        e.InviteAccepted: Stage.WAITING,
        e.InviteDeclined: Stage.TWO_PARTY,
        e.InviteExpired: Stage.TWO_PARTY,
        e.InviteWithdrawn: Stage.TWO_PARTY,
    },
    Stage.WAITING: {
        e.MessagePosted: Stage.WAITING,
        e.MessageRecalled: Stage.WAITING,
        e.ReceptionChanged: Stage.WAITING,
        e.RoomAssigned: Stage.WAITING,
        e.AgentJoined: Stage.ACTIVE,
        e.SessionEnded: Stage.TWO_PARTY,
    },
    Stage.ACTIVE: {
        e.MessagePosted: Stage.ACTIVE,
        e.MessageRecalled: Stage.ACTIVE,
        e.ReceptionChanged: Stage.ACTIVE,
        e.RoomAssigned: Stage.ACTIVE,
        e.AgentLeft: Stage.WAITING,
        e.SessionKept: Stage.ACTIVE,
    },
}


def check(kind: type[Any], stage: Stage) -> None:
    """In this stage the event leads where LEGAL says, or cannot be stored."""
    play = in_stage(stage)
    wanted = LEGAL[stage].get(kind)
    if wanted is not None:
        assert follow(play, some(kind, play)) is wanted
        return
    with pytest.raises(IllegalStep):
        follow(play, some(kind, play))


def test_r1_a_room_is_opened_once_and_begins_with_two_parties() -> None:
    assert Play().room.stage is Stage.TWO_PARTY
    for stage in STAGES:
        check(e.RoomOpened, stage)


EVERYTHING_ELSE = set(e.AnyEvent.__args__) - {e.RoomOpened}


@pytest.mark.parametrize("kind", sorted(EVERYTHING_ELSE, key=lambda kind: kind.__name__))
def test_r1_nothing_happens_in_a_room_before_it_is_opened(kind: type[Any]) -> None:
    event = some(kind, Play())
    new = Room(id=RoomId("r"), shop=SHOP, buyer=BUYER.id)
    with pytest.raises(IllegalStep):
        rooms.evolve(new, Envelope(new.id, 1, NOW, PLATFORM, event, Phase.TWO_PARTY), Play().policy)


def test_r1_a_room_is_of_two_parties_before_it_is_opened_and_after_it_is_closed() -> None:
    assert Room(id=RoomId("r"), shop=SHOP, buyer=BUYER.id).phase is Phase.TWO_PARTY
    assert in_stage(Stage.CLOSED).room.phase is Phase.TWO_PARTY


def test_r22_a_room_is_of_three_parties_while_it_waits_for_an_agent_too() -> None:
    assert in_stage(Stage.WAITING).room.phase is Phase.THREE_PARTY
    assert in_stage(Stage.ACTIVE).room.phase is Phase.THREE_PARTY


@pytest.mark.parametrize("stage", STAGES)
def test_r13_a_message_opens_a_closed_room_and_changes_no_other_stage(stage: Stage) -> None:
    check(e.MessagePosted, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_r48_a_recall_changes_no_stage(stage: Stage) -> None:
    check(e.MessageRecalled, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_r21_another_reception_changes_no_stage(stage: Stage) -> None:
    check(e.ReceptionChanged, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_r37_handing_a_room_over_changes_no_stage(stage: Stage) -> None:
    check(e.RoomAssigned, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_r2_r3_r10_a_card_comes_only_where_none_is_open_and_nobody_third_is_there(
    stage: Stage,
) -> None:
    check(e.InviteOffered, stage)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize(
    "kind", [e.InviteAccepted, e.InviteDeclined, e.InviteExpired, e.InviteWithdrawn]
)
def test_r1_r10_only_an_open_card_is_settled_and_a_session_starts_only_so(
    kind: type[Any], stage: Stage
) -> None:
    check(kind, stage)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", [e.AgentJoined, e.AgentLeft])
def test_r1_r44_r45_an_agent_joins_where_one_is_awaited_and_leaves_where_one_is(
    kind: type[Any], stage: Stage
) -> None:
    check(kind, stage)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", [e.SessionKept, e.SessionEnded])
def test_r14_a_session_is_kept_while_it_is_active_and_ends_without_an_agent(
    kind: type[Any], stage: Stage
) -> None:
    check(kind, stage)


@pytest.mark.parametrize("stage", STAGES)
def test_r38_a_conversation_closes_only_between_two(stage: Stage) -> None:
    check(e.ConversationClosed, stage)


def test_r49_a_step_has_the_next_place_and_no_other() -> None:
    play = Play()
    posted = e.MessagePosted(body=Text("hi"))
    for seq in (play.room.seq, play.room.seq + 2):
        envelope = Envelope(play.room.id, seq, NOW, BUYER.author, posted, Phase.TWO_PARTY)
        with pytest.raises(IllegalStep):
            rooms.evolve(play.room, envelope, play.policy)
