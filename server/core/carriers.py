"""The courier companies that are known from the start (R20)."""

from collections.abc import Collection

from server.core.model import Carrier, CarrierId

# Names by locale. All are off until the platform's setting enables some (R8).
KNOWN: tuple[Carrier, ...] = tuple(
    Carrier(id=CarrierId(carrier), name={"zh-CN": zh, "en": en})
    for carrier, zh, en in (
        ("zto", "中通", "ZTO Express"),
        ("sto", "申通", "STO Express"),
        ("yunda", "韵达", "Yunda Express"),
        ("yto", "圆通", "YTO Express"),
        ("jt", "极兔", "J&T Express"),
        ("ems", "邮政EMS", "EMS"),
        ("chinapost", "中国邮政", "China Post"),
    )
)


def at_first(enabled: Collection[str]) -> tuple[Carrier, ...]:
    """The table of a new installation; an unknown enabled id is added."""
    known = {carrier.id for carrier in KNOWN}
    others = (CarrierId(carrier) for carrier in enabled if carrier not in known)
    return tuple(
        Carrier(id=carrier.id, name=carrier.name, enabled=carrier.id in enabled)
        for carrier in KNOWN
    ) + tuple(Carrier(id=c, name={"zh-CN": c, "en": c}, enabled=True) for c in others)
