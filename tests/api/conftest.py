"""One server a module, with a moved clock, and the people who call it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.api.running import NOON, SECRET, Api, running


@pytest.fixture(scope="module")
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A demo server whose clock stands at noon; the caller has no token."""
    file: Path = tmp_path_factory.mktemp("api") / "api.db"
    settings = Settings(database=f"sqlite:///{file}", demo=True, token_secret=SECRET, drain_s=0)
    with running(settings) as api:
        assert api.post("/api/v1/demo/clock", {"now": NOON}).status == 200
        yield api


@pytest.fixture(scope="module")
def platform(nobody: Api) -> Api:
    return nobody.by("platform", "p-1")


@pytest.fixture(scope="module")
def agent(nobody: Api) -> Api:
    """An agent of shop s-1."""
    return nobody.by("merchant", "a-1", shop="s-1", name="小满")


@pytest.fixture(scope="module")
def stranger(nobody: Api) -> Api:
    """An agent of another shop."""
    return nobody.by("merchant", "a-9", shop="s-9")


@pytest.fixture(scope="module")
def buyer(nobody: Api) -> Api:
    return nobody.by("buyer", "b-1", name="林一")
