"""Make or reuse `.venv` and fill it from a lock file. Standard library only.

How it holds together. `.venv.lock` is held for as long as `.venv` is being changed, so two
commands started at once wait for each other. While a change is under way the lock file says
"busy"; whoever takes the lock and still reads that knows that the last holder was interrupted or
failed, and builds `.venv` anew. The stamp, written last, says which lock files have been installed
and with which Python; while it fits nothing is run but one `python -c`: a second start is quick.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / ".venv.lock"
STAMP = VENV / "sanfang-installed.json"
PYTHON = VENV / "bin" / "python"

RUNTIME = "requirements.lock"
EVERYTHING = "requirements-dev.lock"
# What a lock file brings besides its own: both come from one resolution (scripts/lock.py).
_COVERS = {RUNTIME: (RUNTIME,), EVERYTHING: (RUNTIME, EVERYTHING)}

_IDENTITY = (
    "import sys; print(sys.prefix, *sys.version_info[:3]); sys.exit(sys.version_info < (3, 11))"
)
_PACKAGES = "python3-venv python3-pip"


class SetupFailed(Exception):
    """A step of the set-up ended with an error, which it has printed."""


def environment(lock_name: str) -> Path:
    """The Python of `.venv` with all of the lock file installed; exits 1 where that fails."""
    if _fits(lock_name):
        return PYTHON
    try:
        with _held():
            if not _fits(lock_name):
                _fill(lock_name)
    except SetupFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
    return PYTHON


def become(python: Path, arguments: list[str]) -> NoReturn:
    """Run `python` in this process's place and folder, with the checkout's packages."""
    sys.stdout.flush()
    # -P: a folder called "server" where the caller stands must not win over ours.
    os.execve(python, [str(python), "-P", *arguments], _clean_environment())


def _clean_environment() -> dict[str, str]:
    """The caller's environment less what would lead Python or pip away from `.venv`."""
    unwanted = {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


# --- is it there? ---


def _fits(lock_name: str) -> bool:
    stamp = _stamp()
    return (
        stamp.get(lock_name) == _digest(lock_name)
        and stamp.get("python") == _identity()
        and not _interrupted()
    )


def _stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _digest(lock_name: str) -> str:
    return hashlib.sha256((ROOT / lock_name).read_bytes()).hexdigest()


def _identity() -> str:
    """Prefix and version of the Python in `.venv`; empty where it is missing, broken or too old."""
    try:
        asked = subprocess.run(
            [PYTHON, "-I", "-c", _IDENTITY], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return asked.stdout.strip()


# --- one at a time ---


@contextmanager
def _held() -> Iterator[None]:
    """Hold the lock; another holder's end is waited for."""
    with LOCK.open("a") as file:
        # Installers hold it too: one that outlives a killed command is waited for.
        os.set_inheritable(file.fileno(), True)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("另一个安装正在进行，等待中 / waiting for another set-up to end")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _interrupted() -> bool:
    """Whether a change is under way or, for a holder of the lock, was cut short."""
    return LOCK.exists() and LOCK.read_text() != ""


# --- fill ---


def _fill(lock_name: str) -> None:
    """Install the lock file; an environment that cannot take it is built anew, once."""
    _say(
        "准备运行环境（首次约需一两分钟） / setting up .venv (the first time takes a minute or two)"
    )
    reusable = not _interrupted() and bool(_identity())
    LOCK.write_text("busy\n")
    if not reusable:
        shutil.rmtree(VENV, ignore_errors=True)
        _create()
    _install(lock_name)
    _write_stamp(lock_name)
    LOCK.write_text("")


def _write_stamp(lock_name: str) -> None:
    stamp = _stamp()
    stamp["python"] = _identity()
    for name in _COVERS[lock_name]:
        stamp[name] = _digest(name)
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp, indent=1))
    fresh.replace(STAMP)


def _create() -> None:
    base = getattr(sys, "_base_executable", None) or sys.executable
    if _uv() and _succeeds([_uv(), "venv", "--quiet", "--no-project", "--python", base, VENV]):
        return
    pip = [] if _has(base, "ensurepip") else ["--without-pip"]
    if not _succeeds([base, "-m", "venv", "--clear", *pip, VENV]):
        raise SetupFailed(_advice())


def _install(lock_name: str) -> None:
    lock = ROOT / lock_name
    if _uv() and _succeeds(
        [_uv(), "pip", "install", "--python", PYTHON, "--require-hashes", "-r", lock]
    ):
        return
    install = ["install", "-qq", "--no-input", "--disable-pip-version-check", "--no-deps"]
    if not _succeeds([*_pip(), *install, "--require-hashes", "-r", lock]):
        raise SetupFailed(
            "安装依赖失败，请检查网络后重试。\n"
            f"Installing {lock_name} failed: see above, then try again."
        )


def _pip() -> list[object]:
    """The pip to use: the one in `.venv`, else the one beside the Python that runs this."""
    if _has(PYTHON, "pip"):
        return [PYTHON, "-m", "pip"]
    base = getattr(sys, "_base_executable", None) or sys.executable
    for candidate in (sys.executable, base):
        if _has(candidate, "pip"):
            return [candidate, "-m", "pip", "--python", PYTHON]
    raise SetupFailed(_advice())


def _advice() -> str:
    return (
        "缺少 venv 或 pip，请先安装：\nvenv or pip is missing; install them first:\n"
        f"  sudo apt-get install {_PACKAGES}"
    )


def _uv() -> str:
    return shutil.which("uv") or ""


def _has(python: object, module: str) -> bool:
    question = f"import importlib.util as u, sys; sys.exit(u.find_spec({module!r}) is None)"
    asked = subprocess.run([str(python), "-I", "-c", question], capture_output=True, check=False)
    return asked.returncode == 0


def _succeeds(command: list[object]) -> bool:
    environment = _clean_environment() | {"PIP_ROOT_USER_ACTION": "ignore"}
    arguments = [str(part) for part in command]
    # Standard output belongs to what runs afterwards.
    done = subprocess.run(
        arguments, cwd=ROOT, env=environment, stdout=sys.stderr, close_fds=False, check=False
    )
    return done.returncode == 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
