"""The log's two forms."""

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from server import log


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    logging.getLogger("uvicorn.access").disabled = False


def test_json_lines_hold_what_was_given(capsys: pytest.CaptureFixture[str]):
    log.set_up(form="json", level="info")
    logging.getLogger("sanfang.test").info("joined %s", "room-1", extra={"room": "room-1"})
    line = json.loads(capsys.readouterr().err)
    assert line["level"] == "info"
    assert line["logger"] == "sanfang.test"
    assert line["message"] == "joined room-1"
    assert line["room"] == "room-1"
    assert line["at"].endswith("+00:00")


def test_json_lines_hold_the_exception_on_the_same_line(capsys: pytest.CaptureFixture[str]):
    log.set_up(form="json", level="info")
    try:
        raise ValueError("oops")
    except ValueError:
        logging.getLogger("sanfang.test").exception("failed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "ValueError: oops" in json.loads(lines[0])["exception"]


def test_the_level_is_kept_and_access_lines_are_silent(capsys: pytest.CaptureFixture[str]):
    log.set_up(form="human", level="warning")
    logging.getLogger("sanfang.test").info("quiet")
    logging.getLogger("uvicorn.access").warning("GET /?token=x")
    logging.getLogger("sanfang.test").warning("loud")
    written = capsys.readouterr().err
    assert "loud" in written
    assert "quiet" not in written
    assert "token" not in written
    assert logging.getLogger().handlers[0].stream is sys.stderr


def test_debug_does_not_log_what_people_say(capsys: pytest.CaptureFixture[str]):
    log.set_up(form="human", level="debug")
    logging.getLogger("aiosqlite").debug("executing INSERT … 到哪了")
    logging.getLogger("websockets.server").debug("> TEXT 到哪了")
    logging.getLogger("sanfang.test").debug("shown")
    written = capsys.readouterr().err
    assert "shown" in written
    assert "到哪了" not in written
