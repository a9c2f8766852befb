"""The main story on three pages of their own, in both languages."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import ASKS, Buyer, Cast, Courier, Merchant

BUYER = "林一"
EARLIER = "这个竹篮真好看"  # before any invite, and about no delivery
LANGUAGES = pytest.mark.parametrize("locale", ["zh-CN", "en"])


@pytest.fixture
def trio(cast: Cast, locale: str) -> tuple[Buyer, Merchant, Courier]:
    """The three pages, with the desk open."""
    courier = cast.enter(Courier, locale=locale)
    courier.goes_online()
    merchant = cast.enter(Merchant, locale=locale)
    return cast.enter(Buyer, locale=locale), merchant, courier


@LANGUAGES
def test_the_whole_story_from_the_question_to_the_next_round(trio):
    buyer, merchant, courier = trio

    buyer.says(EARLIER)
    buyer.asks()
    expect(buyer.card).to_contain_text(buyer.t("carrier.sto"))
    expect(buyer.card).to_contain_text(buyer.t("intent.tracking_stale"))
    merchant.opens(BUYER)
    merchant.reads(ASKS)
    expect(merchant.countdown).to_be_visible()

    buyer.card.get_by_role("button", name=buyer.t("invite.accept"), exact=True).focus()
    buyer.page.keyboard.press("Enter")
    expect(buyer.card).to_have_count(0)

    expect(courier.input).to_be_visible()
    expect(courier.page.locator("body")).not_to_contain_text(EARLIER)  # R46
    courier.says("包裹已找到，今晚送达")
    buyer.reads("包裹已找到，今晚送达")
    merchant.says("辛苦了")
    courier.reads("辛苦了")
    buyer.says("好的，谢谢")
    merchant.reads("好的，谢谢")
    courier.reads("好的，谢谢")

    expect(merchant.exemption).to_contain_text(merchant.t("merchant.exempt.stopped"))
    expect(merchant.countdown).to_have_count(0)

    courier.ends("solved")
    expect(courier.page.get_by_text(courier.t("courier.noSessions"), exact=True)).to_be_visible()
    expect(courier.log).to_have_count(0)
    expect(merchant.page.get_by_text(merchant.t("merchant.round.resumes"))).to_be_visible()
    expect(buyer.log).to_contain_text(buyer.t("result.solved"))

    buyer.says("能开发票吗")
    expect(merchant.countdown).to_have_text(re.compile(r"[23]:\d\d"))
    expect(merchant.exemption).to_have_count(0)


@LANGUAGES
def test_r25_a_merchant_who_looks_away_notices_nothing_of_a_session(trio):
    buyer, merchant, courier = trio
    merchant.looks_away()
    buyer.asks()
    merchant.until(lambda: merchant.tones > 0)  # the ear works: this one was for the shop
    expect(merchant.page).to_have_title(re.compile(r"^\(1\) "))
    assert len(merchant.notifications) == 1

    buyer.accepts()
    courier.says("您好")
    buyer.reads("您好")
    heard = merchant.tones
    for text in ("好的", "什么时候到", "谢谢"):
        buyer.says(text)
        courier.reads(text)
    merchant.until(lambda: "谢谢" in merchant.texts())  # it has the messages all the same
    assert merchant.tones == heard
    assert len(merchant.notifications) == 1
    expect(merchant.page).to_have_title(re.compile(r"^\(1\) "))
    loud = [alert["kind"] for alert in merchant.frames("alert")]
    assert loud.count("new_message") == 1
    expect(merchant.row(BUYER).locator(".sf-count")).to_have_text("1")


@LANGUAGES
def test_r12_every_page_tells_each_step(trio):
    buyer, merchant, courier = trio
    buyer.asks()
    merchant.opens(BUYER)
    buyer.accepts()
    for person in (buyer, merchant, courier):
        expect(person.log).to_contain_text("S2041")  # the agent's badge, R1
    courier.says("查到了")
    buyer.reads("查到了")
    buyer.button("session.endShort").click()
    buyer.button("session.end").click()
    expect(merchant.log).to_contain_text(
        merchant.t("notice.endedStaff", why=merchant.t("end.buyer"))
    )
    expect(buyer.log).to_contain_text(buyer.t("notice.ended", why=buyer.t("end.you")))
