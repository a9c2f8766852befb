"""The conversation machine, in two tables.

A room is a log of events; its state is what they fold into. `decide` answers a command with the
events it adds or refuses it; `evolve` folds one event into the state. Both are pure.

TRANSITIONS says which event may happen in which stage and which stage follows. A pair that is not
there cannot be stored. PERMISSIONS says which role may ask what, and in which stages; a pair that
is not there is `forbidden`, another stage is `not_in_phase`. Handlers behind `decide` may then
refuse for reasons of their own, but never allow more than the table.

    new ──room_opened──> two_party ──conversation_closed──> closed ──message_posted──> two_party
    two_party ──invite_offered──> invite_pending ──declined, expired, withdrawn──> two_party
    invite_pending ──invite_accepted──> waiting ──agent_joined──> active ──agent_left──> waiting
    waiting ──session_ended──> two_party

A session that ends with an agent present is `agent_left`, then `session_ended`. `waiting` and
`active` are the phase `three_party`; `new` and `closed` are `two_party` to everybody outside.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from server.core import commands as c
from server.core import events as e
from server.core import invites, sessions, talk
from server.core.errors import IllegalStep, Refused
from server.core.folds import FOLDS
from server.core.model import Identity, Role, Stage
from server.core.policy import Policy
from server.core.room import Room
from server.core.step import Ask, Step

_NEW, _CLOSED, _TWO = Stage.NEW, Stage.CLOSED, Stage.TWO_PARTY
_PENDING, _WAITING, _ACTIVE = Stage.INVITE_PENDING, Stage.WAITING, Stage.ACTIVE

TRANSITIONS: dict[tuple[type[e.AnyEvent], Stage], Stage] = {
    (e.RoomOpened, _NEW): _TWO,
    (e.MessagePosted, _CLOSED): _TWO,
    (e.MessagePosted, _TWO): _TWO,
    (e.MessagePosted, _PENDING): _PENDING,
    (e.MessagePosted, _WAITING): _WAITING,
    (e.MessagePosted, _ACTIVE): _ACTIVE,
    (e.MessageRecalled, _CLOSED): _CLOSED,
    (e.MessageRecalled, _TWO): _TWO,
    (e.MessageRecalled, _PENDING): _PENDING,
    (e.MessageRecalled, _WAITING): _WAITING,
    (e.MessageRecalled, _ACTIVE): _ACTIVE,
    (e.ReceptionChanged, _CLOSED): _CLOSED,
    (e.ReceptionChanged, _TWO): _TWO,
    (e.ReceptionChanged, _PENDING): _PENDING,
    (e.ReceptionChanged, _WAITING): _WAITING,
    (e.ReceptionChanged, _ACTIVE): _ACTIVE,
    (e.RoomAssigned, _CLOSED): _CLOSED,
    (e.RoomAssigned, _TWO): _TWO,
    (e.RoomAssigned, _PENDING): _PENDING,
    (e.RoomAssigned, _WAITING): _WAITING,
    (e.RoomAssigned, _ACTIVE): _ACTIVE,
    (e.InviteOffered, _CLOSED): _PENDING,
    (e.InviteOffered, _TWO): _PENDING,
    (e.InviteAccepted, _PENDING): _WAITING,
    (e.InviteDeclined, _PENDING): _TWO,
    (e.InviteExpired, _PENDING): _TWO,
    (e.InviteWithdrawn, _PENDING): _TWO,
    (e.AgentJoined, _WAITING): _ACTIVE,
    (e.AgentLeft, _ACTIVE): _WAITING,
    (e.SessionKept, _ACTIVE): _ACTIVE,
    (e.SessionEnded, _WAITING): _TWO,
    (e.ConversationClosed, _TWO): _CLOSED,
}

_OPEN = frozenset({_CLOSED, _TWO, _PENDING, _WAITING, _ACTIVE})
_JOINED = frozenset({_ACTIVE})

PERMISSIONS: dict[tuple[type[c.MemberCommand], Role], frozenset[Stage]] = {
    (c.PostMessage, Role.BUYER): _OPEN,
    (c.PostMessage, Role.MERCHANT): _OPEN,
    (c.PostMessage, Role.BOT): _OPEN,
    (c.PostMessage, Role.LOGISTICS): _JOINED,
    (c.RecallMessage, Role.BUYER): _OPEN,
    (c.RecallMessage, Role.MERCHANT): _OPEN,
    (c.RecallMessage, Role.BOT): _OPEN,
    (c.RecallMessage, Role.LOGISTICS): _JOINED,
    (c.OfferInvite, Role.MERCHANT): _OPEN,
    (c.WithdrawInvite, Role.MERCHANT): _OPEN,
    (c.AnswerInvite, Role.BUYER): _OPEN,
    (c.ChangeInviteOrder, Role.BUYER): _OPEN,
    (c.ReopenInvite, Role.BUYER): _OPEN,
    (c.EndSession, Role.BUYER): _OPEN,
    (c.EndSession, Role.MERCHANT): _OPEN,
    (c.EndSession, Role.LOGISTICS): _JOINED,
    (c.KeepSession, Role.BUYER): _OPEN,
    (c.KeepSession, Role.LOGISTICS): _JOINED,
    (c.SetReception, Role.MERCHANT): _OPEN,
    (c.SetReception, Role.BOT): _OPEN,
    (c.AssignRoom, Role.MERCHANT): _OPEN,
    (c.CloseConversation, Role.MERCHANT): frozenset({_TWO}),
}

Handler = Callable[[Room, Any, Ask], Step]

HANDLERS: dict[type[c.MemberCommand | c.PlatformCommand], Handler] = {
    c.PostMessage: talk.post,
    c.RecallMessage: talk.recall,
    c.SetReception: talk.set_reception,
    c.AssignRoom: talk.assign,
    c.CloseConversation: talk.close,
    c.OfferInvite: invites.offer,
    c.WithdrawInvite: invites.withdraw,
    c.AnswerInvite: invites.answer,
    c.ChangeInviteOrder: invites.change_order,
    c.ReopenInvite: invites.reopen,
    c.Expire: invites.expire,
    c.SwitchOff: invites.switch_off,
    c.EndSession: sessions.end,
    c.KeepSession: sessions.keep,
    c.Join: sessions.join,
    c.Leave: sessions.leave,
    c.Stop: sessions.stop,
}


def is_member(room: Room, who: Identity) -> bool:
    """Whether the room is theirs (R47); an agent's only while it is in it."""
    return visible_from(room, who) is not None


def visible_from(room: Room, who: Identity) -> int | None:
    """The first `seq` that this identity may see; None: nothing (R46, R47)."""
    if who.role is Role.BUYER:
        return 1 if who.id == room.buyer else None
    if who.role is Role.MERCHANT or who.role is Role.BOT:
        return 1 if who.shop == room.shop else None
    session = room.session
    if who.role is Role.LOGISTICS and session is not None and session.agent is not None:
        theirs = session.agent.id == who.id and session.carrier == who.carrier
        return session.accepted_seq if theirs else None
    return None


def decide(room: Room, command: c.MemberCommand, ask: Ask) -> Step:
    """What a member's command adds to the log; the state is not changed.

    Raises:
        Refused: with the first code that holds, in the order of docs/protocol.md 1.5.
    """
    if visible_from(room, ask.by) is None:
        raise Refused("forbidden")
    kind = type(command)
    stages = PERMISSIONS.get((kind, ask.by.role))
    if stages is None:
        raise Refused("forbidden")
    if room.stage not in stages:
        raise Refused("not_in_phase", phase=room.phase)
    return HANDLERS[kind](room, command, ask)


def lapse(room: Room, command: c.PlatformCommand, ask: Ask) -> Step:
    """What falls due, or the desk decides, adds to the log (R14, R44, R57)."""
    return HANDLERS[type(command)](room, command, ask)


def evolve(room: Room, envelope: e.Envelope, policy: Policy) -> Room:
    """The room after one more event.

    Raises:
        IllegalStep: the event cannot happen in this stage, or not at this place.
    """
    kind = type(envelope.event)
    stage = TRANSITIONS.get((kind, room.stage))
    if stage is None or envelope.seq != room.seq + 1:
        raise IllegalStep(f"{kind.__name__} {envelope.seq} in {room.stage} {room.seq} of {room.id}")
    fold = FOLDS.get(kind)
    if fold is None:
        return replace(room, seq=envelope.seq, at=envelope.at, stage=stage)
    return fold(room, envelope, stage, policy)
