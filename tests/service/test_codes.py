"""Every refusal of the server has a code of the contract, and a text for it."""

import re
from pathlib import Path

import pytest

import server
from server.wire.messages import CODES, LOCALES, message

RAISED = re.compile(r'(?:Refused|RefusedAfter|Failure)\(\s*"([a-z_]+)"')
NAMED = re.compile(r'return "([a-z]+(?:_[a-z]+)+)"')  # of choice.py
HTTP_ONLY = {"internal", "method_not_allowed"}
FILES = sorted(Path(server.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_what_is_refused_has_a_code_that_clients_know(file: Path) -> None:
    text = file.read_text()
    found = set(RAISED.findall(text))
    if file.stem == "choice":
        found |= set(NAMED.findall(text))
    assert found <= CODES | HTTP_ONLY


def test_refusals_are_found_at_all() -> None:
    found = {code for file in FILES for code in RAISED.findall(file.read_text())}
    assert {"forbidden", "cooldown", "carrier_desk_busy", "store_unavailable"} <= found


def test_every_code_has_its_own_text_in_every_language() -> None:
    for locale in LOCALES:
        texts = [message(code, locale) for code in CODES]
        assert all(texts)
        assert not set(texts) & CODES
