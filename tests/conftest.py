"""What all tests share: the event loop's kind and how Hypothesis searches."""

import pytest
from hypothesis import settings

# The same examples every time, and no per-example deadline: two busy cores are no failure.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Async tests (`@pytest.mark.anyio`) run on asyncio, as the server does."""
    return "asyncio"
