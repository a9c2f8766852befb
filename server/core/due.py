"""Something that is to come."""

from msgspec import Struct

from server.core.model import Instant


class Due(Struct, frozen=True):
    """`kind` falls due at an instant; `key` stays the same as long as it is the same due."""

    at: Instant
    key: str
    kind: str
