"""The list of checks, and those of time, shop, client and reception (R4, R5, R15–R21)."""

import pytest
from msgspec.structs import replace

from server.core import commands as c
from server.core.eligibility import Purpose, is_rolled_out, share_of
from server.core.model import Entry, Reception, Rollout, ShopId, Switch
from tests.core.cases import asked, reasons, why_no_card
from tests.core.given import clock
from tests.core.play import AGENT, BUYER, DESKTOP, MOBILE, NOW, OUTDATED, SHOP, Play, code, refusal

SWITCH = Switch(shop=SHOP)


# --- the list itself (R19) ---------------------------------------------------------------------


def test_r19_an_explanation_lists_every_check_in_the_order_of_answers() -> None:
    rules = [one.rule for one in asked(Play(), Purpose.PLATFORM)]
    wanted = "R15 R15 R16 R10 R2 R4 R6 R7 R8 R50 R11 R21 R18"
    assert rules == wanted.split()
    rules = [one.rule for one in asked(Play(), Purpose.MERCHANT)]
    assert rules == ["R18", "R17", "R15", "R16", "R10", "R2", "R4", "R6", "R7", "R8", "R50", "R11"]


def test_r19_all_pass_where_nothing_stands_against_an_invite() -> None:
    for purpose in Purpose:
        play = Play()
        assert all(one.passed for one in asked(play, purpose)), purpose


def test_r19_every_failing_check_is_named_not_only_the_first() -> None:
    play = Play(at=clock("22:00")).know(
        switch=replace(SWITCH, enabled=False), rollout=Rollout(percent=0)
    )
    wanted = ["switched_off", "not_rolled_out", "outside_service_hours"]
    assert reasons(play, Purpose.MERCHANT) == wanted


def test_r19_a_check_that_needs_an_order_has_no_answer_without_one() -> None:
    outcomes = asked(Play().know(orders=()), Purpose.MERCHANT)
    without = {one.rule for one in outcomes if one.passed is None}
    assert without == {"R7", "R8", "R50", "R11"}
    assert reasons(Play().know(orders=()), Purpose.MERCHANT) == ["no_order"]


def test_r19_every_other_check_has_its_answer_without_an_order_too() -> None:
    outcomes = asked(Play().know(orders=()), Purpose.PLATFORM)
    answered = [one.rule for one in outcomes if one.passed is not None]
    assert answered == ["R15", "R15", "R16", "R10", "R2", "R4", "R6", "R21", "R18"]


def test_r15_r19_off_is_said_before_auto_off() -> None:
    play = Play().know(switch=replace(SWITCH, enabled=False, auto=False))
    assert reasons(play, Purpose.PLATFORM) == ["switched_off", "auto_off"]


def test_r19_explaining_has_no_effect() -> None:
    play = Play()
    before = play.room
    asked(play, Purpose.PLATFORM)
    assert play.room == before


# --- R4 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        ("08:59:59.999", "outside_service_hours"),
        ("09:00", None),
        ("20:59:59.999", None),
        ("21:00", "outside_service_hours"),
    ],
)
def test_r4_invites_are_sent_from_nine_until_before_nine_in_the_evening(
    time: str, wanted: str | None
) -> None:
    assert why_no_card(Play(at=clock(time))) == wanted
    play = Play(at=clock(time))
    assert reasons(play, Purpose.MERCHANT) == ([wanted] if wanted else [])


def test_r4_nothing_is_accepted_after_closing() -> None:
    play = Play(at=clock("20:59:59")).question()
    play.wait(2)
    assert code(play.answer, accept=True) == "outside_service_hours"


# --- R5, R15, R16, R17 -------------------------------------------------------------------------


def test_r5_r15_a_switched_off_shop_gets_no_card_from_anybody() -> None:
    off = replace(SWITCH, enabled=False)
    assert why_no_card(Play().know(switch=off)) == "switched_off"
    assert code(Play().know(switch=off).offer) == "switched_off"


def test_r15_the_switch_is_on_unless_somebody_turned_it_off() -> None:
    assert SWITCH.enabled
    assert SWITCH.auto
    assert SWITCH.entry == Entry(mobile=True, desktop=True)


def test_r15_with_auto_off_only_the_merchant_invites() -> None:
    off = replace(SWITCH, auto=False)
    assert why_no_card(Play().know(switch=off)) == "auto_off"
    assert Play().know(switch=off).offer()


def test_r5_r16_a_shop_outside_the_roll_out_gets_no_card_from_anybody() -> None:
    out = Rollout(percent=0)
    assert why_no_card(Play().know(rollout=out)) == "not_rolled_out"
    assert code(Play().know(rollout=out).offer) == "not_rolled_out"


def test_r16_deny_beats_allow_beats_percentage() -> None:
    assert is_rolled_out(SHOP, Rollout(percent=0, allow=(SHOP,)), NOW)
    assert not is_rolled_out(SHOP, Rollout(percent=100, allow=(SHOP,), deny=(SHOP,)), NOW)
    assert not is_rolled_out(SHOP, Rollout(percent=100, deny=(SHOP,)), NOW)


def test_r16_nobody_is_in_before_the_first_instant() -> None:
    rollout = Rollout(from_at=NOW)
    assert is_rolled_out(SHOP, rollout, NOW)
    assert not is_rolled_out(SHOP, rollout, NOW - 1)
    assert Rollout().from_at == 1_690_300_800_000  # 2023-07-26 in Asia/Shanghai


def test_r16_raising_the_percentage_only_adds_shops() -> None:
    shops = [ShopId(f"shop-{number}") for number in range(2_000)]
    before: set[ShopId] = set()
    for percent in (0, 1, 10, 50, 99, 100):
        rollout = Rollout(percent=percent)
        now = {shop for shop in shops if is_rolled_out(shop, rollout, NOW)}
        assert before <= now
        assert abs(len(now) - 20 * percent) < 80
        before = now


def test_r16_a_shops_place_is_stable_and_hangs_on_the_salt() -> None:
    # The very number: a shop that is in must not fall out with another release.
    assert share_of(ShopId("demo-shop-1"), "sanfang") == pytest.approx(40.192736619)
    assert share_of(SHOP, "a") != share_of(SHOP, "b")


def test_r17_a_closed_entry_refuses_the_button_on_that_device_only() -> None:
    closed = replace(SWITCH, entry=Entry(mobile=True, desktop=False))
    assert code(Play().know(switch=closed).offer, client=DESKTOP) == "entry_closed"
    assert Play().know(switch=closed).offer(client=MOBILE)
    assert why_no_card(Play().know(switch=closed)) is None
    closed = replace(SWITCH, entry=Entry(mobile=False, desktop=True))
    assert code(Play().know(switch=closed).offer, client=MOBILE) == "entry_closed"
    assert Play().know(switch=closed).offer(client=DESKTOP)


def test_r17_the_desktop_has_a_roll_out_of_its_own() -> None:
    none = Rollout(desktop_percent=0)
    assert code(Play().know(rollout=none).offer, client=DESKTOP) == "entry_closed"
    assert Play().know(rollout=none).offer(client=MOBILE)


# --- R18, R21 ----------------------------------------------------------------------------------


def test_r18_an_outdated_client_does_not_invite() -> None:
    refused = refusal(Play().offer, client=OUTDATED)
    assert refused.code == "client_outdated"
    assert refused.details["minimum"] == "1.0.0"
    assert Play().offer(client=replace(OUTDATED, version=(1, 0, 0)))


def test_r18_one_new_client_of_the_shop_is_enough_for_the_platform() -> None:
    assert why_no_card(Play().know(merchants=(OUTDATED,))) == "merchant_client_outdated"
    assert why_no_card(Play().know(merchants=(OUTDATED, DESKTOP))) is None


def test_r18_the_first_answer_is_about_the_own_client() -> None:
    play = Play(at=clock("22:00")).know(switch=replace(SWITCH, enabled=False))
    assert code(play.offer, client=OUTDATED) == "client_outdated"


@pytest.mark.parametrize("reception", [Reception.BOT, Reception.NOBODY])
def test_r2_r21_a_bot_or_nobody_brings_no_platform_card(reception: Reception) -> None:
    play = Play()
    play.ask(AGENT, c.SetReception, reception=reception)
    assert len(play.says(BUYER, "快递三天没动了")) == 1
    assert play.last.reading is None  # and is not classified
    assert "human_not_receiving" in reasons(play, Purpose.PLATFORM)


def test_r21_human_counts_as_nobody_while_no_agent_is_online() -> None:
    play = Play().know(merchants=())
    assert len(play.says(BUYER, "快递三天没动了")) == 1
    assert "human_not_receiving" in reasons(play, Purpose.PLATFORM)


def test_r3_r21_a_merchant_invites_whoever_receives_the_room() -> None:
    play = Play()
    play.ask(AGENT, c.SetReception, reception=Reception.BOT)
    assert play.offer()
