"""What reading a message costs: time, size of the model, time to load it, size of what it needs."""

import re
import subprocess
import sys
import tomllib
from importlib import metadata
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import process_time_ns

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.intents.texts import bare, corpus, digest
from server.core.intents import Reader

ROOT = Path(__file__).resolve().parents[2]
LENGTH = range(36, 45)  # characters of a message "of about 40"
ENGLISH = 0.2  # of the messages that are read in turn
TIMES = 10_000
STARTS = 5
ROUNDS = 5
KNOWN, NEW = 8_000, 2_000  # messages that are read before, and those that are new then
MIB = 2**20
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# The server has imported msgspec anyway; everything else that reading needs counts.
_LOAD = """
import msgspec
from time import process_time
began = process_time()
from server import reader
imported = process_time()
reader.shipped().read("我的快递到哪了")
print(imported - began, process_time() - began)
"""


def mix() -> list[str]:
    """All Chinese messages of the corpus of about 40 characters, and English ones by their share.

    The same corpus gives the same messages, in an order that says nothing of their kind.
    """
    rows = [row.text for row in corpus() if len(row.text) in LENGTH and bare(row.text)]
    chinese = [text for text in rows if _CHINESE.search(text)]
    english = sorted((text for text in rows if not _CHINESE.search(text)), key=digest)
    most = round(len(chinese) * ENGLISH / (1 - ENGLISH))
    return sorted(chinese + english[:most], key=digest)


def message_us(read: Reader) -> float:
    """Median CPU time of reading one message, of `TIMES`."""
    messages = mix()
    for text in messages:
        read(text)
    spent = []
    for text in islice(cycle(messages), TIMES):
        began = process_time_ns()
        read(text)
        spent.append(process_time_ns() - began)
    return median(spent) / 1e3


def newness(read: Reader) -> float:
    """How dear messages are when first read, in units of what they cost when read again.

    Only of a reader that has read nothing yet.
    """
    messages = sorted((row.text for row in corpus()), key=digest)[: KNOWN + NEW]
    for text in messages[:KNOWN]:
        read(text)
    spent = []
    for _ in range(ROUNDS):
        began = process_time_ns()
        for text in messages[KNOWN:]:
            read(text)
        spent.append(process_time_ns() - began)
    return spent[0] / min(spent[1:])


def load_ms() -> tuple[float, float]:
    """Median CPU time in fresh processes: to import the intents, and until a message is read."""
    command = [sys.executable, "-c", _LOAD]
    starts = [
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
        for _ in range(STARTS)
    ]
    imported, read = (median(map(float, each)) * 1e3 for each in zip(*starts, strict=True))
    return imported, read


def dependencies_mib() -> dict[str, float]:
    """What the server needs at run time, and what that needs, each with its installed size."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [each for each in map(Requirement, project["dependencies"]) if _applies(each)]
    sizes: dict[str, float] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in sizes:
            continue
        installed = metadata.distribution(name)
        sizes[name] = _size(installed) / MIB
        needs = map(Requirement, installed.requires or ())
        waiting += [each for each in needs if _applies(each, *wanted.extras)]
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))


def _applies(requirement: Requirement, *extras: str) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))


def _size(installed: metadata.Distribution) -> int:
    paths = (Path(str(installed.locate_file(file))) for file in installed.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())
