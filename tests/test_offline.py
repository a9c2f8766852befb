"""`sanfang verify` and `sanfang classify`: no server is needed."""

import asyncio
import io
import json
import sqlite3
from pathlib import Path

import pytest

from server import offline
from server.core import chain
from server.core.bodies import Text
from server.core.events import AnyEvent, Envelope, MessagePosted, RoomOpened
from server.core.model import Author, Phase, Role, RoomId, ShopId
from server.reader import shipped
from server.store.sqlite import SqliteStore
from server.store.store import Append, RoomRow

BUYER = Author(role=Role.BUYER, id="b-1", name="林一")


def steps(room: RoomId, texts: list[str]) -> list[Append]:
    """A room's log: opened, then these messages."""
    events: list[AnyEvent] = [RoomOpened(shop=ShopId("s-1"), buyer="b-1")]
    events += [MessagePosted(body=Text(text)) for text in texts]
    link, made = chain.GENESIS, []
    for seq, event in enumerate(events, start=1):
        envelope = Envelope(room, seq, 1_000 + seq, BUYER, event, Phase.TWO_PARTY)
        body, salt = chain.body_of(event), bytes([seq]) * chain.SALT_BYTES
        digest = chain.digest(body, salt)
        link = chain.link(link, envelope, digest)
        made.append(Append(envelope, body, salt, digest, link))
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A database with two rooms."""
    path = tmp_path / "log.db"

    async def write() -> None:
        store = await SqliteStore.open(path)
        for name, texts in (("r-1", ["你好", "到哪了"]), ("r-2", ["在吗"])):
            room = RoomId(name)
            row = RoomRow(room=room, shop=ShopId("s-1"), buyer="b-1", last_at=1)
            store.write([*steps(room, texts), row], lambda _: None)
        await store.flush()
        await store.close()

    asyncio.run(write())
    return path


def verdict(path: Path) -> tuple[int, str]:
    out = io.StringIO()
    code = offline.verify(f"sqlite:///{path}", out)
    return code, out.getvalue()


def change(path: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(path)
    with connection:
        assert connection.execute(statement, values).rowcount > 0
    connection.close()


def test_r41_an_untouched_log_is_ok(file: Path):
    assert verdict(file) == (0, "ok: 2 rooms, 5 steps, 0 bodies erased\n")


def test_r41_a_changed_body_is_found(file: Path):
    forged = bytes([3]) * chain.SALT_BYTES + chain.body_of(MessagePosted(body=Text("到家了")))
    change(file, "UPDATE bodies SET sealed = ? WHERE pos = 3", forged)
    code, text = verdict(file)
    assert code == 1
    assert "r-1 3: the body is not the one that was written" in text


def test_r55_an_erased_body_is_no_fault(file: Path):
    change(file, "DELETE FROM bodies WHERE pos = 3")
    assert verdict(file) == (0, "ok: 2 rooms, 5 steps, 1 bodies erased\n")


def test_r41_a_changed_head_is_found(file: Path):
    change(file, "UPDATE events SET at = at + 1 WHERE pos = 3")
    code, text = verdict(file)
    assert code == 1
    assert "r-1 3: the head is not the one that was written" in text


def test_r41_a_missing_step_is_found(file: Path):
    change(file, "DELETE FROM events WHERE pos = 2")
    code, text = verdict(file)
    assert code == 1
    assert "r-1 2: a gap" in text


def test_verify_runs_beside_a_server(file: Path):
    async def beside() -> tuple[int, str]:
        store = await SqliteStore.open(file)
        try:
            return await asyncio.to_thread(verdict, file)
        finally:
            await store.close()

    assert asyncio.run(beside())[0] == 0


@pytest.mark.parametrize("name", ["missing.db", "notes.txt"])
def test_what_is_no_log_is_said_in_words(tmp_path: Path, name: str):
    (tmp_path / "notes.txt").write_text("no database at all, only some notes\n" * 50)
    with pytest.raises(offline.CannotRead):
        offline.check(f"sqlite:///{tmp_path / name}")


def test_r9_classify_answers_each_line_with_one_object():
    out = io.StringIO()
    lines = ["显示签收了但是我没收到\n".encode(), b"\n", b"\xff\n", "有货吗".encode()]
    assert offline.classify(lines, out, read=shipped().read) == 0
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert len(answers) == len(lines)
    assert all(
        set(answer) == {"intent", "confidence", "logistics", "evidence"} for answer in answers
    )
    assert answers[0]["intent"] == "signed_not_received"
    assert answers[3]["intent"] == "other"
