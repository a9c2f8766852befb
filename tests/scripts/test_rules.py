"""scripts/rules.py finds the tests that name a rule."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REQUIRED = [*range(1, 9), *range(10, 32), 36, 44, 46, 47, 49, 50, 51, 57]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "tests" / "core").mkdir(parents=True)
    script = (ROOT / "scripts" / "rules.py").read_text(encoding="utf-8")
    (tmp_path / "scripts" / "rules.py").write_text(script, encoding="utf-8")
    return tmp_path


def _run(project: Path, names: list[str]) -> subprocess.CompletedProcess[str]:
    tests = "\n".join(f"def {name}(): ..." for name in names)
    (project / "tests" / "core" / "test_some.py").write_text(tests)
    command = [sys.executable, str(project / "scripts" / "rules.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_a_test_speaks_for_each_rule_in_its_name(project: Path):
    done = _run(project, ["test_r7_r8_order", "test_agent_r44", "test_order8_r9x_is_none"])
    found = {}
    for line in done.stdout.splitlines():
        if line.startswith("R"):
            rule = line
        else:
            found.setdefault(rule, []).append(line.strip())
    assert found["R7"] == found["R8"] == ["tests/core/test_some.py::test_r7_r8_order"]
    assert found["R44"] == ["tests/core/test_some.py::test_agent_r44"]
    assert found["R1"] == ["— no test"]
    assert "R9" not in found


def test_a_rule_without_a_test_is_named_and_fails(project: Path):
    names = [f"test_r{number}_holds" for number in REQUIRED if number != 31]
    done = _run(project, names)
    assert done.returncode == 1
    assert done.stderr.strip() == "without a test: R31"


def test_every_required_rule_with_a_test_is_exit_code_0(project: Path):
    done = _run(project, [f"test_r{number}_holds" for number in REQUIRED])
    assert done.returncode == 0
    assert done.stderr == ""
