"""A Chromium, a demo and people in front of pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.demo_server import DemoServer, temporary
from tests.browser.people import Cast

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",  # tones are counted without a click
)
WAIT_MS = 10_000  # for anything that must come; two busy cores are no failure

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, as scripts/stages.py found it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _shared() -> Iterator[DemoServer]:
    server, folder = temporary()
    with folder:
        server.start()
        yield server
        server.stop()


@pytest.fixture
def server(_shared: DemoServer) -> DemoServer:
    """A running demo, as new, on a Friday at 14:00."""
    _shared.reset()
    return _shared


@pytest.fixture
def own_server() -> Iterator[DemoServer]:
    """A running demo that the test may stop and start again."""
    server, folder = temporary()
    with folder:
        server.start()
        server.set_clock()
        yield server
        if server.runs:
            server.stop()


@pytest.fixture
def cast(browser: Browser, server: DemoServer) -> Iterator[Cast]:
    """People at the shared demo."""
    people = Cast(browser, server)
    yield people
    people.leave()


@pytest.fixture
def own_cast(browser: Browser, own_server: DemoServer) -> Iterator[Cast]:
    """People at a demo that may be restarted."""
    people = Cast(browser, own_server)
    yield people
    people.leave()
