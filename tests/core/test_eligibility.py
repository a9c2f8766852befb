"""Each check of an invite: what passes, what does not, and who is asked (R4–R21, R50)."""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core import commands as c
from server.core.bodies import OrderCard
from server.core.eligibility import CHECKS, Case, Outcome, Purpose, explain, is_rolled_out, share_of
from server.core.model import (
    CarrierId,
    Entry,
    OrderId,
    OrderStatus,
    Parcel,
    ParcelId,
    Reception,
    Rollout,
    ShopId,
    Switch,
)
from tests.core.given import clock
from tests.core.play import (
    AGENT,
    BUYER,
    DESKTOP,
    JT,
    MOBILE,
    NOW,
    OUTDATED,
    SHOP,
    STO,
    ZTO,
    Play,
    code,
    desk,
    order,
    refusal,
)

SWITCH = Switch(shop=SHOP)


def asked(play: Play, purpose: Purpose, **more: Any) -> list[Outcome]:
    """Every check of a purpose, for the room as it is."""
    case = Case(
        room=play.room,
        facts=play.facts,
        at=play.at,
        policy=play.policy,
        purpose=purpose,
        client=DESKTOP,
        order=play.facts.orders[0] if play.facts.orders else None,
    )
    return explain(replace(case, **more))


def reasons(play: Play, purpose: Purpose, **more: Any) -> list[str | None]:
    return [one.reason for one in asked(play, purpose, **more) if one.passed is False]


def why_no_card(play: Play, text: str = "快递三天没动了") -> str | None:
    """The reason for which a question brings no platform card; None if it does."""
    added = play.says(BUYER, text)
    assert play.last.reading is not None
    return None if len(added) == 2 else play.last.reading.reason


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


def test_r19_explaining_has_no_effect() -> None:
    play = Play()
    before = play.room
    asked(play, Purpose.PLATFORM)
    assert play.room == before


def test_r3_r10_r11_which_checks_are_asked_for_which_purpose() -> None:
    asked_for = {
        purpose.name: [check.rule for check in CHECKS if purpose in check.purposes]
        for purpose in Purpose
    }
    assert asked_for["ACCEPT"] == ["R15", "R16", "R4", "R6", "R7", "R8"]
    assert asked_for["CHANGE"] == ["R15", "R16", "R4", "R6", "R7", "R8", "R50"]
    assert asked_for["REOPEN"] == ["R15", "R16", "R10", "R2", "R4", "R6", "R7", "R8", "R50"]


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


# --- R6: the order -----------------------------------------------------------------------------


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


# --- R7, R8, R20 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (OrderStatus.UNPAID, "order_not_shipped"),
        (OrderStatus.PAID, "order_not_shipped"),
        (OrderStatus.PARTIALLY_SHIPPED, None),
        (OrderStatus.SHIPPED, None),
        (OrderStatus.RECEIVED, "order_finished"),
        (OrderStatus.CLOSED, "order_finished"),
    ],
)
def test_r7_only_shipped_orders_bring_an_invite(status: OrderStatus, wanted: str | None) -> None:
    orders = (order(status=status),)
    assert why_no_card(Play().know(orders=orders)) == wanted
    play = Play().know(orders=orders)
    assert reasons(play, Purpose.MERCHANT) == ([wanted] if wanted else [])


def parcels(*carriers: CarrierId) -> tuple[Parcel, ...]:
    return tuple(
        Parcel(id=ParcelId(f"p{number}"), carrier=carrier)
        for number, carrier in enumerate(carriers)
    )


@pytest.mark.parametrize(
    ("carriers", "wanted"),
    [
        ((), "no_parcel"),
        ((STO, STO), "several_parcels"),
        ((JT,), "carrier_not_supported"),
        ((CarrierId("pigeon"),), "carrier_not_supported"),
        ((ZTO,), None),
    ],
)
def test_r8_r20_one_parcel_of_an_enabled_carrier(
    carriers: tuple[CarrierId, ...], wanted: str | None
) -> None:
    orders = (order(parcels=parcels(*carriers)),)
    assert why_no_card(Play().know(orders=orders)) == wanted
    play = Play().know(orders=orders)
    assert reasons(play, Purpose.MERCHANT) == ([wanted] if wanted else [])


def test_r20_a_carrier_that_the_platform_enables_is_supported_at_once() -> None:
    play = Play().know(orders=(order(parcels=parcels(JT)),))
    enabled = {**play.facts.carriers, JT: replace(play.facts.carriers[JT], enabled=True)}
    assert why_no_card(play.know(carriers=enabled)) is None


# --- R50 ---------------------------------------------------------------------------------------


def test_r50_nobody_at_the_desk() -> None:
    closed = Play().know(desk=lambda _: desk(online=0, capacity=0, free=0))
    assert why_no_card(closed) == "carrier_desk_closed"


def test_r50_a_desk_is_closed_outside_its_own_hours() -> None:
    play = Play()
    hours = {**play.facts.carriers, STO: replace(play.facts.carriers[STO], hours="08:00-12:00")}
    assert why_no_card(play.know(carriers=hours)) == "carrier_desk_closed"


@pytest.mark.parametrize(("waiting", "wanted"), [(2, None), (3, "carrier_desk_busy")])
def test_r50_an_expected_wait_of_ten_minutes_is_bearable(waiting: int, wanted: str | None) -> None:
    busy = desk(free=0, capacity=1, waiting=waiting)  # five minutes each
    assert why_no_card(Play().know(desk=lambda _: busy)) == wanted


def test_r50_who_has_free_capacity_is_not_busy() -> None:
    assert why_no_card(Play().know(desk=lambda _: desk(free=1, waiting=50))) is None


def test_r50_the_desk_of_the_orders_carrier_is_asked() -> None:
    seen: list[str] = []

    def load(carrier: CarrierId) -> Any:
        seen.append(carrier)
        return desk()

    Play().know(orders=(order(parcels=parcels(ZTO)),), desk=load).offer()
    assert seen == ["zto"]
