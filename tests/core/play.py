"""A room played by its members, with no server: who asks what, at which time, in which world.

`Play` keeps the state and the log; `buyer`, `agent`, `courier`… are its members. Asking returns
the events that were added, or raises `Refused`. The world (`facts`) is changed with `know`.
"""

from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from server.core import commands as c
from server.core import events as e
from server.core import rooms
from server.core.bodies import Body, Text
from server.core.errors import Refused
from server.core.events import Draft
from server.core.facts import Facts
from server.core.intents import Reader
from server.core.model import (
    Agent,
    AgentId,
    Carrier,
    CarrierId,
    Client,
    DeskLoad,
    Device,
    Identity,
    Instant,
    InviteId,
    Inviter,
    Order,
    OrderId,
    OrderStatus,
    Parcel,
    ParcelId,
    Reception,
    Role,
    Rollout,
    RoomId,
    SessionId,
    ShopId,
    Stage,
    Switch,
)
from server.core.policy import Policy
from server.core.room import Card, Room
from server.core.step import PLATFORM_IDENTITY, Ask, RefusedAfter, Step
from server.reader import shipped
from tests.core.given import clock

SHOP = ShopId("shop")
STO, ZTO, JT = CarrierId("sto"), CarrierId("zto"), CarrierId("jt")
NOW = clock("14:00")
QUESTION = "快递三天没动了"

BUYER = Identity(role=Role.BUYER, id="lin", name="林一")
AGENT = Identity(role=Role.MERCHANT, id="mei", name="小满", shop=SHOP)
COLLEAGUE = Identity(role=Role.MERCHANT, id="zhu", name="阿竹", shop=SHOP)
BOT = Identity(role=Role.BOT, id="bot", name="机器人", shop=SHOP)
COURIER = Identity(role=Role.LOGISTICS, id="zhou", name="周岚", carrier=STO, badge="S2041")
JOINER = Agent(id=AgentId("zhou"), name="周岚", carrier=STO, badge="S2041")

DESKTOP = Client(name="t", version=(1, 2, 0), device=Device.DESKTOP)
MOBILE = Client(name="t", version=(1, 2, 0), device=Device.MOBILE)
OUTDATED = Client(name="t", version=(0, 9, 9), device=Device.DESKTOP)


def order(id_: str = "o-1", **changes: Any) -> Order:
    """A shipped order with one parcel of an enabled carrier."""
    usual = Order(
        id=OrderId(id_),
        shop=SHOP,
        buyer=BUYER.id,
        status=OrderStatus.SHIPPED,
        placed_at=NOW - 86_400_000,
        parcels=(Parcel(id=ParcelId("p-" + id_), carrier=STO),),
    )
    return replace(usual, **changes)


def desk(**changes: int) -> DeskLoad:
    """A desk with an agent who has time."""
    return replace(DeskLoad(online=1, capacity=5, free=5), **changes)


def world(**changes: Any) -> Facts:
    """A world in which everything allows an invite."""
    usual = Facts(
        switch=Switch(shop=SHOP),
        rollout=Rollout(),
        carriers={id_: Carrier(id=id_, name={}, enabled=id_ is not JT) for id_ in (STO, ZTO, JT)},
        orders=(order(),),
        merchants=(DESKTOP,),
        desk=lambda _: desk(),
        is_agent=lambda agent: agent in {"mei", "zhu"},
    )
    return replace(usual, **changes)


@dataclass
class Play:
    """A room in play; `at` is what time it is."""

    at: Instant = NOW
    facts: Facts = field(default_factory=world)
    policy: Policy = field(default_factory=Policy)
    read: Reader = shipped().read
    room: Room = field(default_factory=lambda: Room(id=RoomId("r"), shop=SHOP, buyer=BUYER.id))
    log: list[e.Envelope] = field(default_factory=list)
    last: Step = field(default_factory=Step)
    asked: int = 0

    def __post_init__(self) -> None:
        self._add((Draft(BUYER.author, e.RoomOpened(shop=SHOP, buyer=BUYER.id)),))

    def know(self, **changes: Any) -> "Play":
        """The world is different now."""
        self.facts = replace(self.facts, **changes)
        return self

    def wait(self, seconds: float) -> "Play":
        """Time goes by."""
        self.at += round(seconds * 1000)
        return self

    def ask(
        self,
        who: Identity,
        kind: type[Any],
        *,
        client: Client = DESKTOP,
        target: int | None = None,
        **fields: Any,
    ) -> list[e.AnyEvent]:
        """A member asks; what was added, or Refused."""
        self.asked += 1
        command = kind(ref=str(self.asked), room=self.room.id, **fields)
        found = next((each for each in self.log if each.seq == target), None)
        try:
            self.last = rooms.decide(self.room, command, self._asking(who, client, found))
        except RefusedAfter as refused:
            self._add(refused.drafts)
            raise
        return self._add(self.last.drafts)

    def lapse(self, command: c.PlatformCommand) -> list[e.AnyEvent]:
        """The platform does something by itself."""
        self.last = rooms.lapse(self.room, command, self._asking(PLATFORM_IDENTITY, None, None))
        return self._add(self.last.drafts)

    def _asking(self, who: Identity, client: Client | None, target: e.Envelope | None) -> Ask:
        return Ask(
            by=who,
            at=self.at,
            facts=lambda: self.facts,
            policy=self.policy,
            read=self.read,
            client=client,
            target=target,
        )

    def _add(self, drafts: tuple[Draft, ...]) -> list[e.AnyEvent]:
        for draft in drafts:
            room, phase = self.room, self.room.phase
            seq = room.seq + 1
            envelope = e.Envelope(room.id, seq, self.at, draft.by, draft.event, phase, draft.ref)
            self.room = rooms.evolve(room, envelope, self.policy)
            self.log.append(envelope)
        return [draft.event for draft in drafts]

    # --- what members usually do ------------------------------------------------------------

    def says(self, who: Identity, body: str | Body) -> list[e.AnyEvent]:
        """Somebody writes."""
        return self.ask(who, c.PostMessage, body=Text(body) if isinstance(body, str) else body)

    def question(self, text: str = QUESTION) -> "Play":
        """The buyer asks about the parcel; the platform's card comes."""
        added = self.says(BUYER, text)
        assert isinstance(added[-1], e.InviteOffered), added
        return self

    def offer(self, order_id: str | None = None, *, client: Client = DESKTOP) -> e.InviteOffered:
        """The merchant agent presses the button."""
        (offered,) = self.ask(AGENT, c.OfferInvite, order=order_id, client=client)
        assert isinstance(offered, e.InviteOffered)
        return offered

    def answer(self, *, accept: bool, **fields: Any) -> list[e.AnyEvent]:
        """The buyer answers the latest card."""
        return self.ask(BUYER, c.AnswerInvite, invite=self.card.id, accept=accept, **fields)

    def session(self) -> "Play":
        """A logistics agent is in the room."""
        self.question().answer(accept=True)
        self.lapse(c.Join(JOINER))
        return self

    @property
    def card(self) -> Card:
        """The latest card."""
        return self.room.cards[-1]


def in_stage(stage: Stage) -> Play:
    """A room that was brought to this stage by its members."""
    play = Play()
    if stage is Stage.CLOSED:
        play.ask(AGENT, c.CloseConversation)
    if stage in (Stage.INVITE_PENDING, Stage.WAITING, Stage.ACTIVE):
        play.question()
    if stage in (Stage.WAITING, Stage.ACTIVE):
        play.answer(accept=True)
    if stage is Stage.ACTIVE:
        play.lapse(c.Join(JOINER))
    assert play.room.stage is stage
    return play


def some(kind: type[Any], play: Play) -> e.AnyEvent:
    """An event of this kind that fits the room."""
    session = play.room.session.id if play.room.session else SessionId("s")
    invite = play.room.cards[-1].id if play.room.cards else InviteId("i")
    made: dict[type[Any], e.AnyEvent] = {
        e.RoomOpened: e.RoomOpened(shop=SHOP, buyer="lin"),
        e.MessagePosted: e.MessagePosted(body=Text("hi")),
        e.MessageRecalled: e.MessageRecalled(seq=1),
        e.ReceptionChanged: e.ReceptionChanged(reception=Reception.BOT),
        e.RoomAssigned: e.RoomAssigned(agent="zhu"),
        e.InviteOffered: e.InviteOffered(
            invite=InviteId("i9"),
            order=OrderId("o-1"),
            parcel=ParcelId("p"),
            carrier=CarrierId("sto"),
            inviter=Inviter.PLATFORM,
            expires_at=NOW + 600_000,
        ),
        e.InviteAccepted: e.InviteAccepted(invite=invite, session=session, terms="1", locale="en"),
        e.InviteDeclined: e.InviteDeclined(invite=invite),
        e.InviteExpired: e.InviteExpired(invite=invite, reason="timeout"),
        e.InviteWithdrawn: e.InviteWithdrawn(invite=invite, reason="inviter"),
        e.AgentJoined: e.AgentJoined(session=session, agent=JOINER),
        e.AgentLeft: e.AgentLeft(session=session, agent=JOINER.id, reason="silent"),
        e.SessionKept: e.SessionKept(session=session),
        e.SessionEnded: e.SessionEnded(session=session, reason="idle"),
        e.ConversationClosed: e.ConversationClosed(),
    }
    return made[kind]


def refusal(ask: Any, *args: Any, **fields: Any) -> Refused:
    """How an ask is refused; an error if it is not."""
    try:
        ask(*args, **fields)
    except Refused as refused:
        return refused
    raise AssertionError("was not refused")


def code(ask: Any, *args: Any, **fields: Any) -> str:
    """The code with which an ask is refused."""
    return refusal(ask, *args, **fields).code
