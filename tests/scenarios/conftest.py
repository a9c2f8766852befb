"""One server a module. A module may name `SETTINGS` of its own, as environment variables."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.scenarios.cast import Cast
from tests.scenarios.demo import Demo


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("scenario"), getattr(request.module, "SETTINGS", None))
    demo.start()
    try:
        yield demo
    finally:
        code = demo.stop()
    assert code == 0, demo.log.read_text()
    # A refusal is no fault: whatever is an error in the log went wrong on the server's side.
    assert " ERROR " not in demo.log.read_text(), demo.log.read_text()


@pytest.fixture
def demo(server: Demo) -> Demo:
    """The module's server at noon of a day of the test's own."""
    server.next_day()
    return server


@pytest.fixture
async def cast(demo: Demo, anyio_backend: str) -> AsyncIterator[Cast]:
    cast = Cast(demo)
    yield cast
    await cast.leave()
