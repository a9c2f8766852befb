"""Is it alive, may it be sent traffic, what does it measure."""

from msgspec import Struct
from starlette.responses import Response

from server.api.call import Call
from server.api.operation import Answer, Operation
from server.metrics import CONTENT_TYPE


class Health(Struct, frozen=True):
    """`ok`, or what it is doing instead."""

    status: str


async def livez(_: Call) -> Health:
    """The event loop turns: that this answers is the proof."""
    return Health("ok")


async def readyz(call: Call) -> Answer:
    if call.context.is_ready():
        return Answer(Health("ok"))
    return Answer(Health("starting or draining"), status=503, headers={"retry-after": "1"})


async def metrics(call: Call) -> Response:
    return Response(call.context.metrics.render(), headers={"content-type": CONTENT_TYPE})


OPERATIONS = (
    Operation(
        method="GET",
        path="/livez",
        endpoint=livez,
        summary="Whether the process works",
        who="everybody",
        answer=Health,
    ),
    Operation(
        method="GET",
        path="/readyz",
        endpoint=readyz,
        summary="Whether it takes traffic; 503 while it starts or drains",
        who="everybody",
        answer=Health,
    ),
    Operation(
        method="GET",
        path="/metrics",
        endpoint=metrics,
        summary="Metrics as Prometheus reads them",
        who="everybody",
    ),
)
