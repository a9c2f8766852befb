"""The same wish, written differently, is read as the same wish: R9.

What is measured with here must stay unknown to the reader: none of it is in the corpus.
"""

from collections import Counter

import pytest

from scripts.intents.texts import corpus, digest, labels
from server.core.intents import INTENTS, OTHER
from server.reader import shipped
from tests.intents.changes import CHANGES, COURIERS, UNLISTED, Change, is_english
from tests.intents.homophones import CHINESE, ENGLISH
from tests.intents.messages import MESSAGES

LEAST_RIGHT = 0.93
LEAST_STEADY = 0.93
# Of 300; English has no traditional characters, and some Chinese are the same in both.
LEAST_CHANGED = {"traditional": 220}

READ = shipped().read


def test_the_messages_are_of_all_intents_and_both_languages():
    assert len(MESSAGES) == len({digest(message.text) for message in MESSAGES}) == 300
    times = Counter(message.intent for message in MESSAGES)
    assert set(times) == set(INTENTS)
    assert times[OTHER] == 105
    assert min(times.values()) >= 18
    assert sum(is_english(message.text) for message in MESSAGES) == 60


def test_no_message_is_in_the_corpus_or_the_dev_set():
    known = {digest(row.text) for row in corpus()} | {label.hash for label in labels()}

    assert [message.text for message in MESSAGES if digest(message.text) in known] == []


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_changes_most_messages_and_always_in_the_same_way(change: Change):
    changed = [change(message.text) for message in MESSAGES]

    assert changed == [change(message.text) for message in MESSAGES]
    differ = sum(new != message.text for new, message in zip(changed, MESSAGES, strict=True))
    assert differ >= LEAST_CHANGED.get(change.__name__, 290)


def test_there_are_many_ways_to_hear_wrong_and_couriers_off_the_list():
    assert len(CHINESE) >= 150
    assert len(ENGLISH) >= 100
    assert all(len(meant) == len(written) == 1 for meant, written in CHINESE.items())
    assert not set(COURIERS) & set(UNLISTED)


def test_r9_a_clear_message_is_read_as_what_it_asks_for():
    wrong = [
        f"{message.intent} → {intent}: {message.text}"
        for message in MESSAGES
        if (intent := READ(message.text).intent) != message.intent
    ]

    assert 1 - len(wrong) / len(MESSAGES) >= LEAST_RIGHT, "\n".join(["read wrong:", *wrong])


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_r9_a_message_written_differently_is_read_as_before(change: Change):
    flipped, changed = [], 0
    for message in MESSAGES:
        new = change(message.text)
        if new == message.text:
            continue
        changed += 1
        before, after = READ(message.text).intent, READ(new).intent
        if before != after:
            flipped.append(f"{before} → {after}: {message.text!r} → {new!r}")

    steady = 1 - len(flipped) / changed
    assert steady >= LEAST_STEADY, "\n".join([f"{steady:.3f} stayed; flipped:", *flipped])
