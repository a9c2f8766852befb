"""Play the main story and take pictures of every page.

    python -m scripts.screenshots FOLDER [--readme]

Each page comes at 390x844 and 1440x900, light and dark, in Chinese and English. `--readme` takes
docs/images/three-panes.png again, and nothing else.
"""

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from scripts import chromium
from tests.browser.conftest import FLAGS
from tests.browser.demo_page import DemoPage
from tests.browser.demo_server import DemoServer, temporary
from tests.browser.people import Buyer, Cast, Courier, Merchant, Person

ROOT = Path(__file__).resolve().parent.parent
README_PICTURE = ROOT / "docs" / "images" / "three-panes.png"
LOCALES = ("zh-CN", "en")
SCHEMES = ("light", "dark")
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
# Panes lay themselves out anew, and the tour's ring follows them.
FRAMES_LATER = """() => new Promise((done) => { let left = 6;
    const next = () => (left-- > 0 ? requestAnimationFrame(next) : done(true)); next(); })"""
LINES = {
    "zh-CN": (
        "您好，包裹在杭州转运中心漏扫，我已让站点优先出库，预计今晚 20:00 前更新。",
        "辛苦周老师～亲若急用，我这边也可以补发。",
        "好的，那我等今晚，谢谢",
        "还有，这个收纳篮能开发票吗？",
    ),
    "en": (
        "Your parcel missed a scan in Hangzhou. The hub sends it first; it moves by 20:00 tonight.",
        "Thank you! If it is urgent, we can send another one.",
        "All right, I'll wait for tonight, thanks",
        "One more thing: can I have an invoice for the basket?",
    ),
}


class Camera:
    """Writes pictures into one folder, named by page, moment, size, scheme and language."""

    def __init__(self, folder: Path, locale: str, scheme: str) -> None:
        self._folder = folder
        self._end = f"{scheme}-{locale}.png"

    def take(self, person: Person, moment: str) -> None:
        """Both sizes of a page as it stands."""
        name = person.path.strip("/") or "demo"
        for size, viewport in (("390", PHONE), ("1440", WIDE)):
            person.page.set_viewport_size(viewport)
            _settle(person.page)
            path = self._folder / f"{name}-{moment}-{size}-{self._end}"
            person.page.screenshot(path=path, animations="disabled")


def pages(browser: Browser, server: DemoServer, folder: Path) -> None:
    """The story on its three pages and in the demo, in every look."""
    folder.mkdir(parents=True, exist_ok=True)
    for locale, scheme in product(LOCALES, SCHEMES):
        server.reset()
        cast = Cast(browser, server)
        _three_pages(cast, locale, scheme, Camera(folder, locale, scheme))
        cast.leave()
        server.reset()
        cast = Cast(browser, server)
        demo = DemoPage.enter(cast, locale=locale, color_scheme=scheme)
        camera = Camera(folder, locale, scheme)
        camera.take(demo, "empty")
        demo.page.set_viewport_size(WIDE)
        _play(cast, demo, locale)
        camera.take(demo, "session")
        demo.begins_tour()
        camera.take(demo, "tour")
        cast.leave()
        print(f"{locale} {scheme}")


def readme(browser: Browser, server: DemoServer) -> None:
    """The picture of the three panes at the head of the README."""
    server.reset()
    cast = Cast(browser, server)
    demo = DemoPage.enter(cast, color_scheme="light", device_scale_factor=1.5)
    _play(cast, demo, "zh-CN")
    _settle(demo.page)
    README_PICTURE.parent.mkdir(parents=True, exist_ok=True)
    demo.page.screenshot(path=README_PICTURE, animations="disabled")
    cast.leave()
    print(README_PICTURE.relative_to(ROOT))


def _three_pages(cast: Cast, locale: str, scheme: str, camera: Camera) -> None:
    def looks() -> BrowserContext:
        return cast.context(color_scheme=scheme)

    courier = cast.enter(Courier, locale=locale, context=looks())
    merchant = cast.enter(Merchant, locale=locale, context=looks())
    buyer = cast.enter(Buyer, locale=locale, context=looks())
    camera.take(courier, "offline")
    camera.take(merchant, "empty")
    camera.take(buyer, "empty")
    courier.goes_online()
    buyer.asks()
    camera.take(buyer, "card")
    merchant.opens("林一")
    camera.take(merchant, "card")
    merchant.mark.click()
    camera.take(merchant, "topics")
    merchant.page.keyboard.press("Escape")
    merchant.marks_as("intent.delayed_urge")
    merchant.sees_mark("intent.delayed_urge")
    camera.take(merchant, "marked")
    buyer.accepts()
    agent, shop, answer, later = LINES[locale]
    courier.says(agent)
    merchant.says(shop)
    buyer.says(answer)
    for person in (courier, merchant, buyer):
        person.reads(answer)
        camera.take(person, "session")
    courier.button("courier.end").click()
    camera.take(courier, "end")
    courier.page.keyboard.press("Escape")
    courier.ends("solved")
    expect(buyer.log).to_contain_text(buyer.t("result.solved"))
    camera.take(buyer, "result")
    buyer.says(later)
    expect(merchant.countdown).to_be_visible()
    camera.take(merchant, "countdown")
    merchant.button("merchant.tools").click()
    camera.take(merchant, "tools")


def _play(cast: Cast, demo: DemoPage, locale: str) -> None:
    """The demo in the middle of the story, while others wait for the shop."""
    for who, text in (("demo-buyer-3", "尺码偏大吗"), ("demo-buyer-2", "这个能开票吗")):
        cast.enter(Buyer, id=who).says(text)
        cast.server.advance(1.1)
    agent, shop, answer, _ = LINES[locale]
    demo.buyer.asks()
    demo.merchant.opens("林一")
    demo.buyer.accepts()
    demo.courier.says(agent)
    demo.merchant.says(shop)
    demo.buyer.says(answer)
    demo.courier.reads(answer)
    demo.merchant.reads(answer)
    demo.row("post_message", answer).click()


def _settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("() => document.fonts.ready")
    page.wait_for_function(FRAMES_LATER)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("screenshots"))
    parser.add_argument("--readme", action="store_true", help="docs/images/three-panes.png only")
    wanted = parser.parse_args()
    server, database = temporary()
    with database, sync_playwright() as playwright:
        server.start()
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=list(FLAGS))
        try:
            if wanted.readme:
                readme(browser, server)
            else:
                pages(browser, server, wanted.folder)
        finally:
            browser.close()
            server.stop()


if __name__ == "__main__":
    main()
