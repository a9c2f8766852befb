"""The stores that the suite runs over. Each is opened on something that outlives closing it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from server.store.sqlite import SqliteStore
from server.store.store import Store

Opener = Callable[[], Awaitable[Store]]


def _sqlite(folder: Path) -> Opener:
    return lambda: SqliteStore.open(f"sqlite:///{folder / 'log.db'}")


FACTORIES = {"sqlite": _sqlite}


@pytest.fixture(params=list(FACTORIES))
async def open_store(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: str
) -> AsyncIterator[Opener]:
    """Opens the store, again and again if wanted; what is left open is closed in the end."""
    opener: Opener = FACTORIES[request.param](tmp_path)
    opened: list[Store] = []

    async def opening() -> Store:
        opened.append(await opener())
        return opened[-1]

    yield opening
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: Opener) -> Store:
    """An empty store."""
    return await open_store()
