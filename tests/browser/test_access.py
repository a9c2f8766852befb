"""axe-core finds nothing on any page and state, light and dark (WCAG AA and best practice)."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.demo_page import DemoPage
from tests.browser.people import Buyer, Cast, Courier, Merchant, Person

BUYER = "林一"
PHONE = {"width": 390, "height": 844}
# Another colour scheme is drawn over two frames: text first, what has a transition next.
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(document.getAnimations().every((one) => one.playState !== "running")))))"""


def _finds(page: Page) -> list[str]:
    """What axe has against the page as it stands: rule, element and what it says."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
    ]


def _is_clean(person: Person) -> None:
    for scheme in ("light", "dark"):
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        person.page.wait_for_function(SETTLED)
        found = _finds(person.page)
        if found:  # parts of a page may still wear the other scheme; what is wrong stays wrong
            person.page.wait_for_function(SETTLED)
            found = _finds(person.page)
        assert found == [], f"{person.path} {scheme}"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_buyers_page_in_every_state(cast: Cast, locale: str):
    cast.enter(Merchant)
    courier = cast.enter(Courier)
    buyer = cast.enter(Buyer, locale=locale, context=cast.context(viewport=PHONE))
    _is_clean(buyer)
    courier.goes_online()
    buyer.asks()
    _is_clean(buyer)
    buyer.button("compose.order").click()
    expect(buyer.page.get_by_role("radio").first).to_be_visible()
    _is_clean(buyer)
    buyer.page.keyboard.press("Escape")
    buyer.accepts()
    courier.says("您好")
    buyer.reads("您好")
    _is_clean(buyer)
    courier.ends("solved")
    expect(buyer.log).to_contain_text(buyer.t("result.solved"))
    _is_clean(buyer)


def test_an_answer_by_key_leaves_the_focus_at_the_card(cast: Cast):
    cast.enter(Merchant)
    cast.enter(Courier).goes_online()
    buyer = cast.enter(Buyer)
    buyer.asks()
    buyer.card.get_by_role("button", name=buyer.t("invite.accept"), exact=True).press("Enter")
    expect(buyer.page.locator(".sf-invite[data-state=accepted]")).to_be_focused()


def test_the_workbench_in_every_state(cast: Cast):
    courier = cast.enter(Courier)
    courier.goes_online()
    merchant = cast.enter(Merchant)
    _is_clean(merchant)
    buyer = cast.enter(Buyer)
    buyer.says("在吗")
    merchant.opens(BUYER)
    _is_clean(merchant)
    merchant.invite_button.click()
    expect(merchant.page.get_by_text(merchant.t("merchant.invite.possible"))).to_be_visible()
    _is_clean(merchant)
    merchant.button("merchant.invite.send").click()
    expect(buyer.card).to_be_visible()
    _is_clean(merchant)
    buyer.accepts()
    buyer.says("谢谢")
    merchant.reads("谢谢")
    _is_clean(merchant)
    merchant.button("merchant.why").click()
    _is_clean(merchant)
    merchant.page.keyboard.press("Escape")
    merchant.button("merchant.tools").click()
    _is_clean(merchant)
    merchant.button("merchant.switch.disable").click()
    _is_clean(merchant)


def test_a_card_and_the_shops_word_that_it_was_wrong(cast: Cast):
    cast.enter(Courier).goes_online()
    merchant = cast.enter(Merchant)
    buyer = cast.enter(Buyer)
    buyer.says("在吗")  # no delivery question, which the record counts
    buyer.asks()
    merchant.opens(BUYER)
    _is_clean(merchant)
    merchant.mark.click()
    expect(merchant.topics.first).to_be_focused()
    _is_clean(merchant)
    merchant.page.keyboard.press("Enter")
    merchant.sees_mark("merchant.wrong.none")
    _is_clean(merchant)
    merchant.page.set_viewport_size(PHONE)
    _is_clean(merchant)
    buyer.accepts()
    expect(merchant.exemption).to_be_visible()
    _is_clean(merchant)
    merchant.page.keyboard.press("Alt+t")  # on a phone the button is behind the chat
    expect(merchant.page.get_by_text(merchant.t("merchant.decisions.marked"))).to_be_visible()
    _is_clean(merchant)


def test_the_desk_in_every_state(cast: Cast):
    courier = cast.enter(Courier)
    _is_clean(courier)
    courier.goes_online()
    _is_clean(courier)
    cast.enter(Merchant)
    buyer = cast.enter(Buyer)
    buyer.asks()
    buyer.accepts()
    courier.says("您好")
    _is_clean(courier)
    courier.button("courier.end").click()
    _is_clean(courier)


@pytest.mark.parametrize("size", [None, PHONE], ids=["wide", "phone"])
def test_the_demo_page_in_every_state(cast: Cast, size: dict[str, int] | None):
    demo = DemoPage.enter(cast, viewport=size) if size else DemoPage.enter(cast)
    states: list[Callable[[], None]] = [
        demo.begins_tour,
        demo.ends_tour,
        demo.adds_buyer,
        demo.asks_to_reset,
    ]
    _is_clean(demo)
    for state in states:
        state()
        _is_clean(demo)
