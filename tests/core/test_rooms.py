"""What a room keeps, who sees how much of it, and what is said in it (R21, R37, R46–R48)."""

import pytest
from msgspec.structs import replace

from server.core import commands as c
from server.core import events as e
from server.core import rooms
from server.core.bodies import OrderCard, Promotion
from server.core.model import Agent, AgentId, CarrierId, Identity, OrderId, Reception, Role, Stage
from tests.core.play import AGENT, BOT, BUYER, COLLEAGUE, COURIER, ZTO, Play, code


def test_r21_what_was_set_for_a_room_holds_until_it_is_closed() -> None:
    play = Play()
    play.ask(AGENT, c.SetReception, reception=Reception.BOT)
    assert play.room.reception is Reception.BOT
    play.ask(AGENT, c.CloseConversation)
    play.says(BUYER, "hello")
    assert play.room.reception is None
    assert play.room.stage is Stage.TWO_PARTY


def test_r21_a_bot_gives_the_room_to_people_by_itself() -> None:
    play = Play()
    play.ask(AGENT, c.SetReception, reception=Reception.BOT)
    play.ask(BOT, c.SetReception, reception=Reception.HUMAN)
    assert play.room.reception is Reception.HUMAN


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


@pytest.mark.parametrize("who", [BUYER, AGENT, BOT, COURIER], ids=lambda who: who.role)
def test_r48_whoever_may_write_may_take_it_back(who: Identity) -> None:
    play = Play().session()
    play.says(who, "oops")
    seq = play.room.seq
    assert play.ask(who, c.RecallMessage, seq=seq, target=seq) == [e.MessageRecalled(seq=seq)]


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
