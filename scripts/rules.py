"""Show which tests speak for which product rule: `python scripts/rules.py`.

A test names its rules by their numbers, as words of its name: `test_r7_unpaid_order_…`,
`test_r23_r24_in_session_message_…`. Exits 1 with the missing ones where a rule has no test.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Rules without which the product is not what it says. R9 is measured on data as well.
REQUIRED = frozenset(
    {*range(1, 9), *range(10, 32), 36, 44, 46, 47, 49, 50, 51, 57},
)
_NUMBER = re.compile(r"(?<=_)r(\d+)(?=_|$)")


def main() -> int:
    """Print the table; 1 where a required rule has no test."""
    tests = rules(ROOT / "tests")
    for number in sorted(REQUIRED | tests.keys()):
        print(f"R{number}")
        for place in tests.get(number, ["  — no test"]):
            print(f"  {place}")
    missing = sorted(REQUIRED - tests.keys())
    if missing:
        print("without a test:", ", ".join(f"R{number}" for number in missing), file=sys.stderr)
    return 1 if missing else 0


def numbers(name: str) -> set[int]:
    """The rules that a test's name speaks for."""
    return {int(digits) for digits in _NUMBER.findall(name.partition("[")[0])}


def rules(folder: Path) -> dict[int, list[str]]:
    """Rule number → the tests that name it, as `path::name`."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for name in _tests(path):
            for number in sorted(numbers(name)):
                found[number].append(f"{path.relative_to(folder.parent)}::{name}")
    return dict(found)


def _tests(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if is_function and node.name.startswith("test_"):
            yield node.name


if __name__ == "__main__":
    sys.exit(main())
