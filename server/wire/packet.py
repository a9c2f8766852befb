"""A server frame on its way out: encoded once per encoding, whoever it goes to."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import msgspec

from server.wire.frames import ServerFrame
from server.wire.framing import BINARY, TEXT, header


class Encoding(StrEnum):
    """How frames are written; the value is the WebSocket sub-protocol."""

    JSON = "sanfang.v1.json"
    MSGPACK = "sanfang.v1.msgpack"


# Looking a member up on its class costs more than a comparison; the hot paths use these.
JSON: Final = Encoding.JSON
MSGPACK: Final = Encoding.MSGPACK

_KNOWN = {encoding.value: encoding for encoding in Encoding}
_to_json = msgspec.json.Encoder().encode
_to_msgpack = msgspec.msgpack.Encoder().encode


def choose(offered: Iterable[str]) -> Encoding | None:
    """The first sub-protocol we know, in the client's order of preference."""
    return next((_KNOWN[name] for name in offered if name in _KNOWN), None)


class Packet:
    """One server frame. Immutable for its users; what it encodes to is kept.

    A packet goes to many sockets: the event of a room is encoded once per sub-protocol, header
    and payload together, and the same bytes are written to each.
    """

    __slots__ = ("_json", "_json_framed", "_msgpack", "_msgpack_framed", "frame", "kind")

    def __init__(self, frame: ServerFrame) -> None:
        self.frame = frame
        self.kind: type = type(frame)
        self._json: bytes | None = None
        self._msgpack: bytes | None = None
        self._json_framed: bytes | None = None
        self._msgpack_framed: bytes | None = None

    def payload(self, encoding: Encoding) -> bytes:
        """The frame alone, for a transport that writes WebSocket headers itself."""
        if encoding is JSON:
            if self._json is None:
                self._json = _to_json(self.frame)
            return self._json
        if self._msgpack is None:
            self._msgpack = _to_msgpack(self.frame)
        return self._msgpack

    def framed(self, encoding: Encoding) -> bytes:
        """The frame with its WebSocket header, ready for a socket."""
        if encoding is JSON:
            if self._json_framed is None:
                data = _to_json(self.frame)
                self._json_framed = header(TEXT, len(data)) + data
            return self._json_framed
        if self._msgpack_framed is None:
            data = _to_msgpack(self.frame)
            self._msgpack_framed = header(BINARY, len(data)) + data
        return self._msgpack_framed
