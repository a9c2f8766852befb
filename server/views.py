"""Frames made of what a room is, for the eyes of one identity (R46)."""

from msgspec import to_builtins

from server.cell import Cell
from server.core import rooms
from server.core.eligibility import Outcome, reception
from server.core.events import Envelope
from server.core.facts import Facts
from server.core.masks import masked_envelope, masked_name, masked_order
from server.core.model import Identity, Role, Stage, Switch
from server.core.policy import Policy
from server.core.records import InviteMark, Round
from server.core.room import Card, Room
from server.core.rounds import Scope, record
from server.core.rulesets import RuleSet
from server.hub import Hub
from server.wire.frames import (
    Check,
    Context,
    InviteMarked,
    InviteView,
    Member,
    RoomFrame,
    SessionView,
    SwitchFrame,
    Timer,
    Who,
)


def seen_by(envelope: Envelope, who: Identity) -> Envelope:
    """A step as this identity sees it."""
    return masked_envelope(envelope) if who.role is Role.LOGISTICS else envelope


def room_frame(
    cell: Cell,
    who: Identity,
    *,
    hub: Hub,
    facts: Facts,
    after: int,
    reset: bool,
    trigger: Envelope | None = None,
) -> RoomFrame:
    """The snapshot of a room for one of its members."""
    room = cell.shown
    logistics = who.role is Role.LOGISTICS
    name = masked_name(room.buyer_name) if logistics else room.buyer_name
    online = hub.is_online(cell.buyer_key)
    buyer = Member(role=Role.BUYER, id=room.buyer, name=name, online=online)
    return RoomFrame(
        room=room.id,
        seq=room.seq,
        after=after,
        phase=room.phase,
        shop=room.shop,
        buyer=room.buyer,
        members=(buyer, *_others(cell, hub)),
        reception=reception(room, facts),
        read={mark.id: mark.read for mark in cell.marks.values() if mark.read},
        delivered={mark.id: mark.delivered for mark in cell.marks.values() if mark.delivered},
        visible_from=rooms.visible_from(room, who) or 1,
        reset=reset,
        held_by=room.held_by,
        invite=_invite(room, hidden=logistics),
        session=_session(room),
        context=_context(cell, trigger) if logistics else None,
        marked=_marked(cell) if who.role is Role.MERCHANT else None,
    )


def _others(cell: Cell, hub: Hub) -> list[Member]:
    room = cell.shown
    staff = {s.identity.id: s.identity.name for s in hub.agents_of(room.shop)}
    online = set(staff)
    for agent in (room.held_by, room.last_replier):
        if agent is not None:
            staff.setdefault(agent, agent)
    members = [
        Member(role=Role.MERCHANT, id=id_, name=name, online=id_ in online)
        for id_, name in staff.items()
    ]
    if room.session is not None and room.session.agent is not None:
        third = room.session.agent
        there = hub.is_online((Role.LOGISTICS, third.carrier, third.id))
        members.append(Member(role=Role.LOGISTICS, id=third.id, name=third.name, online=there))
    return members


def _invite(room: Room, *, hidden: bool) -> InviteView | None:
    """The latest card; a logistics agent sees only the one that brought it in."""
    if not room.cards:
        return None
    card = room.cards[-1]
    if hidden and (room.session is None or card.session != room.session.id):
        return None
    return InviteView(
        id=card.id,
        state=card.state,
        order=card.order,
        parcel=card.parcel,
        carrier=card.carrier,
        inviter=card.inviter,
        expires_at=card.expires_at,
        intent=card.intent,
        evidence=card.evidence,
    )


def _marked(cell: Cell) -> dict[str, str] | None:
    """What the shop's agents said of the platform's cards; nobody else sees it (R2)."""
    return {mark.invite: mark.intent for mark in cell.invite_marks.values()} or None


def _session(room: Room) -> SessionView | None:
    session = room.session
    if session is None:
        return None
    return SessionView(
        id=session.id,
        state="active" if room.stage is Stage.ACTIVE else "waiting",
        carrier=session.carrier,
        order=session.order,
        since_at=session.since_at,
        accepted_at=session.accepted_at,
        agent=session.agent,
    )


def session_card(room: Room) -> Card | None:
    """The card that brought the open session about."""
    return room.card(room.session.invite) if room.session is not None else None


def _context(cell: Cell, trigger: Envelope | None) -> Context | None:
    card = session_card(cell.shown)
    order = next((o for o in cell.orders if card is not None and o.id == card.order), None)
    if card is None or order is None:
        return None
    parcel = next((p for p in order.parcels if p.id == card.parcel), None)
    return Context(
        order=to_builtins(masked_order(order)),
        parcel=to_builtins(parcel) if parcel is not None else {},
        intent=card.intent,
        evidence=card.evidence,
        trigger=masked_envelope(trigger) if trigger is not None else None,
    )


def timer(round_: Round) -> Timer:
    """A round as the merchant's countdown shows it (R30)."""
    return Timer(
        room=round_.room,
        state=round_.state,
        opened_at=round_.opened_at,
        due_at=round_.due_at,
        closed_at=round_.closed_at,
        rule=round_.rule,
        reason=round_.reason,
    )


def open_round(cell: Cell, *, rules: RuleSet, policy: Policy) -> Timer | None:
    """The countdown of the round that waits, if one does."""
    tracking = cell.heard
    if tracking.shown is not None:
        return timer(tracking.shown)
    if tracking.now.wait is None:
        return None
    return timer(record(Scope(cell.id, rules, policy), tracking.now.wait))


def invite_marked(mark: InviteMark) -> InviteMarked:
    """An agent's word on a card, for its shop."""
    who = Who(role=Role.MERCHANT, id=mark.agent)
    return InviteMarked(room=mark.room, invite=mark.invite, intent=mark.intent, who=who, at=mark.at)


def switch_frame(switch: Switch) -> SwitchFrame:
    """A shop's switch as its agents see it."""
    return SwitchFrame(
        shop=switch.shop,
        enabled=switch.enabled,
        auto=switch.auto,
        entry=switch.entry,
        changed_by=switch.changed_by,
        changed_at=switch.changed_at,
    )


def checks(outcomes: list[Outcome]) -> tuple[Check, ...]:
    """An explanation's lines (R19)."""
    return tuple(Check(rule=o.rule, passed=o.passed, reason=o.reason) for o in outcomes)
