"""What the platform sets: roll-out (R16, R17, R56) and carriers (R20)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from server.api.call import Call, bad, instant
from server.api.operation import Operation
from server.auth import Id
from server.core.model import Carrier, CarrierId, Rollout, ShopId
from server.core.policy import Hours

Percent = Annotated[float, Meta(ge=0, le=100)]
Shops = Annotated[list[Id], Meta(max_length=10_000)]


class RolloutBody(Struct, frozen=True, kw_only=True):
    """What to change of the roll-out; what is left out stays."""

    mode: Literal["live", "shadow"] | None = None
    from_at: int | str | None = None
    percent: Percent | None = None
    desktop_percent: Percent | None = None
    salt: Annotated[str, Meta(max_length=64)] | None = None
    allow: Shops | None = None
    deny: Shops | None = None


class CarrierBody(Struct, frozen=True, kw_only=True):
    """A courier company."""

    id: Id
    name: dict[str, Annotated[str, Meta(max_length=100)]] = {}
    enabled: bool = False
    hours: str | None = None


class CarriersBody(Struct, frozen=True):
    """All courier companies, in their order."""

    carriers: Annotated[list[CarrierBody], Meta(max_length=1_000)]


class CarrierView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A courier company with its names by language."""

    id: str
    name: dict[str, str]
    enabled: bool
    hours: str | None = None


class CarriersView(Struct, frozen=True):
    """All courier companies, in their order."""

    carriers: list[CarrierView]


async def get_rollout(call: Call) -> Rollout:
    call.platform()
    return call.service.rollout()


async def put_rollout(call: Call) -> Rollout:
    call.platform()
    body, now = await call.body(RolloutBody), call.service.rollout()
    changed = Rollout(
        mode=body.mode or now.mode,
        from_at=now.from_at if body.from_at is None else instant(body.from_at, path="$.from_at"),
        percent=now.percent if body.percent is None else body.percent,
        desktop_percent=(
            now.desktop_percent if body.desktop_percent is None else body.desktop_percent
        ),
        salt=now.salt if body.salt is None else body.salt,
        allow=now.allow if body.allow is None else tuple(map(ShopId, body.allow)),
        deny=now.deny if body.deny is None else tuple(map(ShopId, body.deny)),
    )
    await call.service.set_rollout(changed)
    return changed


async def get_carriers(call: Call) -> CarriersView:
    _ = call.caller  # anybody who is somebody: names of courier companies are no secret
    return _view(call.service.carriers())


async def put_carriers(call: Call) -> CarriersView:
    call.platform()
    body = await call.body(CarriersBody)
    carriers = tuple(_carrier(place, carrier) for place, carrier in enumerate(body.carriers))
    if len({carrier.id for carrier in carriers}) != len(carriers):
        raise bad("a carrier is there twice", path="$.carriers")
    await call.service.set_carriers(carriers)
    return _view(carriers)


def _carrier(place: int, body: CarrierBody) -> Carrier:
    if body.hours is not None:
        try:
            Hours.parse(body.hours)
        except ValueError as error:
            raise bad(str(error), path=f"$.carriers[{place}].hours") from None
    name = {"zh-CN": body.id, "en": body.id} | body.name
    return Carrier(id=CarrierId(body.id), name=name, enabled=body.enabled, hours=body.hours)


def _view(carriers: tuple[Carrier, ...]) -> CarriersView:
    return CarriersView(
        [CarrierView(id=c.id, name=c.name, enabled=c.enabled, hours=c.hours) for c in carriers]
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/rollout",
        endpoint=get_rollout,
        summary="Which shops the platform covers (R16, R17, R56)",
        who="platform",
        answer=Rollout,
    ),
    Operation(
        method="PUT",
        path="/api/v1/rollout",
        endpoint=put_rollout,
        summary="Change the roll-out; what is left out stays",
        who="platform",
        body=RolloutBody,
        answer=Rollout,
    ),
    Operation(
        method="GET",
        path="/api/v1/carriers",
        endpoint=get_carriers,
        summary="The courier companies (R20)",
        who="everybody with a token",
        answer=CarriersView,
    ),
    Operation(
        method="PUT",
        path="/api/v1/carriers",
        endpoint=put_carriers,
        summary="Replace the table of courier companies",
        who="platform",
        body=CarriersBody,
        answer=CarriersView,
    ),
)
