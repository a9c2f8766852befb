"""What may happen next. A move is a name and a number; the number decides who, where and what.

So a run is a list of pairs: the same list on a fresh world does the same again, and a part of a
list is a run as well, which is what makes shrinking simple.
"""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from tests.stateful.people import Person
from tests.stateful.world import AGENTS, BUYERS, MERCHANTS, ORDERS, ROOMS, SHOP, World

Move = tuple[str, int]
SECOND, MINUTE, DAY = 1_000, 60_000, 86_400_000
TEXTS = (
    "快递到哪里了，三天没有更新物流了",
    "请问什么时候能送到",
    "这个茶盘有大号的吗",
    "好的谢谢",
    "已经帮您查询，请稍等",
    "全场五折，加微信领优惠券",
)
BAD = (
    b"{",
    b'{"type":"post_message","ref":"bad"}',
    b'{"type":"post_message","ref":7,"room":"r","body":{"kind":"text","text":"x"}}',
    b'{"type":"no_such_thing","ref":"bad"}',
    b'{"type":"post_message","ref":"bad","room":"r-none","body":{"kind":"text","text":"x"}}',
    b'["post_message"]',
    b'{"type":"end_session","ref":"bad","room":"r-none","session":"x"}',
)
WAITS = (SECOND, 5 * SECOND, 31 * SECOND, 61 * SECOND, 101 * SECOND)
LONG_WAITS = (3 * MINUTE + 1, 4 * MINUTE, 11 * MINUTE, 16 * MINUTE, 45 * MINUTE, DAY)


def plan(seed: int, steps: int) -> list[Move]:
    """A run: first everybody comes, then anything."""
    random = Random(seed)
    names = random.choices(list(MOVES), [weight for _, weight in MOVES.values()], k=steps)
    start: list[Move] = [("arrive", 0), ("open all", 0)]
    return [*start, *((name, random.getrandbits(32)) for name in names)]


async def make(world: World, move: Move) -> None:
    """One move; afterwards, most of the time, everything comes to rest."""
    name, number = move
    random = Random(number)
    world.machine.at += random.choice((1, 40, 900))
    work = MOVES[name][0](world, random)
    if work is not None:
        await work
    if random.random() < 0.7:
        await world.quiet()


# --- who and where --------------------------------------------------------------------------


def _here(world: World, person: Person) -> bool:
    """Whether they can act; if not, they come back, which is a move as well."""
    if person.is_connected:
        return True
    world.resumes += bool(person.positions)
    person.connect(world.surroundings)
    return False


def _buyer(random: Random) -> str:
    return random.choices(BUYERS, (5, 2, 1))[0]


def _any(world: World, random: Random, names: tuple[str, ...]) -> tuple[Person, str] | None:
    """One of these people and a room, if they are here."""
    person = world.people[random.choice(names)]
    return (person, ROOMS[_buyer(random)]) if _here(world, person) else None


def _own(world: World, random: Random) -> tuple[Person, str] | None:
    """A buyer and its room, if it is here."""
    buyer = _buyer(random)
    person = world.people[buyer]
    return (person, ROOMS[buyer]) if _here(world, person) else None


def _state(world: World, room: str) -> Any:
    cell = world.service.rooms.get(room)
    return cell.room if cell is not None else None


# --- the moves ------------------------------------------------------------------------------


def _arrive(world: World, random: Random) -> None:
    for person in world.people.values():
        if not person.is_connected:
            person.connect(world.surroundings)
    for agent in AGENTS:
        status = {"type": "set_status", "status": "online", "capacity": 1}
        world.people[agent].ask(**status)


def _open(world: World, random: Random) -> None:
    _open_by(world, _buyer(random))


def _open_all(world: World, random: Random) -> None:
    for buyer in BUYERS:
        _open_by(world, buyer)


def _open_by(world: World, buyer: str) -> None:
    person = world.people[buyer]
    if _here(world, person):
        person.ask(type="open_room", shop=SHOP, order=f"{buyer}-o0")


def _post(world: World, random: Random, found: tuple[Person, str] | None) -> None:
    if found is None:
        return
    person, room = found
    body: dict[str, Any] = {"kind": "text", "text": random.choice(TEXTS)}
    if random.random() < 0.1:
        body = {"kind": "order", "order": f"{_buyer(random)}-o{random.randrange(ORDERS)}"}
    elif random.random() < 0.05:
        body = {"kind": "promotion", "title": "新品", "text": "全场八折"}
    person.ask(type="post_message", room=room, body=body)


def _buyer_posts(world: World, random: Random) -> None:
    _post(world, random, _own(world, random))


def _shop_posts(world: World, random: Random) -> None:
    names = (*MERCHANTS, "bot-1") if random.random() < 0.2 else MERCHANTS
    _post(world, random, _any(world, random, names))


def _agent_posts(world: World, random: Random) -> None:
    person = world.people[random.choice(AGENTS)]
    if _here(world, person) and person.positions:
        room = random.choice(sorted(person.positions))
        _post(world, random, (person, room))


def _recall(world: World, random: Random) -> None:
    person = world.people[random.choice((*BUYERS, *MERCHANTS, *AGENTS))]
    acked = [ack for ack in person.acks.values() if ack.get("at") is not None]
    if _here(world, person) and acked:
        ack = random.choice(acked[-4:])
        person.ask(type="recall_message", room=ack["room"], seq=ack["seq"])


def _repeat(world: World, random: Random) -> None:
    person = world.people[random.choice((*BUYERS, *MERCHANTS, *AGENTS))]
    if _here(world, person) and person.sent:
        person.say(random.choice(person.sent[-20:]))


def _offer(world: World, random: Random) -> None:
    found = _any(world, random, MERCHANTS)
    if found is None:
        return
    person, room = found
    buyer = next(each for each in BUYERS if ROOMS[each] == room)
    person.ask(type="offer_invite", room=room, order=f"{buyer}-o{random.randrange(ORDERS)}")


def _withdraw(world: World, random: Random) -> None:
    found = _any(world, random, MERCHANTS)
    if found is not None and (room := _state(world, found[1])) is not None and room.cards:
        found[0].ask(type="withdraw_invite", room=found[1], invite=room.cards[-1].id)


def _answer(world: World, random: Random, *, accept: bool) -> None:
    found = _own(world, random)
    if found is not None and (room := _state(world, found[1])) is not None and room.cards:
        invite = room.cards[-1].id
        never = not accept and random.random() < 0.1
        more = {"never_again": True} if never else {}
        found[0].ask(type="answer_invite", room=found[1], invite=invite, accept=accept, **more)


def _change(world: World, random: Random) -> None:
    found = _own(world, random)
    if found is not None and (room := _state(world, found[1])) is not None and room.cards:
        order = f"{found[0].id}-o{random.randrange(ORDERS)}"
        invite = room.cards[-1].id
        found[0].ask(type="change_invite_order", room=found[1], invite=invite, order=order)


def _reopen(world: World, random: Random) -> None:
    found = _own(world, random)
    if found is not None and (room := _state(world, found[1])) is not None and room.cards:
        found[0].ask(type="reopen_invite", room=found[1], invite=room.cards[-1].id)


def _in_session(world: World, random: Random, type_: str, **more: Any) -> None:
    """Somebody asks something of a session that is open."""
    buyer = _buyer(random)
    room = _state(world, ROOMS[buyer])
    if room is None or room.session is None:
        return
    agent = room.session.agent.id if room.session.agent is not None else "l-2"
    person = world.people[random.choice((buyer, buyer, agent, agent, agent, MERCHANTS[0]))]
    if not _here(world, person):
        return
    if type_ == "end_session" and person.id in AGENTS:
        more["resolution"] = random.choice(("solved", "follow_up", "not_logistics", "other"))
    person.ask(type=type_, room=room.id, session=room.session.id, **more)


def _hold(world: World, random: Random) -> None:
    _in_session(world, random, "hold_session", checking=random.random() < 0.6)


def _share(world: World, random: Random) -> None:
    _in_session(world, random, "share_messages", seqs=[2, 3])


def _rate(world: World, random: Random) -> None:
    found = _own(world, random)
    if found is None:
        return
    subject = random.choice(("logistics", "merchant", "scene"))
    frame = {"type": "submit_rating", "room": found[1], "subject": subject, "score": 5}
    room = _state(world, found[1])
    sessions = [card.session for card in room.cards if card.session] if room is not None else []
    if sessions and subject == "logistics":
        frame["session"] = sessions[-1]
    found[0].ask(**frame)


def _manage(world: World, random: Random) -> None:
    found = _any(world, random, MERCHANTS)
    if found is None:
        return
    person, room = found
    reception = random.choice(("human", "human", "bot", "nobody"))
    frames: tuple[dict[str, Any], ...] = (
        {"type": "set_reception", "room": room, "reception": reception},
        {"type": "assign_room", "room": room, "to": random.choice(MERCHANTS)},
        {"type": "close_conversation", "room": room},
    )
    person.ask(**random.choice(frames))


def _switch(world: World, random: Random) -> None:
    person = world.people["m-1"]
    if _here(world, person):
        person.ask(type="set_switch", enabled=random.random() < 0.8, auto=random.random() < 0.9)


def _status(world: World, random: Random) -> None:
    person = world.people[random.choice((*AGENTS, *AGENTS, *MERCHANTS))]
    if _here(world, person):
        status = random.choices(("online", "paused", "offline"), (8, 1, 1))[0]
        person.ask(type="set_status", status=status, capacity=random.choice((1, 1, 3)))


def _aside(world: World, random: Random) -> None:
    """What is no step: marks, questions, a ping."""
    person = world.people[random.choice(list(world.people))]
    if not _here(world, person) or not person.positions:
        return
    room = random.choice(sorted(person.positions))
    seq = max(1, person.positions[room])
    frames: tuple[dict[str, Any], ...] = (
        {"type": "mark_read", "room": room, "seq": seq},
        {"type": "mark_delivered", "room": room, "seq": seq},
        {"type": "typing", "room": room},
        {"type": "ping"},
        {"type": "fetch_history", "room": room, "ref": "page", "limit": 20},
        {"type": "check_invite", "room": room, "ref": "why"},
    )
    person.say(random.choice(frames))


def _bad(world: World, random: Random) -> None:
    person = world.people[random.choice(list(world.people))]
    if _here(world, person):
        person.write(random.choice(BAD))


def _drop(world: World, random: Random) -> None:
    world.people[random.choice(list(world.people))].disconnect()


async def _wait(world: World, by_ms: int) -> None:
    await world.service.advance(world.service.clock.now() + by_ms)


def _restart(world: World, random: Random) -> Awaitable[None]:
    return world.restart()


MOVES: dict[str, tuple[Callable[[World, Any], Awaitable[None] | None], float]] = {
    "buyer posts": (_buyer_posts, 14),
    "shop posts": (_shop_posts, 10),
    "agent posts": (_agent_posts, 8),
    "recall": (_recall, 4),
    "repeat": (_repeat, 5),
    "offer": (_offer, 8),
    "withdraw": (_withdraw, 2),
    "accept": (lambda world, random: _answer(world, random, accept=True), 6),
    "decline": (lambda world, random: _answer(world, random, accept=False), 3),
    "change": (_change, 1.5),
    "reopen": (_reopen, 2),
    "end": (lambda world, random: _in_session(world, random, "end_session"), 3),
    "keep": (lambda world, random: _in_session(world, random, "keep_session"), 3),
    "hold": (_hold, 2),
    "share": (_share, 3),
    "prioritize": (lambda world, random: _in_session(world, random, "prioritize_session"), 1),
    "rate": (_rate, 2),
    "manage": (_manage, 5),
    "switch": (_switch, 0.5),
    "status": (_status, 2),
    "aside": (_aside, 4),
    "bad": (_bad, 2),
    "drop": (_drop, 4),
    "open": (_open, 1),
    "open all": (_open_all, 0),
    "arrive": (_arrive, 2),
    "wait": (lambda world, random: _wait(world, random.choice(WAITS)), 3),
    "wait long": (lambda world, random: _wait(world, random.choice(LONG_WAITS)), 1.5),
    "back": (lambda world, random: _wait(world, -random.choice(WAITS)), 0.7),
    "restart": (_restart, 0.4),
}
