"""A shop: its switch (R15, R17), decisions (R19) and contacts (R26)."""

import re

import msgspec
from msgspec import Struct

from server.api.call import Call, bad, cursor_of, instant, iso
from server.api.operation import Answer, Operation
from server.core.errors import Refused
from server.core.model import Instant, RoomId, Switch
from server.core.policy import next_midnight
from server.store.store import Contact
from server.wire.frames import EntryChange


class SwitchBody(Struct, frozen=True, kw_only=True):
    """What to change; the rest stays."""

    enabled: bool | None = None
    auto: bool | None = None
    entry: EntryChange | None = None


class Entry(Struct, frozen=True):
    """Where agents have the invite button."""

    mobile: bool
    desktop: bool


class SwitchView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The switch as it stands."""

    shop: str
    enabled: bool
    auto: bool
    entry: Entry
    changed_by: str | None = None
    changed_at: Instant | None = None


class Change(Struct, frozen=True, kw_only=True):
    """Who changed the switch, when, and what it was after."""

    at: Instant
    by: str
    enabled: bool
    auto: bool
    entry: Entry


class Changes(Struct, frozen=True):
    """The switch's history, newest first."""

    changes: list[Change]
    cursor: str | None


class Decisions(Struct, frozen=True, kw_only=True):
    """What the platform decided about a shop's buyer messages, counted.

    `reasons` counts why a delivery question brought no card, hinted ones included; `marked` the
    platform's cards that agents called wrong in that time, by what they said it was.
    """

    from_: str = msgspec.field(name="from")
    to: str
    invited: int
    hints: int
    shadow: int
    reasons: dict[str, int]
    not_logistics: int
    marked: dict[str, int]


class ContactView(Struct, frozen=True, kw_only=True):
    """A buyer the shop talks with; never a logistics agent (R26)."""

    id: str
    role: str
    name: str
    room: str
    unread: int
    last_at: Instant


class Contacts(Struct, frozen=True):
    """Recent contacts, newest first."""

    contacts: list[ContactView]
    cursor: str | None


async def get_switch(call: Call) -> Answer:
    _, shop = call.of_shop()
    return _switch(await call.service.switch(shop))


async def put_switch(call: Call) -> Answer:
    caller, shop = call.of_shop()
    body = await call.body(SwitchBody)
    entry = body.entry or EntryChange()
    changed = await call.service.set_switch(
        shop,
        caller,
        enabled=body.enabled,
        auto=body.auto,
        mobile=entry.mobile,
        desktop=entry.desktop,
        expected_version=_expected(call, await call.service.switch(shop)),
    )
    return _switch(changed)


async def get_changes(call: Call) -> Changes:
    _, shop = call.of_shop()
    limit = call.limit
    rows = await call.service.store.switch_changes(shop, before=call.cursor(int), limit=limit + 1)
    changes = [
        Change(at=c.at, by=c.by, enabled=c.enabled, auto=c.auto, entry=Entry(c.mobile, c.desktop))
        for _, c in rows[:limit]
    ]
    return Changes(changes, cursor_of(rows[limit - 1][0]) if len(rows) > limit else None)


async def get_decisions(call: Call) -> Decisions:
    _, shop = call.of_shop()
    now, zone = call.service.clock.now(), call.service.policy.zone
    # By default the present day, in the shop's time.
    to_at = instant(call.query("to") or next_midnight(now, zone), path="to")
    day_ms = 24 * 3_600_000
    from_at = instant(call.query("from") or max(0, to_at - day_ms), path="from")
    if from_at > to_at:
        raise bad("from is after to", path="from")
    rows = await call.service.store.decisions(shop, from_at=from_at, to_at=to_at)
    counted = dict.fromkeys(("invited", "hinted", "shadow"), 0)
    reasons: dict[str, int] = {}
    for (outcome, reason), n in sorted(rows.items(), key=lambda row: -row[1]):
        if outcome in counted:
            counted[outcome] += n
        if reason is not None:
            reasons[reason] = reasons.get(reason, 0) + n
    return Decisions(
        from_=iso(from_at),
        to=iso(to_at),
        invited=counted["invited"],
        hints=counted["hinted"],
        shadow=counted["shadow"],
        not_logistics=reasons.pop("not_logistics", 0),
        reasons=reasons,
        marked=await call.service.store.wrong_invites(shop, from_at=from_at, to_at=to_at),
    )


async def get_contacts(call: Call) -> Contacts:
    caller, shop = call.of_shop()
    limit = call.limit
    before = call.cursor(tuple[int, str])
    await call.service.store.flush()  # a mark has no answer: what came before this is in
    rows = await call.service.store.contacts(
        shop,
        caller.id,
        before=(before[0], RoomId(before[1])) if before else None,
        limit=limit + 1,
    )
    contacts = [
        ContactView(
            id=row.buyer,
            role="buyer",
            name=row.name or row.buyer,
            room=row.room,
            unread=row.unread,
            last_at=_last_at(call, row),
        )
        for row in rows[:limit]
    ]
    contacts.sort(key=lambda contact: contact.last_at, reverse=True)
    last = rows[limit - 1] if len(rows) > limit else None
    return Contacts(contacts, cursor_of((last.last_at, last.room)) if last else None)


def _last_at(call: Call, contact: Contact) -> Instant:
    """The instant of a room's last step; what is stored of it lags."""
    cell = call.service.rooms.get(contact.room)
    return contact.last_at if cell is None else max(contact.last_at, cell.shown.at)


def _switch(switch: Switch) -> Answer:
    view = SwitchView(
        shop=switch.shop,
        enabled=switch.enabled,
        auto=switch.auto,
        entry=Entry(switch.entry.mobile, switch.entry.desktop),
        changed_by=switch.changed_by,
        changed_at=switch.changed_at,
    )
    return Answer(view, headers={"etag": _etag(switch)})


def _etag(switch: Switch) -> str:
    return f'"{switch.version}"'


def _expected(call: Call, switch: Switch) -> int | None:
    """The version that If-Match names; None without one.

    Raises:
        Refused: `conflict`, when it names other versions only.
    """
    wanted = call.headers.get("if-match")
    if wanted is None or wanted.strip() == "*":
        return None
    if _etag(switch) not in re.findall(r'(?:W/)?"[^"]*"', wanted):
        raise Refused("conflict", "the switch was changed meanwhile")
    return switch.version


_PAGE = {"cursor": "of the last page", "limit": "1–200"}
_AGENTS = "platform, agents of the shop"

OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/shops/{shop}/switch",
        endpoint=get_switch,
        summary="The switch of logistics customer service (R15, R17); its ETag is for If-Match",
        who=_AGENTS,
        answer=SwitchView,
    ),
    Operation(
        method="PUT",
        path="/api/v1/shops/{shop}/switch",
        endpoint=put_switch,
        summary="Change the switch; what is left out stays",
        who=_AGENTS,
        body=SwitchBody,
        answer=SwitchView,
    ),
    Operation(
        method="GET",
        path="/api/v1/shops/{shop}/switch/changes",
        endpoint=get_changes,
        summary="Who changed the switch, and when",
        who=_AGENTS,
        answer=Changes,
        query=_PAGE,
    ),
    Operation(
        method="GET",
        path="/api/v1/shops/{shop}/decisions",
        endpoint=get_decisions,
        summary="Why the platform did and did not invite, counted (R19)",
        who=_AGENTS,
        answer=Decisions,
        query={"from": "ISO 8601; by default a day before to", "to": "ISO 8601; midnight"},
    ),
    Operation(
        method="GET",
        path="/api/v1/shops/{shop}/contacts",
        endpoint=get_contacts,
        summary="Recent contacts (R26)",
        who=_AGENTS,
        answer=Contacts,
        query=_PAGE,
    ),
)
