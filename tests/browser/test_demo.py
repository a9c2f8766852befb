"""The demo page: three panes in one document, the inspector, the clock, the tour."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.demo_page import DemoPage
from tests.browser.demo_server import DemoServer
from tests.browser.people import ASKS, Cast

PHONE = {"width": 390, "height": 844}


def _in_session(demo: DemoPage) -> None:
    demo.buyer.asks()
    demo.buyer.accepts()
    expect(demo.courier.input).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_three_panes_play_the_story_together(cast: Cast, locale: str):
    demo = DemoPage.enter(cast, locale=locale)
    _in_session(demo)
    demo.courier.says("您好")
    demo.merchant.says("辛苦了")
    demo.buyer.says("谢谢")
    demo.courier.reads("辛苦了")
    demo.merchant.reads("谢谢")
    expect(demo.merchant.exemption).to_be_visible()
    demo.courier.ends("solved")
    demo.buyer.says("能开发票吗")
    expect(demo.merchant.countdown).to_have_text(re.compile(r"[23]:\d\d"))


def test_the_inspector_follows_one_message_across_the_panes(cast: Cast):
    demo = DemoPage.enter(cast, permissions=["clipboard-read", "clipboard-write"])
    _in_session(demo)
    demo.buyer.says("跟着我")
    demo.courier.reads("跟着我")
    demo.row("post_message", "跟着我").click()
    follow = demo.button("frames.follow")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    for pane in ("buyer", "merchant", "courier"):
        arrived = demo.rows_of("message_posted").filter(has_text=f"→ {demo.t(f'demo.pane.{pane}')}")
        expect(arrived).to_have_count(1)
        expect(arrived).to_contain_text(re.compile(r"\d ms$"))
    merchants = demo.rows_of("message_posted").filter(has_text="→ 商家")
    expect(merchants).to_contain_text(demo.t("frames.noAlert"))
    expect(demo.rows_of("ack")).to_have_count(1)
    expect(demo.rows).to_have_count(5)  # one command, its answer, one event a pane

    demo.button("frames.copy").click()
    expect(demo.page.get_by_text(re.compile(r"已复制 \d+ 帧"))).to_be_visible()
    copied = json.loads(demo.page.evaluate("navigator.clipboard.readText()"))
    assert {row["pane"] for row in copied} == {"buyer", "merchant", "courier"}
    assert [row["frame"]["type"] for row in copied][:1] == ["post_message"]
    assert not any("alert" in row["frame"]["type"] for row in copied)


def test_the_inspector_filters_pauses_and_clears_by_keyboard(cast: Cast):
    demo = DemoPage.enter(cast)
    demo.buyer.says(ASKS)
    demo.button("frames.events").press("Enter")
    expect(demo.row("message_posted")).to_be_visible()
    expect(demo.rows_of("ack")).to_have_count(0)
    demo.button("frames.timers").press("Enter")
    expect(demo.row("timer", "running")).to_be_visible()
    demo.button("frames.all").press("Enter")
    demo.page.get_by_role("searchbox", name=demo.t("frames.typeLabel")).fill("invite_off")
    expect(demo.rows).to_have_count(2)  # the card came to buyer and merchant
    demo.page.get_by_role("searchbox", name=demo.t("frames.typeLabel")).fill("")

    listbox = demo.page.get_by_role("listbox")
    listbox.press("End")
    listbox.press("ArrowUp")
    expect(demo.page.get_by_role("option", selected=True)).to_have_count(1)
    expect(demo.page.get_by_label(demo.t("frames.detail"))).to_be_visible()
    listbox.press("Escape")
    expect(demo.page.get_by_role("option", selected=True)).to_have_count(0)

    demo.button("frames.pause").press("Enter")
    demo.buyer.says("暂停时写的")
    expect(demo.page.get_by_text(re.compile(r"暂停中，另有 \d+ 帧"))).to_be_visible()
    expect(demo.rows.filter(has_text="暂停时写的")).to_have_count(0)
    demo.button("frames.resume").press("Enter")
    expect(demo.row("post_message", "暂停时写的")).to_be_visible()
    demo.button("frames.clear").press("Enter")
    expect(demo.page.get_by_text(demo.t("frames.none"))).to_be_visible()


def test_r34_three_minutes_on_the_clock_make_a_round_late(cast: Cast):
    demo = DemoPage.enter(cast)
    demo.buyer.says("能开发票吗")
    expect(demo.merchant.countdown).to_have_text(re.compile(r"[23]:\d\d"))
    demo.presses("demo.advance", n=3)
    expect(demo.merchant.countdown).to_have_text(re.compile(r"\+0:\d\d"))
    expect(demo.page.locator(".demo-clock")).to_contain_text("14:03")


def test_r4_the_way_into_service_hours_is_beside_the_clock(cast: Cast, server: DemoServer):
    server.set_clock("2026-11-20T22:30:00+08:00")
    demo = DemoPage.enter(cast)
    expect(demo.page.get_by_text(demo.t("demo.outside"))).to_be_visible()
    demo.buyer.says(ASKS)
    expect(demo.buyer.card).to_have_count(0)
    demo.button("demo.toNine").click()
    expect(demo.page.locator(".demo-clock")).to_contain_text("11月21日 09:00")
    expect(demo.page.get_by_text(demo.t("demo.outside"))).to_have_count(0)
    demo.buyer.asks()


def test_a_cut_line_resumes_without_a_repeat(cast: Cast):
    demo = DemoPage.enter(cast)
    demo.buyer.says("在吗")
    demo.presses("demo.cutBuyer")
    expect(demo.buyer.page.get_by_text(demo.t("link.offline"))).to_be_visible()
    demo.merchant.says("断网时回复的")
    expect(demo.buyer.message("断网时回复的")).to_have_count(0)
    demo.presses("demo.joinBuyer")
    demo.buyer.reads("断网时回复的")
    expect(demo.buyer.message("断网时回复的")).to_have_count(1)
    expect(demo.buyer.message("在吗")).to_have_count(1)


def test_another_buyer_comes_in_and_a_reset_clears_all(cast: Cast):
    demo = DemoPage.enter(cast)
    demo.buyer.says("我是第一位")
    demo.adds_buyer()
    demo.buyer.says("我是第二位")
    expect(demo.merchant.row("陈酒")).to_be_visible()
    expect(demo.merchant.row("林一")).to_be_visible()
    demo.asks_to_reset()
    demo.button("demo.resetYes").click()
    expect(demo.merchant.row("林一")).to_have_count(0)
    expect(demo.page.get_by_role("tab", name="陈酒")).to_have_count(0)
    expect(demo.buyer.message("我是第一位")).to_have_count(0)
    demo.buyer.asks()  # the desk is open again, and nothing is left of a cooldown


def test_a_narrow_page_shows_one_pane_at_a_time(cast: Cast):
    demo = DemoPage.enter(cast, viewport=PHONE)
    expect(demo.buyer.input).to_be_visible()
    expect(demo.page.locator("#pane-merchant")).to_be_hidden()
    demo.buyer.says("在吗")
    demo.tab("buyer").press("ArrowRight")
    expect(demo.merchant.row("林一")).to_be_visible()
    expect(demo.page.locator("#pane-buyer")).to_be_hidden()
    demo.tab("frames").click()
    expect(demo.row("message_posted")).to_be_visible()
    width = demo.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing sticks out"


def test_the_tour_is_walked_by_keyboard_alone(cast: Cast):
    demo = DemoPage.enter(cast)
    keyboard = demo.page.keyboard
    demo.button("demo.tour").press("Enter")
    said = demo.tour.locator("#tour-text")

    def goes() -> None:
        """To what is highlighted, and there press it."""
        keyboard.press("Alt+g")
        keyboard.press("Enter")

    def continues() -> None:
        keyboard.press("Alt+g")
        demo.tour.get_by_role("button", name=demo.t("tour.next"), exact=True).press("Enter")

    expect(said).to_have_text(demo.t("tour.ask"))
    expect(demo.buyer.input).to_have_value(ASKS)
    goes()
    expect(said).to_have_text(demo.t("tour.accept"))
    keyboard.press("Alt+g")
    goes()
    expect(said).to_have_text(demo.t("tour.joined"))
    continues()
    for step in ("courier", "merchant", "buyer"):
        expect(said).to_have_text(demo.t(f"tour.{step}"))
        expect(getattr(demo, step).input).not_to_have_value("")
        demo.tour.focus()
        goes()
    expect(said).to_have_text(demo.t("tour.timer"))
    continues()
    expect(said).to_have_text(demo.t("tour.leave"))
    demo.courier.ends("solved")
    expect(said).to_have_text(demo.t("tour.next_message"))
    demo.tour.focus()
    goes()
    expect(said).to_have_text(demo.t("tour.countdown"))
    continues()
    expect(said).to_have_text(demo.t("tour.late"))
    demo.presses("demo.advance", n=3)
    expect(said).to_have_text(demo.t("tour.finish"))
    demo.tour.press("Escape")
    expect(demo.tour).to_have_count(0)
