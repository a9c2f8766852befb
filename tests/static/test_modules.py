"""The tests of the pages' modules, run by the Node.js that the browser driver brings along."""

import subprocess
from pathlib import Path

import playwright

HERE = Path(__file__).resolve().parent
NODE = Path(playwright.__file__).resolve().parent / "driver" / "node"


def test_the_modules_of_the_pages_pass_their_own_tests() -> None:
    files = sorted(str(path) for path in HERE.glob("*.test.mjs"))
    assert len(files) >= 5
    ran = subprocess.run(
        [str(NODE), "--test", "--test-reporter=tap", *files],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]
    counts = dict(
        line[2:].split(" ", 1)
        for line in ran.stdout.splitlines()
        if line.startswith("# ") and len(line.split()) == 3
    )
    assert int(counts["pass"]) > 50
    assert counts["fail"] == "0"
    assert counts["skipped"] == "0"
