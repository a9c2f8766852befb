"""Bytes of a client into a typed frame, or a refusal that says what is wrong."""

import re
from typing import Any

import msgspec

from server.core.bodies import TEXT_LIMIT, Text
from server.core.commands import PostMessage
from server.core.errors import Refused
from server.wire.frames import ClientFrame
from server.wire.packet import JSON, Encoding

PROBLEM_LIMIT = 200  # characters of the client's own words that an answer repeats

# Prose that is too long is `too_long` as a message's text is; a long id is merely wrong.
_PROSE = frozenset({"text", "title", "alt", "url", "summary", "note", "comment"})

_AT = re.compile(r"^(?P<problem>.*?) - at (?:`key` in )?`(?P<path>[^`]*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<field>[^`]*)`$")
_LENGTH = re.compile(r"^Expected `str` of length <= (?P<limit>\d+)$")


class BadFrame(Refused):
    """A frame that cannot be read; `ref` is its `ref` where it had a string there."""

    def __init__(self, code: str, *, ref: str | None, **details: Any) -> None:
        super().__init__(code, **details)
        self.ref = ref


class _Outline(msgspec.Struct, frozen=True):
    """As much of a bad frame as can still be used."""

    type: Any = None
    ref: Any = None
    token: Any = None


_from_json = msgspec.json.Decoder(ClientFrame).decode
_from_msgpack = msgspec.msgpack.Decoder(ClientFrame).decode
_json_outline = msgspec.json.Decoder(_Outline).decode
_msgpack_outline = msgspec.msgpack.Decoder(_Outline).decode

# msgspec's own, nesting without end, and bad UTF-8: the last two are no `MsgspecError`.
_UNREADABLE = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError)


def decode(data: bytes, encoding: Encoding) -> ClientFrame:
    """Read one frame.

    Raises:
        BadFrame: `unknown_type`, `too_long` (details `path`, `limit`), else `bad_frame`
            (details `path`, `problem`).
    """
    try:
        frame: ClientFrame = _from_json(data) if encoding is JSON else _from_msgpack(data)
    except _UNREADABLE as error:
        raise _refusal(error, data, encoding) from None
    if type(frame) is PostMessage:
        body = frame.body
        if type(body) is Text and len(body.text) > TEXT_LIMIT:
            raise BadFrame("too_long", ref=frame.ref, path="$.body.text", limit=TEXT_LIMIT)
    return frame


def is_utf8(data: bytes) -> bool:
    """Whether a text frame is what RFC 6455 wants it to be.

    msgspec does not look at the fields that it ignores, so the whole frame is read here.
    """
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def ref_of(data: bytes, encoding: Encoding) -> str | None:
    """The `ref` of a frame that is not read otherwise."""
    ref = _outline(data, encoding).ref
    return ref if isinstance(ref, str) else None


def is_hello_without_token(data: bytes, encoding: Encoding) -> bool:
    """Whether it is a `hello` that lacks what would say whose it is."""
    outline = _outline(data, encoding)
    return outline.type == "hello" and not isinstance(outline.token, str)


def _outline(data: bytes, encoding: Encoding) -> _Outline:
    try:
        return _json_outline(data) if encoding is JSON else _msgpack_outline(data)
    except _UNREADABLE:
        return _Outline()


def _refusal(error: Exception, data: bytes, encoding: Encoding) -> BadFrame:
    ref = ref_of(data, encoding)
    path, problem = _place(error)
    if path == "$.type" and problem.startswith("Invalid value"):
        return BadFrame("unknown_type", ref=ref, path=path)
    length = _LENGTH.match(problem)
    if length is not None and path.rpartition(".")[2] in _PROSE:
        return BadFrame("too_long", ref=ref, path=path, limit=int(length["limit"]))
    return BadFrame("bad_frame", ref=ref, path=path, problem=problem[:PROBLEM_LIMIT])


def _place(error: Exception) -> tuple[str, str]:
    """Where a frame is wrong, as a path from its root `$`, and what is wrong there."""
    if not isinstance(error, msgspec.MsgspecError):
        too_deep = isinstance(error, RecursionError)
        return "$", "Nested too deeply" if too_deep else "Invalid UTF-8"
    text = str(error)
    found = _AT.match(text)
    path, problem = (found["path"], found["problem"]) if found else ("$", text)
    missing = _MISSING.match(problem)
    if missing:
        return f"{path}.{missing['field']}", "Required"
    return path, problem
