"""Demo mode only, no token needed: tokens, a clock to move, a fresh start."""

import math
import time
from typing import Annotated

from msgspec import Meta, Struct

from server import seed
from server.api.call import LAST_INSTANT, Call, bad, instant
from server.api.operation import Operation
from server.auth import Id, identity_of
from server.core.errors import Refused
from server.core.model import Identity, Instant, Role

TOKEN_S = 12 * 3_600  # longer than a day at the demo's screen


class TokenBody(Struct, frozen=True, kw_only=True):
    """Whose token; what is left out of a seeded person is filled in."""

    role: Role
    id: Id
    shop: Id | None = None
    carrier: Id | None = None
    name: Annotated[str, Meta(max_length=64)] | None = None
    badge: Annotated[str, Meta(max_length=64)] | None = None
    lead: bool | None = None
    expires_in_s: Annotated[float, Meta(gt=-1e9, lt=1e9)] = TOKEN_S


class Token(Struct, frozen=True):
    """A token, and when it ends by the machine's clock."""

    token: str
    expires_at: Instant


class ClockBody(Struct, frozen=True, kw_only=True):
    """Either an instant (ISO 8601) or a step."""

    now: int | str | None = None
    advance_ms: int | None = None


class ClockView(Struct, frozen=True):
    """What time it is now."""

    now_at: Instant


class ResetView(Struct, frozen=True):
    """The demo begins anew."""

    now_at: Instant


async def post_token(call: Call) -> Token:
    body = await call.body(TokenBody)
    token = call.context.authority.mint(_person(body), expires_in_s=body.expires_in_s)
    return Token(token, math.floor((time.time() + body.expires_in_s) * 1000))


async def post_clock(call: Call) -> ClockView:
    body = await call.body(ClockBody)
    if (body.now is None) == (body.advance_ms is None):
        raise bad("either now or advance_ms")
    if body.now is not None:
        to = instant(body.now, path="$.now")
    else:
        to = call.service.clock.now() + (body.advance_ms or 0)
        if not 0 <= to <= LAST_INSTANT:
            raise bad("leads out of the calendar", path="$.advance_ms")
    await call.service.advance(to)
    return ClockView(call.service.clock.now())


async def post_reset(call: Call) -> ResetView:
    await call.service.reset()
    await call.context.seed()
    return ResetView(call.service.clock.now())


def _person(body: TokenBody) -> Identity:
    known = seed.BY_ROLE_AND_ID.get((body.role, body.id))
    if known is None:
        known = Identity(role=body.role, id=body.id)
    shop, carrier = body.shop or known.shop, body.carrier or known.carrier
    try:
        return identity_of(
            body.role,
            body.id,
            name=known.name if body.name is None else body.name,
            shop=shop,
            carrier=carrier,
            badge=known.badge if body.badge is None else body.badge,
            lead=known.lead if body.lead is None else body.lead,
        )
    except Refused as refused:
        field = "carrier" if body.role is Role.LOGISTICS else "shop"
        raise bad(refused.message, path=f"$.{field}") from None


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/demo/tokens",
        endpoint=post_token,
        summary="A token for anybody",
        who="everybody, in demo mode",
        body=TokenBody,
        answer=Token,
        demo=True,
    ),
    Operation(
        method="POST",
        path="/api/v1/demo/clock",
        endpoint=post_clock,
        summary="Move the clock; answers when everything then due has happened",
        who="everybody, in demo mode",
        body=ClockBody,
        answer=ClockView,
        demo=True,
    ),
    Operation(
        method="POST",
        path="/api/v1/demo/reset",
        endpoint=post_reset,
        summary="Forget everything and seed anew; sockets are closed with 1012",
        who="everybody, in demo mode",
        answer=ResetView,
        demo=True,
    ),
)
