"""Every text of a buyer leaves a decision where a human receives, and none elsewhere (R2, R21)."""

import json
import sqlite3
from typing import Any

import pytest

from server.core.model import Role
from tests.core.pedant import Pedant
from tests.service.given import SHOP, House, Person

pytestmark = pytest.mark.anyio

QUESTION = "快递三天没动了"
WORDS = ("快递", "三天", "没动")  # only all of them together are a question to a pedant


async def decided(house: House) -> list[dict[str, Any]]:
    """All decisions of the file, in their order."""
    await house.quiet()
    connection = sqlite3.connect(house.settings.database.removeprefix("sqlite:///"))
    rows = connection.execute("SELECT decision FROM decisions ORDER BY pos").fetchall()
    connection.close()
    return [json.loads(text) for (text,) in rows]


async def write(house: House, buyer: Person, room: str, *texts: str) -> None:
    for text in texts:
        buyer.post(room, text)
    await house.quiet()


async def test_r2_each_text_that_a_human_receives_leaves_one(house: House):
    house.read = Pedant(*WORDS)
    await house.merchant()
    buyer = await house.buyer()
    room = await house.opened(buyer)
    await write(house, buyer, room, "你好", *WORDS, "谢谢")
    await house.do(buyer, "post_message", room=room, body={"kind": "order", "order": "b-1-o"})
    found = await decided(house)
    assert [(one["seq"], one.get("earlier", [])) for one in found] == [
        (2, []),
        (3, [2]),
        (4, [2, 3]),
        (5, [2, 3, 4]),
        (6, []),
    ]
    assert [one["outcome"] for one in found] == ["none"] * 5
    assert found[3]["reason"] == "carrier_desk_closed"
    assert (found[3]["intent"], found[3]["evidence"]) == ("not_received", list(WORDS))
    assert (found[3]["confidence"], found[3]["logistics"]) == (0.85, 0.9)
    assert (found[4]["intent"], found[4]["reason"]) == ("other", "not_logistics")
    assert (found[4]["confidence"], found[4]["logistics"]) == (0.97, 0.03)


async def test_r2_no_text_outside_two_parties_leaves_one(house: House):
    merchant = await house.merchant()
    buyer = await house.buyer()
    await house.courier()
    room = await house.opened(buyer)
    await write(house, buyer, room, QUESTION, QUESTION)
    invite = buyer.heard("event")[-2]["event"]["invite"]
    await house.do(buyer, "answer_invite", room=room, invite=invite, accept=True)
    await write(house, buyer, room, QUESTION)
    merchant.post(room, QUESTION)
    await house.quiet()
    assert [one["seq"] for one in await decided(house)] == [2]


@pytest.mark.parametrize("reception", ["bot", "nobody"])
async def test_r21_none_is_left_where_no_human_receives(house: House, reception: str):
    merchant = await house.merchant()
    buyer = await house.buyer()
    room = await house.opened(buyer)
    await house.do(merchant, "set_reception", room=room, reception=reception)
    await write(house, buyer, room, QUESTION, "在吗")
    assert await decided(house) == []
    await house.do(merchant, "set_reception", room=room, reception="human")
    await write(house, buyer, room, "谢谢")
    assert [one["seq"] for one in await decided(house)] == [6]


async def test_r21_none_is_left_while_no_agent_is_there(house: House):
    bot = await house.come(Role.BOT, "bot-1", shop=SHOP)
    buyer = await house.buyer()
    room = await house.opened(buyer)
    await write(house, buyer, room, QUESTION)
    assert await decided(house) == []
    assert bot.heard("event")


async def test_r2_a_burst_goes_on_where_the_room_left_memory(house: House):
    house.read = Pedant(*WORDS)
    await house.merchant()
    buyer = await house.buyer()
    room = await house.opened(buyer)
    await write(house, buyer, room, *WORDS[:2])
    await house.restart()
    await house.merchant()
    buyer = await house.buyer()
    buyer.post(room, WORDS[2], "after")
    await house.quiet()
    assert (await decided(house))[-1]["earlier"] == [2, 3]
