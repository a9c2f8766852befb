"""The stateful test is worth what it finds: bugs are planted, and it must see each of them."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any
from unittest import mock

import pytest

from server.core import eligibility, rooms, tracker
from server.core import events as e
from server.core.model import Phase, Role, Stage
from server.core.records import Round
from server.core.standing import RUNNING
from server.hub import Hub
from server.journal import Journal
from server.store.sqlite import SqliteStore
from tests.stateful.moves import plan
from tests.stateful.run import Broken, play


@contextmanager
def forgotten_refs() -> Iterator[None]:
    """A `ref` is never recognized (R49)."""
    numbers = itertools.count(1)
    with mock.patch("server.gateway.ref_hash", side_effect=numbers):
        yield


@contextmanager
def publish_before_commit() -> Iterator[None]:
    """People hear of a step before it is durable."""
    append = Journal.append

    def hasty(self: Journal, *args: Any, **kwargs: Any) -> Any:
        unit = append(self, *args, **kwargs)
        self.settled(unit)
        return unit

    with mock.patch.object(Journal, "append", hasty):
        yield


@contextmanager
def skipped_seq() -> Iterator[None]:
    """Now and then a socket is not told of a step."""
    publish, numbers = Hub.publish, itertools.count(1)

    def forgetful(self: Hub, *args: Any, **kwargs: Any) -> None:
        if next(numbers) % 15:
            publish(self, *args, **kwargs)

    with mock.patch.object(Hub, "publish", forgetful):
        yield


@contextmanager
def alert_in_session() -> Iterator[None]:
    """The shop is alerted to a message written in a session (R25)."""

    def always(envelope: e.Envelope) -> tuple[str, ...]:
        posted = isinstance(envelope.event, e.MessagePosted)
        return ("new_message",) if posted and envelope.by.role is Role.BUYER else ()

    with mock.patch.object(tracker, "alerts", always):
        yield


@contextmanager
def countdown_in_session() -> Iterator[None]:
    """An in-session message opens a round and starts the countdown (R23, R30)."""

    observe = tracker.observe

    def strict(tracking: tracker.Tracking, envelope: e.Envelope, **more: Any) -> tracker.Observed:
        observed = observe(tracking, envelope, **more)
        if not isinstance(envelope.event, e.MessagePosted) or envelope.by.role is not Role.BUYER:
            return observed
        if envelope.phase is not Phase.THREE_PARTY:
            return observed
        at, seq = envelope.at, envelope.seq
        opened = Round(room=envelope.room, id=seq, state=RUNNING, opened_at=at, due_at=at + 180_000)
        return tracker.Observed(observed.tracking, (*observed.rounds, opened))

    with mock.patch.object(tracker, "observe", strict):
        yield


@contextmanager
def two_open_invites() -> Iterator[None]:
    """A second card is not refused while one is open (R10)."""
    second = {(e.InviteOffered, Stage.INVITE_PENDING): Stage.INVITE_PENDING}
    checks = tuple(row for row in eligibility.CHECKS if row.ask is not eligibility._no_open_card)
    with ExitStack() as stack:
        stack.enter_context(mock.patch.dict(rooms.TRANSITIONS, second))
        stack.enter_context(mock.patch.object(eligibility, "CHECKS", checks))
        yield


@contextmanager
def lost_on_resume() -> Iterator[None]:
    """The last of the missed events is not replayed."""
    events = SqliteStore.events

    async def short(self: SqliteStore, room: Any, *, after: int, upto: int) -> Any:
        found = await events(self, room, after=after, upto=upto)
        # The audit reads from its own position without an end, and is to see the truth.
        return found if upto == 2**31 or len(found) < 2 else [*found[:-2], found[-1]]

    with mock.patch.object(SqliteStore, "events", short):
        yield


@contextmanager
def unmasked_names() -> Iterator[None]:
    """A courier's agent reads the buyer's name (R46)."""
    with mock.patch("server.hub.masked_envelope", lambda envelope: envelope):
        yield


Plant = Callable[[], AbstractContextManager[None]]
BUGS: dict[Plant, str] = {
    forgotten_refs: "(R49)",
    publish_before_commit: "durable",
    skipped_seq: "is at",
    alert_in_session: "(R25)",
    countdown_in_session: "(R30)",
    two_open_invites: "open invites (R10)",
    lost_on_resume: "behind",
    unmasked_names: "saw another",
}
WORLDS, STEPS = 6, 400


@pytest.mark.parametrize("plant", BUGS, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant):
    assert any(BUGS[plant] in fault for fault in _found(plant)), _found(plant)


def test_nothing_is_found_where_nothing_is_planted():
    for seed in range(WORLDS):
        play(plan(seed, STEPS))


def _found(plant: Plant) -> list[str]:
    """What is wrong while a bug is planted."""
    with plant():
        for seed in range(WORLDS):
            try:
                play(plan(seed, STEPS))
            except Broken as broken:
                return broken.faults
    return []
