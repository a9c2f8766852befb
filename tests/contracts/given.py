"""What the contract suite writes: rooms with an honest chain, and a store to write them to."""

import asyncio
from collections.abc import Sequence

from server.core import chain
from server.core.bodies import Text
from server.core.events import AnyEvent, Envelope, MessagePosted
from server.core.model import Author, CarrierId, Phase, Role, RoomId, ShopId
from server.store.store import Append, RoomRow, Store, Write

SHOP = ShopId("shop-1")
BUYER = Author(role=Role.BUYER, id="buyer-1", name="小明")
AGENT = Author(role=Role.MERCHANT, id="agent-1", name="小红")
COURIER = Author(role=Role.LOGISTICS, id="agent-1", name="阿强", carrier=CarrierId("zto"))
START = 1_790_000_000_000
DEADLINE_S = 20


class Log:
    """The next steps of one room, numbered and chained."""

    def __init__(self, room: str = "room-1") -> None:
        self.room = RoomId(room)
        self.seq = 0
        self.link = chain.GENESIS
        self.envelopes: list[Envelope] = []

    def step(
        self,
        event: AnyEvent,
        *,
        by: Author = BUYER,
        ref: str | None = None,
        ref_hash: int | None = None,
        unread: bool = False,
    ) -> Append:
        """The append that brings the event in."""
        self.seq += 1
        at = START + self.seq * 1_000
        envelope = Envelope(self.room, self.seq, at, by, event, Phase.TWO_PARTY, ref)
        body = chain.body_of(event)
        salt = self.seq.to_bytes(chain.SALT_BYTES)
        digest = chain.digest(body, salt)
        self.link = chain.link(self.link, envelope, digest)
        self.envelopes.append(envelope)
        return Append(envelope, body, salt, digest, self.link, ref_hash, unread)

    def say(
        self,
        text: str = "你好",
        *,
        by: Author = BUYER,
        ref: str | None = None,
        ref_hash: int | None = None,
        unread: bool = False,
    ) -> Append:
        """Somebody writes."""
        event = MessagePosted(body=Text(text))
        return self.step(event, by=by, ref=ref, ref_hash=ref_hash, unread=unread)

    def texts(self, count: int) -> list[Append]:
        """So many messages."""
        return [self.say(f"第 {self.seq + 1} 句") for _ in range(count)]

    def row(self, *, last_at: int = START, **more: object) -> RoomRow:
        """The room's row."""
        return RoomRow(room=self.room, shop=SHOP, buyer=BUYER.id, last_at=last_at, **more)


async def written(store: Store, *writes: Write) -> None:
    """One unit, durable when this returns; its fault is raised."""
    (answer,) = await answers(store, [writes])
    if answer is not None:
        raise answer


async def answers(store: Store, units: Sequence[Sequence[Write]]) -> list[Exception | None]:
    """What became of units that were given in one go, in the order of the answers."""
    given: list[tuple[int, Exception | None]] = []
    for number, unit in enumerate(units):
        store.write(unit, lambda fault, number=number: given.append((number, fault)))
    async with asyncio.timeout(DEADLINE_S):
        await store.flush()
    assert [number for number, _ in given] == list(range(len(units))), "answered out of order"
    return [fault for _, fault in given]


async def log_of(store: Store, room: RoomId) -> list[Envelope]:
    """All that the store has of a room."""
    return await store.events(room, after=0, upto=2**31)
