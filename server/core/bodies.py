"""What a message can carry (R48)."""

from typing import Annotated

from msgspec import Meta, Struct

from server.core.model import OrderId

TEXT_LIMIT = 2_000  # characters (R48)
PIXELS = 65_535  # of an image's side, as JPEG has it; a number without end could not be encoded

ID_PATTERN = r"^[A-Za-z0-9_\-.:]{1,64}(?!\n)$"  # `$` alone lets a final line feed pass
Id = Annotated[str, Meta(pattern=ID_PATTERN)]


class Text(Struct, frozen=True, tag_field="kind", tag="text"):
    """Plain text, 1 to 2,000 characters."""

    text: Annotated[str, Meta(min_length=1)]


class Image(Struct, frozen=True, tag_field="kind", tag="image", omit_defaults=True):
    """An uploaded picture, by the id of its upload; sizes in pixels."""

    upload: Id
    width: Annotated[int, Meta(gt=0, le=PIXELS)]
    height: Annotated[int, Meta(gt=0, le=PIXELS)]
    alt: Annotated[str, Meta(max_length=200)] | None = None


class OrderCard(Struct, frozen=True, tag_field="kind", tag="order"):
    """A card that shows an order of the room's buyer in the room's shop."""

    order: OrderId


class ParcelCard(Struct, frozen=True, tag_field="kind", tag="parcel"):
    """A card that shows the parcels of such an order."""

    order: OrderId


class Promotion(Struct, frozen=True, tag_field="kind", tag="promotion", omit_defaults=True):
    """A shop's promotion card (R27)."""

    title: Annotated[str, Meta(min_length=1, max_length=100)]
    text: Annotated[str, Meta(max_length=500)]
    url: Annotated[str, Meta(max_length=500)] | None = None


class Erased(Struct, frozen=True, tag_field="kind", tag="erased"):
    """Stands where a body was erased on request (R55); nobody can post it."""


Posted = Text | Image | OrderCard | ParcelCard | Promotion
Body = Posted | Erased
