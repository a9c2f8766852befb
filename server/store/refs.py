"""The idempotency keys of a room's log, as hashes (R49)."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet


class Refs(AbstractSet[int]):
    """Hashes of `ref`s, 64-bit signed. A hash that is here may be another key's.

    `pages` are ascending arrays as they are stored, so that a room of 100,000 events opens without
    a look at each of them; `recent` is the rest, and what is added.
    """

    __slots__ = ("_pages", "_recent")

    def __init__(self, pages: Iterable["array[int]"] = (), recent: Iterable[int] = ()) -> None:
        self._pages = tuple(pages)
        self._recent = set(recent)

    def __contains__(self, ref_hash: object) -> bool:
        if ref_hash in self._recent:
            return True
        return bool(self._pages) and any(_holds(page, ref_hash) for page in self._pages)

    def __iter__(self) -> Iterator[int]:
        for page in self._pages:
            yield from page
        yield from self._recent

    def __len__(self) -> int:
        return len(self._recent) + sum(map(len, self._pages))

    def add(self, ref_hash: int) -> None:
        """One more step of the log."""
        self._recent.add(ref_hash)


def _holds(page: "array[int]", ref_hash: object) -> bool:
    assert isinstance(ref_hash, int)
    place = bisect_left(page, ref_hash)
    return place < len(page) and page[place] == ref_hash
