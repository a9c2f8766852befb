"""What is written out to learn from: readings, and what proved them (R2, R9).

A reading is labelled by what became of it. Strongest first: an agent of the shop `marked` the card;
the buyer `accepted` it; the merchant invited although the platform had not (`merchant_invite`); the
buyer `declined` it. A row has one label, the strongest, and nothing that names a person.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from server.core import events as e
from server.core import rooms
from server.core.blanks import Known, blanked
from server.core.bodies import Text
from server.core.intents import LOGISTICS, OTHER
from server.core.model import Inviter, InviteState, Order, Role
from server.core.policy import MINUTE, Policy
from server.core.records import Decision, InviteMark
from server.core.room import Card, Room

SOME = "logistics"  # as a label: a delivery question, of which of the ten is not said
STRONG, WEAK = "strong", "weak"
MERCHANT_MS = 10 * MINUTE  # what was said longer before a merchant's card is not what it is about


class Row(Struct, frozen=True, kw_only=True):
    """A labelled reading. `label` is one of `intents.INTENTS`, or `logistics`."""

    text: str
    intent: str
    confidence: float
    logistics: float | None
    label: str
    source: str
    strength: str


class Label(Struct, frozen=True):
    """What a reading was, and who says so."""

    label: str
    source: str
    strength: str = WEAK


class Told(Struct, frozen=True, kw_only=True):
    """What is kept of one room."""

    room: Room
    log: Sequence[e.Envelope]
    decisions: Sequence[Decision]
    marks: Sequence[InviteMark]
    orders: Sequence[Order]


def feedback(told: Told, policy: Policy) -> Iterator[Row]:
    """The labelled readings of a room, in their order.

    One whose message, or another of its burst, was erased (R55) or recalled is left out.

    Raises:
        IllegalStep: the log is none.
    """
    labels = _labels(told, policy)
    if not labels:
        return
    texts, known = _texts(told.log), _known(told)
    for read in told.decisions:
        label = labels.get(read.seq)
        parts = [texts.get(seq) for seq in (*read.earlier, read.seq)]
        said = [part for part in parts if part is not None]
        if label is None or len(said) < len(parts):
            continue
        yield Row(
            text=blanked("\n".join(said), known),
            intent=read.intent,
            confidence=read.confidence,
            logistics=read.logistics,
            label=label.label,
            source=label.source,
            strength=label.strength,
        )


# --- labels -------------------------------------------------------------------------------------


def _labels(told: Told, policy: Policy) -> dict[int, Label]:
    """By the `seq` of the message that was read."""
    room, bursts = _folded(told, policy)
    reads = {read.seq: read for read in told.decisions}
    labels: dict[int, Label] = {}
    for burst in bursts:
        judged = [reads[seq] for seq in burst if seq in reads]
        if judged:
            asked = [read for read in judged if read.intent in LOGISTICS]
            labels[(asked or judged)[-1].seq] = Label(SOME, "merchant_invite")
    for trigger, cards in _by_trigger(room.cards).items():
        known = labels.get(trigger)
        found = _of_cards(cards, {mark.invite: mark for mark in told.marks})
        if found is not None and (known is None or found.source != "declined"):
            labels[trigger] = found
    return labels


def _folded(told: Told, policy: Policy) -> tuple[Room, list[list[int]]]:
    """The room, and the burst that each card of a merchant followed."""
    room, bursts = told.room, []
    for envelope in told.log:
        event, said = envelope.event, room.burst.said
        invited = isinstance(event, e.InviteOffered) and envelope.by.role is Role.MERCHANT
        if invited and said and abs(envelope.at - said[-1].at) <= MERCHANT_MS:
            bursts.append([part.seq for part in said])
        room = rooms.evolve(room, envelope, policy)
    return room, bursts


def _by_trigger(cards: Iterable[Card]) -> dict[int, list[Card]]:
    """The platform's cards; one that took another's place has the same trigger."""
    found: dict[int, list[Card]] = {}
    for card in cards:
        if card.inviter is Inviter.PLATFORM and card.trigger is not None:
            found.setdefault(card.trigger, []).append(card)
    return found


def _of_cards(cards: Sequence[Card], marks: Mapping[str, InviteMark]) -> Label | None:
    marked = [marks[card.id] for card in cards if card.id in marks]
    if marked:
        return Label(max(marked, key=lambda mark: mark.at).intent, "marked", STRONG)
    states = {card.state for card in cards}
    if InviteState.ACCEPTED in states:
        return Label(cards[-1].intent or SOME, "accepted")
    if InviteState.DECLINED in states:
        return Label(OTHER, "declined")
    return None


# --- what was said, and what of it is nobody's business -----------------------------------------


def _texts(log: Iterable[e.Envelope]) -> dict[int, str]:
    """The texts that are still there, by their `seq`."""
    texts: dict[int, str] = {}
    for envelope in log:
        event = envelope.event
        if isinstance(event, e.MessagePosted) and isinstance(event.body, Text):
            texts[envelope.seq] = event.body.text
        elif isinstance(event, e.MessageRecalled):
            texts.pop(event.seq, None)
    return texts


def _known(told: Told) -> Known:
    people = [one.by for one in told.log if one.by.role is not Role.PLATFORM]
    couriers = [one.event.agent for one in told.log if isinstance(one.event, e.AgentJoined)]
    names = {told.room.buyer} | {name for one in people for name in (one.id, one.name)}
    names |= {name for one in couriers for name in (one.id, one.name)}
    addresses, numbers = set[str](), set[str]()
    for order in told.orders:
        numbers |= {order.id, *(parcel.id for parcel in order.parcels)}
        numbers |= {parcel.tracking or "" for parcel in order.parcels}
        if order.receiver is not None:
            names.add(order.receiver.name)
            addresses.add(order.receiver.address)
            numbers.add(order.receiver.phone)
    blank = {""}
    return Known(
        names=frozenset(names - blank),
        addresses=frozenset(addresses - blank),
        numbers=frozenset(numbers - blank),
    )
