"""Inviting by hand, why it is impossible, and switching it off for the whole shop."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.demo_server import DemoServer
from tests.browser.people import Buyer, Cast, Courier, Merchant

BUYER = "林一"
SMALL_TALK = "在吗"  # about no delivery: the platform invites nobody
AT_ONCE_MS = 1_000  # R15: on every device of the shop
IMPOSSIBLE = {  # each buyer's only order in the shop (R7, R8)
    "demo-buyer-3": ("阿福", "order_not_shipped"),
    "demo-buyer-4": ("白露", "order_finished"),
    "demo-buyer-5": ("何夕", "several_parcels"),
    "demo-buyer-6": ("苏禾", "carrier_not_supported"),
}


def _asked(cast: Cast) -> tuple[Buyer, Merchant]:
    """A buyer who said something, and the agent who has it open."""
    merchant = cast.enter(Merchant)
    buyer = cast.enter(Buyer)
    buyer.says(SMALL_TALK)
    merchant.opens(BUYER)
    return buyer, merchant


def _disabled(merchant: Merchant) -> None:
    merchant.button("merchant.tools").click()
    merchant.button("merchant.switch.disable").click()
    merchant.button("merchant.disable.yes").click()
    merchant.button("action.close").click()
    expect(merchant.page.get_by_role("dialog")).to_have_count(0)


def test_r3_a_merchant_invites_by_the_button(cast: Cast):
    courier = cast.enter(Courier)
    courier.goes_online()
    buyer, merchant = _asked(cast)
    merchant.invite_button.click()
    sheet = merchant.page.get_by_role("dialog")
    expect(sheet).to_contain_text(merchant.t("merchant.invite.possible"))
    expect(sheet).to_contain_text("竹编收纳篮")  # the order it would take (R6)
    merchant.button("merchant.invite.send").click()
    expect(buyer.card).to_contain_text(
        buyer.t("invite.byShop", shop="竹间小铺", courier=buyer.t("carrier.sto"))
    )
    expect(merchant.invite_button).to_have_count(0)
    expect(merchant.card).to_be_visible()
    expect(merchant.card.locator(".m-mark")).to_have_count(0)  # it knows best what it asked for
    buyer.accepts()
    courier.says("您好")
    merchant.reads("您好")


def test_r19_the_sheet_says_why_an_invite_is_impossible(cast: Cast):
    merchant = cast.enter(Merchant)
    for buyer, (name, reason) in IMPOSSIBLE.items():
        cast.enter(Buyer, id=buyer).says(SMALL_TALK)
        merchant.opens(name)
        merchant.invite_button.click()
        sheet = merchant.page.get_by_role("dialog")
        expect(sheet).to_contain_text(merchant.t("merchant.invite.impossible"))
        expect(sheet).to_contain_text(merchant.t(f"error.{reason}"))
        expect(merchant.button("merchant.invite.send")).to_be_disabled()
        merchant.page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)


def test_r4_and_r50_the_sheet_names_every_reason_at_once(cast: Cast, server: DemoServer):
    server.set_clock("2026-11-20T22:00:00+08:00")
    _, merchant = _asked(cast)  # no courier is online
    merchant.invite_button.click()
    sheet = merchant.page.get_by_role("dialog")
    expect(sheet).to_contain_text(merchant.t("error.outside_service_hours"))
    expect(sheet).to_contain_text(merchant.t("error.carrier_desk_closed"))


def test_r15_disable_asks_once_and_takes_effect_in_every_window_of_the_shop(cast: Cast):
    cast.enter(Courier).goes_online()
    colleague = cast.enter(Merchant, id="demo-agent-2")
    merchant = cast.enter(Merchant)
    buyer = cast.enter(Buyer)
    other = cast.enter(Buyer, id="demo-buyer-2")
    other.says(SMALL_TALK)
    buyer.asks()
    colleague.opens("陈酒")
    expect(colleague.invite_button).to_be_visible()

    merchant.button("merchant.tools").click()
    merchant.button("merchant.switch.disable").click()
    expect(merchant.page.get_by_text(merchant.t("merchant.disable.body"))).to_be_visible()
    merchant.button("merchant.disable.no").click()  # asked, and thought better of it
    expect(buyer.card).to_be_visible()
    merchant.button("merchant.switch.disable").click()
    pressed = time.monotonic()
    merchant.button("merchant.disable.yes").click()
    expect(colleague.invite_button).to_have_count(0, timeout=AT_ONCE_MS)
    expect(buyer.card).to_have_count(0, timeout=AT_ONCE_MS)
    assert time.monotonic() - pressed < 2 * AT_ONCE_MS / 1_000
    expect(buyer.log).to_contain_text(buyer.t("invite.reason.switched_off"))
    expect(colleague.page.get_by_text(colleague.t("merchant.switch.off"))).to_be_visible()


def test_r15_a_disabled_shop_stays_so_after_reload_and_restart(
    own_cast: Cast, own_server: DemoServer
):
    _, merchant = _asked(own_cast)
    expect(merchant.invite_button).to_be_visible()
    _disabled(merchant)
    expect(merchant.invite_button).to_have_count(0)

    merchant.page.reload()
    merchant.opens(BUYER)
    expect(merchant.page.get_by_text(merchant.t("merchant.switch.off"))).to_be_visible()
    expect(merchant.invite_button).to_have_count(0)

    assert own_server.stop() == 0
    own_server.start()
    merchant.page.reload()
    merchant.opens(BUYER)
    expect(merchant.page.get_by_text(merchant.t("merchant.switch.off"))).to_be_visible()
    expect(merchant.invite_button).to_have_count(0)
    merchant.button("merchant.tools").click()
    merchant.button("merchant.switch.enable").click()  # one press
    expect(merchant.page.get_by_text(merchant.t("merchant.switch.on"))).to_be_visible()


@pytest.mark.parametrize("answer", ["invite.decline", "invite.never"])
def test_r11_declining_leaves_the_chat_as_it_was(cast: Cast, answer: str):
    cast.enter(Courier).goes_online()
    merchant = cast.enter(Merchant)
    buyer = cast.enter(Buyer)
    buyer.asks()
    buyer.card.get_by_role("button", name=buyer.t(answer), exact=True).click()
    expect(buyer.card).to_have_count(0)
    expect(buyer.page.locator(".sf-invite")).to_contain_text(buyer.t("invite.you.declined"))
    merchant.opens(BUYER)
    merchant.says("我来帮您查一下")
    buyer.reads("我来帮您查一下")
    expect(merchant.page.locator(".m-round")).to_contain_text(
        merchant.t("merchant.round.answered", time="").strip()
    )
