"""How each kind of event changes a room: the small print behind `rooms.evolve`."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.core import allowance
from server.core import events as e
from server.core.bodies import OrderCard, Text
from server.core.burst import Said
from server.core.model import (
    Instant,
    InviteId,
    InviteState,
    Phase,
    Reception,
    Role,
    SessionId,
    Stage,
)
from server.core.policy import Policy
from server.core.room import Card, OpenSession, Room

Fold = Callable[[Room, e.Envelope, Stage, Policy], Room]


def _opened(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    at, name = envelope.at, envelope.by.name
    return replace(room, seq=1, at=at, opened_at=at, stage=stage, buyer_name=name)


def _posted(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    if envelope.phase is Phase.THREE_PARTY:
        return _posted_in_session(room, envelope, stage)
    changes: dict[str, Any] = {
        "seq": envelope.seq,
        "at": envelope.at,
        "stage": stage,
        "allowance": allowance.after(room.allowance, envelope, policy),
    }
    event = envelope.event
    assert isinstance(event, e.MessagePosted)
    if envelope.by.role is Role.BUYER:
        if isinstance(event.body, Text):
            said = Said(envelope.seq, envelope.at, event.body.text)
            changes["burst"] = room.burst.after(said, policy)
        changes["buyer_name"] = envelope.by.name
    else:
        changes["burst"] = room.burst.end()
    if envelope.by.role is Role.MERCHANT:
        changes["last_replier"] = envelope.by.id
    if envelope.by.role is Role.BUYER and isinstance(event.body, OrderCard):
        changes["order_card"] = (event.body.order, envelope.at)
    return replace(room, **changes)


def _posted_in_session(room: Room, envelope: e.Envelope, stage: Stage) -> Room:
    session, role = room.session, envelope.by.role
    if session is not None and role is Role.LOGISTICS:
        session = replace(session, spoke_at=envelope.at, agent_wrote=True)
    elif session is not None and role is Role.BUYER:
        session = replace(session, spoke_at=envelope.at)
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, session=session)


def _recalled(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.MessageRecalled)
    fresh = [(seq, at) for seq, at in room.recalled if envelope.at - at <= policy.recall_ms]
    recalled = (*fresh, (event.seq, envelope.at))
    burst = room.burst.without(event.seq)
    seq, at = envelope.seq, envelope.at
    return replace(room, seq=seq, at=at, stage=stage, recalled=recalled, burst=burst)


def _reception(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.ReceptionChanged)
    at, reception = envelope.at, Reception(event.reception)
    return replace(room, seq=envelope.seq, at=at, stage=stage, reception=reception)


def _assigned(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.RoomAssigned)
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, held_by=event.agent)


def _closed(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    seq, at, burst = envelope.seq, envelope.at, room.burst.end()
    return replace(room, seq=seq, at=at, stage=stage, reception=None, burst=burst)


def _offered(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.InviteOffered)
    card = Card(
        id=event.invite,
        order=event.order,
        parcel=event.parcel,
        carrier=event.carrier,
        inviter=event.inviter,
        agent=event.agent,
        offered_at=envelope.at,
        since_at=event.since_at or envelope.at,
        expires_at=event.expires_at,
        intent=event.intent,
        trigger=event.trigger,
        evidence=event.evidence,
    )
    cards = (*room.cards, card)
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, cards=cards)


def _settled(
    room: Room, envelope: e.Envelope, stage: Stage, *, invite: InviteId, **changes: Any
) -> Room:
    cards = tuple(
        replace(card, settled_at=envelope.at, **changes) if card.id == invite else card
        for card in room.cards
    )
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, cards=cards)


def _accepted(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.InviteAccepted)
    settled = _settled(
        room,
        envelope,
        stage,
        invite=event.invite,
        state=InviteState.ACCEPTED,
        session=event.session,
    )
    card = room.cards[-1]
    session = OpenSession(
        id=event.session,
        invite=card.id,
        order=card.order,
        carrier=card.carrier,
        accepted_at=envelope.at,
        accepted_seq=envelope.seq,
        since_at=envelope.at,
        spoke_at=envelope.at,
    )
    refilled = allowance.after(room.allowance, envelope, policy)
    return replace(settled, session=session, allowance=refilled, burst=room.burst.end())


def _declined(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.InviteDeclined)
    return _settled(
        room,
        envelope,
        stage,
        invite=event.invite,
        state=InviteState.DECLINED,
        never_again=event.never_again,
    )


def _expired(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.InviteExpired)
    return _settled(room, envelope, stage, invite=event.invite, state=InviteState.EXPIRED)


def _withdrawn(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.InviteWithdrawn)
    return _settled(room, envelope, stage, invite=event.invite, state=InviteState.WITHDRAWN)


def _turn(room: Room, at: Instant, **changes: Any) -> OpenSession:
    """A new wait or a new agent's turn: the limits begin anew (R14, R45)."""
    assert room.session is not None
    return replace(room.session, since_at=at, spoke_at=at, **changes)


def _joined(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.AgentJoined)
    session = _turn(room, envelope.at, agent=event.agent, agent_wrote=False)
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, session=session)


def _left(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.AgentLeft)
    assert room.session is not None
    silent = room.session.silent
    if event.reason == "silent":
        silent = (*silent, event.agent)
    session = _turn(room, envelope.at, agent=None, agent_wrote=False, silent=silent)
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, session=session)


def _kept(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    assert room.session is not None
    session = replace(room.session, spoke_at=envelope.at)
    return replace(room, seq=envelope.seq, at=envelope.at, stage=stage, session=session)


def _ended(room: Room, envelope: e.Envelope, stage: Stage, policy: Policy) -> Room:
    event = envelope.event
    assert isinstance(event, e.SessionEnded)
    cards = tuple(_with_end(card, event.session, envelope.at) for card in room.cards)
    at, seq = envelope.at, envelope.seq
    return replace(room, seq=seq, at=at, stage=stage, cards=cards, session=None)


def _with_end(card: Card, session: SessionId, at: Instant) -> Card:
    return replace(card, ended_at=at) if card.session == session else card


FOLDS: dict[type[e.AnyEvent], Fold] = {
    e.RoomOpened: _opened,
    e.MessagePosted: _posted,
    e.MessageRecalled: _recalled,
    e.ReceptionChanged: _reception,
    e.RoomAssigned: _assigned,
    e.ConversationClosed: _closed,
    e.InviteOffered: _offered,
    e.InviteAccepted: _accepted,
    e.InviteDeclined: _declined,
    e.InviteExpired: _expired,
    e.InviteWithdrawn: _withdrawn,
    e.AgentJoined: _joined,
    e.AgentLeft: _left,
    e.SessionKept: _kept,
    e.SessionEnded: _ended,
}
