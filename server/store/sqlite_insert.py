"""Inserting many rows in few steps.

Every step of a statement lets go of the interpreter and must win it back from the event loop's
thread, which may take as long as the switch interval when the loop is busy. So many rows go into
one statement; a batch is cut into powers of two, that the prepared statements are few.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

_SIZES = tuple(1 << n for n in range(7, -1, -1))  # 128 … 1 rows a statement


class Insert:
    """An `INSERT … VALUES` for any number of rows."""

    def __init__(self, head: str, *, width: int, tail: str = "") -> None:
        row = "(" + ", ".join("?" * width) + ")"
        self._width = width
        self._statements = [(n, f"{head} VALUES {', '.join([row] * n)} {tail}") for n in _SIZES]

    def __call__(self, connection: sqlite3.Connection, values: Sequence[Any]) -> None:
        """Insert rows whose values stand one after the other in `values`."""
        start = 0
        left = len(values)
        for rows, statement in self._statements:
            size = rows * self._width
            while left >= size:
                connection.execute(statement, values[start : start + size])
                start += size
                left -= size
