"""scripts/mutate.py breaks every table of the core and sees whether a test notices."""

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import server.core

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "mutate.py"

# Small tests in place of the core's, and mutants that are planted there.
TESTS = """
from server.core import invites

def test_r51_three_things_are_soft():
    assert len(invites.SOFT) == 3

def test_r11_a_cooldown_is_soft():
    while not invites.SOFT:
        pass
    assert "cooldown" in invites.SOFT
"""
DRIVER = """
import os, sys
from functools import partial
from pathlib import Path
sys.path.insert(0, {scripts!r})
import forks, mutate
from changes import Mutant
from server.core import invites
forks.TESTS, forks.LIMIT_S = Path({tests!r}), 1
soft = lambda *names: partial(setattr, invites, "SOFT", frozenset(names))
known = [
    Mutant("SOFT a: noticed", frozenset({{51}}), soft("cooldown")),
    Mutant("SOFT b: noticed under another number", frozenset({{11}}), soft("cooldown")),
    Mutant("SOFT c: noticed by a test that never ends", frozenset({{11}}), soft()),
    Mutant("SOFT d: harmless", frozenset({{51}}), soft("a", "b", "cooldown")),
    Mutant("SOFT e: deadly", frozenset({{51}}), partial(os._exit, 1)),
]
sys.exit(mutate.main(sys.argv[1:], known=known))
"""


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
    )


def planted(folder: Path, only: str, *, tests: str = TESTS) -> subprocess.CompletedProcess[str]:
    (folder / "test_some.py").write_text(tests)
    driver = DRIVER.format(scripts=str(SCRIPT.parent), tests=str(folder))
    return run(["-c", driver, "--jobs", "2", "--only", only])


@pytest.mark.parametrize(
    ("only", "word", "code"),
    [
        ("noticed$", "killed", 0),
        ("another number", "unnamed", 1),
        ("never ends", "killed", 0),
        ("harmless", "survived", 1),
        ("deadly", "died", 1),
    ],
)
def test_a_planted_mutant_is_killed_only_by_a_test_of_its_rule(
    tmp_path: Path, only: str, word: str, code: int
):
    done = planted(tmp_path, only)
    told = [line.split() for line in done.stdout.splitlines() if " SOFT " in line]
    assert told[0][0] == word, done.stdout + done.stderr
    assert f"\n1 mutants, {1 - code} killed" in done.stdout
    assert done.returncode == code


def test_all_planted_mutants_are_in_one_table(tmp_path: Path):
    done = planted(tmp_path, "")
    assert ["SOFT", "5", "2", "3"] in [line.split() for line in done.stdout.splitlines()]
    assert done.returncode == 1


def test_failing_tests_prove_nothing_about_a_mutant(tmp_path: Path):
    done = planted(tmp_path, "noticed$", tests="def test_r51_it_fails():\n    assert 1 + 1 == 3\n")
    assert done.returncode == 2
    assert "fails with no mutant at all" in done.stderr


def test_tests_that_cannot_be_collected_prove_nothing_either(tmp_path: Path):
    done = planted(tmp_path, "noticed$", tests="import nothing_of_this_name\n")
    assert done.returncode == 2


def rows(table: object) -> list[object]:
    """The rows that name a rule; some tables have a list of them for each key."""
    members = table.values() if isinstance(table, dict) else table
    if not isinstance(table, dict | tuple):
        return []
    flat = [each for one in members for each in (one if isinstance(one, tuple) else (one,))]
    return [row for row in flat if hasattr(row, "rule")]


def test_every_row_that_names_a_rule_is_broken():
    listed = run([str(SCRIPT), "--list"])
    names = [line[17:].split() for line in listed.stdout.splitlines()]
    broken = {words[0] for words in names if words}
    tables = {
        name: rows(value)
        for module in pkgutil.iter_modules(server.core.__path__)
        for name, value in vars(importlib.import_module(f"server.core.{module.name}")).items()
        if name.isupper() and rows(value)
    }
    assert tables.keys() >= {"CHECKS", "NAMINGS", "DUES", "ALERTS", "QUESTION", "OUTSIDE"}
    # An index of rows may stand beside their table.
    seen = {id(row) for name in tables.keys() & broken for row in tables[name]}
    assert {name for name, found in tables.items() if {id(row) for row in found} - seen} == set()
    assert {"TRANSITIONS", "PERMISSIONS", "SOFT", "TRACES", "MESSAGES"} <= broken
    assert len({" ".join(words) for words in names}) == len(names)


def test_a_sample_of_the_rows_is_noticed_by_the_tests_of_their_rules():
    done = run([str(SCRIPT), "--sample", "30", "--seed", "31", "--jobs", "2"])
    assert "\n30 mutants, 30 killed" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0
