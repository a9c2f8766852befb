"""Deciding about cards: offered, answered, changed, withdrawn (R2–R11, R51)."""

from server.core import commands as c
from server.core import events as e
from server.core import intents
from server.core.burst import Said, joined, newest_first
from server.core.choice import choose_order
from server.core.eligibility import Case, Purpose, explain, first_failure, reception
from server.core.errors import Refused
from server.core.events import Draft
from server.core.facts import Facts
from server.core.model import (
    Instant,
    InviteId,
    Inviter,
    InviteState,
    Order,
    Reception,
    SessionId,
)
from server.core.policy import Policy
from server.core.room import Card, Room
from server.core.step import Ask, Reading, RefusedAfter, Step, answered, by_platform, next_id

SCOPE = ("order", "parcel", "trigger", "session")  # what the card says the agent will see (R46)

# What may stand against a card and still leave a hint (R51).
SOFT = frozenset({"not_rolled_out", "auto_off", "cooldown"})


def consider(room: Room, posted: Draft, ask: Ask, *, text: str) -> Step:
    """A buyer's text in a two-party room, and perhaps the platform's card (R2)."""
    facts = ask.facts()
    if reception(room, facts) is not Reception.HUMAN:
        return Step(drafts=(posted,))
    before = room.burst.before(ask.at, ask.policy)
    read, earlier = _read(text, before, ask)
    texts = (text, *newest_first(before))
    order = choose_order(room, facts, chosen=None, texts=texts, at=ask.at, policy=ask.policy)
    outcome, reason = _judge(_case(room, ask, facts, Purpose.PLATFORM, order), read)
    reading = Reading(
        intent=read.intent,
        confidence=read.confidence,
        logistics=read.logistics,
        evidence=read.evidence,
        outcome=outcome,
        reason=reason,
        order=order.id if order else None,
        earlier=tuple(part.seq for part in earlier),
    )
    if outcome != "invited" or order is None:
        return Step(drafts=(posted,), reading=reading)
    card = _card(
        order,
        invite=InviteId(next_id(room, "i", ahead=2)),
        inviter=Inviter.PLATFORM,
        at=ask.at,
        policy=ask.policy,
        intent=read.intent,
        trigger=room.seq + 1,
        evidence=read.evidence,
    )
    return Step(drafts=(posted, by_platform(card)), reading=reading)


def _read(
    text: str, before: tuple[Said, ...], ask: Ask
) -> tuple[intents.Reading, tuple[Said, ...]]:
    """How a text is understood, and the parts that were read with it (R2).

    Only where it says nothing alone. Where the parts before it say something already, that was
    judged as they came, and is not judged again.
    """
    alone = ask.read(text)
    if not before or _says(alone, ask.policy) or _says(ask.read(joined(before)), ask.policy):
        return alone, ()
    return ask.read(joined(before, text)), before


def _says(read: intents.Reading, policy: Policy) -> bool:
    """Whether it is a delivery question, at least perhaps."""
    return read.intent in intents.LOGISTICS and read.logistics >= policy.hint_confidence


def _judge(case: Case, read: intents.Reading) -> tuple[str, str | None]:
    """Outcome and reason of a reading, as `records.Decision` has them."""
    policy = case.policy
    if not _says(read, policy):
        return "none", "not_logistics"
    failures = [outcome for outcome in explain(case) if outcome.passed is False]
    reason = failures[0].reason if failures else None
    sure = read.logistics >= policy.card_confidence
    shadow = case.facts.rollout.mode == "shadow"
    if sure and not failures:
        return ("shadow" if shadow else "invited"), None
    hard = [f for f in failures if f.reason not in SOFT or f.details.get("never_again")]
    if hard or shadow:
        return "none", reason or "not_sure"
    return "hinted", reason or "not_sure"


def _case(room: Room, ask: Ask, facts: Facts, purpose: Purpose, order: Order | None) -> Case:
    return Case(
        room=room,
        facts=facts,
        at=ask.at,
        policy=ask.policy,
        purpose=purpose,
        client=ask.client,
        order=order,
    )


def _require(case: Case) -> Order:
    """The case's order, when every check passes.

    Raises:
        Refused: the first check that fails.
    """
    failure = first_failure(case)
    if failure is not None:
        raise Refused(failure.reason or "", **failure.details)
    assert case.order is not None
    return case.order


def _card(
    order: Order,
    *,
    invite: InviteId,
    inviter: Inviter,
    at: Instant,
    policy: Policy,
    intent: str | None = None,
    trigger: int | None = None,
    evidence: tuple[str, ...] = (),
    agent: str | None = None,
    since_at: Instant | None = None,
) -> e.InviteOffered:
    parcel = order.parcels[0]
    closing_at = policy.service_hours.closes_at(at, policy.zone)
    return e.InviteOffered(
        invite=invite,
        order=order.id,
        parcel=parcel.id,
        carrier=parcel.carrier,
        inviter=inviter,
        expires_at=min(at + policy.invite_ms, closing_at),
        intent=intent,
        trigger=trigger,
        evidence=evidence,
        agent=agent,
        since_at=since_at,
    )


def offer(room: Room, command: c.OfferInvite, ask: Ask) -> Step:
    """A merchant agent's card (R3)."""
    facts = ask.facts()
    chosen = choose_order(
        room,
        facts,
        chosen=command.order,
        texts=room.burst.texts,
        at=ask.at,
        policy=ask.policy,
    )
    order = _require(_case(room, ask, facts, Purpose.MERCHANT, chosen))
    card = _card(
        order,
        invite=InviteId(next_id(room, "i")),
        inviter=Inviter.MERCHANT,
        at=ask.at,
        policy=ask.policy,
        agent=ask.by.id,
    )
    return answered(ask.by.author, card, command.ref)


def _named(room: Room, invite: InviteId) -> Card:
    card = room.card(invite)
    if card is None:
        raise Refused("not_found", path="$.invite")
    return card


def _named_open(room: Room, invite: InviteId) -> Card:
    card = _named(room, invite)
    if card.state is not InviteState.OFFERED:
        raise Refused("invite_not_open", state=card.state)
    return card


def withdraw(room: Room, command: c.WithdrawInvite, ask: Ask) -> Step:
    """The inviter takes the card back (R10)."""
    card = _named(room, command.invite)
    if card.inviter is not Inviter.MERCHANT or card.agent != ask.by.id:
        raise Refused("forbidden")
    _named_open(room, command.invite)
    event = e.InviteWithdrawn(invite=card.id, reason="inviter")
    return answered(ask.by.author, event, command.ref)


def answer(room: Room, command: c.AnswerInvite, ask: Ask) -> Step:
    """The buyer's yes or no; a repeated answer changes nothing (R10)."""
    card = _named(room, command.invite)
    given = InviteState.ACCEPTED if command.accept else InviteState.DECLINED
    if card.state is given:
        return Step(duplicate=True, invite=card.id, session=card.session)
    _named_open(room, command.invite)
    if not command.accept:
        no = e.InviteDeclined(invite=card.id, never_again=command.never_again)
        return answered(ask.by.author, no, command.ref)
    _recheck(room, card, ask)
    yes = e.InviteAccepted(
        invite=card.id,
        session=SessionId(next_id(room, "s")),
        terms=ask.policy.terms,
        locale=ask.client.locale if ask.client else "zh-CN",
        scope=SCOPE,
    )
    return answered(ask.by.author, yes, command.ref)


def _recheck(room: Room, card: Card, ask: Ask) -> None:
    """What may have changed since the card was offered; a failure expires it (R10)."""
    facts = ask.facts()
    order = next((order for order in facts.orders if order.id == card.order), None)
    failure = first_failure(_case(room, ask, facts, Purpose.ACCEPT, order))
    if failure is None:
        return
    refused = RefusedAfter(failure.reason or "", **failure.details)
    expired = e.InviteExpired(invite=card.id, reason=failure.reason or "")
    refused.drafts = (by_platform(expired),)
    raise refused


def change_order(room: Room, command: c.ChangeInviteOrder, ask: Ask) -> Step:
    """The buyer means another order: a new card takes the old one's place (R6)."""
    card = _named_open(room, command.invite)
    if card.order == command.order:
        return Step(duplicate=True, invite=card.id)
    facts = ask.facts()
    chosen = choose_order(room, facts, chosen=command.order, texts=(), at=ask.at, policy=ask.policy)
    order = _require(_case(room, ask, facts, Purpose.CHANGE, chosen))
    gone = Draft(ask.by.author, e.InviteWithdrawn(invite=card.id, reason="order_changed"))
    instead = _again(
        card, order, ask, invite=InviteId(next_id(room, "i", ahead=2)), since_at=card.since_at
    )
    return Step(drafts=(gone, Draft(ask.by.author, instead, command.ref)))


def reopen(room: Room, command: c.ReopenInvite, ask: Ask) -> Step:
    """The buyer asks for a declined or expired card again (R11)."""
    card = _named(room, command.invite)
    if card.state not in (InviteState.DECLINED, InviteState.EXPIRED):
        raise Refused("invite_not_open", state=card.state)
    facts = ask.facts()
    chosen = choose_order(room, facts, chosen=card.order, texts=(), at=ask.at, policy=ask.policy)
    order = _require(_case(room, ask, facts, Purpose.REOPEN, chosen))
    again = _again(card, order, ask, invite=InviteId(next_id(room, "i")), since_at=None)
    return answered(ask.by.author, again, command.ref)


def _again(
    card: Card, order: Order, ask: Ask, *, invite: InviteId, since_at: Instant | None
) -> e.InviteOffered:
    return _card(
        order,
        invite=invite,
        inviter=card.inviter,
        at=ask.at,
        policy=ask.policy,
        intent=card.intent,
        trigger=card.trigger,
        evidence=card.evidence,
        agent=card.agent,
        since_at=since_at,
    )


def expire(room: Room, command: c.Expire, ask: Ask) -> Step:
    """The open card's time is over (R10)."""
    card = room.open_card
    if card is None:
        return Step()
    return Step(drafts=(by_platform(e.InviteExpired(invite=card.id, reason="timeout")),))


def switch_off(room: Room, command: c.SwitchOff, ask: Ask) -> Step:
    """The shop's switch went off: the open card goes at once (R15)."""
    card = room.open_card
    if card is None:
        return Step()
    return Step(drafts=(by_platform(e.InviteWithdrawn(invite=card.id, reason="switched_off")),))
