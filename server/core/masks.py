"""What is hidden from who need not know: names, phones, addresses (R46).

Only fields that name a person are masked; what people write is left as they wrote it.
"""

import re

from msgspec.structs import replace

from server.core.events import Envelope
from server.core.model import Order, Receiver, Role

_AREA = re.compile(
    r"^(?P<area>(?:.{2,7}?(?:省|自治区|特别行政区))?(?:.{2,7}?(?:市|自治州|地区|盟))?"
    r"(?:.{1,7}?(?:区|县|旗|市))?)"
)


def masked_name(name: str) -> str:
    """`张**`: the first character, then as many stars as hide the length."""
    return name[:1] + "**" if name else ""


def masked_phone(phone: str) -> str:
    """`138******78`: the first three and the last two digits of a long number."""
    if len(phone) < 7:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 5) + phone[-2:]


def masked_address(address: str) -> str:
    """Province, city and district, then `***`."""
    if not address:
        return ""
    found = _AREA.match(address)
    return (found["area"] if found else "") + "***"


def masked_receiver(receiver: Receiver) -> Receiver:
    """A receiver as a logistics agent sees it."""
    return Receiver(
        name=masked_name(receiver.name),
        phone=masked_phone(receiver.phone),
        address=masked_address(receiver.address),
    )


def masked_order(order: Order) -> Order:
    """An order as a logistics agent sees it."""
    if order.receiver is None:
        return order
    return replace(order, receiver=masked_receiver(order.receiver))


def masked_envelope(envelope: Envelope) -> Envelope:
    """A step as a logistics agent sees it: the buyer's name is hidden."""
    if envelope.by.role is not Role.BUYER:
        return envelope
    by = envelope.by
    return replace(envelope, by=replace(by, name=masked_name(by.name)))
