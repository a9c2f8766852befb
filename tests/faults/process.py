"""A server in a process of its own, killed without a word, also in the midst of a commit."""

import os
import platform
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[2]
SECRET = "known to these tests and nobody else at all"
START_S = 30
COMMIT_S = 10  # under load the next commit is some milliseconds away
# pwrite64, fsync, fdatasync: what a commit consists of.
_WRITES = {"x86_64": {"18", "74", "75"}, "aarch64": {"68", "82", "83"}}
SETTINGS = {
    "SANFANG_TOKEN_SECRET": SECRET,
    "SANFANG_SERVICE_HOURS": "00:00-24:00",
    # The load is of three sockets a room, not of three people.
    "SANFANG_RATE_PER_S": "1000000",
    "SANFANG_RATE_BURST": "1000000",
    "SANFANG_LOG_LEVEL": "error",
}


class Server:
    """One database, and one process after the other that serves it on the same port."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "kill.db"
        self.port = _free_port()
        self.kills = 0
        self._errors = (folder / "stderr").open("ab")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it is ready."""
        database = f"sqlite:///{self.file}"
        command = ["-m", "server", "serve", "--port", str(self.port), "--database", database]
        self._process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=os.environ | SETTINGS,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith(b"listening on "), self.said()

    def said(self) -> str:
        """What it wrote on stderr."""
        return Path(self._errors.name).read_text(encoding="utf-8")

    def kill(self, *, in_commit: bool = False) -> bool:
        """SIGKILL; with `in_commit` as a thread of it is seen writing. Whether it was."""
        process = self._process
        assert process is not None
        assert process.poll() is None, self.said()
        seen = in_commit and self._await_commit(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait(START_S)
        assert process.stdout is not None
        process.stdout.close()
        self.kills += 1
        return seen

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        process = self._process
        assert process is not None
        process.terminate()
        code = process.wait(START_S)
        assert process.stdout is not None
        process.stdout.close()
        self._errors.close()
        return code

    def end(self) -> None:
        """Whatever happened, leave no process behind."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(START_S)
        self._errors.close()

    def _await_commit(self, pid: int) -> bool:
        """Look until the process is within a commit: in its system call, else by its WAL."""
        wal = self.file.with_name(self.file.name + "-wal")
        before = wal.stat()
        calls = _WRITES.get(platform.machine(), set())
        deadline = monotonic() + COMMIT_S
        while monotonic() < deadline:
            for thread in os.listdir(f"/proc/{pid}/task"):
                if _call_of(pid, thread) in calls:
                    return True
            now = wal.stat()
            if not calls and (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                return True
        return False


def _call_of(pid: int, thread: str) -> str:
    """The number of the system call that a thread is in; empty where it is in none."""
    try:
        return Path(f"/proc/{pid}/task/{thread}/syscall").read_text().partition(" ")[0]
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
