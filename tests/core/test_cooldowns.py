"""When a card may come again, and who may ask for it (R11)."""

import pytest

from server.core import commands as c
from server.core import events as e
from server.core.errors import Refused
from server.core.model import Switch
from tests.core.cases import why_no_card
from tests.core.given import clock
from tests.core.play import AGENT, BUYER, QUESTION, SHOP, Play, code, desk, order, refusal

OFF = Switch(shop=SHOP, enabled=False)


def declined(play: Play, times: int = 1) -> Play:
    for number in range(times):
        if number:
            play.wait(60)
        play.offer()
        play.answer(accept=False)
    return play


def test_r11_after_a_decline_the_merchant_waits_a_minute() -> None:
    play = declined(Play())
    refused = refusal(play.wait(59.999).offer)
    assert refused.code == "cooldown"
    assert refused.details["retry_after_ms"] == 1
    assert play.wait(0.001).offer()


def test_r11_after_a_second_decline_the_merchant_waits_a_day() -> None:
    play = declined(Play(at=clock("09:00")), times=2)
    play.wait(24 * 3600 - 0.001)
    assert code(play.offer) == "cooldown"
    assert play.wait(0.001).offer()


def test_r11_after_a_decline_the_platform_waits_a_day() -> None:
    play = declined(Play(at=clock("10:00")))
    assert why_no_card(play.wait(24 * 3600 - 0.001)) == "cooldown"
    assert why_no_card(play.wait(0.001)) is None


@pytest.mark.parametrize("how", ["expired", "withdrawn", "ended"])
def test_r11_after_any_other_end_the_platform_waits_half_an_hour(how: str) -> None:
    play = Play()
    play.offer()
    if how == "expired":
        play.wait(600).lapse(c.Expire())
    elif how == "withdrawn":
        play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)
    else:
        play.answer(accept=True)
        play.wait(600).lapse(c.Stop("no_agent"))
    assert why_no_card(play.wait(1800 - 0.001)) == "cooldown"
    assert why_no_card(play.wait(0.001)) is None


def test_r11_the_merchant_need_not_wait_after_an_expiry() -> None:
    play = Play()
    play.offer()
    play.lapse(c.Expire())
    assert play.offer()


def test_r11_never_again_stops_both_for_this_order_only() -> None:
    play = Play().know(orders=(order("o-1"), order("o-2")))
    play.offer("o-1")
    play.answer(accept=False, never_again=True)
    play.wait(30 * 24 * 3600)
    assert code(play.offer, "o-1") == "cooldown"
    assert why_no_card(play) is None
    assert play.card.order == "o-2"
    play.answer(accept=False)
    assert len(play.says(BUYER, "o-1 " + QUESTION)) == 1


@pytest.mark.parametrize("end", ["declined", "expired"])
def test_r11_the_buyer_asks_for_a_card_again_at_any_time(end: str) -> None:
    play = Play().question()
    first = play.card
    if end == "declined":
        play.answer(accept=False, never_again=True)
    else:
        play.lapse(c.Expire())
    (again,) = play.ask(BUYER, c.ReopenInvite, invite=first.id)
    assert isinstance(again, e.InviteOffered)
    assert again.invite != first.id
    assert (again.order, again.inviter, again.intent) == (first.order, first.inviter, first.intent)
    assert play.answer(accept=True)


def test_r11_asking_again_is_checked_too() -> None:
    play = Play().question()
    first = play.card
    again = {"invite": first.id}
    assert code(play.ask, BUYER, c.ReopenInvite, **again) == "invite_not_open"
    play.answer(accept=False)
    play.know(switch=OFF)
    assert code(play.ask, BUYER, c.ReopenInvite, **again) == "switched_off"
    play.know(switch=Switch(shop=SHOP), desk=lambda _: desk(online=0))
    assert code(play.ask, BUYER, c.ReopenInvite, **again) == "carrier_desk_closed"
    play.know(desk=lambda _: desk())
    play.ask(BUYER, c.ReopenInvite, **again)
    with pytest.raises(Refused):
        play.ask(BUYER, c.ReopenInvite, **again)


def test_r11_a_withdrawn_or_accepted_card_is_not_asked_for_again() -> None:
    play = Play()
    play.offer()
    play.ask(AGENT, c.WithdrawInvite, invite=play.card.id)
    refused = refusal(play.ask, BUYER, c.ReopenInvite, invite=play.card.id)
    assert (refused.code, refused.details["state"]) == ("invite_not_open", "withdrawn")
