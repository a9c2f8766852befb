"""Three hundred messages whose wish is clear, none of them in the corpus."""

from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("messages.tsv")


class Message(NamedTuple):
    intent: str
    text: str


def _read() -> tuple[Message, ...]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(Message(*line.split("\t")) for line in lines)


MESSAGES = _read()
