"""`sanfang load` against a real server: it ends well, and it notices what is wrong."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from server.core import events as e
from server.core import rooms, tracker
from server.core.model import Role
from server.hub import Hub
from server.load import cli
from server.load.progress import Progress
from server.load.report import Report
from server.settings import Settings
from tests.api.running import SECRET, Api, running

ALWAYS = "00:00-24:00"


def settings(folder: Path, **changes: Any) -> Settings:
    database = f"sqlite:///{folder / 'load.db'}"
    plain = {"demo": True, "token_secret": SECRET, "service_hours": ALWAYS, "drain_s": 0}
    return Settings(database=database, **(plain | changes))


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A demo server that everything is allowed on, at any hour."""
    with running(settings(tmp_path_factory.mktemp("load"))) as found:
        yield found


@pytest.fixture
def hurried() -> Iterator[None]:
    """What does not come is not waited for long."""
    with mock.patch("server.load.client.DEADLINE_S", 1.0):
        yield


def load(api: Api, *words: str, rooms: int = 2) -> tuple[int, list[str]]:
    """The exit code of a load, and what its arguments were besides."""
    asked = ["--url", api.url, "--rooms", str(rooms), "--rate", "500", *words]
    return cli.run(asked), asked


def found(api: Api, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """The report of a load as JSON, with its exit code."""
    code, _ = load(api, "--json", "--secret", SECRET, *words)
    return {"code": code, **json.loads(capsys.readouterr().out)}


# --- as expected ----------------------------------------------------------------------------


def test_a_load_plays_every_story_to_its_end(api: Api, capsys: pytest.CaptureFixture[str]):
    report = found(api, capsys, "--rooms", "3", "--messages", "9")

    assert report["code"] == 0, report["faults"]
    assert report["ok"]
    assert (report["rooms"], report["stories"]) == (3, 3)
    assert report["messages"] == 3 * (9 + 5)
    # Five of a story go to two sockets, nine to three; the rest are its steps.
    assert report["events"] > 3 * (5 * 2 + 9 * 3)
    assert report["alerts"] == 3 * 5  # three questions, the answered card, the end (R25)
    assert set(report["failed"].values()) == {0}
    assert report["delivered_ms"]["p99"] >= report["delivered_ms"]["p50"] > 0


def test_stories_begin_anew_until_the_time_is_over(api: Api, capsys: pytest.CaptureFixture[str]):
    report = found(api, capsys, "--duration", "1", "--messages", "3", "--rooms", "1")

    assert report["code"] == 0, report["faults"]
    assert report["stories"] > report["rooms"] == 1


def test_without_a_secret_the_demo_gives_tokens(api: Api, capsys: pytest.CaptureFixture[str]):
    code, _ = load(api)

    assert code == 0
    said = capsys.readouterr().out
    assert "2 rooms, 2 stories" in said
    assert said.endswith("as expected\n")


def test_what_the_rate_limit_puts_off_is_sent_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with running(settings(tmp_path, rate_per_s=20, rate_burst=3)) as api:
        report = found(api, capsys, "--messages", "18", "--rooms", "1")

    assert report["code"] == 0, report["faults"]
    assert report["throttled"] > 0
    assert report["messages"] == 18 + 5


# --- not as expected ------------------------------------------------------------------------


@pytest.mark.usefixtures("hurried")
def test_r4_a_card_that_does_not_come_is_a_fault_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with running(settings(tmp_path, service_hours="09:00-21:00")) as api:
        assert api.post("/api/v1/demo/clock", {"now": "2026-06-01T22:00:00+08:00"}).status == 200
        report = found(api, capsys, "--rooms", "1")

    assert report["code"] == 1
    assert report["failed"]["missing"] == 1
    assert "outside_service_hours" in report["faults"][0]["text"]


@pytest.mark.usefixtures("hurried")
def test_r25_an_alert_in_a_session_is_a_fault(api: Api, capsys: pytest.CaptureFixture[str]):
    def always(envelope: e.Envelope) -> tuple[str, ...]:
        posted = isinstance(envelope.event, e.MessagePosted)
        return ("new_message",) if posted and envelope.by.role is Role.BUYER else ()

    with mock.patch.object(tracker, "alerts", always):
        report = found(api, capsys)

    assert report["code"] == 1
    assert report["failed"]["alert"] == 2 * 4  # of twelve messages the buyer writes four


@pytest.mark.usefixtures("hurried")
def test_a_message_told_twice_is_a_fault(api: Api, capsys: pytest.CaptureFixture[str]):
    publish = Hub.publish

    def twice(self: Hub, cell: Any, envelope: e.Envelope, agents: Any) -> None:
        publish(self, cell, envelope, agents)
        for session in self.of(cell.buyer_key):
            session.send(envelope)

    with mock.patch.object(Hub, "publish", twice):
        report = found(api, capsys)

    assert report["code"] == 1
    assert report["failed"]["duplicate"] > 0


@pytest.mark.usefixtures("hurried")
def test_a_message_that_one_never_gets_is_a_fault(api: Api, capsys: pytest.CaptureFixture[str]):
    publish = Hub.publish

    def deaf(self: Hub, cell: Any, envelope: e.Envelope, agents: Any) -> None:
        # The buyer is left out of one message, and no gap is seen.
        is_lost = envelope.seq == 4
        sessions = list(self.of(cell.buyer_key)) if is_lost else []
        for session in sessions:
            session.rooms[cell.id] = envelope.seq
        publish(self, cell, envelope, agents)

    with mock.patch.object(Hub, "publish", deaf):
        report = found(api, capsys)

    assert report["code"] == 1
    assert report["failed"]["order"] > 0
    assert report["failed"]["lost"] > 0


@pytest.mark.usefixtures("hurried")
def test_r46_an_agent_that_sees_what_was_before_consent_is_a_fault(
    api: Api, capsys: pytest.CaptureFixture[str]
):
    visible_from = rooms.visible_from

    def everything(room: Any, who: Any) -> int | None:
        return None if visible_from(room, who) is None else 1

    with mock.patch.object(rooms, "visible_from", everything):
        report = found(api, capsys)

    assert report["code"] == 1
    assert report["failed"]["access"] == 2


def test_a_server_that_is_not_there_is_said_in_words(capsys: pytest.CaptureFixture[str]):
    code = cli.run(["--url", "http://127.0.0.1:9", "--rooms", "1"])

    assert code == 2
    assert "127.0.0.1:9" in capsys.readouterr().err


def test_a_server_that_is_no_demo_wants_a_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with running(settings(tmp_path, demo=False)) as api:
        assert load(api)[0] == 2
        assert "no token secret" in capsys.readouterr().err
        assert load(api, "--secret", SECRET, rooms=1)[0] == 0


@pytest.mark.parametrize(
    "words", [["--rooms", "0"], ["--rate", "0"], ["--rate", "x"], ["--carrier", "a b"]]
)
def test_an_option_that_cannot_be_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        cli.run(words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


# --- the parts ------------------------------------------------------------------------------


def test_what_is_still_on_its_way_at_the_end_is_lost():
    report = Report()
    report.sent("one", to=2)
    report.sent("two", to=1)
    report.arrived("one")
    report.arrived("two")

    report.finish()

    assert report.faults == [("lost", "one did not reach 1")]
    assert len(report.delivered_s) == 1
    assert not report.is_good
    assert report.as_text().endswith("NOT as expected")


def test_an_ack_counts_though_everybody_has_the_message_already():
    report = Report()
    report.sent("one", to=1)
    report.arrived("one")

    report.acked(0.002)

    assert report.as_json()["ack_ms"] == {"p50": 2.0, "p99": 2.0}


def test_the_bar_fills_and_leaves_the_line():
    stream = StringIO()
    progress = Progress(4, is_shown=True, to=stream)
    for _ in range(4):
        progress.step()
    progress.close()

    assert stream.getvalue().endswith("100%  4/4 messages\n")


def test_nothing_is_drawn_where_nobody_looks():
    stream = StringIO()
    progress = Progress(4, to=stream)
    progress.step()
    progress.close()

    assert stream.getvalue() == ""
