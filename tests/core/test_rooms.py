"""The two tables: each row is used, and nothing is possible that has no row."""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core import commands as c
from server.core import events as e
from server.core import rooms
from server.core.bodies import OrderCard, Promotion, Text
from server.core.errors import IllegalStep, Refused
from server.core.events import Envelope
from server.core.model import (
    PLATFORM,
    Agent,
    AgentId,
    CarrierId,
    Identity,
    InviteId,
    Inviter,
    OrderId,
    ParcelId,
    Phase,
    Reception,
    Role,
    SessionId,
    Stage,
)
from tests.core.play import (
    AGENT,
    BOT,
    BUYER,
    COLLEAGUE,
    COURIER,
    JOINER,
    NOW,
    SHOP,
    ZTO,
    Play,
    code,
)

STAGES = [stage for stage in Stage if stage is not Stage.NEW]


def in_stage(stage: Stage) -> Play:
    """A room that was brought to this stage by its members."""
    play = Play()
    if stage is Stage.CLOSED:
        play.ask(AGENT, c.CloseConversation)
    if stage in (Stage.INVITE_PENDING, Stage.WAITING, Stage.ACTIVE):
        play.question()
    if stage in (Stage.WAITING, Stage.ACTIVE):
        play.answer(accept=True)
    if stage is Stage.ACTIVE:
        play.lapse(c.Join(JOINER))
    assert play.room.stage is stage
    return play


def some(kind: type[Any], play: Play) -> e.AnyEvent:
    """An event of this kind that fits the room."""
    session = play.room.session.id if play.room.session else SessionId("s")
    invite = play.room.cards[-1].id if play.room.cards else InviteId("i")
    made: dict[type[Any], e.AnyEvent] = {
        e.RoomOpened: e.RoomOpened(shop=SHOP, buyer="lin"),
        e.MessagePosted: e.MessagePosted(body=Text("hi")),
        e.MessageRecalled: e.MessageRecalled(seq=1),
        e.ReceptionChanged: e.ReceptionChanged(reception=Reception.BOT),
        e.RoomAssigned: e.RoomAssigned(agent="zhu"),
        e.InviteOffered: e.InviteOffered(
            invite=InviteId("i9"),
            order=OrderId("o-1"),
            parcel=ParcelId("p"),
            carrier=CarrierId("sto"),
            inviter=Inviter.PLATFORM,
            expires_at=NOW + 600_000,
        ),
        e.InviteAccepted: e.InviteAccepted(invite=invite, session=session, terms="1", locale="en"),
        e.InviteDeclined: e.InviteDeclined(invite=invite),
        e.InviteExpired: e.InviteExpired(invite=invite, reason="timeout"),
        e.InviteWithdrawn: e.InviteWithdrawn(invite=invite, reason="inviter"),
        e.AgentJoined: e.AgentJoined(session=session, agent=JOINER),
        e.AgentLeft: e.AgentLeft(session=session, agent=JOINER.id, reason="silent"),
        e.SessionKept: e.SessionKept(session=session),
        e.SessionEnded: e.SessionEnded(session=session, reason="idle"),
        e.ConversationClosed: e.ConversationClosed(),
    }
    return made[kind]


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
KINDS = sorted({kind for kind, _ in rooms.TRANSITIONS}, key=lambda kind: kind.__name__)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_r1_r10_r13_r14_only_legal_steps_can_be_stored(stage: Stage, kind: type[Any]) -> None:
    play = in_stage(stage)
    wanted = LEGAL[stage].get(kind)
    if wanted is not None:
        assert follow(play, some(kind, play)) is wanted
        return
    with pytest.raises(IllegalStep):
        follow(play, some(kind, play))


def test_r1_a_room_is_opened_once_and_begins_with_two_parties() -> None:
    play = Play()
    assert play.room.stage is Stage.TWO_PARTY
    with pytest.raises(IllegalStep):
        follow(play, some(e.RoomOpened, play))


def test_r49_a_step_has_the_next_place_and_no_other() -> None:
    play = Play()
    posted = e.MessagePosted(body=Text("hi"))
    for seq in (play.room.seq, play.room.seq + 2):
        envelope = Envelope(play.room.id, seq, NOW, BUYER.author, posted, Phase.TWO_PARTY)
        with pytest.raises(IllegalStep):
            rooms.evolve(play.room, envelope, play.policy)


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
    play = Play().session()
    play.facts = replace(play.facts, merchants=play.facts.merchants)
    refused = None
    try:
        play.ask(who, kind, target=1, **ASKS[kind])
    except Refused as error:
        refused = error.code
    # A recall of a step that is no message is `not_found`: it came past the table.
    assert (refused == "forbidden") is (kind not in MAY[who]), refused


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


def test_r14_a_conversation_is_closed_only_between_two() -> None:
    for stage in (Stage.CLOSED, Stage.INVITE_PENDING, Stage.WAITING, Stage.ACTIVE):
        assert code(in_stage(stage).ask, AGENT, c.CloseConversation) == "not_in_phase"
    assert in_stage(Stage.TWO_PARTY).ask(AGENT, c.CloseConversation)


def test_r21_what_was_set_for_a_room_holds_until_it_is_closed() -> None:
    play = Play()
    play.ask(AGENT, c.SetReception, reception=Reception.BOT)
    assert play.room.reception is Reception.BOT
    play.ask(AGENT, c.CloseConversation)
    play.says(BUYER, "hello")
    assert play.room.reception is None
    assert play.room.stage is Stage.TWO_PARTY


def test_r47_another_buyer_shop_or_courier_is_forbidden() -> None:
    play = Play().session()
    strangers = (
        replace(BUYER, id="han"),
        replace(AGENT, shop="other"),
        replace(BOT, shop="other"),
        replace(COURIER, id="qian"),
        replace(COURIER, carrier=ZTO),
        Identity(role=Role.PLATFORM, id="p"),
    )
    for stranger in strangers:
        assert not rooms.is_member(play.room, stranger)
        assert code(play.says, stranger, "hello") == "forbidden"


def test_r46_a_logistics_agent_sees_the_room_from_acceptance_on_and_nothing_after() -> None:
    play = Play()
    play.says(BUYER, "hello")
    play.session()
    accepted = next(one.seq for one in play.log if isinstance(one.event, e.InviteAccepted))
    assert rooms.visible_from(play.room, COURIER) == accepted
    assert rooms.visible_from(play.room, BUYER) == 1
    assert rooms.visible_from(play.room, AGENT) == 1
    session = play.room.session
    assert session is not None
    play.ask(COURIER, c.EndSession, session=session.id)
    assert rooms.visible_from(play.room, COURIER) is None


def test_r46_r48_cards_are_about_orders_of_this_room() -> None:
    play = Play().session()
    assert play.says(BUYER, OrderCard(OrderId("o-1")))
    assert play.says(COURIER, OrderCard(OrderId("o-1")))
    assert code(play.says, BUYER, OrderCard(OrderId("nobody's"))) == "not_found"
    play.know(orders=(*play.facts.orders, replace(play.facts.orders[0], id=OrderId("o-2"))))
    assert play.says(BUYER, OrderCard(OrderId("o-2")))
    assert code(play.says, COURIER, OrderCard(OrderId("o-2"))) == "not_found"


def test_r48_only_the_merchant_sends_promotions() -> None:
    promotion = Promotion(title="11.11", text="half price")
    for who in (BUYER, BOT):
        assert code(Play().says, who, promotion) == "forbidden"
    assert Play().says(AGENT, promotion)


def test_r48_a_text_has_at_most_2000_characters() -> None:
    assert Play().says(BUYER, "好" * 2_000)
    assert code(Play().says, BUYER, "好" * 2_001) == "too_long"


def test_r48_the_author_recalls_within_two_minutes_and_nobody_else() -> None:
    play = Play()
    play.says(AGENT, "oops")
    seq = play.room.seq
    assert code(play.ask, COLLEAGUE, c.RecallMessage, seq=seq, target=seq) == "forbidden"
    assert code(play.ask, BUYER, c.RecallMessage, seq=seq, target=seq) == "forbidden"
    assert code(play.ask, AGENT, c.RecallMessage, seq=99, target=99) == "not_found"
    assert code(play.ask, BUYER, c.RecallMessage, seq=1, target=1) == "not_found"
    play.wait(120)
    assert play.ask(AGENT, c.RecallMessage, seq=seq, target=seq)
    assert play.ask(AGENT, c.RecallMessage, seq=seq, target=seq) == []
    assert play.last.duplicate


def test_r48_after_two_minutes_it_is_too_late_to_recall() -> None:
    play = Play()
    play.says(AGENT, "oops")
    seq = play.room.seq
    play.wait(120.001)
    assert code(play.ask, AGENT, c.RecallMessage, seq=seq, target=seq) == "recall_too_late"


def test_r37_a_room_is_handed_to_an_agent_of_the_shop() -> None:
    play = Play()
    play.ask(AGENT, c.AssignRoom, to="zhu")
    assert play.room.held_by == "zhu"
    assert code(play.ask, AGENT, c.AssignRoom, to="nobody") == "not_found"


def test_r1_the_joining_agent_is_shown_with_courier_and_badge() -> None:
    play = Play().session()
    joined = play.log[-1].event
    assert isinstance(joined, e.AgentJoined)
    wanted = Agent(id=AgentId("zhou"), name="周岚", carrier=CarrierId("sto"), badge="S2041")
    assert joined.agent == wanted
