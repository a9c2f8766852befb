"""The server as its own process, as an operator starts it, and its HTTP as a platform calls it."""

import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]
LINE = "listening on "
WAIT_S = 30  # for whatever a healthy server does at once
STARTS_WITHIN_S = 60  # where others keep all cores busy
START = datetime.fromisoformat("2026-03-02T12:00:00+08:00")  # a Monday within service hours (R4)

# People of a test talk faster than people; the rate limit has a test of its own.
QUICK = {"SANFANG_RATE_PER_S": "100000", "SANFANG_RATE_BURST": "100000", "SANFANG_DRAIN_S": "0.2"}


@dataclass
class Answer:
    """A response; `json` is its decoded body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Demo:
    """`python -m server demo` on a database of its own, that a restart keeps; the port is new."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None) -> None:
        self.log = folder / "server.log"
        self._database = f"sqlite:///{folder}/demo.db"
        self._environment = {**os.environ, **QUICK, **(settings or {})}
        self._process: subprocess.Popen[str] | None = None
        self._day = 0
        self.url = ""

    # --- the process ------------------------------------------------------------------------

    def start(self) -> None:
        options = ["--port", "0", "--database", self._database]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "demo", *options],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            self.url = self._announced()
        except BaseException:
            self.send(signal.SIGKILL)
            self.wait()
            raise

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def wait(self) -> int:
        """The exit code, once it has ended."""
        process, self._process = self._process, None
        assert process is not None
        try:
            return process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()

    def stop(self) -> int:
        """End it as an operator does."""
        if self._process is None:
            return 0
        self.send(signal.SIGTERM)
        return self.wait()

    def restart(self, how: int = signal.SIGKILL) -> None:
        """End it, as a crash does unless told otherwise, and start it again."""
        self.send(how)
        self.wait()
        self.start()

    def _announced(self) -> str:
        """The address, from the line that says that it is ready."""
        assert self._process is not None
        assert self._process.stdout is not None
        until = time.monotonic() + STARTS_WITHIN_S
        while select.select([self._process.stdout], [], [], max(0, until - time.monotonic()))[0]:
            line = self._process.stdout.readline()
            if line.startswith(LINE):
                return line.removeprefix(LINE).strip()
            if not line:
                break
        raise AssertionError(f"the demo did not start:\n{self.log.read_text()[-4_000:]}")

    # --- HTTP -------------------------------------------------------------------------------

    def call(
        self, method: str, path: str, body: Any = None, *, token: str = "", **headers: str
    ) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["authorization"] = f"Bearer {token}"
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=WAIT_S)
        try:
            connection.request(method, path, body=raw, headers=sent)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, path: str, *, token: str) -> Any:
        """The body of an answer that must be good."""
        answer = self.call("GET", path, token=token)
        assert answer.status == 200, answer.body
        return answer.json

    def put(self, path: str, body: Any, *, token: str) -> Any:
        answer = self.call("PUT", path, body, token=token)
        assert answer.status == 200, answer.body
        return answer.json

    def token(self, role: str, who: str, /, **more: Any) -> str:
        answer = self.call("POST", "/api/v1/demo/tokens", {"role": role, "id": who, **more})
        assert answer.status == 200, answer.body
        return str(answer.json["token"])

    # --- the clock --------------------------------------------------------------------------

    def clock(self, now: str | int) -> int:
        """Let it be this time (ISO 8601 or UTC ms); all that is due has happened."""
        if isinstance(now, int):
            now = datetime.fromtimestamp(now / 1000, START.tzinfo).isoformat()
        return self._moved({"now": now})

    def advance(self, *, ms: int = 0, s: float = 0, minutes: float = 0) -> int:
        return self._moved({"advance_ms": round(ms + s * 1000 + minutes * 60_000)})

    def next_day(self, time_of_day: str = "12:00:00") -> int:
        """A day that nothing has happened on, so that tests do not meet each other's dues."""
        self._day += 2
        day = (START + timedelta(days=self._day)).date().isoformat()
        return self.clock(f"{day}T{time_of_day}+08:00")

    def today(self, time_of_day: str) -> int:
        """Another time of the day that `next_day` began."""
        day = (START + timedelta(days=self._day)).date().isoformat()
        return self.clock(f"{day}T{time_of_day}+08:00")

    def _moved(self, body: dict[str, Any]) -> int:
        answer = self.call("POST", "/api/v1/demo/clock", body)
        assert answer.status == 200, answer.body
        return int(answer.json["now_at"])
