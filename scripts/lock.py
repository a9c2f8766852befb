"""Write both lock files anew from pyproject.toml: `python scripts/lock.py [--upgrade]`.

Needs `uv` on PATH. requirements-dev.lock is what the server and every dependency group need, for
all platforms and Pythons that pyproject.toml allows; requirements.lock is the server's part of it,
in the same versions. Versions that are locked already stay, unless `--upgrade` (or
`--upgrade-package NAME`) is given.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = "requirements-dev.lock"
RUNTIME = "requirements.lock"
COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--generate-hashes"),
    *("--no-annotate", "--no-emit-index-url", "--custom-compile-command", "python scripts/lock.py"),
]


def main() -> None:
    """Resolve everything, then the server's part within it."""
    options = sys.argv[1:]
    _compile("--group", "test", "--group", "dev", *options, "--output-file", EVERYTHING)
    (ROOT / RUNTIME).unlink(missing_ok=True)
    _compile("--constraints", EVERYTHING, "--output-file", RUNTIME)


def _compile(*options: str) -> None:
    subprocess.run([*COMPILE, *options], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
