"""Each check of an invite: for which purposes it is asked, one rule after another (R2–R21, R50).

The world stands against an invite in one thing; who asks hears of it, or does not.
"""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core import commands as c
from server.core.eligibility import Purpose
from server.core.model import Entry, OrderStatus, Reception, Rollout, Switch
from tests.core.cases import parcels, reasons
from tests.core.given import clock
from tests.core.play import AGENT, JT, OUTDATED, SHOP, Play, desk, order

EVERYBODY = {"PLATFORM", "MERCHANT", "REOPEN", "CHANGE", "ACCEPT"}
OFFERING = {"PLATFORM", "MERCHANT", "REOPEN"}
SWITCH = Switch(shop=SHOP)


def hear(reason: str, play: Play, **more: Any) -> set[str]:
    """The purposes for which this room is told the reason."""
    return {purpose.name for purpose in Purpose if reason in reasons(play, purpose, **more)}


def test_r18_only_the_merchants_own_client_is_looked_at() -> None:
    assert hear("client_outdated", Play(), client=OUTDATED) == {"MERCHANT"}


def test_r18_only_the_platform_asks_whether_the_shop_could_show_the_card() -> None:
    play = Play().know(merchants=(OUTDATED,))
    assert hear("merchant_client_outdated", play) == {"PLATFORM"}


def test_r17_a_closed_entry_is_the_merchants_alone() -> None:
    closed = replace(SWITCH, entry=Entry(mobile=False, desktop=False))
    assert hear("entry_closed", Play().know(switch=closed)) == {"MERCHANT"}


def test_r15_the_switch_stands_against_everybody() -> None:
    off = Play().know(switch=replace(SWITCH, enabled=False))
    assert hear("switched_off", off) == EVERYBODY


def test_r15_auto_off_stands_against_the_platform_alone() -> None:
    assert hear("auto_off", Play().know(switch=replace(SWITCH, auto=False))) == {"PLATFORM"}


def test_r16_the_roll_out_stands_against_everybody() -> None:
    assert hear("not_rolled_out", Play().know(rollout=Rollout(percent=0))) == EVERYBODY


def test_r10_an_open_card_stands_against_another_but_not_against_its_own_answer() -> None:
    assert hear("invite_pending", Play().question()) == OFFERING


def test_r2_a_session_stands_against_another_card() -> None:
    assert hear("not_in_phase", Play().session()) == OFFERING


def test_r4_the_service_hours_bind_everybody() -> None:
    assert hear("outside_service_hours", Play(at=clock("22:00"))) == EVERYBODY


def test_r6_nobody_gets_anywhere_without_an_order() -> None:
    assert hear("no_order", Play().know(orders=())) == EVERYBODY


def test_r7_the_orders_status_is_always_looked_at() -> None:
    paid = Play().know(orders=(order(status=OrderStatus.PAID),))
    assert hear("order_not_shipped", paid) == EVERYBODY


def test_r8_the_orders_courier_is_always_looked_at() -> None:
    unknown = Play().know(orders=(order(parcels=parcels(JT)),))
    assert hear("carrier_not_supported", unknown) == EVERYBODY


def test_r50_a_desk_that_has_closed_meanwhile_stands_against_no_acceptance() -> None:
    empty = Play().know(desk=lambda _: desk(online=0))
    assert hear("carrier_desk_closed", empty) == EVERYBODY - {"ACCEPT"}


def test_r11_a_cooldown_is_the_platforms_and_the_merchants() -> None:
    play = Play().question()
    play.answer(accept=False, never_again=True)
    assert hear("cooldown", play) == {"PLATFORM", "MERCHANT"}


@pytest.mark.parametrize("reception", [Reception.BOT, Reception.NOBODY])
def test_r21_who_receives_the_room_is_the_platforms_question_alone(reception: Reception) -> None:
    play = Play()
    play.ask(AGENT, c.SetReception, reception=reception)
    assert hear("human_not_receiving", play) == {"PLATFORM"}
