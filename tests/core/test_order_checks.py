"""Which orders an invite can be for: status, parcel, courier and desk (R7, R8, R20, R50)."""

from typing import Any

import pytest
from msgspec.structs import replace

from server.core.eligibility import Purpose
from server.core.model import CarrierId, OrderStatus
from tests.core.cases import parcels, reasons, why_no_card
from tests.core.play import JT, STO, ZTO, Play, desk, order


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
