"""Buyer, merchant and courier in front of their pages: what they see and press."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Response,
    WebSocket,
    expect,
)

from tests.browser.demo_server import DemoServer

SENSES = Path(__file__).with_name("senses.js")
ASKS = "快递三天没动了"  # the question of the main story (R9: tracking_stale)
WITHIN_S = 10  # for anything that must come
LOOK_MS = 25

P = TypeVar("P", bound="Person")


class Person:
    """One page and what passes its socket. Texts come from the page's own dictionary."""

    path = ""

    def __init__(self, page: Page, locale: str, *, scope: Locator | None = None) -> None:
        self.page = page
        self.locale = locale
        self.scope = scope or page.locator("body")  # in the demo: one pane
        self.received: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.failures: list[str] = []
        page.on("websocket", self._listen)
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.on("response", self._look)

    def t(self, key: str, **params: Any) -> str:
        """A text as this page shows it."""
        script = (
            "async ([locale, key, params]) =>"
            " (await import('/lib/i18n.js')).openWords(locale).t(key, params)"
        )
        text: str = self.page.evaluate(script, [self.locale, key, params])
        assert text != key, f"no words for {key}"
        return text

    def button(self, key: str) -> Locator:
        return self.scope.get_by_role("button", name=self.t(key), exact=True)

    @property
    def input(self) -> Locator:
        return self.scope.get_by_role("textbox", name=self.t("compose.label"), exact=True)

    @property
    def log(self) -> Locator:
        return self.scope.get_by_role("log")

    def says(self, text: str) -> None:
        """Type and press Enter; done when the log shows it as posted."""
        self.input.fill(text)
        self.input.press("Enter")
        expect(self.message(text).last).to_be_visible()
        expect(self.input).to_have_value("")

    def message(self, text: str) -> Locator:
        return self.log.locator(".sf-bubble").get_by_text(text, exact=True)

    def reads(self, text: str) -> None:
        expect(self.message(text).last).to_be_visible()

    def notice(self, text: str) -> Locator:
        return self.log.get_by_text(text)

    @property
    def tones(self) -> int:
        return self.page.evaluate("window.sensed.tones")

    @property
    def notifications(self) -> list[dict[str, Any]]:
        return self.page.evaluate("window.sensed.notifications")

    def looks_away(self) -> None:
        self.page.evaluate("window.setHidden(true)")

    def looks_back(self) -> None:
        self.page.evaluate("window.setHidden(false)")

    def frames(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.received if frame["type"] == kind]

    def events(self) -> list[tuple[str, int]]:
        """Every event that came over the socket, as room and place."""
        return [(frame["room"], frame["seq"]) for frame in self.frames("event")]

    def texts(self) -> list[str]:
        """Every text that came over the socket as an event, in order."""
        bodies = [frame["event"].get("body") or {} for frame in self.frames("event")]
        return [body["text"] for body in bodies if body.get("kind") == "text"]

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for what the page shows nobody, a frame for example."""
        deadline = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < deadline, "it did not come about"
            self.page.wait_for_timeout(LOOK_MS)  # Playwright hears of frames while it waits

    def _look(self, response: Response) -> None:
        """A page asks the API for nothing that this version does not have."""
        if response.status == HTTPStatus.NOT_FOUND and "/api/" in response.url:
            self.failures.append(f"not found: {response.url}")

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self.received.append(json.loads(data)))
        socket.on("framesent", lambda data: self.sent.append(json.loads(data)))


class Buyer(Person):
    """Somebody in a shop's room."""

    path = "/buyer/"

    @property
    def card(self) -> Locator:
        """The invite that waits for an answer."""
        return self.scope.locator(".sf-invite[data-state=offered]")

    def asks(self) -> None:
        self.says(ASKS)
        expect(self.card).to_be_visible()

    def accepts(self) -> None:
        self.card.get_by_role("button", name=self.t("invite.accept"), exact=True).click()
        expect(self.card).to_have_count(0)


class Merchant(Person):
    """An agent of a shop at the workbench."""

    path = "/merchant/"

    def row(self, name: str) -> Locator:
        return self.scope.locator(".sf-row-button").filter(has_text=name)

    def opens(self, name: str) -> None:
        self.row(name).click()
        expect(self.input).to_be_visible()

    @property
    def countdown(self) -> Locator:
        return self.scope.locator(".m-round").get_by_role("timer")

    @property
    def exemption(self) -> Locator:
        """The bar that says that nothing counts, and why."""
        return self.scope.locator(".m-round[data-voice=platform]")

    @property
    def invite_button(self) -> Locator:
        return self.button("merchant.invite")

    @property
    def card(self) -> Locator:
        """The newest invite with what stands above it."""
        return self.log.locator(".m-card").last

    @property
    def evidence(self) -> Locator:
        """The words that led to it, one token each."""
        return self.card.locator(".sf-evidence > q")

    @property
    def mark(self) -> Locator:
        """What says that its topic is wrong, or what it was instead."""
        return self.card.locator(".m-mark").get_by_role("button").first

    @property
    def topics(self) -> Locator:
        """What it can be marked as, while one chooses."""
        menu = self.page.get_by_role("menu", name=self.t("merchant.wrong.title"), exact=True)
        return menu.get_by_role("menuitemradio")

    def marks_as(self, key: str) -> None:
        self.mark.click()
        self.page.get_by_role("menuitemradio", name=self.t(key), exact=True).click()
        expect(self.topics).to_have_count(0)

    def sees_mark(self, key: str) -> None:
        expect(self.mark).to_have_text(self.t("merchant.wrong.marked", topic=self.t(key)))

    def sees_no_mark(self) -> None:
        expect(self.mark).to_have_text(self.t("merchant.wrong"))

    def undoes_mark(self) -> None:
        name = self.t("merchant.wrong.undo")
        self.card.get_by_role("button", name=name, exact=True).click()


class Courier(Person):
    """An agent of a courier company at the desk."""

    path = "/courier/"

    def goes_online(self) -> None:
        group = self.scope.get_by_role("group", name=self.t("courier.status"))
        online = group.get_by_role("button", name=self.t("presence.online"), exact=True)
        online.click()
        expect(online).to_have_attribute("aria-pressed", "true")

    def ends(self, resolution: str = "solved") -> None:
        self.button("courier.end").click()
        self.scope.get_by_role("radio", name=self.t(f"result.{resolution}")).check()
        self.button("courier.endNow").click()


class Cast:
    """Opens pages, each person in a browser context of their own."""

    def __init__(self, browser: Browser, server: DemoServer) -> None:
        self._browser = browser
        self.server = server
        self._contexts: list[BrowserContext] = []
        self._people: list[Person] = []

    def context(self, **options: Any) -> BrowserContext:
        settings = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        context = self._browser.new_context(**{**settings, **options})
        context.add_init_script(path=SENSES)
        self._contexts.append(context)
        return context

    def enter(
        self,
        role: type[P],
        *,
        locale: str = "zh-CN",
        context: BrowserContext | None = None,
        **fields: str,
    ) -> P:
        """A page of this role, live."""
        where = context or self.context()
        person = role(where.new_page(), locale)
        self._people.append(person)
        query = "&".join(f"{key}={value}" for key, value in {"lang": locale, **fields}.items())
        person.page.goto(f"{self.server.url}{role.path}?{query}")
        person.until(lambda: bool(person.frames("ready")))
        return person

    def leave(self) -> None:
        """Close everything; a page that failed, or asked in vain, fails the test."""
        failures = [failure for person in self._people for failure in person.failures]
        for context in self._contexts:
            context.close()
        assert failures == []
