"""Whom the socket's handshake lets in: one place for all transports."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import msgspec

from server.wire.packet import Encoding, choose
from server.wire.surroundings import Surroundings

PROBLEM: Final = "application/problem+json"

_PORT_OF = {"http": ":80", "https": ":443"}


class Refusal(msgspec.Struct, frozen=True):
    """An HTTP answer in the handshake's stead (RFC 9457)."""

    status: int
    code: str
    detail: str

    @property
    def body(self) -> bytes:
        return msgspec.json.encode(
            {
                "type": "about:blank",
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "code": self.code,
                "detail": self.detail,
            }
        )


_SHUT = Refusal(503, "overloaded", "The server takes no new connections.")
_FOREIGN = Refusal(403, "forbidden", "This origin is not allowed.")
_NO_PROTOCOL = Refusal(
    400, "bad_frame", f"Offer a sub-protocol: {' or '.join(each.value for each in Encoding)}."
)


def admit(
    surroundings: Surroundings,
    *,
    origins: Sequence[str],
    host: str,
    offered: Sequence[str],
) -> Encoding | Refusal:
    """The sub-protocol of a socket that may come in, or why it may not.

    `origins` are the values of the `Origin` headers (a program sends none), `host` is that of
    `Host`, `offered` the client's sub-protocols in its order.
    """
    if not surroundings.is_open:
        return _SHUT
    if not all(_is_allowed(origin, host, surroundings.origins) for origin in origins):
        return _FOREIGN
    return choose(offered) or _NO_PROTOCOL


def _is_allowed(origin: str, host: str, allowed: frozenset[str]) -> bool:
    origin = origin.lower()
    if allowed:
        return origin in allowed or "*" in allowed
    # Behind a proxy we do not know our own scheme, so the origin's says which port is silent.
    scheme, _, place = origin.partition("://")
    port = _PORT_OF.get(scheme)
    if port is None or not place:
        return False
    return place.removesuffix(port) == host.lower().removesuffix(port)
