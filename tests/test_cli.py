"""The command line as an operator uses it: a process, its output, its exit code."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

ROOT = Path(__file__).resolve().parent.parent
WAIT_S = 20


def environment(**settings: str) -> dict[str, str]:
    """This process's environment with these SANFANG settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANFANG_")}
    named = {f"SANFANG_{name.upper()}": value for name, value in settings.items()}
    return kept | named | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def sanfang(
    *words: str, folder: Path, given: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "server", *words],
        cwd=folder,
        env=environment(**settings),
        input=given,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )


@contextmanager
def server(
    *words: str, folder: Path, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server process and its URL; ended by its id at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "server", *words, "--port", "0"],
        cwd=folder,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), process.stderr.read()
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.wait(WAIT_S)
        process.stdout.close()
        process.stderr.close()


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=WAIT_S) as reply:
        return int(reply.status)


def test_serve_without_a_secret_says_what_to_do(tmp_path: Path):
    done = sanfang("serve", "--port", "0", folder=tmp_path)
    assert done.returncode == 1
    assert "SANFANG_TOKEN_SECRET" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_bad_setting_is_named(tmp_path: Path):
    done = sanfang("serve", folder=tmp_path, service_hours="late")
    assert done.returncode == 2
    assert done.stderr.startswith("sanfang: service_hours: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--database", "postgresql://db/sanfang"), "not built yet"),
        (("--bus", "nats://broker"), "not built yet"),
        (("--database", "sqlite:///no/such/folder/x.db"), "no directory"),
        (("--host", "203.0.113.1"), "cannot listen on 203.0.113.1"),
        (("--jwks", "missing.json"), "cannot read missing.json"),
    ],
)
def test_what_cannot_be_had_is_said_in_words(tmp_path: Path, words: tuple[str, ...], said: str):
    done = sanfang("serve", "--port", "0", *words, folder=tmp_path, token_secret="x" * 32)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_said_in_words(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = sanfang("demo", "--port", port, folder=tmp_path)
    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr


def test_the_demo_serves_its_page_and_leaves_nothing_behind(tmp_path: Path):
    with server("demo", folder=tmp_path) as (process, url):
        assert status(f"{url}/readyz") == 200
        assert status(f"{url}/") == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_says_goodbye_to_sockets_and_exits_with_0(tmp_path: Path, number: signal.Signals):
    token = sanfang("token", "--role", "buyer", "--id", "b-1", folder=tmp_path, demo="true")
    with server("demo", "--drain-s", "0.2", folder=tmp_path) as (process, url):
        address = url.replace("http", "ws") + "/ws"
        with connect(address, subprotocols=["sanfang.v1.json"]) as client:
            about = {"name": "test", "version": "1.0.0", "device": "mobile"}
            hello = {"type": "hello", "token": token.stdout.strip(), "client": about}
            client.send(json.dumps(hello))
            while json.loads(client.recv(timeout=WAIT_S))["type"] != "ready":
                pass
            process.send_signal(number)
            bye = json.loads(client.recv(timeout=WAIT_S))
            assert bye["type"] == "bye"
            assert bye["reconnect_after_ms"] > 0
            with pytest.raises(ConnectionClosed) as closed:
                client.recv(timeout=WAIT_S)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        assert process.wait(WAIT_S) == 0


def test_a_second_server_on_the_same_file_is_told_so(tmp_path: Path):
    words = ("demo", "--database", "sqlite:///shared.db")
    with server(*words, folder=tmp_path):
        second = sanfang(*words, "--port", "0", folder=tmp_path)
    assert second.returncode == 1
    assert "in use by another process" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_demo_on_a_named_file_keeps_what_was_there(tmp_path: Path):
    token = sanfang("token", "--role", "platform", "--id", "p", folder=tmp_path, demo="true")
    headers = {"authorization": f"Bearer {token.stdout.strip()}"}
    words = ("demo", "--database", "sqlite:///kept.db", "--drain-s", "0")
    for percent in ("7", None):
        with server(*words, folder=tmp_path) as (process, url):
            body = f'{{"percent": {percent}}}'.encode() if percent else None
            method = "PUT" if percent else "GET"
            request = urllib.request.Request(
                f"{url}/api/v1/rollout", data=body, headers=headers, method=method
            )
            with urllib.request.urlopen(request, timeout=WAIT_S) as reply:
                assert json.load(reply)["percent"] == 7
            process.send_signal(signal.SIGTERM)
            assert process.wait(WAIT_S) == 0


def test_a_token_from_the_command_line_is_good_at_the_server(tmp_path: Path):
    made = sanfang(
        *("token", "--role", "merchant", "--id", "a-1", "--shop", "s-1"),
        folder=tmp_path,
        token_secrets="k1:" + "x" * 32,
    )
    assert made.returncode == 0
    with server("serve", folder=tmp_path, token_secrets="k1:" + "x" * 32) as (_, url):
        request = urllib.request.Request(
            f"{url}/api/v1/shops/s-1/switch",
            headers={"authorization": f"Bearer {made.stdout.strip()}"},
        )
        with urllib.request.urlopen(request, timeout=WAIT_S) as reply:
            assert json.load(reply)["enabled"] is True


@pytest.mark.parametrize(
    "words",
    [
        ("token", "--role", "merchant", "--id", "a-1"),
        ("token", "--role", "buyer", "--id", "b 1"),
        ("token", "--role", "king", "--id", "k"),
        ("export",),
        ("export", "everything"),
        ("dance",),
        (),
    ],
)
def test_what_makes_no_sense_exits_with_2_and_a_word(tmp_path: Path, words: tuple[str, ...]):
    done = sanfang(*words, folder=tmp_path, token_secret="x" * 32)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


def test_a_token_without_a_secret_is_refused(tmp_path: Path):
    done = sanfang("token", "--role", "buyer", "--id", "b-1", folder=tmp_path)
    assert done.returncode == 2
    assert "SANFANG_TOKEN_SECRET" in done.stderr


def test_config_explains_each_setting_with_its_source(tmp_path: Path):
    (tmp_path / "s.toml").write_text("message_limit = 7\n")
    done = sanfang("config", "--explain", "--config", "s.toml", folder=tmp_path, port="81")
    assert done.returncode == 0
    found = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()}
    assert found["message_limit"][:3] == ["7", "s.toml", "5"]
    assert found["port"][:3] == ["81", "SANFANG_PORT", "8000"]


def test_a_reader_that_has_enough_is_no_fault(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-m", "server", "config", "--explain"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


def test_r9_classify_reads_lines_and_writes_json_lines(tmp_path: Path):
    done = sanfang("classify", folder=tmp_path, given="快递怎么还没到\n有红色的吗\n")
    assert done.returncode == 0
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == 2
    assert answers[1]["intent"] == "other"
    assert all(0 <= answer["confidence"] <= 1 for answer in answers)


def test_r41_verify_says_ok_of_what_a_server_wrote(tmp_path: Path):
    with server("demo", "--database", "sqlite:///log.db", folder=tmp_path):
        beside = sanfang("verify", "--database", "sqlite:///log.db", folder=tmp_path)
    assert (beside.returncode, beside.stdout.split(":")[0]) == (0, "ok")
    missing = sanfang("verify", "--database", "sqlite:///none.db", folder=tmp_path)
    assert missing.returncode == 1
    assert "there is no file" in missing.stderr


def test_r2_export_writes_the_feedback_of_a_file_that_a_server_has(tmp_path: Path):
    with server("demo", "--database", "sqlite:///log.db", folder=tmp_path):
        beside = sanfang("export", "feedback", "--database", "sqlite:///log.db", folder=tmp_path)
    assert (beside.returncode, beside.stdout, beside.stderr) == (0, "", "")  # nobody has written
    (tmp_path / "notes.db").write_text("no database at all, only some notes\n" * 50)
    for name, why in (("none.db", "there is no file"), ("notes.db", "cannot read")):
        failed = sanfang("export", "feedback", "--database", f"sqlite:///{name}", folder=tmp_path)
        assert (failed.returncode, failed.stdout) == (1, "")
        assert failed.stderr.startswith("sanfang: ")
        assert why in failed.stderr
        assert "Traceback" not in failed.stderr
