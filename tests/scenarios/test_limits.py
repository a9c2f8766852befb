"""How much one identity and one connection may do (the limits of section 1.5)."""

import contextlib

import pytest
from websockets.exceptions import ConnectionClosed

from tests.scenarios.cast import Cast

pytestmark = pytest.mark.anyio

SETTINGS = {
    "SANFANG_RATE_PER_S": "20",
    "SANFANG_RATE_BURST": "60",
    "SANFANG_ROOMS_PER_HOUR": "3",
}


async def test_4429_closes_the_eleventh_socket_of_an_identity_alone(cast: Cast):
    ten = [await cast.buys() for _ in range(10)]
    eleventh = await cast.open()
    await eleventh.greet(cast.token("buyer", cast.buyer))
    assert await eleventh.closed() == 4429
    assert all(frame["type"] != "welcome" for frame in eleventh.frames)
    for client in ten:
        await client.fence()
    await ten[0].close()
    await cast.buys()


async def test_over_the_rate_is_refused_with_a_wait_and_far_above_it_closes_with_4429(cast: Cast):
    client = await cast.buys()
    for number in range(80):
        await client.send("fetch_history", ref=f"r{number}", room="room-of-nobody")
    error = await client.expect("error", code="rate_limited")
    assert error["retryable"] is True
    assert error["retry_after_ms"] > 0
    assert error["ref"].startswith("r")
    with contextlib.suppress(ConnectionClosed):
        for _ in range(800):
            await client.send("typing", room="r")
    assert await client.closed() == 4429


async def test_more_rooms_an_hour_than_allowed_are_rate_limited(cast: Cast):
    buyer = await cast.buys()
    for number in range(3):
        await buyer.do("open_room", shop=f"{cast.shop}-{number}")
    error = await buyer.refused("rate_limited", "open_room", shop=f"{cast.shop}-3", ref="again")
    assert error["retry_after_ms"] > 0
    await buyer.do("open_room", shop=f"{cast.shop}-0")
