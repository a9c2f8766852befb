"""The messages that the reader learns from, and those that it is measured with.

The corpus is in the repository, `intent<TAB>text` a line. The messages of the dev set belong to
others, so only their digests and labels are here; whoever has the texts, as JSON lines with `text`
and `lang`, gives them with `--texts`, and the digests find the labelled ones among them.
"""

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from server.core.intents import INTENTS, Intent

T = TypeVar("T")

HERE = Path(__file__).resolve().parent
CORPUS, DEV, DEV_READINGS = HERE / "corpus", HERE / "dev.jsonl", HERE / "dev_readings.jsonl"
BREAK = " ⏎ "  # stands between the messages of a burst
DIGEST_BYTES = 8  # that two of 50,000 texts share one by chance: once in ten billion


class Row(msgspec.Struct, frozen=True):
    """A line of the corpus: where it is (from 1), what it asks for, and the message itself."""

    file: str
    line: int
    intent: str
    text: str


class Label(msgspec.Struct, frozen=True):
    """What a message of the dev set was found to be: what most of its readings say.

    `natural` ones were drawn at random; the rest were looked for, so that rare intents are there.
    """

    hash: str
    label: str
    natural: bool


class Readings(msgspec.Struct, frozen=True):
    """What three readings, each blind to the others, made of a message of the dev set.

    Two are by the guide; one is by the short definitions of the intents alone.
    """

    hash: str
    guide: Intent
    guide_again: Intent
    definitions: Intent

    def most(self) -> Intent:
        """What most of them say, the first where all three differ."""
        again = self.guide_again
        return again if again == self.definitions else self.guide


class Text(msgspec.Struct, frozen=True):
    """A message that was really written."""

    text: str
    lang: str


def bare(text: str) -> str:
    """Only letters, digits and characters, in lower case and of usual width."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join(filter(str.isalnum, plain))


def digest(text: str) -> str:
    """A short hash of the bare text."""
    return blake2b(bare(text).encode(), digest_size=DIGEST_BYTES).hexdigest()


def corpus(folder: Path = CORPUS) -> list[Row]:
    """All rows, by file and line.

    Raises `ValueError` where a line is no `intent<TAB>text`.
    """
    return [row for path in sorted(folder.glob("*.tsv")) for row in _rows(path)]


def _rows(path: Path) -> Iterator[Row]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        intent, tab, text = line.partition("\t")
        if not tab or intent not in INTENTS or not text.strip() or "\t" in text:
            raise ValueError(f"{path.name}:{number} is no intent and text")
        yield Row(path.name, number, intent, text.replace(BREAK, "\n"))


def labels(path: Path = DEV) -> list[Label]:
    """The labels of the dev set, sorted by digest."""
    found = _json_lines(path, Label)
    unknown = [one.hash for one in found if one.label not in INTENTS]
    if unknown:
        raise ValueError(f"{path.name} has labels that are no intent: {unknown[:3]}")
    return found


def readings(path: Path = DEV_READINGS) -> list[Readings]:
    """The readings of the dev set, sorted by digest."""
    return _json_lines(path, Readings)


def texts(path: Path) -> list[Text]:
    """The real messages of a JSON-lines file."""
    return _json_lines(path, Text)


def _json_lines(path: Path, kind: type[T]) -> list[T]:
    with path.open("rb") as lines:
        return [msgspec.json.decode(line, type=kind) for line in lines if line.strip()]


def dev(found: Iterable[Text], known: Iterable[Label]) -> list[tuple[Text, Label]]:
    """Each label with the first message of its digest; one whose message is missing is left out."""
    first: dict[str, Text] = {}
    for text in found:
        first.setdefault(digest(text.text), text)
    return [(first[label.hash], label) for label in known if label.hash in first]
