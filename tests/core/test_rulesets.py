"""The versioned numbers of the measures: R33, R34, R35, R36."""

import pytest

from server.core.bodies import Erased, Text
from server.core.rulesets import RULESETS, written
from tests.core.given import CARDS, IMAGE, RULES, ZONE, clock


def test_r34_the_live_timer_uses_a_rule_set_that_is_there():
    assert RULESETS["2023.1"].version == "2023.1"
    assert all(version == rules.version for version, rules in RULESETS.items())


@pytest.mark.parametrize(
    ("time", "counts"),
    [
        ("00:00", False),
        ("07:59:59.999", False),
        ("08:00", True),
        ("12:00", True),
        ("23:59:59.999", True),
    ],
)
def test_r33_a_round_counts_from_eight_to_midnight(time: str, *, counts: bool):
    assert RULES.counts(clock(time), ZONE) is counts


def test_r34_a_hundred_and_eighty_seconds_are_in_time_and_a_millisecond_more_is_not():
    opened_at = clock("10:00")

    assert RULES.due_at(opened_at) == clock("10:03")
    assert RULES.in_time(opened_at, clock("10:03"))
    assert not RULES.in_time(opened_at, clock("10:03") + 1)


def test_r35_a_rounds_time_is_capped_at_ten_minutes():
    assert RULES.capped(599_999) == 599_999
    assert RULES.capped(600_000) == 600_000
    assert RULES.capped(600_001) == 600_000


def test_r36_the_first_warning_comes_after_a_hundred_seconds():
    assert RULES.warn_ms == 100_000


@pytest.mark.parametrize("body", [Text("hello"), IMAGE, Erased()])
def test_r32_what_a_person_wrote_is_no_card_even_once_it_is_erased(body: Text):
    assert written(body)


@pytest.mark.parametrize("card", CARDS)
def test_r24_a_card_is_not_written(card: Text):
    assert not written(card)
