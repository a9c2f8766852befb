"""Which order a consultation is about (R6)."""

from server.core.bodies import OrderCard
from server.core.model import OrderId, OrderStatus
from tests.core.cases import why_no_card
from tests.core.play import BUYER, NOW, Play, code, order


def three_orders() -> Play:
    newest = order("o-3", placed_at=NOW - 1_000)
    return Play().know(orders=(order("o-1", placed_at=NOW - 3_000), newest, order("o-2")))


def test_r6_the_most_recent_candidate_wins() -> None:
    assert three_orders().question().card.order == "o-3"
    play = three_orders()
    assert play.offer().order == "o-3"


def test_r6_of_equally_old_orders_the_higher_id_wins() -> None:
    play = Play().know(orders=(order("o-1"), order("o-9"), order("o-5")))
    assert play.question().card.order == "o-9"


def test_r6_what_the_inviter_chose_goes_before_everything() -> None:
    play = three_orders().know(opened_order=OrderId("o-2"))
    play.says(BUYER, OrderCard(OrderId("o-3")))
    assert play.offer("o-1").order == "o-1"


def test_r6_what_the_inviter_chose_goes_before_what_the_buyer_named() -> None:
    play = three_orders()
    play.says(BUYER, "o-2 什么时候发货")
    assert play.room.burst.texts == ("o-2 什么时候发货",)
    assert play.offer("o-1").order == "o-1"


def test_r6_an_order_named_in_the_text_goes_before_card_and_link() -> None:
    play = three_orders().know(opened_order=OrderId("o-2"))
    play.says(BUYER, OrderCard(OrderId("o-3")))
    assert play.question("订单o-1的快递三天没动了").card.order == "o-1"


def test_r6_an_order_that_is_only_part_of_a_longer_number_is_not_named() -> None:
    play = Play().know(orders=(order("o-1", placed_at=1), order("o-12", placed_at=2)))
    assert play.question("o-12 快递三天没动了").card.order == "o-12"
    play = Play().know(orders=(order("o-1", placed_at=1), order("o-2", placed_at=2)))
    assert play.question("o-15 快递三天没动了").card.order == "o-2"


def test_r6_an_order_card_counts_for_ten_minutes() -> None:
    play = three_orders()
    play.says(BUYER, OrderCard(OrderId("o-1")))
    play.wait(600)
    assert play.question().card.order == "o-1"
    play = three_orders()
    play.says(BUYER, OrderCard(OrderId("o-1")))
    play.wait(600.001)
    assert play.question().card.order == "o-3"


def test_r6_the_buyers_order_card_goes_before_the_order_it_came_with() -> None:
    play = three_orders().know(opened_order=OrderId("o-2"))
    play.says(BUYER, OrderCard(OrderId("o-1")))
    assert play.question().card.order == "o-1"


def test_r6_the_order_that_the_buyer_came_with_goes_before_the_newest() -> None:
    assert three_orders().know(opened_order=OrderId("o-2")).question().card.order == "o-2"


def test_r6_a_named_order_that_is_no_candidate_answers_with_its_own_reason() -> None:
    play = Play().know(orders=(order("o-1"), order("o-2", status=OrderStatus.RECEIVED)))
    assert code(play.offer, "o-2") == "order_finished"
    assert why_no_card(play, "o-2 快递三天没动了") == "order_finished"


def test_r6_an_order_of_somebody_else_is_no_order() -> None:
    assert code(Play().offer, "o-77") == "no_order"


def test_r6_without_any_candidate_the_newest_order_gives_the_reason() -> None:
    old = order("o-1", placed_at=1, status=OrderStatus.RECEIVED)
    new = order("o-2", placed_at=2, status=OrderStatus.PAID)
    assert why_no_card(Play().know(orders=(new, old))) == "order_not_shipped"
    assert why_no_card(Play().know(orders=())) == "no_order"
