"""The demo page: three people in one page, the inspector, the tour."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Buyer, Cast, Courier, Merchant, Person


class DemoPage(Person):
    """Buyer, merchant and courier side by side."""

    path = "/"

    def __init__(self, page: Page, locale: str) -> None:
        super().__init__(page, locale)
        self.buyer = Buyer(page, locale, scope=page.locator("#pane-buyer"))
        self.merchant = Merchant(page, locale, scope=page.locator("#pane-merchant"))
        self.courier = Courier(page, locale, scope=page.locator("#pane-courier"))

    @classmethod
    def enter(cls, cast: Cast, *, locale: str = "zh-CN", **options: Any) -> "DemoPage":
        """The page with its three lines live and the desk open."""
        demo = cast.enter(cls, locale=locale, context=cast.context(**options))
        demo.until(lambda: len(demo.frames("ready")) >= 3)
        demo.until(lambda: any(frame["status"] == "online" for frame in demo.frames("desk")))
        return demo

    @property
    def tour(self) -> Locator:
        return self.page.get_by_role("dialog", name=self.t("demo.tour"), exact=True)

    @property
    def rows(self) -> Locator:
        """The frames in sight."""
        return self.page.get_by_role("listbox", name=self.t("frames.list")).get_by_role("option")

    def rows_of(self, kind: str) -> Locator:
        """The frames in sight of one type, or the events of one kind."""
        return self.rows.filter(has=self.page.locator(".demo-type", has_text=kind))

    def row(self, kind: str, text: str = "") -> Locator:
        """The newest of them that has this in its line."""
        return self.rows_of(kind).filter(has_text=text).last

    def tab(self, pane: str) -> Locator:
        return self.page.get_by_role("tab", name=self.t(f"demo.pane.{pane}"))

    def presses(self, key: str, **params: Any) -> None:
        """A button of the header, or the same in the menu of a narrow one."""
        name = self.t(key, **params)
        header = self.page.get_by_role("banner")
        menu = header.get_by_role("button", name=self.t("demo.more"), exact=True)
        if menu.is_visible():
            menu.click()
            self.page.get_by_role("menuitem", name=name, exact=True).click()
        else:
            header.get_by_role("button", name=name, exact=True).click()

    def begins_tour(self) -> None:
        self.button("demo.tour").click()
        expect(self.tour).to_be_visible()

    def ends_tour(self) -> None:
        self.tour.get_by_role("button", name=self.t("tour.end"), exact=True).click()
        expect(self.tour).to_have_count(0)

    def adds_buyer(self) -> None:
        self.presses("demo.another")
        expect(self.page.get_by_role("tab", name="陈酒")).to_be_visible()

    def asks_to_reset(self) -> None:
        self.presses("demo.reset")
        expect(self.page.get_by_role("dialog", name=self.t("demo.resetTitle"))).to_be_visible()
