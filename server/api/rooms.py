"""A room: is an invite possible (R19), what counts of each message (R42)."""

from msgspec import Struct

from server.api.call import Call
from server.api.operation import Operation
from server.core.errors import Refused
from server.core.model import Identity, OrderId, Role, RoomId
from server.core.verdicts import Verdict
from server.wire.frames import Check


class ExplanationView(Struct, frozen=True, kw_only=True):
    """Every check of an invite, in the order in which they answer (R19)."""

    room: str
    order: str | None
    possible: bool
    checks: tuple[Check, ...]


class Verdicts(Struct, frozen=True):
    """What each measure makes of the messages, by `seq` (R42)."""

    verdicts: list[Verdict]
    cursor: str | None


async def get_explanation(call: Call) -> ExplanationView:
    caller, room = _of_room(call)
    wanted = call.query("order")
    found = await call.service.explain(caller, room, OrderId(wanted) if wanted else None)
    return ExplanationView(
        room=room, order=found.order, possible=found.possible, checks=found.checks
    )


async def get_verdicts(call: Call) -> Verdicts:
    caller, room = _of_room(call)
    await call.service.member(caller, room)
    # The cursor of this list is a `seq`, so that `after` takes it too.
    after, limit = call.number("cursor", call.number("after", 0)), call.limit
    found = await call.service.verdicts(room, after=after, limit=limit)
    seqs = sorted({verdict.seq for verdict in found})
    return Verdicts(found, str(seqs[-1]) if len(seqs) >= limit else None)


def _of_room(call: Call) -> tuple[Identity, RoomId]:
    """The caller and the room: both are the business of shop and platform."""
    caller = call.caller
    if caller.role not in (Role.MERCHANT, Role.PLATFORM):
        raise Refused("forbidden")
    return caller, RoomId(call.path("room"))


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/rooms/{room}/explanation",
        endpoint=get_explanation,
        summary="Would an invite be possible now, and what stands against it (R19)",
        who="platform, agents of the shop",
        answer=ExplanationView,
        query={"order": "for this order; else the one that would be taken"},
    ),
    Operation(
        method="GET",
        path="/api/v1/rooms/{room}/verdicts",
        endpoint=get_verdicts,
        summary="What each measure makes of each message, and by which rule (R42)",
        who="platform, agents of the shop",
        answer=Verdicts,
        query={
            "after": "messages with a higher seq",
            "cursor": "of the last page",
            "limit": "messages, 1–200",
        },
    ),
)
