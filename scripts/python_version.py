# -*- coding: utf-8 -*-
"""Refuse an old Python in words, or go on with a newer one.

This file and the two commands that import it must be readable by any Python, 2.7 included:
no annotations, no f-strings.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
MESSAGE = """\
需要 Python 3.11 或更高版本（当前 {0}）。系统须为 Linux 或 macOS；Windows 请使用 WSL。
Python 3.11 or newer is needed (this is {0}), on Linux or macOS; on Windows use WSL.
"""


def require():
    """Return under a Python that is new enough; else run one from PATH in its place, or exit 1."""
    if sys.version_info >= OLDEST and os.name == "posix":
        return
    if os.name == "posix":
        for name in NEWER:
            if _works(name):
                os.execvp(name, [name] + sys.argv)
    text = MESSAGE.format(".".join(str(part) for part in sys.version_info[:3]))
    # Python 2 has bytes here already; later ones may have a stream that cannot write Chinese.
    line = text if isinstance(text, bytes) else text.encode("utf-8")
    getattr(sys.stderr, "buffer", sys.stderr).write(line)
    sys.exit(1)


def _works(name):
    """Whether `name` starts and is as new as its name says (a version manager's shim may not)."""
    question = "import sys; sys.exit(sys.version_info < %r)" % (OLDEST,)
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call([name, "-c", question], stdout=nowhere, stderr=nowhere) == 0
        except OSError:
            return False
