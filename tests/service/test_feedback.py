"""`sanfang export feedback`, beside the server that writes: what was read and how it ended (R2)."""

import io
import json
import sqlite3
from typing import Any

import pytest

from server import offline
from server.core.model import Receiver, RoomId
from server.settings import Settings
from server.store.store import Erase
from tests.core.pedant import Pedant
from tests.service.given import House, Person

pytestmark = pytest.mark.anyio

QUESTION = "快递三天没动了"
WORDS = ("快递", "三天", "没动")  # only all of them together are a question to a pedant
HOUR = 3_600_000


def exported(settings: Settings) -> list[dict[str, Any]]:
    out = io.StringIO()
    assert offline.export_feedback(settings.database, out, settings.policy()) == 0
    return [json.loads(line) for line in out.getvalue().splitlines()]


def change(settings: Settings, *statements: str) -> None:
    """Make the file one of an older version."""
    connection = sqlite3.connect(settings.database.removeprefix("sqlite:///"))
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


class Shop:
    """A buyer, an agent and a courier, and what is exported of them."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def open(self) -> "Shop":
        self.agent = await self.house.merchant()
        await self.house.courier()
        self.buyer = await self.house.buyer()
        self.room = await self.house.opened(self.buyer)
        return self

    async def says(self, *texts: str, who: Person | None = None) -> int:
        """Somebody writes; the `seq` of the last."""
        for text in texts:
            ref = (who or self.buyer).post(self.room, text)
        await self.house.quiet()
        answer = (who or self.buyer).answer(ref)
        assert answer is not None
        return int(answer["seq"])

    @property
    def invite(self) -> str:
        """The latest card."""
        offered = [f for f in self.buyer.heard("event") if f["event"]["kind"] == "invite_offered"]
        return str(offered[-1]["event"]["invite"])

    async def answers(self, *, accept: bool, **more: Any) -> None:
        asked = {"room": self.room, "invite": self.invite, "accept": accept, **more}
        await self.house.do(self.buyer, "answer_invite", **asked)

    async def marks(self, intent: str) -> None:
        asked = {"room": self.room, "invite": self.invite, "intent": intent}
        await self.house.do(self.agent, "mark_invite", **asked)

    async def rows(self) -> list[dict[str, Any]]:
        await self.house.quiet()
        return exported(self.house.settings)

    async def labels(self) -> list[tuple[str, str, str, str]]:
        rows = await self.rows()
        return [(row["text"], row["label"], row["source"], row["strength"]) for row in rows]


@pytest.fixture
async def shop(house: House) -> Shop:
    return await Shop(house).open()


async def test_a_reading_that_nothing_came_of_is_not_exported(shop: Shop):
    await shop.says("你好", QUESTION)
    assert await shop.rows() == []
    await shop.house.advance(HOUR)
    assert await shop.rows() == []  # the card has expired


async def test_an_accepted_card_is_a_weak_yes(shop: Shop):
    await shop.says(QUESTION)
    await shop.answers(accept=True)
    (row,) = await shop.rows()
    assert row == {
        "text": "快递三天没动了",
        "intent": "tracking_stale",
        "confidence": row["confidence"],
        "logistics": row["logistics"],
        "label": "tracking_stale",
        "source": "accepted",
        "strength": "weak",
    }
    assert 0.8 <= row["confidence"] <= row["logistics"] <= 1


async def test_a_declined_card_is_a_weak_no(shop: Shop):
    await shop.says(QUESTION)
    await shop.answers(accept=False)
    assert await shop.labels() == [("快递三天没动了", "other", "declined", "weak")]


async def test_what_was_declined_and_then_accepted_is_a_yes(shop: Shop):
    await shop.says(QUESTION)
    await shop.answers(accept=False)
    await shop.house.do(shop.buyer, "reopen_invite", room=shop.room, invite=shop.invite)
    await shop.answers(accept=True)
    assert [row["source"] for row in await shop.rows()] == ["accepted"]


async def test_a_mark_is_strong_and_goes_before_what_the_buyer_did(shop: Shop):
    await shop.says(QUESTION)
    await shop.answers(accept=True)
    await shop.marks("other")
    assert await shop.labels() == [("快递三天没动了", "other", "marked", "strong")]
    await shop.marks("arrival_time")
    assert (await shop.labels())[0][1:] == ("arrival_time", "marked", "strong")


async def test_a_merchants_card_says_that_the_last_words_were_a_delivery_question(shop: Shop):
    shop.house.read = Pedant(*WORDS)  # who hears nothing in what follows
    await shop.says("好的谢谢")
    await shop.says("在的", who=shop.agent)
    await shop.says("帮我问下那边", "急用")
    await shop.house.offered(shop.agent, shop.room)
    (row,) = await shop.rows()
    assert row["text"] == "帮我问下那边\n急用"
    assert (row["intent"], row["label"]) == ("other", "logistics")
    assert (row["source"], row["strength"]) == ("merchant_invite", "weak")
    assert row["logistics"] < 0.5


async def test_of_a_burst_the_merchants_card_labels_what_was_read_as_a_question(shop: Shop):
    shop.house.read = Pedant("怎么还没到", logistics=0.6)  # for a hint
    await shop.says("怎么还没到", "在吗")
    await shop.house.offered(shop.agent, shop.room)
    assert await shop.labels() == [("怎么还没到", "logistics", "merchant_invite", "weak")]


async def test_a_merchants_card_long_after_the_last_words_labels_nothing(shop: Shop):
    await shop.says("你好")
    await shop.house.advance(11 * 60_000)
    await shop.house.offered(shop.agent, shop.room)
    assert await shop.rows() == []


async def test_what_a_buyer_declined_and_the_merchant_asked_for_is_a_question(shop: Shop):
    await shop.says(QUESTION)
    await shop.answers(accept=False)
    await shop.house.advance(61_000)
    await shop.house.offered(shop.agent, shop.room)
    assert await shop.labels() == [("快递三天没动了", "logistics", "merchant_invite", "weak")]


async def test_the_whole_burst_that_was_read_is_exported(shop: Shop):
    shop.house.read = Pedant(*WORDS)
    await shop.says(*WORDS)
    await shop.answers(accept=True)
    assert [row["text"] for row in await shop.rows()] == ["快递\n三天\n没动"]


async def test_r48_r55_what_was_recalled_or_erased_is_left_out(shop: Shop):
    shop.house.read = Pedant(*WORDS)
    first = await shop.says(*WORDS) - 2
    await shop.answers(accept=True)
    assert len(await shop.rows()) == 1
    await shop.house.do(shop.buyer, "recall_message", room=shop.room, seq=first)
    assert await shop.rows() == []


async def test_r55_a_burst_with_an_erased_part_is_left_out(shop: Shop):
    shop.house.read = Pedant(*WORDS)
    last = await shop.says(*WORDS)
    await shop.answers(accept=True)
    for seq in (last - 1, last):
        assert len(await shop.rows()) == (1 if seq == last - 1 else 0)
        await shop.house.service.rooms.write([Erase(RoomId(shop.room), seq)])
    assert await shop.rows() == []


async def test_no_person_no_number_and_no_address_is_exported(shop: Shop):
    house = shop.house
    receiver = Receiver(name="欧阳娜娜", phone="13812345678", address="滨江大厦南楼")
    await house.put_order("b-1", "ORDER-A", receiver=receiver)
    await shop.says("某b-1的 ORDER-A，欧阳娜娜 138-1234-5678，送滨江大厦南楼，某m-1说的", QUESTION)
    await shop.says("我叫李雷，住文三路478号3栋")
    await shop.answers(accept=True)
    out = json.dumps(await shop.rows(), ensure_ascii=False)
    private = ("b-1", "m-1", "某", "欧阳", "138", "5678", "滨江", "南楼", "ORDER", "李雷", "文三")
    assert [word for word in (*private, shop.room, "i3") if word in out] == []
    assert "快递" in out


async def test_rooms_of_all_shops_are_exported_each_with_its_own(shop: Shop):
    house = shop.house
    await shop.says(QUESTION)
    await shop.answers(accept=True)
    other = await house.buyer("b-2")
    room = await house.opened(other)
    other.post(room, "显示签收了但是我没收到")
    await house.quiet()
    offered = other.heard("event")[-1]["event"]["invite"]
    await house.do(other, "answer_invite", room=room, invite=offered, accept=False)
    found = {(row["intent"], row["source"]) for row in await shop.rows()}
    assert found == {("tracking_stale", "accepted"), ("signed_not_received", "declined")}


async def test_what_was_written_before_marks_and_bursts_were_is_exported(shop: Shop):
    await shop.says(QUESTION)
    await shop.answers(accept=True)
    house = shop.house
    await house.close()
    change(
        house.settings,
        "UPDATE decisions SET decision = json_remove(decision, '$.logistics')",
        "DROP TABLE invite_marks",
        "DELETE FROM schema_version WHERE version = 2",
    )
    (row,) = exported(house.settings)
    assert (row["logistics"], row["source"]) == (None, "accepted")
    await house.open()  # and is brought up to date
    assert await shop.rows() == [row]
