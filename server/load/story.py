"""The story of one room, as often as wanted, and what must come of it.

open ── ask about goods ── answer ── ask about the parcel ── the platform's card ── accept ──
an agent joins ── all three talk ── the agent ends ── the next question ── answer
"""

import asyncio
from collections.abc import Callable
from itertools import cycle
from typing import Any

from server.load.client import THREE_PARTY, Client, Frame, Missing
from server.load.pace import Pace
from server.load.platform import Platform
from server.load.report import Report

GOODS, ANSWER = "请问这个竹篮有大号的吗？", "您好，有的，大号在详情页可以选。"
PARCEL = "我的快递三天没有更新物流了，到哪里了？"
TALK = ("麻烦帮我看一下。", "已经在催了。", "我是物流客服，正在为您核实。")
NEXT = "好的，那下次活动是什么时候？"
PAGE = 200


class Story:
    """One buyer in a shop of its own; the agent is whoever of the desk comes."""

    def __init__(
        self,
        name: str,
        *,
        platform: Platform,
        report: Report,
        pace: Pace,
        agents: dict[str, Client],
        carrier: str,
        messages: int,
        on_message: Callable[[], None],
    ) -> None:
        self._name = name
        self._platform = platform
        self._report = report
        self._pace = pace
        self._agents = agents
        self._carrier = carrier
        self._messages = messages
        self._on_message = on_message
        self._shop, self._buyer_id = f"{name}.s", f"{name}.b"
        self._buyer = Client(self._buyer_id, report)
        self._merchant = Client(f"{name}.m", report)
        self._room = ""
        self._stories = 0

    async def enter(self, url: str) -> None:
        """Both come in, and the buyer opens the room."""
        token = self._platform.token
        await self._buyer.enter(url, await token("buyer", self._buyer_id))
        merchant = await token("merchant", f"{self._name}.m", shop=self._shop)
        await self._merchant.enter(url, merchant)
        self._room = (await self._buyer.ask("open_room", shop=self._shop))["room"]
        for each in (self._buyer, self._merchant):
            await each.event(self._room, "room_opened")

    async def leave(self) -> None:
        await asyncio.gather(self._buyer.leave(), self._merchant.leave())

    async def play(self) -> None:
        """Once through.

        Raises:
            Missing: something did not come; the rest of the story has no sense.
        """
        order = f"{self._name}.o-{self._stories}"
        await self._platform.put_order(
            order, shop=self._shop, buyer=self._buyer_id, carrier=self._carrier
        )
        for client in (self._buyer, self._merchant):
            client.forget()
        await self._question(GOODS)
        await self._ask_for_parcel(order)
        agent = await self._accept()
        await self._talk(agent)
        await self._end(agent)
        await self._question(NEXT)
        self._stories += 1
        self._report.counts["stories"] += 1

    # --- the steps --------------------------------------------------------------------------

    async def _question(self, text: str) -> None:
        """Outside a session the shop is alerted, its time runs, and its answer stops it."""
        await self._post(self._buyer, text, to=2)
        await self._merchant.until("alert", room=self._room, kind="new_message")
        timer = await self._merchant.until("timer", room=self._room)
        if timer["state"] not in {"running", "not_assessed"}:
            self._report.fault("missing", f"{self._name}: a countdown, not {timer}")
        await self._post(self._merchant, ANSWER, to=2)
        if timer["state"] == "running":
            await self._merchant.until("timer", room=self._room, state="answered")

    async def _ask_for_parcel(self, order: str) -> None:
        """A question about a parcel brings the platform's card, for the newest order."""
        await self._post(self._buyer, PARCEL, to=2)
        try:
            card = await self._buyer.event(self._room, "invite_offered")
        except Missing as missing:
            raise Missing(f"{missing}: {await self._why_not(order)}") from None
        await self._merchant.event(self._room, "invite_offered")
        event = card["event"]
        if (event["inviter"], event["order"]) != ("platform", order):
            self._report.fault("missing", f"{self._name}: a platform's card for {order}: {event}")
        self._invite = event["invite"]

    async def _why_not(self, order: str) -> str:
        """What stands against a card, as the server says (R19)."""
        found = await self._merchant.ask("check_invite", room=self._room, order=order)
        reasons = [check["reason"] for check in found["checks"] if check.get("reason")]
        return ", ".join(reasons) or "nothing stands against it"

    async def _accept(self) -> Client:
        """Consent brings an agent, who sees the room from there on (R46)."""
        room = self._room
        answer: dict[str, Any] = {"room": room, "invite": self._invite, "accept": True}
        self._session = (await self._buyer.ask("answer_invite", **answer))["session"]
        accepted = await self._buyer.event(room, "invite_accepted")
        joined = await self._buyer.event(room, "agent_joined")
        await self._merchant.event(room, "agent_joined")
        agent = self._agents.get(joined["event"]["agent"]["id"])
        if agent is None:
            raise Missing(f"{self._name}: an agent of the load; another one joined")
        await agent.event(room, "agent_joined")
        earlier = [seq for seq in self._seen(agent, joined) if seq < accepted["seq"]]
        if earlier:
            self._report.fault("access", f"{agent.name} saw {earlier} of {room}, before consent")
        return agent

    def _seen(self, agent: Client, joined: Frame) -> list[int]:
        """What the agent saw since it was last out of the room."""
        ends = [
            seq
            for seq, frame in agent.logs.get(self._room, {}).items()
            if frame["event"]["kind"] == "session_ended" and seq < joined["seq"]
        ]
        last = max(ends, default=0)
        return [seq for seq in agent.logs.get(self._room, {}) if seq > last]

    async def _talk(self, agent: Client) -> None:
        """All three in turn; the merchant hears no alert (the clients look)."""
        turns = cycle(zip((self._buyer, self._merchant, agent), TALK, strict=True))
        for _, (author, text) in zip(range(self._messages), turns, strict=False):
            await self._post(author, text, to=3)

    async def _end(self, agent: Client) -> None:
        room = self._room
        end = {"session": self._session, "resolution": "solved", "summary": "已核实，明天送达。"}
        await agent.ask("end_session", room=room, **end)
        for each in (self._buyer, self._merchant):
            await each.event(room, "session_ended")
            if each.phases[room] == THREE_PARTY:
                self._report.fault("missing", f"{each.name}: {room} is still in a session")
        await agent.until("left", room=room)

    async def _post(self, author: Client, text: str, *, to: int) -> None:
        await self._pace.take()
        await author.post(self._room, text, to=to)
        self._on_message()

    # --- afterwards -------------------------------------------------------------------------

    async def hold(self) -> None:
        """Hold what both saw against the history: nothing lost, nothing twice."""
        history: list[Frame] = []
        before: dict[str, int] = {}
        more = True
        while more:
            asked = {"room": self._room, "limit": PAGE, **before}
            page = await self._buyer.ask("fetch_history", **asked)
            history = [*page["events"], *history]
            more = page["more"]
            before = {"before": history[0]["seq"]} if history else {}
        seqs = [event["seq"] for event in history]
        if seqs != list(range(1, len(seqs) + 1)):
            self._report.fault("order", f"{self._room}: the history is not 1…{len(seqs)}")
        refs = [event["ref"] for event in history if event.get("ref")]
        if len(refs) != len(set(refs)):
            self._report.fault("duplicate", f"{self._room}: a ref is there twice")
        for client in (self._buyer, self._merchant):
            lost = set(seqs) - set(client.logs.get(self._room, {}))
            if lost:
                self._report.fault("lost", f"{client.name} did not see {sorted(lost)[:5]}")
