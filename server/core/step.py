"""What a decision yields, and what it is made from."""

from collections.abc import Callable

from msgspec import Struct

from server.core.errors import Refused
from server.core.events import AnyEvent, Draft, Envelope
from server.core.facts import Facts
from server.core.intents import Reader
from server.core.model import PLATFORM, Author, Client, Identity, Instant, OrderId, Role
from server.core.policy import Policy
from server.core.room import Room


class Ask(Struct, frozen=True, kw_only=True):
    """Who asks, when, with what; `facts` is called only where needed.

    `read` is how a buyer's words are understood (R9). `target` is the envelope that a recall is
    about; None where there is no such message.
    """

    by: Identity
    at: Instant
    facts: Callable[[], Facts]
    policy: Policy
    read: Reader
    client: Client | None = None
    target: Envelope | None = None


PLATFORM_IDENTITY = Identity(role=Role.PLATFORM, id=PLATFORM.id, name=PLATFORM.name)


class Reading(Struct, frozen=True, kw_only=True):
    """How the platform read a buyer's message and what it made of it (R2, R51).

    `earlier` are the messages of its burst that were read with it.
    """

    intent: str
    confidence: float
    logistics: float
    evidence: tuple[str, ...]
    outcome: str
    reason: str | None = None
    order: OrderId | None = None
    earlier: tuple[int, ...] = ()


class Step(Struct, frozen=True, kw_only=True):
    """What a command adds to the log, in order.

    No drafts: nothing changes, the ask was answered before (`duplicate`), about `invite` and
    `session`.
    """

    drafts: tuple[Draft, ...] = ()
    reading: Reading | None = None
    duplicate: bool = False
    invite: str | None = None
    session: str | None = None


class RefusedAfter(Refused):
    """A refusal that leaves a trace: `drafts` happen all the same (R10)."""

    drafts: tuple[Draft, ...] = ()


def by_platform(event: AnyEvent) -> Draft:
    """A step of the platform's own."""
    return Draft(PLATFORM, event)


def answered(by: Author, event: AnyEvent, ref: str | None) -> Step:
    """A step of one event that answers the command."""
    return Step(drafts=(Draft(by, event, ref),))


def next_id(room: Room, letter: str, *, ahead: int = 1) -> str:
    """A unique id for what the event at `seq + ahead` brings, by its place."""
    return f"{room.id}.{letter}{room.seq + ahead}"
