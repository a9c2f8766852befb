"""The hash chain of a room's log (R41, R55).

The chain covers heads; a head covers its body through a salted digest, so that a body can be
erased together with its salt and the chain still holds. BLAKE2b with 128-bit digests throughout.
"""

from hashlib import blake2b

from msgspec import msgpack

from server.core.events import AnyEvent, Envelope

DIGEST_BYTES = 16
SALT_BYTES = 16
GENESIS = bytes(DIGEST_BYTES)

_encode = msgpack.Encoder().encode


def body_of(event: AnyEvent) -> bytes:
    """The bytes of an event as they are stored and digested."""
    return _encode(event)


def digest(body: bytes, salt: bytes) -> bytes:
    """The salted digest of a body, 16 bytes; `salt` is 16 random bytes."""
    return blake2b(body, digest_size=DIGEST_BYTES, key=salt).digest()


def link(previous: bytes, envelope: Envelope, body_digest: bytes) -> bytes:
    """The next link: over the previous one and the head, 16 bytes."""
    by = envelope.by
    kind = str(envelope.event.__struct_config__.tag)
    # A line each. To format what is an enum costs four times as much as to join it.
    lines = (envelope.room, str(envelope.seq), str(envelope.at), by.role, by.carrier or "", by.id)
    head = "\n".join((*lines, kind, envelope.ref or "", ""))
    return blake2b(previous + head.encode() + body_digest, digest_size=DIGEST_BYTES).digest()
