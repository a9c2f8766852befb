"""A shop over HTTP: the switch and its history, decisions, contacts."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest

from tests.api.running import Api, joined

S1 = "/api/v1/shops/s-1"
ON = {"enabled": True, "auto": True, "entry": {"mobile": True, "desktop": True}}


@pytest.fixture
def switch(agent: Api) -> Iterator[Api]:
    """The agent, whose shop's switch is as it is at first; put back at the end."""
    agent.put(f"{S1}/switch", ON)
    yield agent
    agent.put(f"{S1}/switch", ON)


def ask(buyer: Api, shop: str, *texts: str) -> str:
    """A buyer writes to a shop; the room."""
    with joined(buyer) as socket:
        room = str(socket.ask(type="open_room", shop=shop)["room"])
        for text in texts:
            socket.ask(type="post_message", room=room, body={"kind": "text", "text": text})
        return room


def test_r15_a_shop_nobody_changed_has_its_switch_on(nobody: Api):
    agent = nobody.by("merchant", "a-1", shop="s-new")
    reply = agent.get("/api/v1/shops/s-new/switch")
    assert reply.json == {"shop": "s-new"} | ON
    assert reply.headers["etag"]
    assert agent.get("/api/v1/shops/s-new/switch/changes").json == {"changes": [], "cursor": None}


def test_r15_what_is_left_out_of_a_change_stays(switch: Api):
    changed = switch.put(f"{S1}/switch", {"auto": False}).json
    assert (changed["enabled"], changed["auto"]) == (True, False)
    changed = switch.put(f"{S1}/switch", {"entry": {"desktop": False}}).json
    assert changed["auto"] is False
    assert changed["entry"] == {"mobile": True, "desktop": False}
    assert changed["changed_by"] == "a-1"
    assert switch.get(f"{S1}/switch").json == changed


def test_a_change_of_an_older_version_is_refused(switch: Api):
    seen = switch.get(f"{S1}/switch").headers["etag"]
    first = switch.put(f"{S1}/switch", {"auto": False}, {"if-match": seen})
    assert first.status == 200
    assert first.headers["etag"] != seen
    late = switch.put(f"{S1}/switch", {"enabled": False}, {"if-match": seen})
    assert (late.status, late.json["code"]) == (412, "conflict")
    assert switch.get(f"{S1}/switch").json["enabled"] is True


@pytest.mark.parametrize(
    ("match", "status"), [("*", 200), ('"x", {}', 200), ("W/{}", 412), ("x", 412)]
)
def test_if_match_is_read_as_http_says(switch: Api, match: str, status: int):
    etag = switch.get(f"{S1}/switch").headers["etag"]
    reply = switch.put(f"{S1}/switch", {"auto": True}, {"if-match": match.format(etag)})
    assert reply.status == status


def test_r15_every_change_is_kept_with_who_and_when(nobody: Api, platform: Api):
    agent = nobody.by("merchant", "a-7", shop="s-7")
    path = "/api/v1/shops/s-7/switch"
    agent.put(path, {"auto": False})
    platform.put(path, {"enabled": False})
    agent.put(path, {"entry": {"mobile": False}})
    first = agent.get(f"{path}/changes?limit=2").json
    assert [change["by"] for change in first["changes"]] == ["a-7", "p-1"]
    assert first["changes"][0]["entry"] == {"mobile": False, "desktop": True}
    rest = agent.get(f"{path}/changes?limit=2&cursor={first['cursor']}").json
    assert [change["by"] for change in rest["changes"]] == ["a-7"]
    assert rest["changes"][0]["auto"] is False
    assert rest["cursor"] is None
    assert rest["changes"][0]["at"] <= first["changes"][0]["at"]


@pytest.mark.parametrize("path", ["switch", "switch/changes", "decisions", "contacts"])
@pytest.mark.parametrize("who", ["stranger", "buyer"])
def test_r47_a_shop_is_its_own_agents_business(path: str, who: str, request: pytest.FixtureRequest):
    caller: Api = request.getfixturevalue(who)
    assert caller.get(f"{S1}/{path}").status == 403
    assert caller.call("PUT", f"{S1}/switch", {"enabled": False}).status == 403


def test_r47_a_bot_does_not_turn_the_switch(nobody: Api):
    bot = nobody.by("bot", "bot-1", shop="s-1")
    assert bot.put(f"{S1}/switch", {"enabled": False}).status == 403


def test_r19_decisions_are_counted_by_reason(nobody: Api):
    agent = nobody.by("merchant", "a-3", shop="s-3")
    with joined(agent):
        ask(nobody.by("buyer", "b-3"), "s-3", "你好，这个有红色的吗", "快递三天没更新了，怎么回事")
        found = agent.get("/api/v1/shops/s-3/decisions").json
    assert found["reasons"] == {"no_order": 1}
    assert found["not_logistics"] == 1
    assert (found["invited"], found["hints"]) == (0, 0)
    assert found["marked"] == {}


def test_r19_decisions_are_counted_from_and_to(nobody: Api):
    agent = nobody.by("merchant", "a-3", shop="s-3")
    nobody_asked = agent.get(
        "/api/v1/shops/s-3/decisions?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z"
    ).json
    assert nobody_asked["reasons"] == {}
    assert nobody_asked["from"] == "2020-01-01T00:00:00.000Z"
    around = "from=2026-06-01T00:00:00%2B08:00&to=" + quote("2026-06-02T00:00:00+08:00")
    assert agent.get(f"/api/v1/shops/s-3/decisions?{around}").json["reasons"] == {"no_order": 1}
    assert agent.get("/api/v1/shops/s-3/decisions?from=soon").status == 400
    assert agent.get("/api/v1/shops/s-3/decisions?from=2&to=1").status == 400


def test_r26_contacts_show_unread_messages_until_they_are_read(nobody: Api):
    agent = nobody.by("merchant", "a-4", shop="s-4")
    colleague = nobody.by("merchant", "a-5", shop="s-4")
    room = ask(nobody.by("buyer", "b-4", name="白露"), "s-4", "在吗", "有人吗")
    (contact,) = agent.get("/api/v1/shops/s-4/contacts").json["contacts"]
    assert (contact["id"], contact["role"], contact["name"]) == ("b-4", "buyer", "白露")
    assert (contact["room"], contact["unread"]) == (room, 2)
    with joined(agent) as socket:
        socket.send(type="mark_read", room=room, seq=3)
        # Acknowledged once it is durable, and so is all that came before it.
        socket.ask(type="post_message", room=room, body={"kind": "text", "text": "在的"})
    unread = [
        caller.get("/api/v1/shops/s-4/contacts").json["contacts"][0]["unread"]
        for caller in (agent, colleague)
    ]
    assert unread == [0, 2]


def test_contacts_come_in_pages(nobody: Api):
    agent = nobody.by("merchant", "a-6", shop="s-6")
    for number in range(3):
        ask(nobody.by("buyer", f"b-6-{number}"), "s-6", "在吗")
    seen, cursor = [], ""
    while cursor is not None:
        page = agent.get(f"/api/v1/shops/s-6/contacts?limit=2&cursor={cursor}").json
        seen.append({contact["id"] for contact in page["contacts"]})
        cursor = page["cursor"]
    assert [len(page) for page in seen] == [2, 1]
    assert set.union(*seen) == {"b-6-0", "b-6-1", "b-6-2"}
