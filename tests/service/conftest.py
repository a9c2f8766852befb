"""A fresh house for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.service.given import House


@pytest.fixture
async def house(tmp_path: Path, anyio_backend: str) -> AsyncIterator[House]:
    """A service on a new file, with nobody connected."""
    opened = await House(tmp_path / "log.db").open()
    yield opened
    await opened.close()
