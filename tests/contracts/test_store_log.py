"""What every store guarantees of a room's log: its chain, erasure, waking, idempotency keys."""

import pytest
from msgspec.structs import replace

from server.core import chain
from server.core.bodies import Erased
from server.core.events import MessagePosted, SessionEnded
from server.core.model import CarrierId, Identity, Role, RoomId, SessionId
from server.store.store import Erase, Snapshot, Store
from tests.contracts.conftest import Opener
from tests.contracts.given import AGENT, BUYER, COURIER, Log, log_of, written

pytestmark = pytest.mark.anyio


# --- erasing ---


async def test_r55_an_erased_message_reads_as_erased_and_the_chain_holds(
    open_store: Opener,
) -> None:
    store, log = await open_store(), Log()
    await written(store, log.row(), log.say("stays"), log.say("goes"))
    before = await store.links(log.room, after=0, limit=10)
    await written(store, Erase(log.room, 2))
    for _ in range(2):
        kept, gone = await store.links(log.room, after=0, limit=10)
        assert kept == before[0]
        assert (gone.body, gone.salt) == (None, None)
        assert (gone.digest, gone.link) == (before[1].digest, before[1].link)
        assert gone.envelope is not None
        assert gone.envelope.event == MessagePosted(body=Erased())
        assert chain.link(kept.link, gone.envelope, gone.digest) == gone.link
        assert (await log_of(store, log.room))[1] == gone.envelope
        await store.close()
        store = await open_store()


async def test_r55_an_erased_event_of_another_kind_keeps_its_place_in_the_chain(
    store: Store,
) -> None:
    log = Log()
    event = SessionEnded(session=SessionId("s-1"), reason="solved", summary="personal")
    await written(store, log.say(), log.step(event), Erase(log.room, 2))
    first, ended = await store.links(log.room, after=0, limit=10)
    assert ended.body is None
    assert ended.envelope is not None
    assert isinstance(ended.envelope.event, SessionEnded)
    assert ended.envelope.event.summary is None
    assert chain.link(first.link, ended.envelope, ended.digest) == ended.link


async def test_r41_links_prove_what_was_written(store: Store) -> None:
    log = Log()
    await written(store, *log.texts(30))
    link, seq = chain.GENESIS, 0
    while found := await store.links(log.room, after=seq, limit=7):
        assert len(found) <= 7
        for one in found:
            assert one.envelope is not None
            assert one.body is not None
            assert one.salt is not None
            assert chain.digest(one.body, one.salt) == one.digest
            link = chain.link(link, one.envelope, one.digest)
            assert link == one.link
            seq += 1
    assert (seq, link) == (30, log.link)
    assert await store.links(RoomId("nowhere"), after=0, limit=5) == []


# --- a room to be woken ---


async def test_load_gives_the_newest_snapshot_and_what_follows(store: Store) -> None:
    log = Log()
    await written(store, log.row(), *log.texts(5), Snapshot(log.room, 5, log.link, b"five"))
    newest = Snapshot(log.room, 8, log.link, b"eight")
    await written(store, *log.texts(3), newest)
    await written(store, *log.texts(2))
    stored = await store.load(log.room)
    assert stored is not None
    assert stored.row == log.row()
    assert stored.snapshot == newest
    assert stored.tail == log.envelopes[8:]
    assert stored.link == log.link


async def test_load_of_a_room_whose_snapshot_is_at_its_head(store: Store) -> None:
    log = Log()
    await written(store, log.row(), *log.texts(2))
    await written(store, Snapshot(log.room, 2, log.link, b"two"))
    stored = await store.load(log.room)
    assert stored is not None
    assert (stored.tail, stored.link) == ([], log.link)
    assert await store.load(RoomId("nowhere")) is None


async def test_r49_refs_and_find_know_every_key_of_the_log(open_store: Opener) -> None:
    store, log = await open_store(), Log()
    hashes = [0, 1, -1, 2**63 - 1, -(2**63), 7]
    for number, value in enumerate(hashes):
        await written(store, log.say(ref=f"ref-{number}", ref_hash=value))
    await written(store, log.row(), log.say(by=AGENT, ref="ref-0", ref_hash=8), log.say())
    courier = log.say(by=COURIER, ref="ref-0", ref_hash=9)
    rival = log.say(by=replace(COURIER, carrier=CarrierId("sto")), ref="ref-0", ref_hash=10)
    await written(store, courier, rival)
    buyer = Identity(role=Role.BUYER, id=BUYER.id)
    for _ in range(2):
        stored = await store.load(log.room)
        assert stored is not None
        assert stored.refs == {*hashes, 8, 9, 10}
        for number in range(len(hashes)):
            assert await store.find(log.room, buyer, f"ref-{number}") == log.envelopes[number]
        assert await store.find(log.room, buyer, "ref-9") is None
        agent = Identity(role=Role.LOGISTICS, id=COURIER.id, carrier=COURIER.carrier)
        assert await store.find(log.room, agent, "ref-0") == courier.envelope
        await store.close()
        store = await open_store()
    assert await store.find(RoomId("nowhere"), buyer, "ref-0") is None
