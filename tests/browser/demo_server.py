"""The demo as its own process, as a person starts it."""

import json
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
AFTERNOON = "2026-11-20T14:00:00+08:00"  # a Friday within service hours (R4)
MINUTE_MS = 60_000
STARTS_WITHIN_S = 30
STOPS_WITHIN_S = 15  # the drain spreads closes over 5 s
LINE = "listening on "


class DemoServer:
    """`python -m server demo` on a database of its own; a restart keeps port and database."""

    def __init__(self, folder: Path) -> None:
        self._database = f"sqlite:///{folder}/demo.db"
        self._log = folder / "server.log"
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        port = urlsplit(self.url).port or 0
        options = ["--port", str(port), "--database", self._database]
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "server", "demo", *options],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self.url = self._announced().strip()

    def stop(self) -> int:
        """End it as an operator does; its exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    @property
    def runs(self) -> bool:
        return self._process is not None

    def set_clock(self, now: str = AFTERNOON) -> None:
        self.post("/api/v1/demo/clock", {"now": now})

    def advance(self, minutes: float) -> None:
        self.post("/api/v1/demo/clock", {"advance_ms": int(minutes * MINUTE_MS)})

    def reset(self) -> None:
        """Everything as new, in the afternoon."""
        self.post("/api/v1/demo/reset", {})
        self.set_clock()

    def token(self, **wanted: Any) -> str:
        return self.post("/api/v1/demo/tokens", wanted)["token"]

    def post(self, path: str, body: Any) -> Any:
        return self._ask("POST", path, body)

    def get(self, path: str, *, token: str) -> Any:
        return self._ask("GET", path, None, token=token)

    def _ask(self, method: str, path: str, body: Any, *, token: str = "") -> Any:
        headers = {"content-type": "application/json"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, data=data, headers=headers, method=method)
        with urlopen(request, timeout=STARTS_WITHIN_S) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def _announced(self) -> str:
        """The address from the line that says that it is ready."""
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(LINE):
                return line.removeprefix(LINE)
        code = self._process.wait(STARTS_WITHIN_S)
        raise AssertionError(f"the demo ended with {code}:\n{self._log.read_text()[-4_000:]}")

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        try:
            return process.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        finally:
            if process.stdout is not None:
                process.stdout.close()


def temporary() -> tuple[DemoServer, tempfile.TemporaryDirectory[str]]:
    """A demo that is not started yet, and the folder that ends with it."""
    folder = tempfile.TemporaryDirectory(prefix="sanfang-browser-")
    return DemoServer(Path(folder.name)), folder
