"""What is read in the stead of an event whose body was erased (R55)."""

from enum import EnumMeta
from functools import cache
from typing import Any, get_args

from msgspec import Struct, structs

from server.core.bodies import Erased
from server.core.events import AnyEvent, MessagePosted

_KINDS: dict[str, type[AnyEvent]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(AnyEvent)
}


@cache
def erased(kind: str) -> AnyEvent:
    """A message whose body is `Erased`; another kind with blanks in its fields.

    Nobody should erase other kinds, as the room's state is folded from them. Where somebody did,
    the kind still lets `verify` check the head against the chain.
    """
    if kind == "message_posted":
        return MessagePosted(body=Erased())
    blank: AnyEvent = _blank(_KINDS[kind])
    return blank


def _blank(annotation: Any) -> Any:
    kind = getattr(annotation, "__supertype__", annotation)  # of a NewType
    if isinstance(kind, EnumMeta):
        return next(iter(kind))
    if isinstance(kind, type) and issubclass(kind, Struct):
        required = [field for field in structs.fields(kind) if field.required]
        return kind(**{field.name: _blank(field.type) for field in required})
    return kind()
