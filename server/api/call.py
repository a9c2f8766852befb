"""One HTTP request as an endpoint sees it: the caller, the parameters, the body."""

import base64
import binascii
import re
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request

from server.api.context import Context
from server.auth import Id
from server.core.errors import Refused
from server.core.model import Identity, Instant, Role, ShopId
from server.service import Service

T = TypeVar("T")

LIMIT = 50
LIMIT_AT_MOST = 200
_AT_PATH = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?(?P<path>.*)`)?$", re.S)


class Call:
    """A request, its context and who makes it."""

    def __init__(self, request: Request, context: Context) -> None:
        self._request = request
        self.context = context

    @property
    def service(self) -> Service:
        return self.context.service

    @property
    def headers(self) -> Headers:
        return self._request.headers

    @property
    def caller(self) -> Identity:
        """Whose token it is.

        Raises:
            Refused: `unauthorized`.
        """
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Refused("unauthorized", "a bearer token is needed")
        return self.context.authority.verify(token.strip()).identity

    def platform(self) -> Identity:
        """The caller, who must be the platform."""
        caller = self.caller
        if caller.role is not Role.PLATFORM:
            raise Refused("forbidden")
        return caller

    def of_shop(self) -> tuple[Identity, ShopId]:
        """The caller and the path's shop: the platform, or an agent of that very shop."""
        caller, shop = self.caller, ShopId(self.path_id("shop"))
        if caller.role is Role.PLATFORM or (caller.role is Role.MERCHANT and caller.shop == shop):
            return caller, shop
        raise Refused("forbidden")

    def path(self, name: str) -> str:
        """A part of the path as it came."""
        return str(self._request.path_params[name])

    def path_id(self, name: str) -> str:
        """A part of the path that must be a well-formed id."""
        try:
            return str(msgspec.convert(self.path(name), Id))
        except msgspec.ValidationError as error:
            raise bad(str(error), path=name) from None

    def query(self, name: str) -> str | None:
        """A parameter; None where it is missing or empty."""
        return self._request.query_params.get(name) or None

    def number(self, name: str, default: int, *, least: int = 0, most: int = 2**53) -> int:
        """A parameter that is a whole number within limits."""
        text = self.query(name)
        if text is None:
            return default
        if re.fullmatch(r"\d{1,16}", text) is None or not least <= int(text) <= most:
            raise bad(f"a whole number from {least} to {most}", path=name)
        return int(text)

    @property
    def limit(self) -> int:
        """How many things a page of a list has at most."""
        return self.number("limit", LIMIT, least=1, most=LIMIT_AT_MOST)

    def cursor(self, kind: type[T]) -> T | None:
        """Where the list goes on, as `cursor_of` wrote it."""
        text = self.query("cursor")
        if text is None:
            return None
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            return msgspec.json.decode(raw, type=kind)
        except (binascii.Error, msgspec.MsgspecError, ValueError):
            raise bad("not a cursor of this list", path="cursor") from None

    async def body(self, kind: type[T], *, limit: int | None = None) -> T:
        """The JSON body.

        Raises:
            Refused: `bad_frame` with the path of the field, or `too_long`.
        """
        return decode(await self.raw(limit or self.context.settings.body_bytes), kind)

    async def raw(self, limit: int) -> bytes:
        """The body's bytes, read no further than `limit`."""
        length = self.headers.get("content-length", "0")
        taken = bytearray()
        if not length.isdigit() or int(length) > limit:
            raise Refused("too_long", f"at most {limit} bytes", limit=limit)
        async for chunk in self._request.stream():
            taken += chunk
            if len(taken) > limit:
                raise Refused("too_long", f"at most {limit} bytes", limit=limit)
        return bytes(taken)


def decode(raw: bytes, kind: type[T]) -> T:
    """JSON as a value of that type; `bad_frame` names the field that is wrong."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise _refusal(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise bad("not JSON in UTF-8") from None
    except RecursionError:
        raise bad("nested too deeply") from None


def bad(text: str, *, path: str = "$") -> Refused:
    """A request that is wrong in a field."""
    return Refused("bad_frame", text, path=path)


def cursor_of(value: Any) -> str:
    """An opaque place in a list."""
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


def instant(value: int | str, *, path: str) -> Instant:
    """UTC ms from UTC ms or ISO 8601; a time without a zone is taken as UTC."""
    if isinstance(value, int):
        found = value
    elif re.fullmatch(r"\d{1,16}", value):
        found = int(value)
    else:
        try:
            # In a query a plus sign may have become a space.
            moment = datetime.fromisoformat(value.strip().replace(" ", "+", value.count("T")))
        except ValueError:
            raise bad("a time in ISO 8601 or UTC ms", path=path) from None
        found = round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    if not 0 <= found <= LAST_INSTANT:
        raise bad("a time from 1970 to 9998", path=path)
    return found


LAST_INSTANT = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp() * 1000) - 1


def iso(at: Instant) -> str:
    """An instant in ISO 8601, in UTC."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _refusal(error: msgspec.ValidationError) -> Refused:
    found = _AT_PATH.match(str(error))
    assert found is not None, "the pattern matches any text"
    return bad(found["what"], path=found["path"] or "$")
