"""A shop's agents say what the question behind a platform's card was (R2)."""

from typing import Any

import pytest

from server.core.model import Role, ShopId
from tests.service.given import House, Person

pytestmark = pytest.mark.anyio

QUESTION = "快递三天没动了"


class Shop:
    """A buyer with the platform's card, and two agents, one of them with two devices."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def open(self) -> "Shop":
        house = self.house
        self.courier = await house.courier()
        self.agent = await house.merchant("m-1")
        self.phone = await house.merchant("m-1", client={"device": "mobile"})
        self.colleague = await house.merchant("m-2")
        self.buyer = await house.buyer()
        self.room = await house.opened(self.buyer)
        self.buyer.post(self.room, QUESTION)
        await house.quiet()
        (offered,) = [f for f in self.buyer.heard("event") if "invite" in f["event"]]
        self.invite = offered["event"]["invite"]
        return self

    async def refusal(self, who: Person, **fields: Any) -> dict[str, Any]:
        """How a mark is refused."""
        asked = {"room": self.room, "invite": self.invite, "intent": "other", **fields}
        ref = who.ask("mark_invite", **asked)
        await self.house.quiet()
        answer = who.answer(ref)
        assert answer is not None
        assert answer["type"] == "error", answer
        return answer

    async def mark(self, who: Person, intent: str, **fields: Any) -> dict[str, Any]:
        asked = {"room": self.room, "invite": self.invite, "intent": intent, **fields}
        return await self.house.do(who, "mark_invite", **asked)

    async def snapshot(self) -> dict[str, Any]:
        """The room as an agent sees it who comes now."""
        late = await self.house.merchant("m-9")
        (room,) = late.heard("room", room=self.room)
        late.leave()
        return dict(room)


@pytest.fixture
async def shop(house: House) -> Shop:
    return await Shop(house).open()


async def test_r2_a_mark_is_acknowledged_and_all_agents_hear_of_it(shop: Shop, house: House):
    ack = await shop.mark(shop.agent, "other")
    assert (ack["room"], ack["invite"], ack["at"]) == (shop.room, shop.invite, house.now)
    for person in (shop.agent, shop.phone, shop.colleague):
        (told,) = person.heard("invite_marked")
        assert told["who"] == {"role": "merchant", "id": "m-1"}
        assert (told["room"], told["invite"]) == (shop.room, shop.invite)
        assert (told["intent"], told["at"]) == ("other", house.now)


async def test_r2_nothing_of_a_mark_is_in_the_room_or_before_the_buyer(shop: Shop, house: House):
    before = await house.kinds(shop.room)
    shop.buyer.forget()
    await shop.mark(shop.agent, "other")
    assert await house.kinds(shop.room) == before
    assert shop.buyer.heard() == []
    again = await house.buyer()
    (room,) = again.heard("room")
    assert "marked" not in room


async def test_r2_the_last_mark_wins_and_outlives_sockets_and_restarts(house: House, shop: Shop):
    assert "marked" not in await shop.snapshot()
    await shop.mark(shop.agent, "other")
    await shop.mark(shop.colleague, "arrival_time")
    assert (await shop.snapshot())["marked"] == {shop.invite: "arrival_time"}
    await house.restart()
    assert (await shop.snapshot())["marked"] == {shop.invite: "arrival_time"}


async def test_r2_a_card_can_be_marked_whatever_became_of_it(shop: Shop, house: House):
    await house.do(shop.buyer, "answer_invite", room=shop.room, invite=shop.invite, accept=True)
    await shop.mark(shop.agent, "not_received")
    assert (await shop.snapshot())["marked"] == {shop.invite: "not_received"}


async def test_r2_the_courier_in_the_room_sees_no_mark(shop: Shop, house: House):
    await shop.mark(shop.agent, "other")
    await house.do(shop.buyer, "answer_invite", room=shop.room, invite=shop.invite, accept=True)
    await shop.mark(shop.agent, "delayed_urge")
    (room,) = shop.courier.heard("room")
    assert "marked" not in room
    assert shop.courier.heard("invite_marked") == []
    assert (await shop.refusal(shop.courier))["code"] == "forbidden"


async def test_r49_a_mark_that_is_sent_again_changes_nothing(shop: Shop, house: House):
    first = await shop.mark(shop.agent, "other", ref="same")
    shop.agent.forget()
    await house.advance(1_000)
    again = await shop.mark(shop.agent, "other", ref="same")
    assert again == {**first, "duplicate": True}
    assert shop.agent.heard("invite_marked") == []
    colleague = await shop.mark(shop.colleague, "arrival_time", ref="same")  # its own key
    assert "duplicate" not in colleague


async def test_r49_a_repeat_that_overtakes_its_original_waits_for_it(shop: Shop, house: House):
    house.store.gate.clear()
    asked = {"room": shop.room, "invite": shop.invite, "intent": "other"}
    shop.agent.ask("mark_invite", "same", **asked)
    shop.phone.ask("mark_invite", "same", **asked)
    assert shop.agent.answer("same") is shop.phone.answer("same") is None
    house.store.gate.set()
    await house.quiet()
    first, second = shop.agent.answer("same"), shop.phone.answer("same")
    assert first is not None
    assert second == {**first, "duplicate": True}


async def test_r2_a_mark_that_was_not_stored_is_refused_and_shown_to_nobody(
    shop: Shop, house: House
):
    house.store.is_full = True
    answer = await shop.refusal(shop.agent)
    assert (answer["code"], answer["retryable"]) == ("store_unavailable", True)
    house.store.is_full = False
    assert shop.colleague.heard("invite_marked") == []
    assert "marked" not in await shop.snapshot()


async def test_r47_only_the_shops_agents_mark(shop: Shop, house: House):
    other = await house.merchant("m-1", shop=ShopId("s-2"))
    bot = await house.come(Role.BOT, "bot-1")
    for person in (shop.buyer, shop.courier, other, bot):
        assert (await shop.refusal(person))["code"] == "forbidden"
    assert (await shop.refusal(shop.agent, room="r-none"))["code"] == "forbidden"


async def test_r2_a_card_that_is_not_there_is_not_found_by_name(shop: Shop):
    answer = await shop.refusal(shop.agent, invite="i-none")
    assert (answer["code"], answer["details"]["path"]) == ("not_found", "$.invite")


async def test_r2_only_the_platforms_cards_are_marked(shop: Shop, house: House):
    await house.do(shop.buyer, "answer_invite", room=shop.room, invite=shop.invite, accept=False)
    await house.advance(61_000)
    own = await house.offered(shop.agent, shop.room)
    answer = await shop.refusal(shop.agent, invite=own)
    assert (answer["code"], answer["details"]["path"]) == ("forbidden", "$.invite")


async def test_r9_a_mark_names_one_of_the_eleven(shop: Shop):
    answer = await shop.refusal(shop.agent, intent="weather")
    assert (answer["code"], answer["details"]["path"]) == ("bad_frame", "$.intent")


async def test_r2_a_card_that_took_anothers_place_has_a_mark_of_its_own(shop: Shop, house: House):
    await shop.mark(shop.agent, "other")
    await house.put_order("b-1", "b-1-second")
    changed = {"room": shop.room, "invite": shop.invite, "order": "b-1-second"}
    ack = await house.do(shop.buyer, "change_invite_order", **changed)
    await shop.mark(shop.agent, "delayed_urge", invite=ack["invite"])
    marked = {shop.invite: "other", ack["invite"]: "delayed_urge"}
    assert (await shop.snapshot())["marked"] == marked
