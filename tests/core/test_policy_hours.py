"""Spans of the day: R4's service hours, R10's closing time, R35's day end."""

from zoneinfo import ZoneInfo

import pytest

from server.core.policy import DAY, Hours, Policy, next_midnight
from tests.core.given import ZONE, clock


def test_r4_hours_are_read_and_written_alike():
    assert Hours.parse("09:00-21:00") == Hours(540, 1260)
    assert str(Hours.parse(" 08:30-24:00 ")) == "08:30-24:00"
    assert Policy().service_hours == Hours.parse("09:00-21:00")


@pytest.mark.parametrize(
    "text", ["", "9:00-21:00", "09:00", "09:60-21:00", "24:00-08:00", "09:00-24:01", "9-21", "a-b"]
)
def test_r4_hours_that_are_none_are_refused(text: str):
    with pytest.raises(ValueError, match=r"not hours|no such time"):
        Hours.parse(text)


@pytest.mark.parametrize(
    ("hours", "time", "within"),
    [
        ("09:00-21:00", "08:59:59.999", False),
        ("09:00-21:00", "09:00", True),
        ("09:00-21:00", "20:59:59.999", True),
        ("09:00-21:00", "21:00", False),
        ("08:00-24:00", "23:59:59.999", True),
        ("08:00-24:00", "00:00", False),
        ("22:00-06:00", "21:59:59.999", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "00:00", True),
        ("22:00-06:00", "05:59:59.999", True),
        ("22:00-06:00", "06:00", False),
        ("00:00-24:00", "00:00", True),
        ("00:00-24:00", "23:59:59.999", True),
    ],
)
def test_r4_the_start_is_within_and_the_end_is_not(hours: str, time: str, *, within: bool):
    assert Hours.parse(hours).contains(clock(time), ZONE) is within


def test_r4_the_time_of_day_is_that_of_the_zone():
    at = clock("09:00")

    assert Hours.parse("09:00-21:00").contains(at, ZONE)
    assert not Hours.parse("09:00-21:00").contains(at, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("hours", "time", "closing"),
    [
        ("09:00-21:00", "09:00", clock("21:00")),
        ("09:00-21:00", "20:59:59.999", clock("21:00")),
        ("08:00-24:00", "23:00", clock("00:00", day=1)),
        ("22:00-06:00", "23:00", clock("06:00", day=1)),
        ("22:00-06:00", "05:00", clock("06:00")),
    ],
)
def test_r10_hours_close_at_their_next_end(hours: str, time: str, closing: int):
    assert Hours.parse(hours).closes_at(clock(time), ZONE) == closing


def test_r10_hours_round_the_clock_close_on_no_day_that_matters():
    assert Hours.parse("00:00-24:00").closes_at(clock("10:00"), ZONE) > clock("10:00") + 30 * DAY


def test_r35_a_day_ends_at_the_next_midnight_of_the_zone():
    assert next_midnight(clock("23:59:59.999"), ZONE) == clock("00:00", day=1)
    assert next_midnight(clock("00:00"), ZONE) == clock("00:00", day=1)
    assert next_midnight(clock("07:59"), ZoneInfo("UTC")) == clock("08:00")
