"""Something that is to come."""

from msgspec import Struct

from server.core.model import Instant


class Due(Struct, frozen=True):
    """Something that falls due; `key` is the same for as long as the due is."""

    at: Instant
    key: str
    kind: str
