"""The shape of the files: length, names, leftovers, nothing fetched from elsewhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400  # style: under 300; at the very most this

# Names that say nothing about what is inside.
EMPTY_NAMES = re.compile(r"(Manager|Helper|Util|Utils|Base)($|[A-Z])")
EMPTY_MODULES = {"base", "common", "helper", "helpers", "misc", "util", "utils"}

# Assembled from parts, so that this file is none of its own finds.
LEFT_OPEN = re.compile(
    "|".join(("TO" + "DO", "FIX" + "ME", r"\bX" + r"XX\b", "Not" + "Implemented"))
)
SKIPPED = re.compile(r"pytest\.(mark\.)?" + r"(skip|skipif|xfail|importorskip)\b")
SLEEP = re.compile(r"\b(?:time|asyncio|anyio)\." + r"sleep\((?!0\))")
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no cover)(?P<rest>.*)")
ONE_MACHINE = re.compile(r"(?<![\w.])/(?:home|root|Users|tmp)/\w")
RAW_HTML = re.compile(r"\b(?:inner|outer)" + r"HTML\b|insertAdjacent" + r"HTML\b|document\.write\(")
FETCHED = re.compile(
    r"""(?:\bsrc|\bhref|\bfrom|\bimport|\burl|@import|fetch)\s*[=(]?\s*["'(]+(?:https?:)?//"""
)


def _files(*folders: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Our own files in these folders: no vendored ones, nothing generated."""
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in suffixes
        and not {"vendor", "__pycache__"} & set(path.relative_to(ROOT).parts)
    ]


PYTHON = _files("server", "scripts", "tests", suffixes=(".py",))
SERVER = _files("server", suffixes=(".py",))
TESTS = _files("tests", suffixes=(".py",))
PAGES = _files("static", suffixes=(".js", ".css", ".html"))
SCRIPTS_OF_PAGES = _files("static", suffixes=(".js", ".html"))


def _lines_with(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if pattern.search(line):
            yield number, line.strip()


def _finds(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line}"
        for path in files
        for number, line in _lines_with(pattern, path.read_text(encoding="utf-8"))
    ]


def _too_long(files: list[Path]) -> list[str]:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    return [f"{path.relative_to(ROOT)}: {n}" for path, n in lengths.items() if n > FILE_LINES]


def test_there_are_files_to_look_at():
    assert SERVER
    assert Path(__file__).resolve() in TESTS


def test_no_file_is_longer_than_a_reader_bears():
    assert _too_long(PYTHON + _files("static", suffixes=(".js", ".css"))) == []


def test_modules_and_classes_are_named_for_what_they_are():
    modules = [path.name for path in SERVER if path.stem in EMPTY_MODULES]
    classes = [
        f"{path.name}: {node.name}"
        for path in SERVER
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name)
    ]
    assert modules + classes == []


def test_a_docstring_says_it_in_its_first_line():
    def is_plain(text: str) -> bool:
        first, *rest = text.splitlines()
        return len(first) < 80 and (not rest or rest[0] == "")

    described = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)
    finds = [
        f"{path.relative_to(ROOT)}: {text.splitlines()[0]}"
        for path in SERVER
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, described) and (text := ast.get_docstring(node))
        if not is_plain(text)
    ]
    assert finds == []


def test_nothing_is_left_open():
    assert _finds(LEFT_OPEN, PYTHON + PAGES) == []


def test_no_test_is_skipped_or_expected_to_fail():
    assert _finds(SKIPPED, TESTS) == []


def test_no_test_waits_by_sleeping():
    assert _finds(SLEEP, TESTS) == []


def test_what_silences_a_check_names_it_and_says_why():
    def unexplained(line: str) -> bool:
        rest = SILENCED.search(line)["rest"]
        return not re.match(r"\s*(?:\[[\w,\- ]+\]|:\s*[A-Z]+\d+)\W+\w+\W+\w+", rest)

    finds = _finds(SILENCED, [path for path in PYTHON if path != Path(__file__).resolve()])
    assert [line for line in finds if unexplained(line)] == []


def test_no_path_of_one_machine_is_in_the_code():
    assert _finds(ONE_MACHINE, _files("server", "scripts", suffixes=(".py",)) + PAGES) == []


def test_pages_make_text_nodes_only():
    assert _finds(RAW_HTML, SCRIPTS_OF_PAGES) == []


def test_pages_load_nothing_from_other_hosts():
    assert _finds(FETCHED, PAGES) == []


def test_buyers_and_shops_read_the_plain_word_for_a_courier_company():
    formal = re.compile("承运" + "商")
    assert _finds(formal, PAGES + SERVER) == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_pins_every_package_by_hash_and_names_no_host(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z][\w.\-]*)==[^\n]*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    assert pins
    assert len(pins) == len(re.findall(r"^[a-zA-Z]", text, re.M))
    assert "://" not in text


def test_the_lock_of_the_server_is_a_part_of_the_whole_lock():
    def versions(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z][\w.\-]*==[\w.]+)", text, re.M))

    assert versions("requirements.lock") < versions("requirements-dev.lock")


PLANTED: list[tuple[re.Pattern[str], str]] = [
    (LEFT_OPEN, "# TO" + "DO: later"),
    (LEFT_OPEN, "raise Not" + "ImplementedError"),
    (SKIPPED, "@pytest.mark." + "skipif(True)"),
    (SKIPPED, "pytest." + "skip('no')"),
    (SLEEP, "await asyncio." + "sleep(0.1)"),
    (SLEEP, "time." + "sleep(1)"),
    (SILENCED, "x = f()  # " + "noqa"),
    (ONE_MACHINE, 'path = "' + "/ho" + 'me/li/sanfang"'),
    (RAW_HTML, "node.inner" + "HTML = text"),
    (FETCHED, '<script src="' + 'https://cdn.example/x.js">'),
    (FETCHED, "import { h } from '" + "https://cdn.example/x.js'"),
    (FETCHED, "background: url(" + "//cdn.example/x.png)"),
    (EMPTY_NAMES, "RoomManager"),
    (EMPTY_NAMES, "BaseStore"),
]


@pytest.mark.parametrize(("pattern", "line"), PLANTED)
def test_a_planted_leftover_is_found(pattern: re.Pattern[str], line: str):
    assert [number for number, _ in _lines_with(pattern, f"\n{line}\n")] == [2]


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (SLEEP, "await asyncio.sleep(0)"),
        (EMPTY_NAMES, "Database"),
        (FETCHED, 'xmlns="http://www.w3.org/2000/svg"'),
        (ONE_MACHINE, "url = '/api/v1/root/x'"),
    ],
)
def test_an_innocent_line_is_not_found(pattern: re.Pattern[str], line: str):
    assert list(_lines_with(pattern, line)) == []
