"""The short path's handshake: a request's head in, the answer's bytes out."""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Final, NamedTuple

from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from server.wire.handshake import PROBLEM, Refusal, admit
from server.wire.packet import Encoding
from server.wire.surroundings import Surroundings

# The library would log frames and uvicorn paths with their query; neither belongs in a log.
QUIET: Final = logging.getLogger(f"{__name__}.library")
QUIET.setLevel(logging.WARNING)

# What the library says beside a status of its own.
_HEADERS_OF = {HTTPStatus.METHOD_NOT_ALLOWED: "Allow", HTTPStatus.UPGRADE_REQUIRED: "Upgrade"}


class Opening(NamedTuple):
    """What to write, and the sub-protocol of a socket that may go on."""

    answer: bytes
    encoding: Encoding | None


def open_socket(
    head: bytes,
    surroundings: Surroundings,
    *,
    path: str,
    default_headers: Iterable[tuple[bytes, bytes]],
) -> Opening | None:
    """Answer a handshake; None for one that asks for another path.

    `default_headers` are what the server adds to every response.
    """
    library = ServerProtocol(logger=QUIET)
    library.receive_data(head)
    request = next((each for each in library.events_received() if isinstance(each, Request)), None)
    if request is None:
        return Opening(b"", None)
    if request.path.partition("?")[0] != path:
        return None
    response = library.accept(request)
    if response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
        verdict = _admit(request, surroundings)
    else:
        verdict = Refusal(response.status_code, "bad_frame", "Not a WebSocket handshake.")
    if isinstance(verdict, Refusal):
        response = _problem(verdict, response.headers)
    else:
        response.headers["Sec-WebSocket-Protocol"] = verdict.value
    for name, value in default_headers:
        if name.lower() != b"date":
            response.headers[name.decode("latin-1")] = value.decode("latin-1")
    library.send_response(response)
    answer = b"".join(library.data_to_send())
    return Opening(answer, None if isinstance(verdict, Refusal) else verdict)


def _admit(request: Request, surroundings: Surroundings) -> Encoding | Refusal:
    offered = ",".join(request.headers.get_all("Sec-WebSocket-Protocol"))
    return admit(
        surroundings,
        origins=request.headers.get_all("Origin"),
        host=",".join(request.headers.get_all("Host")),
        offered=[name.strip() for name in offered.split(",")],
    )


def _problem(refusal: Refusal, accepted: Headers) -> Response:
    status = HTTPStatus(refusal.status)
    headers = Headers()
    headers["Date"] = accepted["Date"]
    if status in _HEADERS_OF:
        headers[_HEADERS_OF[status]] = accepted[_HEADERS_OF[status]]
    headers["Content-Type"] = PROBLEM
    headers["Content-Length"] = str(len(refusal.body))
    headers["Connection"] = "close"
    return Response(refusal.status, status.phrase, headers, refusal.body)
