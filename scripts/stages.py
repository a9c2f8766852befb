"""The stages of scripts/test.py and the table at its end. Standard library only.

Every stage runs, whatever became of the one before. A pytest stage counts as passed when something
was collected, nothing failed and nothing was skipped: a skipped check checks nothing.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

import chromium

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5  # pytest's exit code


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One row of the table: a command of the environment's Python, and how long it may take."""

    name: str
    command: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()  # of pytest; none: not a pytest stage
    apart: tuple[str, ...] = ()  # folders inside them that belong to another stage
    workers: int = 0  # processes of pytest-xdist; 0: pytest's own
    limit_s: float
    needs_browser: bool = False


CONTRACTS = ("tests/contracts",)
SCENARIOS = ("tests/scenarios", "tests/faults")
BROWSER = ("tests/browser",)

WHOLE_RUN_S = 590.0  # all stages together: ten minutes on two cores

# A stage's own limit guards against a hang.
STAGES = (
    Stage(name="format", command=("ruff", "format", "--check", "."), limit_s=60),
    Stage(name="lint", command=("ruff", "check", "."), limit_s=60),
    Stage(name="types", command=("mypy",), limit_s=180),
    Stage(
        name="unit",
        folders=("tests",),
        apart=(*CONTRACTS, *SCENARIOS, *BROWSER),
        workers=2,
        limit_s=240,
    ),
    Stage(name="contract", folders=CONTRACTS, workers=2, limit_s=180),
    Stage(name="scenario", folders=SCENARIOS, workers=2, limit_s=300),
    Stage(name="browser", folders=BROWSER, limit_s=400, needs_browser=True),
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What was asked on the command line."""

    only: tuple[str, ...]
    expression: str
    paths: tuple[str, ...]  # files, folders or node ids: pytest stages run these alone
    extra: tuple[str, ...]  # handed to pytest

    @property
    def narrowed(self) -> bool:
        """Whether a pytest stage may rightly find nothing to run."""
        return bool(self.expression or self.paths)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a stage."""

    stage: str
    result: str
    ok: bool
    passed: int = 0
    failed: int = 0
    seconds: float = 0.0


def options(arguments: list[str]) -> Options:
    """Read the command line; whatever is not known goes to pytest."""
    parser = argparse.ArgumentParser(
        prog="scripts/test.py",
        description="Run every check. Unknown options go to pytest.",
        allow_abbrev=False,
    )
    names = [stage.name for stage in STAGES]
    parser.add_argument("--only", action="append", default=[], choices=names, metavar="STAGE")
    parser.add_argument("-k", dest="expression", default="", help="pytest's -k")
    known, rest = parser.parse_known_args(arguments)
    paths = [word for word in rest if (ROOT / word.partition("::")[0]).exists()]
    return Options(
        only=tuple(known.only),
        expression=known.expression,
        paths=tuple(paths),
        extra=tuple(word for word in rest if word not in paths),
    )


def run(python: Path, chosen: Options) -> int:
    """Run the chosen stages and print the table; 0 when all is well, else 1."""
    # Children have a session of their own: end them before this process ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    began = time.monotonic()
    outcomes = []
    for stage in STAGES:
        if not _wanted(stage, chosen):
            continue
        print(f"\n=== {stage.name} ===", flush=True)
        started = time.monotonic()
        left_s = max(0.0, began + WHOLE_RUN_S - started)
        limited = replace(stage, limit_s=min(stage.limit_s, left_s))
        outcome = _pytest(python, limited, chosen) if stage.folders else _check(python, limited)
        outcomes.append(replace(outcome, seconds=time.monotonic() - started))
    return _report(outcomes, chosen)


def _wanted(stage: Stage, chosen: Options) -> bool:
    if chosen.only:
        return stage.name in chosen.only
    if not chosen.narrowed:
        return True
    return bool(stage.folders) and (not chosen.paths or bool(_targets(stage, chosen)))


def _check(python: Path, stage: Stage) -> Outcome:
    code = _run([python, "-m", *stage.command], limit_s=stage.limit_s)
    return Outcome(stage=stage.name, result=_word(code), ok=code == 0)


# --- pytest ---


def _pytest(python: Path, stage: Stage, chosen: Options) -> Outcome:
    targets = _targets(stage, chosen)
    if not targets:
        return Outcome(stage=stage.name, result="no tests yet", ok=True)
    environment = dict(os.environ)
    if stage.needs_browser:
        try:
            environment["CHROMIUM"] = chromium.ensure()
        except chromium.NoBrowser as missing:
            print(missing, flush=True)
            return Outcome(stage=stage.name, result="no browser", ok=False, failed=1)
    with tempfile.TemporaryDirectory(prefix="sanfang-test-") as folder:
        report = Path(folder) / "report.xml"
        command = [python, "-m", "pytest", "-q", f"--junitxml={report}", *_selection(stage, chosen)]
        code = _run([*command, *targets], limit_s=stage.limit_s, environment=environment)
        return _outcome(stage, code, report, chosen)


def _targets(stage: Stage, chosen: Options) -> list[str]:
    """What pytest is told to run: the stage's folders, or those of the asked paths it owns."""
    if not chosen.paths:
        return [folder for folder in stage.folders if (ROOT / folder).is_dir()]
    return [path for path in chosen.paths if _owns(stage, path.partition("::")[0])]


def _owns(stage: Stage, path: str) -> bool:
    absolute = (ROOT / path).resolve()
    if not absolute.is_relative_to(ROOT):
        return False
    relative = absolute.relative_to(ROOT)

    def inside(folders: tuple[str, ...]) -> bool:
        return any(relative.is_relative_to(folder) for folder in folders)

    return inside(stage.folders) and not inside(stage.apart)


def _selection(stage: Stage, chosen: Options) -> list[str]:
    # One file stays in one process: a server that a module shares is started once.
    spread = ["-n", str(stage.workers), "--dist", "loadfile"] if stage.workers else []
    ignored = [f"--ignore={folder}" for folder in stage.apart]
    expression = ["-k", chosen.expression] if chosen.expression else []
    return [*spread, *ignored, *expression, *chosen.extra]


def _outcome(stage: Stage, code: int, report: Path, chosen: Options) -> Outcome:
    if code == NO_TESTS_COLLECTED:
        if chosen.narrowed:
            return Outcome(stage=stage.name, result="none chosen", ok=True)
        return Outcome(stage=stage.name, result="nothing collected", ok=False, failed=1)
    total, failed, skipped = _counts(report)
    passed = total - failed - skipped
    if code != 0:
        # A crash or a time limit leaves no report, or one without a failure.
        return Outcome(
            stage=stage.name, result=_word(code), ok=False, passed=passed, failed=max(failed, 1)
        )
    result = f"{skipped} skipped" if skipped else "passed"
    return Outcome(stage=stage.name, result=result, ok=not skipped, passed=passed, failed=skipped)


def _counts(report: Path) -> tuple[int, int, int]:
    """Tests, failures (errors included) and skips of a JUnit report; zeros without a report."""
    try:
        suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return 0, 0, 0

    def total(*names: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites for name in names)

    return total("tests"), total("failures", "errors"), total("skipped")


# --- processes ---

_TIMED_OUT = -1000


def _run(
    command: list[object], *, limit_s: float, environment: dict[str, str] | None = None
) -> int:
    """Run to the end or to the limit; its whole process group ends with it."""
    arguments = [str(part) for part in command]
    surroundings = (environment or dict(os.environ)) | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    process = subprocess.Popen(arguments, cwd=ROOT, env=surroundings, start_new_session=True)
    try:
        return process.wait(timeout=limit_s)
    except subprocess.TimeoutExpired:
        print(f"stopped: the limit is {limit_s:.0f} s", flush=True)
        return _TIMED_OUT
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _word(code: int) -> str:
    return {0: "passed", _TIMED_OUT: "too slow"}.get(code, f"failed ({code})")


# --- the table ---


def _report(outcomes: list[Outcome], chosen: Options) -> int:
    print(f"\n{'stage':<10} {'result':<18} {'passed':>7} {'failed':>7} {'seconds':>8}")
    print("-" * 54)
    tested = {stage.name for stage in STAGES if stage.folders}
    for row in outcomes:
        counts = (row.passed, row.failed) if row.stage in tested else ("", "")
        print(
            f"{row.stage:<10} {row.result:<18} {counts[0]:>7} {counts[1]:>7} {row.seconds:>8.1f}",
        )
    seconds = sum(row.seconds for row in outcomes)
    print(f"{'':<44} {seconds:>9.1f}\n")
    passed = sum(row.passed for row in outcomes)
    failed = sum(row.failed for row in outcomes)
    print(f"{passed} passed, {failed} failed", flush=True)
    found_nothing = chosen.narrowed and passed + failed == 0
    if found_nothing:
        print("no test fits what was asked for", file=sys.stderr)
    return 0 if all(row.ok for row in outcomes) and not found_nothing else 1
