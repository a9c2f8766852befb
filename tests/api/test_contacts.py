"""What a session adds to a merchant's contacts: nobody and nothing (R26)."""

from tests.api.running import Api, joined

CONTACTS = "/api/v1/shops/s-26/contacts"
ORDER = {
    "shop": "s-26",
    "buyer": "b-26",
    "status": "shipped",
    "placed_at": "2026-06-01T03:00:00Z",
    "version": 1,
    "items": [],
    "parcels": [{"id": "p-26", "carrier": "sto"}],
}


def text(words: str) -> dict[str, str]:
    return {"kind": "text", "text": words}


def test_r26_a_session_adds_no_contact_and_nothing_unread(nobody: Api):
    assert nobody.by("platform", "p-26").put("/api/v1/orders/o-26", ORDER).status == 200
    agent = nobody.by("merchant", "a-26", shop="s-26")
    courier = nobody.by("logistics", "c-26", carrier="sto", name="周岚")
    with (
        joined(agent) as shop,
        joined(courier) as desk,
        joined(nobody.by("buyer", "b-26")) as buyer,
    ):
        desk.ask(type="set_status", status="online")
        room = str(buyer.ask(type="open_room", shop="s-26")["room"])
        buyer.ask(type="post_message", room=room, body=text("在吗"))
        invite = shop.ask(type="offer_invite", room=room, order="o-26")["invite"]
        session = buyer.ask(type="answer_invite", room=room, invite=invite, accept=True)["session"]
        buyer.event("agent_joined")
        for words in ("什么时候到", "今天能到吗"):
            buyer.ask(type="post_message", room=room, body=text(words))
        desk.ask(type="post_message", room=room, body=text("今晚送达"))
        during = agent.get(CONTACTS).json["contacts"]
        desk.ask(type="end_session", room=room, session=session, resolution="solved")
        buyer.ask(type="post_message", room=room, body=text("好的"))
    after = agent.get(CONTACTS).json["contacts"]
    assert [(one["id"], one["role"], one["unread"]) for one in during] == [("b-26", "buyer", 1)]
    assert [(one["id"], one["role"], one["unread"]) for one in after] == [("b-26", "buyer", 2)]
