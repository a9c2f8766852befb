"""Who gets the next session, and how long one would wait: R44, R45, R50."""

import pytest
from msgspec.structs import replace

from server.core.model import RoomId, SessionId, Status
from server.core.routing import Seat, Waiting, assign, head_rank, load, order_of


def waiting(name: str, *, since: int = 0, rank: int = 0, avoid: str = "") -> Waiting:
    return Waiting(
        room=RoomId(f"room-{name}"),
        session=SessionId(name),
        since_at=since,
        rank=rank,
        avoid=frozenset(avoid.split()),
    )


def seat(name: str, *, capacity: int = 5, active: int = 0, idle_since: int = 0) -> Seat:
    return Seat(
        id=name, status=Status.ONLINE, capacity=capacity, active=active, idle_since=idle_since
    )


def assigned(queue: list[Waiting], seats: list[Seat]) -> list[tuple[str, str]]:
    return [(place.session, agent) for place, agent in assign(queue, seats)]


def test_r44_first_come_is_first_served():
    queue = [waiting("a-late", since=2), waiting("b-early", since=1)]

    assert [place.session for place in order_of(queue)] == ["b-early", "a-late"]
    assert assigned(queue, [seat("a", capacity=1)]) == [("b-early", "a")]


def test_r44_who_was_sent_to_the_head_goes_first_and_the_last_sent_before_all():
    queue = [waiting("early", since=1)]
    queue.append(waiting("requeued", since=5, rank=head_rank(queue)))
    queue.append(waiting("prioritised", since=9, rank=head_rank(queue)))

    assert [place.session for place in order_of(queue)] == ["prioritised", "requeued", "early"]


def test_r44_the_head_of_an_empty_queue_is_before_any_newcomer():
    assert head_rank([]) < waiting("newcomer").rank


def test_r44_two_who_came_at_once_have_the_same_order_every_time():
    queue = [waiting("b"), waiting("a")]

    assert order_of(queue) == order_of(queue[::-1])
    assert [place.session for place in order_of(queue)] == ["a", "b"]


def test_r44_the_agent_with_the_most_free_capacity_gets_it():
    seats = [seat("busy", active=3, idle_since=0), seat("free", active=1, idle_since=9)]

    assert assigned([waiting("s")], seats) == [("s", "free")]


def test_r44_among_equals_the_longest_idle_gets_it():
    seats = [seat("a-just-now", idle_since=2), seat("b-long-idle", idle_since=1)]

    assert assigned([waiting("s")], seats) == [("s", "b-long-idle")]


def test_r44_among_agents_alike_the_choice_is_the_same_every_time():
    seats = [seat("b"), seat("a")]

    assert assigned([waiting("s")], seats) == [("s", "a")] == assigned([waiting("s")], seats[::-1])


def test_r44_one_who_is_assigned_counts_at_once():
    queue = [waiting(name, since=since) for since, name in enumerate("abc")]
    seats = [seat("one", capacity=2), seat("two", capacity=1)]

    assert assigned(queue, seats) == [("a", "one"), ("b", "two"), ("c", "one")]


def test_r44_one_who_just_got_a_session_is_the_least_idle():
    queue = [waiting("a", since=1), waiting("b", since=2)]
    seats = [seat("first", capacity=3, idle_since=1), seat("second", capacity=2, idle_since=5)]

    assert assigned(queue, seats) == [("a", "first"), ("b", "second")]


@pytest.mark.parametrize("status", [Status.PAUSED, Status.OFFLINE])
def test_r44_an_agent_who_is_not_online_gets_nothing(status: Status):
    assert assigned([waiting("s")], [replace(seat("a"), status=status)]) == []


def test_r44_an_agent_who_is_not_connected_gets_nothing():
    dropped = replace(seat("a"), connected=False, grace=True)

    assert assigned([waiting("s")], [dropped]) == []
    assert assigned([waiting("s")], [dropped, seat("b", capacity=1)]) == [("s", "b")]


def test_r44_a_full_agent_gets_nothing_even_above_its_capacity():
    assert assigned([waiting("s")], [seat("a", capacity=2, active=2)]) == []
    assert assigned([waiting("s")], [seat("a", capacity=1, active=3)]) == []


def test_r44_who_lost_it_by_silence_gets_it_back_only_if_nobody_else_is_free():
    queue = [waiting("s", avoid="silent")]
    silent = seat("silent", capacity=9)

    assert assigned(queue, [silent, seat("other", capacity=1)]) == [("s", "other")]
    assert assigned(queue, [silent, seat("other", capacity=1, active=1)]) == [("s", "silent")]


def test_r44_who_is_avoided_by_one_gets_the_next():
    queue = [waiting("a", since=1, avoid="silent"), waiting("b", since=2)]

    assert assigned(queue, [seat("silent", capacity=9), seat("other", capacity=1)]) == [
        ("a", "other"),
        ("b", "silent"),
    ]


def test_r44_nobody_waits_or_nobody_is_there():
    assert assign([], [seat("a")]) == []
    assert assign([waiting("s")], []) == []


def test_r50_the_load_counts_who_is_there():
    seats = [
        seat("a", capacity=5, active=2),
        seat("b", capacity=3, active=4),
        replace(seat("paused"), status=Status.PAUSED),
        replace(seat("gone"), connected=False),
    ]
    found = load([waiting("s")], seats, 300_000)

    assert (found.online, found.capacity, found.free, found.waiting) == (2, 8, 3, 1)
    assert found.mean_handling_ms == 300_000


def test_r45_a_short_drop_changes_nothing_for_the_load():
    dropped = replace(seat("a", capacity=4, active=1), connected=False, grace=True)
    found = load([], [dropped], 300_000)

    assert (found.online, found.capacity, found.free) == (1, 4, 3)


def test_r50_nobody_waits_while_there_is_free_capacity():
    assert load([waiting("s")], [seat("a", capacity=5, active=4)], 300_000).expected_wait_ms == 0


def test_r50_the_wait_is_places_ahead_times_the_mean_over_the_capacity():
    queue = [waiting(str(place)) for place in range(4)]
    full = load(queue, [seat("a", capacity=2, active=2)], 300_000)

    assert full.expected_wait_ms == 600_000
    assert full.wait_ms(1) == 150_000
