"""All endpoints of HTTP, as routes; what no route knows is a problem+json too."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from server.api import demo, documents, health, orders, platform, rooms, shops
from server.api.context import Context
from server.api.operation import Operation, route
from server.api.problems import locale_of, problem
from server.core.errors import Refused

OPERATIONS: tuple[Operation, ...] = (
    *orders.OPERATIONS,
    *shops.OPERATIONS,
    *platform.OPERATIONS,
    *rooms.OPERATIONS,
    *health.OPERATIONS,
    *demo.OPERATIONS,
)
_CODES = {404: "not_found", 405: "method_not_allowed"}


def routes(context: Context) -> list[Route]:
    """The routes of this app; those of the demo only in demo mode."""
    served = [o for o in OPERATIONS if context.settings.demo or not o.demo]
    by_path: dict[str, list[Operation]] = {}
    for operation in (*served, *documents.operations(served)):
        by_path.setdefault(operation.path, []).append(operation)
    return [route(operations, context) for operations in by_path.values()]


async def on_http_error(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses (no route, wrong method), as a problem."""
    assert isinstance(error, HTTPException)
    refused = Refused(_CODES.get(error.status_code, "bad_frame"))
    locale = locale_of(request.headers.get("accept-language", ""))
    response = problem(refused, locale=locale, status=error.status_code)
    for name, value in (error.headers or {}).items():
        response.headers.setdefault(name, value)
    return response
