"""The people of a test: a shop, a buyer, a courier company and an order that nobody else has."""

import itertools
import os
from typing import Any

from tests.scenarios.client import Client, Frame, text
from tests.scenarios.demo import Demo

WHERE = "我的快递到哪了，一直没收到货"  # surely a delivery question (R9)
HELLO = "在吗，请问这个有货吗"  # none

_numbers = itertools.count(1)


class Cast:
    """One test's own world on a server that others use too. Opens sockets and closes them all."""

    def __init__(self, demo: Demo) -> None:
        self.demo = demo
        self.id = f"{os.getpid()}-{next(_numbers)}"
        self.shop = f"shop-{self.id}"
        self.buyer = f"buyer-{self.id}"
        self.carrier = f"carrier-{self.id}"
        self.order = f"order-{self.id}"
        self.platform = demo.token("platform", "p")
        self.clients: list[Client] = []

    # --- what there is ----------------------------------------------------------------------

    def put_carrier(self, carrier: str | None = None, *, enabled: bool = True, **more: Any) -> str:
        """A courier company, beside those that there are (R20)."""
        carrier = carrier or self.carrier
        found = self.demo.get("/api/v1/carriers", token=self.platform)["carriers"]
        others = [each for each in found if each["id"] != carrier]
        name = {"zh-CN": "测试快递", "en": "Test Express"}
        one = {"id": carrier, "name": name, "enabled": enabled, **more}
        self.demo.put("/api/v1/carriers", {"carriers": [*others, one]}, token=self.platform)
        return carrier

    def put_order(self, order: str | None = None, **more: Any) -> str:
        """An order that can be invited for, unless told otherwise."""
        order = order or self.order
        body = {
            "shop": self.shop,
            "buyer": self.buyer,
            "status": "shipped",
            "placed_at": "2026-03-01T10:00:00+08:00",
            "parcels": [{"id": f"parcel-{order}", "carrier": self.carrier, "tracking": "T1234"}],
            "receiver": {
                "name": "张小明",
                "phone": "13812345678",
                "address": "浙江省杭州市西湖区文三路90号",
            },
            **more,
        }
        self.demo.put(f"/api/v1/orders/{order}", body, token=self.platform)
        return order

    def token(self, role: str, who: str, /, **more: Any) -> str:
        if role in ("merchant", "bot"):
            more.setdefault("shop", self.shop)
        if role == "logistics":
            more.setdefault("carrier", self.carrier)
        return self.demo.token(role, who, **more)

    # --- who comes --------------------------------------------------------------------------

    async def come(
        self, role: str, who: str, /, *, hello: Frame | None = None, **claims: Any
    ) -> Client:
        """Somebody's socket, brought up to `ready`."""
        token = self.token(role, who, **claims)
        client = await self.open()
        await client.hello(token, **(hello or {}))
        return client

    async def open(self, **more: Any) -> Client:
        """A socket that has not said hello."""
        client = await Client.open(self.demo.url, **more)
        self.clients.append(client)
        return client

    async def buys(self, **more: Any) -> Client:
        return await self.come("buyer", self.buyer, **{"name": "张小明", **more})

    async def sells(self, name: str = "agent-1", **more: Any) -> Client:
        return await self.come("merchant", name, **more)

    async def delivers(
        self, name: str = "courier-1", *, status: str = "online", **more: Any
    ) -> Client:
        """A logistics agent at the desk."""
        capacity = more.pop("capacity", 5)
        client = await self.come("logistics", name, badge="K7", **more)
        await client.do("set_status", status=status, capacity=capacity)
        return client

    async def leave(self) -> None:
        for client in self.clients:
            await client.close()
        self.clients.clear()

    # --- how it goes ------------------------------------------------------------------------

    async def opens(self, buyer: Client, **more: Any) -> str:
        """The buyer's room in the shop."""
        ack = await buyer.do("open_room", shop=self.shop, **more)
        return str(ack["room"])

    async def scene(self) -> tuple[Client, Client, Client, str]:
        """Buyer, merchant and a free logistics agent, and the room of the first two."""
        self.put_carrier()
        self.put_order()
        courier = await self.delivers()
        merchant = await self.sells()
        buyer = await self.buys()
        room = await self.opens(buyer)
        await merchant.event("room_opened")
        return buyer, merchant, courier, room


async def offered(buyer: Client, merchant: Client, room: str) -> str:
    """The merchant invites; the card's id, which the buyer has seen."""
    ack = await merchant.do("offer_invite", room=room)
    await buyer.event("invite_offered", invite=ack["invite"])
    return str(ack["invite"])


async def accepted(buyer: Client, merchant: Client, room: str) -> str:
    """The merchant invites and the buyer agrees; the session."""
    invite = await offered(buyer, merchant, room)
    ack = await buyer.do("answer_invite", room=room, invite=invite, accept=True)
    return str(ack["session"])


async def joined(buyer: Client, merchant: Client, courier: Client, room: str) -> str:
    """A session whose agent is in the room."""
    session = await accepted(buyer, merchant, room)
    await buyer.event("agent_joined", session=session)
    await courier.event("agent_joined", session=session)
    return session


__all__ = ["HELLO", "WHERE", "Cast", "accepted", "joined", "offered", "text"]
