"""scripts/test.py counts what happened, goes on after a failure, and says so in its exit code."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The commands are no package: they find each other beside themselves, and so does this.
DRIVER = """
import sys
from pathlib import Path
sys.path.insert(0, {scripts!r})
import stages
stages.ROOT = Path({root!r})
sys.exit(stages.run(Path(sys.executable), stages.options(sys.argv[1:])))
"""
GOOD = "def test_good():\n    assert True is not False\n"
BAD = "def test_bad():\n    assert 1 + 1 == 3\n"
SKIPPING = "import pytest\n\ndef test_left_out():\n    pytest." + "skip('no')\n"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for folder in ("tests", "tests/contracts", "tests/scenarios"):
        (tmp_path / folder).mkdir()
    return tmp_path


@pytest.fixture
def run(project: Path) -> Run:
    def run(*arguments: str) -> tuple[int, str]:
        driver = DRIVER.format(scripts=str(ROOT / "scripts"), root=str(project))
        # One process is enough for a test or two, and starts sooner.
        command = [sys.executable, "-c", driver, *arguments, "-n0", "-p", "no:cacheprovider"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout

    return run


def _row(output: str, stage: str) -> list[str]:
    rows = [line.split() for line in output.splitlines() if line.startswith(f"{stage} ")]
    assert len(rows) == 1, output
    return rows[0][1:-1]


def test_a_failed_stage_is_counted_and_the_next_still_runs(project: Path, run: Run):
    (project / "tests" / "test_unit.py").write_text(GOOD + BAD)
    (project / "tests" / "contracts" / "test_contract.py").write_text(GOOD)
    code, output = run("--only", "unit", "--only", "contract")
    assert code == 1
    assert _row(output, "unit") == ["failed", "(1)", "1", "1"]
    assert _row(output, "contract") == ["passed", "1", "0"]
    assert output.endswith("2 passed, 1 failed\n")


def test_all_passed_is_exit_code_0(project: Path, run: Run):
    (project / "tests" / "test_unit.py").write_text(GOOD)
    code, output = run("--only", "unit")
    assert code == 0
    assert output.endswith("1 passed, 0 failed\n")


def test_a_folder_without_a_test_fails_and_a_missing_folder_has_no_tests_yet(run: Run):
    code, output = run("--only", "contract", "--only", "browser")
    assert code == 1
    assert _row(output, "contract") == ["nothing", "collected", "0", "1"]
    assert _row(output, "browser") == ["no", "tests", "yet", "0", "0"]


def test_a_skipped_test_counts_as_failed(project: Path, run: Run):
    (project / "tests" / "contracts" / "test_contract.py").write_text(GOOD + SKIPPING)
    code, output = run("--only", "contract")
    assert code == 1
    assert _row(output, "contract") == ["1", "skipped", "1", "1"]


def test_a_file_that_cannot_be_imported_counts_as_failed(project: Path, run: Run):
    (project / "tests" / "contracts" / "test_contract.py").write_text("import nothing_like_it\n")
    code, output = run("--only", "contract")
    assert code == 1
    assert output.endswith("0 passed, 1 failed\n")


def test_k_runs_only_what_fits_and_fails_where_nothing_does(project: Path, run: Run):
    (project / "tests" / "test_unit.py").write_text(GOOD + BAD)
    (project / "tests" / "scenarios" / "test_story.py").write_text(GOOD)
    code, output = run("-k", "good")
    assert code == 0
    assert output.endswith("2 passed, 0 failed\n")
    assert run("-k", "nothing_like_it")[0] == 1


def test_a_path_runs_in_its_own_stage_alone(project: Path, run: Run):
    (project / "tests" / "test_unit.py").write_text(BAD)
    (project / "tests" / "scenarios" / "test_story.py").write_text(GOOD)
    code, output = run("tests/scenarios/test_story.py::test_good")
    assert code == 0
    assert _row(output, "scenario") == ["passed", "1", "0"]
    assert "=== unit ===" not in output
