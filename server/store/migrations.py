"""Numbered steps that bring a database file to the schema of this program."""

import re
import sqlite3
from pathlib import Path

from server.core.errors import StoreUnavailable

FOLDER = Path(__file__).parent / "sql" / "sqlite"
APPLICATION_ID = 0x53F3  # written into the file's header: tells our files from others
_NUMBERED = re.compile(r"^(\d{4})_\w+\.sql$")


def migrate(connection: sqlite3.Connection, path: Path) -> int:
    """Apply the missing steps, each in one transaction; returns the schema's version.

    Raises `StoreUnavailable` for a file that is not ours or newer than this program.
    """
    steps = _steps()
    newest = max(steps)
    version = _version(connection, path)
    if version > newest:
        raise StoreUnavailable(
            f"{path} has schema version {version}, this program knows {newest}: upgrade it"
        )
    for number in range(version + 1, newest + 1):
        _apply(connection, number, steps[number])
    return newest


def _steps() -> dict[int, str]:
    found = {}
    for file in FOLDER.iterdir():
        if match := _NUMBERED.match(file.name):
            found[int(match[1])] = file.read_text(encoding="utf-8")
    return found


def _version(connection: sqlite3.Connection, path: Path) -> int:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if not tables:
        return 0
    if application != APPLICATION_ID or "schema_version" not in tables:
        raise StoreUnavailable(f"{path} is a database of another program")
    (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(version)


def _apply(connection: sqlite3.Connection, number: int, sql: str) -> None:
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE;\nPRAGMA application_id = {APPLICATION_ID};\n"
            "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY);\n"
            f"{sql}\nINSERT INTO schema_version VALUES ({number});\nCOMMIT;"
        )
    except sqlite3.Error:
        if connection.in_transaction:
            connection.rollback()
        raise
