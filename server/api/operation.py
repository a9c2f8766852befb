"""An endpoint with its documentation, for the routes and openapi.json both."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from server.api.call import Call
from server.api.context import Context
from server.api.problems import locale_of, problem
from server.core.errors import Refused, StoreConflict, StoreUnavailable

logger = logging.getLogger(__name__)

JSON = "application/json"
ALL_METHODS = ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE", "OPTIONS")
CLIENT_GONE = 499  # nobody reads it; it keeps the count honest


class Answer(Struct, frozen=True):
    """A value with a status and headers of its own."""

    value: Any
    status: int = 200
    headers: dict[str, str] = {}


class Operation(Struct, frozen=True, kw_only=True):
    """One method of one path. `query` holds the parameters and what they mean."""

    method: str
    path: str
    endpoint: Callable[[Call], Awaitable[Any]]
    summary: str
    who: str
    answer: Any = None  # the type of the 200's body
    body: Any = None
    body_media: str = JSON
    query: dict[str, str] = {}
    demo: bool = False


def route(operations: Sequence[Operation], context: Context) -> Route:
    """The operations of one path as Starlette serves them."""
    path = operations[0].path
    of_method = {operation.method: operation for operation in operations}
    if "GET" in of_method:
        of_method["HEAD"] = of_method["GET"]

    async def serve(request: Request) -> Response:
        operation = of_method.get(request.method)
        if operation is None:
            locale = locale_of(request.headers.get("accept-language", ""))
            wrong = problem(Refused("method_not_allowed"), locale=locale)
            wrong.headers["allow"] = ", ".join(of_method)
            return wrong
        response = await _answer(operation, Call(request, context))
        context.metrics.requests.labels(operation.method, path, response.status_code).inc()
        return response

    # Any method comes here; else the pages' catch-all would answer those that are not ours.
    return Route(path, serve, methods=ALL_METHODS)


async def _answer(operation: Operation, call: Call) -> Response:
    try:
        value = await operation.endpoint(call)
    except Refused as refused:
        return _refused(call, refused)
    except StoreConflict:
        return _refused(call, Refused("conflict"))
    except StoreUnavailable:
        logger.warning("%s %s: the store is unavailable", operation.method, operation.path)
        return _refused(call, Refused("store_unavailable"))
    except ClientDisconnect:
        return Response(status_code=CLIENT_GONE)
    except Exception:  # the edge of a request: logged here, and nobody outside learns the cause
        logger.exception("%s %s failed", operation.method, operation.path)
        return _refused(call, Refused("internal"))
    if isinstance(value, Response):
        return value
    answer = value if isinstance(value, Answer) else Answer(value)
    return Response(
        msgspec.json.encode(answer.value),
        status_code=answer.status,
        headers={"cache-control": "no-store"} | answer.headers,
        media_type=JSON,
    )


def _refused(call: Call, refused: Refused) -> Response:
    is_precondition = refused.code == "conflict" and "if-match" in call.headers
    locale = locale_of(call.headers.get("accept-language", ""))
    return problem(refused, locale=locale, status=412 if is_precondition else None)
