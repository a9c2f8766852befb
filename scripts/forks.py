"""Run the core's tests against one mutant after another, each in a process of its own.

The parent imports everything and collects the tests once; a child begins with all of that, changes
what its mutant changes, runs the tests whose names carry the row's rule, and is gone. So nothing is
ever written, and a mutant costs milliseconds. POSIX only: it lives on `fork`.
"""

import gc
import json
import os
import selectors
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import pytest
from changes import Mutant
from hypothesis import Phase, settings
from rules import ROOT, numbers

TESTS = ROOT / "tests" / "core"
LIMIT_S = 10  # of one test: the slowest takes one second, and some mutants never end


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant: the first test that failed, and whether it names the rule."""

    mutant: Mutant
    test: str | None = None
    named: bool = False
    died: bool = False

    @property
    def killed(self) -> bool:
        """A test that says which rule is broken noticed."""
        return self.named

    @property
    def word(self) -> str:
        """For the table."""
        if self.killed:
            return "killed"
        if self.died:
            return "died"
        return "unnamed" if self.test else "survived"


class BrokenTests(Exception):
    """The tests cannot be collected, so that they prove nothing about a mutant."""


def run(mutants: Sequence[Mutant], *, jobs: int, tell: Callable[[Outcome], None]) -> list[Outcome]:
    """Run them all, so many at a time; `tell` hears of each as it is done.

    Raises:
        BrokenTests: pytest did not come to the point of running.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # tests/core needs none, and starts sooner
    loop = _Loop(mutants, jobs, tell)
    options = ["-p", "no:cacheprovider", "-p", "no:terminal", "-s"]
    own = ["-o", "addopts=--import-mode=importlib", f"--rootdir={ROOT}"]
    code = pytest.main([*options, *own, str(TESTS)], plugins=[loop])
    if code != pytest.ExitCode.OK or len(loop.outcomes) != len(mutants):
        raise BrokenTests(f"pytest ended with {code!r}")
    return loop.outcomes


def _too_slow(signum: int, frame: object) -> None:
    raise TimeoutError(f"after {LIMIT_S} s")


@dataclass
class _Loop:
    """A pytest plugin: in place of running the tests once, it runs them for each mutant."""

    mutants: Sequence[Mutant]
    jobs: int
    tell: Callable[[Outcome], None]
    outcomes: list[Outcome] = field(default_factory=list)
    failed: bool = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Take the place of pytest's own loop."""
        if session.testsfailed:
            return None  # not all could be collected: pytest says so
        # How small a failing example can be made is of no interest here.
        phases = [phase for phase in Phase if phase not in (Phase.shrink, Phase.explain)]
        settings.register_profile("mutants", settings(phases=phases))
        settings.load_profile("mutants")
        gc.freeze()
        waiting = list(reversed(self.mutants))
        with selectors.DefaultSelector() as running:
            while waiting or running.get_map():
                while waiting and len(running.get_map()) < self.jobs:
                    self._start(running, waiting.pop(), session)
                for key, _ in running.select():
                    running.unregister(key.fileobj)
                    self._done(key.fd, *key.data)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """In a child: remember that a test failed."""
        self.failed = self.failed or report.failed

    def _start(
        self, running: selectors.BaseSelector, mutant: Mutant, session: pytest.Session
    ) -> None:
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            signal.signal(signal.SIGALRM, _too_slow)
            self._child(mutant, session, write)
        os.close(write)
        running.register(read, selectors.EVENT_READ, (pid, mutant))

    def _child(self, mutant: Mutant, session: pytest.Session, write: int) -> None:
        """One mutant's whole life; does not return."""
        try:
            mutant.change()
            test, named = self._first_failure(mutant, session.items)
            os.write(write, json.dumps([test, named]).encode())
        except BaseException as error:  # noqa: BLE001 - a child must end here, whatever it was
            print(f"{mutant.name}: {error!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(0)

    def _first_failure(
        self, mutant: Mutant, items: Iterable[pytest.Item]
    ) -> tuple[str | None, bool]:
        """The tests that name the rule first; the others only if none of these noticed."""
        speaks = {item: bool(numbers(item.name) & mutant.rules) for item in items}
        # What hypothesis tries takes longest.
        order = sorted(speaks, key=lambda item: (not speaks[item], "properties" in item.nodeid))
        for item in order:
            signal.alarm(LIMIT_S)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
            if self.failed:
                return item.nodeid, speaks[item]
        return None, False

    def _done(self, read: int, pid: int, mutant: Mutant) -> None:
        with os.fdopen(read, "rb") as pipe:
            told = pipe.read()
        os.waitpid(pid, 0)
        test, named = json.loads(told) if told else (None, False)
        outcome = Outcome(mutant, test, named, died=not told)
        self.outcomes.append(outcome)
        self.tell(outcome)
