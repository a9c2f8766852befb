"""What can go wrong, as a tree.

SanfangError
├── Refused      the caller's fault: a wire code and data; the connection lives on
└── Fault        ours: logged, answered without internals
    ├── IllegalStep     an event that the transition table does not know
    ├── StoreUnavailable  nothing was stored; the caller may try again
    ├── StoreConflict   somebody else appended first; decide again
    └── StoreBusy       another process serves from this file
"""

from typing import Any

RETRYABLE = frozenset({"store_unavailable", "overloaded", "rate_limited"})


class SanfangError(Exception):
    """Root of everything this package raises on purpose."""


class Refused(SanfangError):
    """A command that is not carried out, and why.

    `code` is one of the codes in docs/protocol.md; `details` is data for the client.
    """

    def __init__(self, code: str, message: str = "", **details: Any) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.details = details

    @property
    def retryable(self) -> bool:
        """Whether the same frame may succeed later without a change."""
        return self.code in RETRYABLE


class Fault(SanfangError):
    """Something on our side is broken."""


class IllegalStep(Fault):
    """An event that is not possible in the room's stage: a bug, never stored."""


class StoreUnavailable(Fault):
    """The store could not commit; nothing of the batch is kept."""


class StoreConflict(Fault):
    """Another writer took the place in the room; the room must be read again."""


class StoreBusy(Fault):
    """Another process holds the file's lock; two servers must not share a file."""
