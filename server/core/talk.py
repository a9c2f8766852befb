"""Deciding what people say and who receives it (R21, R27, R28, R32, R48)."""

from server.core import allowance, invites
from server.core import commands as c
from server.core import events as e
from server.core.bodies import TEXT_LIMIT, Image, OrderCard, ParcelCard, Posted, Promotion, Text
from server.core.errors import Refused
from server.core.events import Draft
from server.core.model import Phase, Role
from server.core.room import Room
from server.core.step import Ask, Step, answered


def post(room: Room, command: c.PostMessage, ask: Ask) -> Step:
    """A message, and behind a buyer's text perhaps the platform's card (R2)."""
    body = command.body
    _check_body(room, body, ask)
    refusal = allowance.refusal(
        room.allowance, ask.by.role, body, phase=room.phase, at=ask.at, policy=ask.policy
    )
    if refusal is not None:
        raise refusal
    posted = Draft(ask.by.author, e.MessagePosted(body=body), command.ref)
    if room.phase is Phase.TWO_PARTY and ask.by.role is Role.BUYER and isinstance(body, Text):
        return invites.consider(room, posted, ask, text=body.text)
    return Step(drafts=(posted,))


def _check_body(room: Room, body: Posted, ask: Ask) -> None:
    if isinstance(body, Text):
        if len(body.text) > TEXT_LIMIT:
            raise Refused("too_long", path="$.body.text", limit=TEXT_LIMIT)
    elif isinstance(body, OrderCard | ParcelCard):
        known = {order.id for order in ask.facts().orders}
        if ask.by.role is Role.LOGISTICS and room.session is not None:
            known &= {room.session.order}  # no other order is its business (R46)
        if body.order not in known:
            raise Refused("not_found", path="$.body.order")
    elif isinstance(body, Promotion) and ask.by.role is not Role.MERCHANT:
        raise Refused("forbidden")
    elif isinstance(body, Image):
        raise Refused("not_found", path="$.body.upload")


def recall(room: Room, command: c.RecallMessage, ask: Ask) -> Step:
    """The author takes a message back, within two minutes (R48)."""
    target = ask.target
    if target is None or not isinstance(target.event, e.MessagePosted):
        raise Refused("not_found", path="$.seq")
    by, own = target.by, ask.by.author
    if (by.role, by.id, by.carrier) != (own.role, own.id, own.carrier):
        raise Refused("forbidden")
    if any(seq == command.seq for seq, _ in room.recalled):
        return Step(duplicate=True)
    if ask.at - target.at > ask.policy.recall_ms:
        raise Refused("recall_too_late", limit_ms=ask.policy.recall_ms)
    return answered(ask.by.author, e.MessageRecalled(seq=command.seq), command.ref)


def set_reception(room: Room, command: c.SetReception, ask: Ask) -> Step:
    """Who receives the buyer from now on (R21)."""
    return answered(ask.by.author, e.ReceptionChanged(reception=command.reception), command.ref)


def assign(room: Room, command: c.AssignRoom, ask: Ask) -> Step:
    """The room goes to an agent of the shop (R37)."""
    if not ask.facts().is_agent(command.to):
        raise Refused("not_found", path="$.to")
    return answered(ask.by.author, e.RoomAssigned(agent=command.to), command.ref)


def close(room: Room, command: c.CloseConversation, ask: Ask) -> Step:
    """The conversation is over until somebody writes again."""
    return answered(ask.by.author, e.ConversationClosed(), command.ref)
