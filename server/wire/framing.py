"""How RFC 6455 writes frames: first bytes, headers, lengths."""

from typing import Final

# 5.2: the first byte, with FIN and no reserved bit.
TEXT: Final = 0x81
BINARY: Final = 0x82
CLOSE: Final = 0x88
PING: Final = 0x89
PONG: Final = 0x8A

MASKED: Final = 0x80  # in the second byte; a client's frames are, a server's are not
CONTROL_BYTES: Final = 125  # 5.5: the longest payload of a close, ping or pong
MASK_BYTES: Final = 4


def header(first: int, length: int) -> bytes:
    """What stands before an unmasked payload."""
    if length < 126:
        return bytes((first, length))
    if length < 65_536:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


def measure(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Where the payload of the masked frame at `at` begins and where it stops.

    Where even its header is incomplete, both are as far as the next look at it needs, which is
    behind `end`.
    """
    if end - at < 2:
        return at + 2, at + 2
    length = data[at + 1] & 0x7F
    if length < 126:
        body = at + 2 + MASK_BYTES
    elif length == 126:
        body = at + 4 + MASK_BYTES
        if end - at < 4:
            return at + 4, at + 4
        length = data[at + 2] << 8 | data[at + 3]
    else:
        body = at + 10 + MASK_BYTES
        if end - at < 10:
            return at + 10, at + 10
        length = int.from_bytes(data[at + 2 : at + 10], "big")
    return body, body + length
