"""The figures say what they are said to say."""

import pytest

from scripts.intents import figures as f
from server.core.intents import OTHER, Reading


def read(label: str, intent: str, logistics: float, confidence: float = 0.9) -> f.Read:
    return f.Read(label, "zh", True, Reading(intent, confidence, logistics=logistics))


A, B = "arrival_time", "delivery_time"
READS = [
    read(A, A, 0.95),
    read(A, B, 0.9),
    read(OTHER, B, 0.8),
    read(B, B, 0.8),
    read(B, OTHER, 0.3, 0.7),
    read(OTHER, OTHER, 0.1),
]


def test_accuracy_counts_the_very_intent():
    assert f.accuracy(READS) == pytest.approx(3 / 6)
    assert f.accuracy([]) == 0


def test_each_intent_is_scored_against_the_others():
    scores = f.by_intent(READS)

    assert scores[A] == f.Score(1, 0.5, pytest.approx(2 / 3), 2)
    assert scores[B] == f.Score(pytest.approx(1 / 3), 0.5, pytest.approx(0.4), 2)
    assert f.macro_f1(READS) == pytest.approx((2 / 3 + 0.4 + 0.5) / 3)


def test_a_delivery_question_of_another_kind_is_still_one():
    assert f.at_boundary(READS) == f.Score(0.75, 0.75, 0.75, 4)
    assert f.at_threshold(READS, 0.9) == f.Score(1, 0.5, pytest.approx(2 / 3), 4)


def test_readings_that_are_alike_pass_a_threshold_together():
    assert [(value, each.precision, each.recall) for value, each in f.thresholds(READS)] == [
        (0.95, 1, 0.25),
        (0.9, 1, 0.5),
        (0.8, 0.75, 0.75),
        (0.3, 0.8, 1),
        (0.1, pytest.approx(4 / 6), 1),
    ]


def test_the_best_threshold_that_finds_or_is_sure_enough_is_quoted():
    assert f.precision_at(READS, 0.9) == 0.8
    assert f.recall_at(READS, 0.95) == 0.5
    assert f.recall_at(READS[2:3], 0.95) == 0


def test_what_is_said_is_set_against_what_holds():
    bins = f.reliability(READS, lambda one: one.reading.confidence, lambda one: one.is_right)

    assert bins == [
        f.Bin(0.7, 1, 0.7, 0),
        f.Bin(0.9, 5, pytest.approx(0.9), 0.6),
    ]
    assert f.calibration_error(bins) == pytest.approx((0.7 + 5 * 0.3) / 6)


def test_certainty_belongs_to_the_highest_tenth():
    (one,) = f.reliability([read(A, A, 1.0)], lambda each: 1.0, lambda each: True)

    assert one.low == 0.9
