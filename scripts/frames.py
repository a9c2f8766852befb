"""Write docs/frames.md from the frames' types: `python scripts/frames.py [--check]`.

With `--check` nothing is written; exits 1 where the page does not say what the code says.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from msgspec import inspect as mi

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "frames.md"
HEAD = """# Frames, field by field

Generated from the types in `server/wire/frames.py`, `server/core/commands.py` and `server/core/events.py` by
`python scripts/frames.py`. A field with `?` may be absent. The same content goes over both sub-protocols.
What the frames mean is in [protocol.md](protocol.md).
"""


def main() -> int:
    """Write the page, or compare it."""
    sys.path.insert(0, str(ROOT))
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == text
    if not same:
        print("docs/frames.md is not up to date: python scripts/frames.py", file=sys.stderr)
    return 0 if same else 1


def page() -> str:
    """The whole page."""
    from server.core import bodies, events
    from server.wire import frames

    parts = [
        HEAD,
        _table("Client to server", get_args(frames.ClientFrame)),
        _table("Server to client", get_args(frames.ServerFrame)),
        _table("Events", get_args(events.AnyEvent)),
        _table("Bodies", get_args(bodies.Body)),
        _table("Parts", _parts(frames)),
    ]
    return "\n".join(parts)


def _parts(frames: Any) -> list[Any]:
    """The structs that frames are made of."""
    names = ("Author", "Agent", "ClientInfo", "You", "Upgrade", "Member", "InviteView")
    more = ("SessionView", "Context", "Check", "Entry", "EntryChange", "Who")
    return [getattr(frames, name) for name in (*names, *more)]


def _table(title: str, kinds: Iterable[Any]) -> str:
    rows = sorted(_row(kind) for kind in kinds)
    head = [f"## {title}\n", "| name | fields | |", "|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def _row(kind: Any) -> str:
    info = mi.type_info(kind)
    assert isinstance(info, mi.StructType)
    fields = " · ".join(_field(field) for field in info.fields)
    said = (kind.__doc__ or "").strip().splitlines()
    first = said[0] if said else ""
    return f"| `{info.tag or kind.__name__}` | {fields} | {first} |"


def _field(field: mi.Field) -> str:
    mark = "" if field.required or _is_always_sent(field) else "?"
    return f"`{field.encode_name}`{mark} {_name(field.type)}"


def _is_always_sent(field: mi.Field) -> bool:
    """Whether it is optional only so that it is sent even where it is false or empty (UNSET)."""
    return field.default is mi.NODEFAULT and field.default_factory is mi.NODEFAULT


_PLAIN: dict[type, str] = {
    mi.StrType: "string",
    mi.IntType: "integer",
    mi.FloatType: "number",
    mi.BoolType: "boolean",
    mi.AnyType: "any",
    mi.NoneType: "null",
}


def _name(kind: mi.Type) -> str:
    if isinstance(kind, mi.Metadata):
        return _name(kind.type)
    if isinstance(kind, mi.UnionType):
        names = [_name(one) for one in kind.types if not isinstance(one, mi.NoneType)]
        return " or ".join(dict.fromkeys(names))
    if isinstance(kind, mi.EnumType):
        return " / ".join(f"`{one.value}`" for one in kind.cls)
    if isinstance(kind, mi.LiteralType):
        return " / ".join(f"`{value}`" for value in kind.values)
    if isinstance(kind, mi.StructType):
        return f"*{kind.cls.__name__}*"
    if isinstance(kind, mi.DictType):
        return f"{{{_name(kind.key_type)}: {_name(kind.value_type)}}}"
    if isinstance(kind, mi.VarTupleType | mi.ListType):
        return f"[{_name(kind.item_type)}]"
    return _PLAIN.get(type(kind), type(kind).__name__)


if __name__ == "__main__":
    sys.exit(main())
