"""Messages of a burst: read together when the last alone says nothing (R2, R6, R21, R48)."""

from collections.abc import Iterable

import pytest

from server.core import commands as c
from server.core import events as e
from server.core.bodies import OrderCard, ParcelCard
from server.core.intents import OTHER
from server.core.model import DeskLoad, Identity, OrderId, Reception, Role
from server.core.policy import Policy
from server.core.step import Reading as Read
from tests.core.pedant import Pedant
from tests.core.play import AGENT, BOT, BUYER, COURIER, JOINER, NOW, Play, order

WORDS = ("包裹", "一直", "没到")  # only all of them together are a question


def play_of(*words: str, logistics: float = 0.9) -> tuple[Play, Pedant]:
    reader = Pedant(*(words or WORDS), logistics=logistics)
    return Play(read=reader), reader


def reading(play: Play) -> Read:
    assert play.last.reading is not None
    return play.last.reading


def write(play: Play, texts: Iterable[str], *, every_s: float = 10) -> list[e.AnyEvent]:
    """The buyer writes these; what the last one added."""
    added: list[e.AnyEvent] = []
    for number, text in enumerate(texts):
        play.wait(every_s if number else 0)
        added = play.says(BUYER, text)
    return added


def brought_a_card(added: list[e.AnyEvent]) -> bool:
    return any(isinstance(event, e.InviteOffered) for event in added)


def test_r2_three_messages_that_say_it_together_bring_the_card() -> None:
    play, reader = play_of()
    posted, offered = write(play, WORDS)
    assert isinstance(posted, e.MessagePosted)
    assert isinstance(offered, e.InviteOffered)
    assert reader.asked[-1] == "包裹\n一直\n没到"
    assert (offered.intent, offered.evidence) == ("not_received", WORDS)
    assert offered.trigger == play.log[-2].seq == 4
    assert reading(play).earlier == (2, 3)
    assert (reading(play).confidence, reading(play).logistics) == (0.85, 0.9)


def test_r2_a_message_that_says_it_alone_is_not_read_with_others() -> None:
    play, reader = play_of("没到")
    assert brought_a_card(write(play, ["在吗", "没到"]))
    assert reader.asked == ["在吗", "没到"]
    assert reading(play).earlier == ()


def test_r2_a_message_after_an_answer_begins_anew() -> None:
    for who in (AGENT, BOT):
        play, _ = play_of()
        write(play, WORDS[:2])
        play.says(who, "您好")
        assert not brought_a_card(play.says(BUYER, WORDS[2]))
        assert reading(play).earlier == ()
        assert not brought_a_card(play.says(BUYER, WORDS[0]))
        assert reading(play).earlier == (5,)


def test_r2_the_whole_burst_lies_within_sixty_seconds() -> None:
    play, _ = play_of()
    assert brought_a_card(write(play, WORDS, every_s=30))
    play, _ = play_of()
    assert not brought_a_card(write(play, WORDS, every_s=30.5))
    assert reading(play).earlier == (3,)
    play, _ = play_of("包裹", "没到")
    assert not brought_a_card(write(play, ["包裹", "没到"], every_s=61))
    assert reading(play).earlier == ()


def test_r2_how_long_a_burst_may_be_is_a_setting() -> None:
    play, _ = play_of("包裹", "没到")
    play.policy = Policy(burst_ms=90_000)
    assert brought_a_card(write(play, ["包裹", "没到"], every_s=90))


def test_r2_of_five_messages_the_last_four_are_read() -> None:
    play, reader = play_of("一", "二", "三", "四", "五")
    assert not brought_a_card(write(play, "一二三四五"))
    assert reader.asked[-1] == "二\n三\n四\n五"
    play, _ = play_of("二", "三", "四", "五")
    assert brought_a_card(write(play, "一二三四五"))
    assert reading(play).earlier == (3, 4, 5)


def test_r2_a_burst_that_was_refused_is_not_decided_again() -> None:
    play, reader = play_of("包裹", "没到")
    play.know(desk=lambda _: DeskLoad())
    write(play, ["包裹", "没到"])
    assert reading(play).reason == "carrier_desk_closed"
    play.says(BUYER, "在吗")
    assert (reading(play).intent, reading(play).reason) == (OTHER, "not_logistics")
    assert reading(play).earlier == ()
    assert reader.asked[-2:] == ["在吗", "包裹\n没到"]


def test_r51_a_burst_that_was_hinted_is_not_hinted_again() -> None:
    play, _ = play_of("包裹", "没到", logistics=0.6)
    assert not brought_a_card(write(play, ["包裹", "没到"]))
    assert reading(play).outcome == "hinted"
    play.says(BUYER, "在吗")
    assert reading(play).outcome == "none"


@pytest.mark.parametrize(
    ("logistics", "outcome"), [(0.8, "invited"), (0.79, "hinted"), (0.5, "hinted"), (0.49, "none")]
)
def test_r2_r51_thresholds_go_by_whether_it_is_logistics_at_all(
    logistics: float, outcome: str
) -> None:
    play, _ = play_of("包裹", logistics=logistics)
    play.says(BUYER, "包裹")
    assert reading(play).outcome == outcome
    assert reading(play).confidence == 0.85  # of the named intent; it decides nothing


def test_r48_a_recalled_message_is_no_part_of_a_burst() -> None:
    play, reader = play_of()
    write(play, WORDS[:2])
    play.ask(BUYER, c.RecallMessage, seq=2, target=2)
    assert not brought_a_card(play.says(BUYER, WORDS[2]))
    assert reader.asked[-1] == "一直\n没到"
    assert reading(play).earlier == (3,)


def test_r2_cards_of_the_buyers_between_do_not_part_a_burst() -> None:
    play, _ = play_of()
    write(play, WORDS[:2])
    play.says(BUYER, OrderCard(OrderId("o-1")))
    play.says(BUYER, ParcelCard(OrderId("o-1")))
    assert brought_a_card(play.says(BUYER, WORDS[2]))
    assert reading(play).earlier == (2, 3)


def test_r2_nothing_from_before_a_session_is_read_with_what_comes_after_it() -> None:
    play, _ = play_of("包裹", "没到")
    play.says(BUYER, "包裹")
    play.offer()
    play.answer(accept=True)
    session = play.room.session
    assert session is not None
    play.says(BUYER, "包裹")
    play.ask(BUYER, c.EndSession, session=session.id)
    play.says(BUYER, "没到")
    assert reading(play).intent == OTHER
    assert reading(play).earlier == ()


def test_r2_nothing_from_before_the_close_is_read_with_what_comes_after_it() -> None:
    play, _ = play_of("包裹", "没到")
    play.says(BUYER, "包裹")
    play.ask(AGENT, c.CloseConversation)
    assert not brought_a_card(play.says(BUYER, "没到"))
    assert reading(play).earlier == ()


# --- the order ----------------------------------------------------------------------------------


def three_orders(*words: str) -> Play:
    play, _ = play_of(*words)
    newest = order("o-3", placed_at=NOW - 1_000)
    return play.know(orders=(order("o-1", placed_at=NOW - 3_000), newest, order("o-2")))


def test_r6_an_order_named_earlier_in_the_burst_is_the_one() -> None:
    play = three_orders()
    assert brought_a_card(write(play, ["包裹", "o-1 的一直", "没到"]))
    assert play.card.order == "o-1"


def test_r6_the_last_message_of_a_burst_is_searched_first() -> None:
    play = three_orders()
    assert brought_a_card(write(play, ["o-1 包裹", "o-2 一直", "没到"]))
    assert play.card.order == "o-2"


def test_r6_the_burst_names_the_order_also_where_the_last_alone_was_enough() -> None:
    play = three_orders("没到")
    assert brought_a_card(write(play, ["o-1 这个", "没到"]))
    assert play.card.order == "o-1"
    play = three_orders("没到")
    play.says(BUYER, "o-1 这个")
    play.says(AGENT, "您好")
    assert brought_a_card(play.says(BUYER, "没到"))
    assert play.card.order == "o-3"


def test_r6_a_merchants_card_is_for_the_order_named_in_the_buyers_last_burst() -> None:
    play = three_orders()
    write(play, ["o-1 的", "在吗"])
    play.says(AGENT, "在的")
    play.wait(3_600)
    assert play.room.burst.texts == ("在吗", "o-1 的")
    assert play.offer().order == "o-1"


# --- every message is decided upon ---------------------------------------------------------------


def test_r2_every_text_between_two_leaves_a_reading_of_its_own() -> None:
    play, _ = play_of("包裹", "没到", logistics=0.6)
    seen = []
    for text in ("在吗", "包裹", "没到", "好的"):
        play.says(BUYER, text)
        seen.append((reading(play).outcome, reading(play).earlier))
    assert seen == [("none", ()), ("none", (2,)), ("hinted", (2, 3)), ("none", ())]


@pytest.mark.parametrize("reception", [Reception.BOT, Reception.NOBODY])
def test_r21_nothing_is_read_while_no_human_receives(reception: Reception) -> None:
    play, reader = play_of("包裹")
    play.ask(AGENT, c.SetReception, reception=reception)
    play.says(BUYER, "包裹")
    assert play.last.reading is None
    assert reader.asked == []


def test_r21_a_human_that_is_away_counts_as_nobody() -> None:
    play, reader = play_of("包裹")
    play.know(merchants=()).says(BUYER, "包裹")
    assert play.last.reading is None
    assert reader.asked == []


@pytest.mark.parametrize("who", [AGENT, BOT, COURIER])
def test_r2_nobody_elses_words_are_read(who: Identity) -> None:
    play, reader = play_of("包裹")
    if who.role is Role.LOGISTICS:
        play.offer()
        play.answer(accept=True)
        play.lapse(c.Join(JOINER))
    play.says(who, "包裹")
    assert reader.asked == []
