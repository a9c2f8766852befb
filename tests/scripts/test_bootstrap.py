"""The set-up of `.venv`, driven through scripts/demo.py in a checkout of its own.

The checkout's lock files name no package, so nothing is fetched; making `.venv` is what takes time.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTING_UP = "setting up .venv"
MAIN = "import json, os, sys\nprint(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix]))\n"


class Checkout:
    """A copy of the commands with a server that says how it was started."""

    def __init__(self, root: Path):
        self.root = root
        shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__py*"))
        (root / "server").mkdir()
        (root / "server" / "__main__.py").write_text(MAIN)
        for name in ("requirements.lock", "requirements-dev.lock"):
            (root / name).write_text("# no packages\n")

    @property
    def lock(self) -> Path:
        return self.root / ".venv.lock"

    @property
    def mark(self) -> Path:
        """A file that a rebuilt `.venv` no longer has."""
        return self.root / ".venv" / "mark"

    def begin(self, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
        command = [sys.executable, str(self.root / "scripts" / "demo.py"), *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=cwd or self.root, stdout=pipe, stderr=pipe, text=True, env=_surroundings()
        )

    def start(self, *arguments: str, cwd: Path | None = None) -> tuple[list[object], str]:
        """What the server said of itself, and what the set-up said."""
        return self.end(self.begin(*arguments, cwd=cwd))

    def end(self, process: subprocess.Popen[str]) -> tuple[list[object], str]:
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return json.loads(out), said


def _surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PATH": "/usr/bin:/bin"}  # without uv: the way that needs the most care


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = Checkout(tmp_path_factory.mktemp("checkout"))
    checkout.start()
    return checkout


def test_the_demo_gets_its_arguments_the_callers_folder_and_the_environment(
    checkout: Checkout, tmp_path: Path
):
    (tmp_path / "server").mkdir()  # must not win over the checkout's
    started, _ = checkout.start("--port", "0", cwd=tmp_path)
    assert started == [["demo", "--port", "0"], str(tmp_path), str(checkout.root / ".venv")]


def test_a_second_start_sets_up_nothing(checkout: Checkout):
    checkout.start()
    _, said = checkout.start()
    assert said == ""


def test_a_changed_lock_is_installed_into_what_is_there(checkout: Checkout):
    checkout.start()
    checkout.mark.touch()
    (checkout.root / "requirements.lock").write_text("# still no packages\n")
    _, said = checkout.start()
    assert SETTING_UP in said
    assert checkout.mark.exists()


def test_an_interrupted_set_up_is_begun_anew(checkout: Checkout):
    checkout.start()
    checkout.mark.touch()
    checkout.lock.write_text("busy\n")
    _, said = checkout.start()
    assert SETTING_UP in said
    assert not checkout.mark.exists()
    assert checkout.lock.read_text() == ""


def test_a_python_that_is_gone_is_replaced(checkout: Checkout):
    checkout.start()
    python = checkout.root / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout.root / "gone")
    started, said = checkout.start()
    assert SETTING_UP in said
    assert started[2] == str(checkout.root / ".venv")


def test_two_set_ups_at_once_take_turns(checkout: Checkout):
    shutil.rmtree(checkout.root / ".venv")
    both = [checkout.begin("one"), checkout.begin("two")]
    ended = [checkout.end(process) for process in both]
    assert [started[0] for started, _ in ended] == [["demo", "one"], ["demo", "two"]]
    assert sorted(SETTING_UP in said for _, said in ended) == [False, True]


def test_a_lock_that_cannot_be_installed_fails_and_leaves_no_stamp(checkout: Checkout):
    fine = (checkout.root / "requirements.lock").read_text()
    (checkout.root / ".venv" / "sanfang-installed.json").unlink()
    wrong = f"nothing-of-this-name==0 --hash=sha256:{'0' * 64}\n--no-index\n"
    (checkout.root / "requirements.lock").write_text(wrong)
    process = checkout.begin()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "Installing requirements.lock failed" in said
    assert not (checkout.root / ".venv" / "sanfang-installed.json").exists()
    (checkout.root / "requirements.lock").write_text(fine)
