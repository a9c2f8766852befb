"""Builders for the core's tests: a log as a list of short calls, one a step.

`log(said("buyer", "hi", at="10:10:15"), …)` numbers the steps from 1 in the order given and gives
each the phase that it was written in. Times of day are of one day in Asia/Shanghai; `day` goes on
from it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.core import events as e
from server.core import tracker
from server.core.bodies import Body, Image, OrderCard, ParcelCard, Promotion, Text
from server.core.model import (
    PLATFORM,
    Agent,
    AgentId,
    Author,
    CarrierId,
    Instant,
    InviteId,
    Inviter,
    OrderId,
    ParcelId,
    Phase,
    Reception,
    Role,
    RoomId,
    SessionId,
    ShopId,
)
from server.core.policy import Policy
from server.core.records import Round
from server.core.rulesets import RULESETS, RuleSet

ROOM = RoomId("room")
INVITE, SESSION = InviteId("invite"), SessionId("session")
ZTO = CarrierId("zto")
ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime(2023, 11, 9, tzinfo=ZONE)
RULES: RuleSet = RULESETS["2023.1"]
POLICY = Policy()
CARDS: tuple[Body, ...] = (
    OrderCard(OrderId("order")),
    ParcelCard(OrderId("order")),
    Promotion(title="11.11", text="half price"),
)
IMAGE = Image(upload="upload", width=4, height=3)

BY = {
    Role.BUYER: Author(Role.BUYER, "lin", "Lin"),
    Role.MERCHANT: Author(Role.MERCHANT, "mei", "Mei"),
    Role.BOT: Author(Role.BOT, "bot", "Bot"),
    Role.LOGISTICS: Author(Role.LOGISTICS, "zhang", "Zhang", ZTO),
    Role.PLATFORM: PLATFORM,
}


class Step:
    """A step that is not yet in its place."""

    def __init__(self, event: e.AnyEvent, *, at: str | Instant, role: str, by: str = "") -> None:
        self.event = event
        self.at = at if isinstance(at, int) else clock(at)
        author = BY[Role(role)]
        self.by = Author(author.role, by, by, author.carrier) if by else author


def clock(time: str, *, day: int = 0) -> Instant:
    """The instant of a time of day: `10:10:15` or `10:10:15.001`, `day` days later."""
    hours, minutes, seconds = [*time.split(":"), "0"][:3]
    span = timedelta(
        days=day, hours=int(hours), minutes=int(minutes), milliseconds=round(float(seconds) * 1000)
    )
    return round((DAY + span).timestamp() * 1000)


def said(role: str, body: str | Body = "hello", *, at: str | Instant, by: str = "") -> Step:
    """Somebody wrote; `by` is another agent than the usual one."""
    body = Text(body) if isinstance(body, str) else body
    return Step(e.MessagePosted(body=body), at=at, role=role, by=by)


def recalled(seq: int, *, at: str | Instant, role: str = "buyer") -> Step:
    """The author took message `seq` back."""
    return Step(e.MessageRecalled(seq=seq), at=at, role=role)


def received_by(reception: str, *, at: str | Instant) -> Step:
    """Who receives the buyer was set."""
    return Step(e.ReceptionChanged(reception=Reception(reception)), at=at, role="merchant")


def handed_to(agent: str, *, at: str | Instant) -> Step:
    """The room was handed to an agent of the shop."""
    return Step(e.RoomAssigned(agent=agent), at=at, role="merchant")


def opened(*, at: str | Instant) -> Step:
    """The buyer came to the shop."""
    return Step(e.RoomOpened(shop=ShopId("shop"), buyer="lin"), at=at, role="buyer")


def offered(inviter: str, *, at: str | Instant, since: str | None = None) -> Step:
    """A card came into the room; `since` is when the first of its consultation did."""
    event = e.InviteOffered(
        invite=INVITE,
        order=OrderId("order"),
        parcel=ParcelId("parcel"),
        carrier=ZTO,
        inviter=Inviter(inviter),
        expires_at=clock("23:59"),
        since_at=None if since is None else clock(since),
    )
    return Step(event, at=at, role=inviter)


def accepted(*, at: str | Instant) -> Step:
    """The buyer let a logistics agent in."""
    event = e.InviteAccepted(invite=INVITE, session=SESSION, terms="1", locale="zh-CN")
    return Step(event, at=at, role="buyer")


def declined(*, at: str | Instant) -> Step:
    """The buyer did not."""
    return Step(e.InviteDeclined(invite=INVITE), at=at, role="buyer")


def joined(*, at: str | Instant) -> Step:
    """A logistics agent took part."""
    agent = Agent(id=AgentId("zhang"), name="Zhang", carrier=ZTO)
    return Step(e.AgentJoined(session=SESSION, agent=agent), at=at, role="platform")


def ended(reason: str, *, at: str | Instant) -> Step:
    """The session ended."""
    role = reason if reason in {"buyer", "merchant"} else "platform"
    return Step(e.SessionEnded(session=SESSION, reason=reason), at=at, role=role)


def closed(*, at: str | Instant) -> Step:
    """The merchant closed the conversation."""
    return Step(e.ConversationClosed(), at=at, role="merchant")


PHASE_AFTER: dict[type[e.AnyEvent], Phase] = {
    e.InviteOffered: Phase.INVITE_PENDING,
    e.InviteAccepted: Phase.THREE_PARTY,
    e.InviteDeclined: Phase.TWO_PARTY,
    e.SessionEnded: Phase.TWO_PARTY,
}


def log(*steps: Step) -> list[e.Envelope]:
    """These steps as a room's log."""
    phase = Phase.TWO_PARTY
    envelopes = []
    for seq, step in enumerate(steps, start=1):
        envelopes.append(e.Envelope(ROOM, seq, step.at, step.by, step.event, phase))
        phase = PHASE_AFTER.get(type(step.event), phase)
    return envelopes


def observed(
    envelopes: Iterable[e.Envelope], *, policy: Policy = POLICY, rules: RuleSet = RULES
) -> tuple[tracker.Tracking, list[Round]]:
    """The tracking after a log, and every change of a round on the way."""
    tracking, changes = tracker.Tracking(ROOM), list[Round]()
    for envelope in envelopes:
        seen = tracker.observe(tracking, envelope, rules=rules, policy=policy)
        tracking = seen.tracking
        changes += seen.rounds
    return tracking, changes


def rounds_of(
    envelopes: Iterable[e.Envelope], *, policy: Policy = POLICY, rules: RuleSet = RULES
) -> dict[int, Round]:
    """What became of each round of a log, by its id."""
    _, changes = observed(envelopes, policy=policy, rules=rules)
    return {changed.id: changed for changed in changes}
