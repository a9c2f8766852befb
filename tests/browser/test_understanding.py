"""What the platform reads into a buyer's messages, and the shop's word that it was wrong."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.demo_server import DemoServer
from tests.browser.people import ASKS, Buyer, Cast, Courier, Merchant

BUYER = "林一"
OLDER = "demo-order-2"  # not the newest of the buyer's orders; another courier brings it
BURST = (OLDER, "这个", ASKS)
NO_DELIVERY = ("什么时候发货", "快递盒子破了想退货")
SIZES = ({"width": 1440, "height": 900}, {"width": 390, "height": 844})
ONE_LINE_PX = 24
LANGUAGES = pytest.mark.parametrize("locale", ["zh-CN", "en"])


@pytest.fixture
def marked(cast: Cast, locale: str) -> tuple[Buyer, Merchant, Merchant]:
    """A platform's card, open before an agent and a colleague of the shop."""
    cast.enter(Courier).goes_online()
    colleague = cast.enter(Merchant, locale=locale, id="demo-agent-2")
    merchant = cast.enter(Merchant, locale=locale)
    buyer = cast.enter(Buyer, locale=locale)
    buyer.asks()
    for agent in (merchant, colleague):
        agent.opens(BUYER)
        agent.sees_no_mark()
    return buyer, merchant, colleague


@LANGUAGES
def test_r2_r6_a_burst_brings_the_card_for_the_order_that_it_names(cast: Cast, locale: str):
    cast.enter(Courier, id="demo-zto-1").goes_online()
    merchant = cast.enter(Merchant, locale=locale)
    buyer = cast.enter(Buyer, locale=locale)
    for text in BURST:
        expect(buyer.card).to_have_count(0)
        buyer.says(text)
    merchant.opens(BUYER)
    for person in (buyer, merchant):
        expect(person.card).to_contain_text("竹制茶盘")
        expect(person.card).to_contain_text(person.t("carrier.zto"))
        expect(person.card).to_contain_text(person.t("intent.tracking_stale"))
    expect(merchant.evidence.first).to_be_visible()
    said = " / ".join(BURST)
    for words in merchant.evidence.all_inner_texts():
        assert words in said
    lines = merchant.log.locator("mark").all_inner_texts()
    assert lines, "they are underlined where they were written"
    assert all(line in said for line in lines)
    expect(buyer.log.locator("mark")).to_have_count(0)


def test_r19_what_is_no_delivery_question_brings_no_card_and_is_counted(cast: Cast):
    cast.enter(Courier).goes_online()
    merchant = cast.enter(Merchant)
    buyer = cast.enter(Buyer)
    for text in NO_DELIVERY:
        buyer.says(text)
        merchant.opens(BUYER)
        merchant.says(f"看到了：{text}")  # so that each is read by itself
        buyer.reads(f"看到了：{text}")
    expect(buyer.log.locator(".sf-invite")).to_have_count(0)
    assert merchant.frames("hint") == []
    merchant.button("merchant.tools").click()
    other = merchant.page.get_by_role("dialog").locator(".m-beside")
    expect(other).to_have_text(f"{merchant.t('merchant.decisions.notLogistics')}{len(NO_DELIVERY)}")


@LANGUAGES
def test_r2_a_mark_is_seen_in_every_window_of_the_shop_and_after_a_reload(marked):
    buyer, merchant, colleague = marked
    merchant.marks_as("merchant.wrong.none")
    for agent in (merchant, colleague):
        agent.sees_mark("merchant.wrong.none")
    colleague.marks_as("intent.delivery_time")
    merchant.sees_mark("intent.delivery_time")
    merchant.page.reload()
    merchant.opens(BUYER)
    merchant.sees_mark("intent.delivery_time")

    merchant.button("merchant.tools").click()
    record = merchant.page.get_by_role("dialog")
    expect(record).to_contain_text(merchant.t("merchant.decisions.marked"))
    expect(record).to_contain_text(f"{merchant.t('intent.delivery_time')}1")
    merchant.page.keyboard.press("Escape")

    merchant.undoes_mark()
    for agent in (merchant, colleague):
        agent.sees_no_mark()
    merchant.page.reload()
    merchant.opens(BUYER)
    merchant.sees_no_mark()
    assert buyer.frames("invite_marked") == []
    expect(buyer.page.get_by_text(merchant.t("merchant.wrong"))).to_have_count(0)


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_r2_a_card_that_was_answered_can_still_be_marked(marked):
    buyer, merchant, colleague = marked
    buyer.accepts()
    expect(merchant.card.locator(".sf-invite")).to_have_attribute("data-state", "accepted")
    merchant.marks_as("intent.signed_not_received")
    for agent in (merchant, colleague):
        agent.sees_mark("intent.signed_not_received")


@pytest.mark.parametrize("locale", ["zh-CN"])
def test_r2_a_mark_is_made_and_undone_by_keyboard_alone(marked):
    _, merchant, _ = marked
    keyboard = merchant.page.keyboard
    merchant.mark.press("Enter")
    expect(merchant.topics).to_have_count(11)
    expect(merchant.topics.first).to_be_focused()
    standing = merchant.page.get_by_role("menuitemradio", checked=True)
    expect(standing).to_contain_text(merchant.t("intent.tracking_stale"))
    keyboard.press("End")
    expect(merchant.topics.last).to_be_focused()
    keyboard.press("Escape")
    expect(merchant.topics).to_have_count(0)
    expect(merchant.mark).to_be_focused()

    keyboard.press("Enter")
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    merchant.sees_mark("intent.not_received")
    expect(merchant.mark).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    merchant.sees_no_mark()
    expect(merchant.mark).to_be_focused()


def test_r2_a_mark_that_is_made_without_a_line_waits_for_it(own_cast: Cast, own_server: DemoServer):
    own_cast.enter(Courier).goes_online()
    merchant = own_cast.enter(Merchant)
    own_cast.enter(Buyer).asks()
    merchant.opens(BUYER)
    own_server.kill()
    retry = merchant.button("link.now").or_(merchant.page.get_by_text(merchant.t("link.retrying")))
    expect(retry.first).to_be_visible()
    merchant.marks_as("merchant.wrong.none")
    waiting = merchant.t("merchant.wrong.waiting", topic=merchant.t("merchant.wrong.none"))
    expect(merchant.mark).to_have_text(waiting)
    expect(merchant.card).to_contain_text(merchant.t("merchant.wrong.later"))

    own_server.start()
    merchant.sees_mark("merchant.wrong.none")
    assert own_cast.enter(Merchant, id="demo-agent-2").frames("room")[0]["marked"]


def test_r2_a_mark_that_is_refused_says_why_and_can_be_tried_again(cast: Cast):
    cast.enter(Courier).goes_online()
    context = cast.context()
    refused: list[str] = []

    def refuses_once(frame: dict[str, Any]) -> dict[str, Any] | None:
        if frame["type"] != "mark_invite" or refused:
            return None
        refused.append(frame["ref"])
        return {"type": "error", "code": "store_unavailable", "message": "", "retryable": True}

    context.route_web_socket("**/ws", lambda socket: _answers(socket, refuses_once))
    merchant = cast.enter(Merchant, context=context)
    cast.enter(Buyer).asks()
    merchant.opens(BUYER)
    merchant.marks_as("intent.delivery_time")
    problem = merchant.card.get_by_role("alert")
    expect(problem).to_contain_text(merchant.t("error.store_unavailable"))
    merchant.sees_no_mark()
    problem.get_by_role("button", name=merchant.t("action.retry"), exact=True).click()
    merchant.sees_mark("intent.delivery_time")
    expect(problem).to_have_count(0)


def test_long_words_over_several_messages_keep_the_layout(cast: Cast):
    cast.enter(Courier).goes_online()
    context = cast.context()
    words = ["快递三天\n没动了", "一直停在中转站没有任何更新" * 6, "x" * 200, *"没动了呀"]

    def told(frame: dict[str, Any]) -> None:
        if frame["type"] == "event" and frame["event"]["kind"] == "invite_offered":
            frame["event"]["evidence"] = words

    context.route_web_socket("**/ws", lambda socket: _tells(socket, told))
    merchant = cast.enter(Merchant, context=context)
    cast.enter(Buyer).asks()
    merchant.opens(BUYER)
    expect(merchant.evidence.first).to_have_text("快递三天 / 没动了")
    expect(merchant.evidence).to_have_count(4)  # those inside others are not said twice
    for size in SIZES:
        merchant.page.set_viewport_size(size)
        _fits(merchant)


def _fits(merchant: Merchant) -> None:
    """Each token is one line within the log, and nothing makes it scroll sideways."""
    log = merchant.log.bounding_box()
    assert log is not None
    for token in merchant.evidence.all():
        box = token.bounding_box()
        assert box is not None
        assert box["x"] >= log["x"]
        assert box["x"] + box["width"] <= log["x"] + log["width"]
        assert box["height"] <= ONE_LINE_PX
    assert merchant.log.evaluate("log => log.scrollWidth <= log.clientWidth")


def _answers(
    socket: WebSocketRoute, answer: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> None:
    """Stand between page and server, and answer what `answer` does not leave to the server."""
    server = socket.connect_to_server()

    def heard(message: str | bytes) -> None:
        frame = json.loads(message)
        reply = answer(frame)
        if reply is None:
            server.send(message)
        else:
            socket.send(json.dumps({**reply, "ref": frame["ref"]}))

    socket.on_message(heard)


def _tells(socket: WebSocketRoute, change: Callable[[dict[str, Any]], None]) -> None:
    """Stand between page and server, and change what the server says."""
    server = socket.connect_to_server()

    def heard(message: str | bytes) -> None:
        frame = json.loads(message)
        change(frame)
        socket.send(json.dumps(frame))

    server.on_message(heard)
