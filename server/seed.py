"""The people and orders of the demo; nobody is connected by this.

The orders cover every outcome of R6–R8. demo-buyer-1 has two that can be invited for, so that
the card's order can be changed; each other buyer shows one case a shop.
"""

from server.core.model import (
    CarrierId,
    Identity,
    Instant,
    Item,
    Order,
    OrderId,
    OrderStatus,
    Parcel,
    ParcelId,
    Receiver,
    Role,
    ShopId,
)
from server.core.policy import HOUR

BAMBOO = ShopId("demo-shop-1")
TEA = ShopId("demo-shop-2")
SHOP_NAMES = {BAMBOO: "竹间小铺", TEA: "云栖茶铺"}


def _buyer(number: int, name: str) -> Identity:
    return Identity(role=Role.BUYER, id=f"demo-buyer-{number}", name=name)


def _agent(number: int, name: str, shop: ShopId) -> Identity:
    return Identity(role=Role.MERCHANT, id=f"demo-agent-{number}", name=name, shop=shop)


def _courier(carrier: str, who: str, name: str, *, badge: str, lead: bool = False) -> Identity:
    return Identity(
        role=Role.LOGISTICS,
        id=f"demo-{carrier}-{who}",
        name=name,
        carrier=CarrierId(carrier),
        badge=badge,
        lead=lead,
    )


PEOPLE: tuple[Identity, ...] = (
    _buyer(1, "林一"),
    _buyer(2, "陈酒"),
    _buyer(3, "阿福"),
    _buyer(4, "白露"),
    _buyer(5, "何夕"),
    _buyer(6, "苏禾"),
    _agent(1, "小满", BAMBOO),
    _agent(2, "阿竹", BAMBOO),
    _agent(3, "茶茶", TEA),
    Identity(role=Role.BOT, id="demo-bot-1", name="小竹机器人", shop=BAMBOO),
    _courier("sto", "1", "周岚", badge="S2041"),
    _courier("sto", "2", "吴桐", badge="S2042"),
    _courier("sto", "lead", "秦越", badge="S2001", lead=True),
    _courier("zto", "1", "郑航", badge="Z1007"),
    _courier("yunda", "1", "何云", badge="Y3015"),
    _courier("yto", "1", "沈源", badge="T4102"),
    Identity(role=Role.PLATFORM, id="demo-platform", name="平台"),
)
BY_ROLE_AND_ID = {(person.role, person.id): person for person in PEOPLE}

_ADDRESSES = (
    "浙江省杭州市西湖区翠竹路18号3单元501室",
    "江苏省南京市玄武区梅园巷6号",
    "四川省成都市武侯区锦里中街27号2栋",
    "广东省广州市越秀区榕荫街9号",
    "湖北省武汉市江汉区沿河大道41号",
    "陕西省西安市碑林区书院门12号",
)
# number, buyer, shop, status, hours ago, item, (carrier, tracking) of each parcel
_ORDERS: tuple[tuple[int, int, ShopId, str, int, str, tuple[tuple[str, str], ...]], ...] = (
    (1, 1, BAMBOO, "shipped", 50, "竹编收纳篮", (("sto", "773190047731"),)),
    (2, 1, BAMBOO, "shipped", 120, "竹制茶盘", (("zto", "756100032208"),)),
    (3, 2, BAMBOO, "shipped", 40, "竹节香插", (("yunda", "431200915526"),)),
    (4, 2, TEA, "unpaid", 1, "明前龙井 100克", ()),
    (5, 3, BAMBOO, "paid", 5, "竹编灯罩", ()),
    (6, 3, TEA, "partially_shipped", 60, "白茶饼两枚", (("yto", "820400176093"),)),
    (7, 4, BAMBOO, "received", 200, "竹砧板", (("zto", "756100028841"),)),
    (8, 4, TEA, "closed", 300, "茶点礼盒", ()),
    (9, 5, BAMBOO, "shipped", 30, "竹椅四把", (("sto", "773190051106"), ("zto", "756100040917"))),
    (10, 5, TEA, "shipped", 20, "紫砂壶", ()),
    (11, 6, BAMBOO, "shipped", 45, "竹蒸笼", (("jt", "JT0031870264"),)),
    (12, 6, TEA, "shipped", 35, "桂花乌龙", (("ems", "1190047355518"),)),
)


def orders(now: Instant) -> list[Order]:
    """The demo's orders, placed some hours before `now`."""
    made = []
    for number, buyer, shop, status, hours, title, parcels in _ORDERS:
        person = PEOPLE[buyer - 1]
        made.append(
            Order(
                id=OrderId(f"demo-order-{number}"),
                shop=shop,
                buyer=person.id,
                status=OrderStatus(status),
                placed_at=now - hours * HOUR,
                items=(Item(title=title),),
                receiver=Receiver(
                    name=person.name, phone=f"1990000000{buyer}", address=_ADDRESSES[buyer - 1]
                ),
                parcels=tuple(
                    Parcel(
                        id=ParcelId(f"demo-parcel-{number}-{place}"),
                        carrier=CarrierId(carrier),
                        tracking=tracking,
                    )
                    for place, (carrier, tracking) in enumerate(parcels, start=1)
                ),
            )
        )
    return made
