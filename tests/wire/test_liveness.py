"""What a session does as time passes: rate, token, pings, slow readers."""

import asyncio

import pytest

from server.wire import frames as f
from server.wire.session import Claims
from tests.wire.fakes import BUYER, WALL, Table


def refused(table: Table) -> list[dict]:
    return [each for each in table.heard() if each["type"] == "error"]


def test_a_burst_of_sixty_is_taken_and_the_next_refused_with_its_ref():
    table = Table().hello()
    for number in range(60):
        table.post(ref=f"c-{number}")
    assert refused(table) == []
    table.post(ref="too much")
    [error] = refused(table)
    assert (error["code"], error["ref"], error["retryable"]) == ("rate_limited", "too much", True)
    assert error["retry_after_ms"] == 50
    assert len(table.gateway.handled) == 60


def test_what_was_refused_for_the_rate_may_come_again_after_the_hint():
    table = Table().hello()
    for _ in range(61):
        table.post()
    [error] = refused(table)
    table.now_s += error["retry_after_ms"] / 1000
    table.post()
    assert refused(table) == []


def test_twenty_a_second_go_on_for_ever():
    table = Table().hello()
    for _ in range(1_000):
        table.now_s += 1 / 20
        table.session.pong()
        table.post()
    assert refused(table) == []


def test_frames_that_cannot_be_read_count_against_the_rate():
    table = Table(bad_frames=1_000).hello()
    for _ in range(60):
        table.say({})
    table.heard()
    table.post()
    assert refused(table)[0]["code"] == "rate_limited"


def test_far_above_the_rate_closes_with_4429():
    table = Table().hello()
    for _ in range(60 + 299):
        table.say({"type": "ping"})
    assert table.close_code is None
    table.say({"type": "ping"})
    assert table.close_code == 4429


def test_somewhat_above_the_rate_is_refused_but_not_closed():
    table = Table().hello()
    for _ in range(3_000):
        table.now_s += 1 / 30
        table.session.pong()
        table.post()
    assert refused(table)
    assert table.close_code is None


def test_pings_of_the_socket_count_too_and_are_then_not_answered():
    table = Table().hello()
    assert [table.session.answers_ping() for _ in range(61)] == [True] * 60 + [False]


def with_token(seconds: float) -> Table:
    table = Table()
    table.link.can_ping = False
    table.gateway.tokens["good"] = Claims(BUYER, WALL + seconds)
    table.hello()
    table.heard()
    return table


def test_a_minute_before_its_end_a_token_is_warned_of_once():
    table = with_token(100)
    table.wait(39)
    assert table.heard() == []
    table.wait(30)
    assert table.heard() == [
        {"type": "token_expiring", "expires_at": round((WALL + 100) * 1000)},
    ]


def test_a_token_that_is_short_from_the_start_is_warned_of_at_once():
    table = with_token(30)
    table.wait(1)
    assert [frame["type"] for frame in table.heard()] == ["token_expiring"]


def test_an_expired_token_closes_with_4401():
    table = with_token(100)
    table.wait(99)
    assert table.close_code is None
    table.wait(1)
    assert table.close_code == 4401


def test_a_frame_that_comes_after_the_tokens_end_is_not_carried_out():
    table = with_token(100)
    table.now_s = 100.1
    table.post()
    assert table.close_code == 4401
    assert table.gateway.handled == []


def test_a_renewed_token_is_warned_of_again():
    table = with_token(100)
    table.wait(50)
    table.heard()
    table.gateway.tokens["newer"] = Claims(BUYER, WALL + 200)
    table.say({"type": "refresh_token", "ref": "c-2", "token": "newer"})
    table.wait(80)
    assert [frame["type"] for frame in table.heard()] == ["ack"]
    table.wait(20)
    assert [frame["type"] for frame in table.heard()] == ["token_expiring"]
    table.wait(51)
    assert table.close_code == 4401


def test_a_ping_goes_out_every_25_seconds_while_pongs_come():
    table = Table().hello()
    for pings in range(1, 5):
        table.wait(25)
        assert table.link.pings == pings
        table.session.pong()
    assert table.close_code is None


def test_no_pong_in_ten_seconds_closes_with_1011():
    table = Table().hello()
    table.wait(25 + 9)
    assert table.close_code is None
    table.wait(1)
    assert table.close_code == 1011


def test_a_transport_that_pings_by_itself_is_left_to_it():
    table = Table().hello()
    table.link.can_ping = False
    table.wait(300)
    assert table.close_code is None


def test_a_pong_that_nobody_asked_for_changes_nothing():
    table = Table().hello()
    table.wait(20)
    table.session.pong()
    table.wait(5)
    assert table.link.pings == 1


@pytest.mark.parametrize("code", [1011, 1013, 4400])
def test_a_peer_that_does_not_answer_the_close_is_cut_off(code):
    table = Table().hello()
    table.session.close(code)
    table.wait(4)
    assert not table.link.is_aborted
    table.wait(1)
    assert table.link.is_aborted


def test_a_peer_that_closed_and_does_not_go_is_cut_off():
    table = Table().hello()
    table.session.end()
    table.wait(5)
    assert table.link.is_aborted


def test_a_reader_with_more_than_a_mebibyte_waiting_is_closed_with_1013():
    table = Table().hello()
    table.heard()
    table.session.congested = True
    table.link.waiting = 1024 * 1024
    table.session.send(f.Ready())
    assert table.close_code is None
    table.link.waiting += 1
    table.session.send(f.Ready())
    assert table.close_code == 1013
    assert len(table.heard()) == 1


async def finished(task: asyncio.Task) -> bool:
    """Whether a task has come to its end, once all that can run has run."""
    for _ in range(3):
        await asyncio.sleep(0)
    return task.done()


@pytest.mark.anyio
async def test_who_writes_much_waits_while_the_reader_lags():
    table = Table().hello()
    await table.session.drained()
    table.session.congested = True
    waiting = [asyncio.create_task(table.session.drained()) for _ in range(2)]
    assert not await finished(waiting[0])
    table.session.relieved()
    assert await finished(waiting[0])
    assert await finished(waiting[1])


@pytest.mark.anyio
async def test_who_waits_for_a_reader_is_let_go_when_the_socket_closes():
    table = Table().hello()
    table.session.congested = True
    waiting = asyncio.create_task(table.session.drained())
    given_up = asyncio.create_task(table.session.drained())
    assert not await finished(waiting)
    given_up.cancel()
    table.session.close(1013)
    assert await finished(waiting)
    await table.session.drained()


def test_a_sweep_does_nothing_before_something_is_due():
    table = Table().hello()
    table.heard()
    table.wait(24)
    assert (table.heard(), table.link.pings, table.close_code) == ([], 0, None)
