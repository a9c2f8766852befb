"""Errors as RFC 9457 problem+json, with the codes of docs/protocol.md."""

import math
from typing import Any

import msgspec
from starlette.responses import Response

from server.core.errors import Refused
from server.wire.messages import CODES, message

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "bad_frame": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "rate_limited": 429,
    "internal": 500,
    "store_unavailable": 503,
    "overloaded": 503,
}
REFUSED = 422  # every other code: understood, and not carried out
# What only HTTP says, so the sockets' texts have none: (zh-CN, en).
_TEXTS = {
    "method_not_allowed": ("不支持的操作", "This method is not for this path"),
    "internal": ("服务出错，请稍后再试", "Something went wrong on our side"),
}
RETRY_AFTER_S = 1  # where nobody knows better


# Every code that an answer may have, with its status.
STATUSES = {code: STATUS.get(code, REFUSED) for code in sorted({*CODES, *_TEXTS})}


def problem(refused: Refused, *, locale: str, status: int | None = None) -> Response:
    """The answer to a request that is not carried out."""
    status = status or STATUS.get(refused.code, REFUSED)
    details = dict(refused.details)
    retry_after_ms = details.pop("retry_after_ms", None)
    body: dict[str, Any] = {
        "type": f"/docs#{refused.code}",
        "title": title(refused.code, locale),
        "status": status,
        "code": refused.code,
        "retryable": refused.retryable,
    }
    if refused.message and refused.message != refused.code:
        body["detail"] = refused.message
    if retry_after_ms is not None:
        body["retry_after_ms"] = retry_after_ms
    if details:
        body["details"] = details
    headers = {"cache-control": "no-store"}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if refused.retryable:
        wait_s = math.ceil(retry_after_ms / 1000) if retry_after_ms else RETRY_AFTER_S
        headers["retry-after"] = str(wait_s)
    return Response(
        msgspec.json.encode(body), status_code=status, headers=headers, media_type=MEDIA_TYPE
    )


def locale_of(accept_language: str) -> str:
    """`en` if a reader asks for English before Chinese, else `zh-CN`."""
    wanted = accept_language.lower()
    english, chinese = wanted.find("en"), wanted.find("zh")
    return "en" if english >= 0 and (chinese < 0 or english < chinese) else "zh-CN"


def title(code: str, locale: str) -> str:
    """A code in words."""
    if code in _TEXTS:
        return _TEXTS[code][locale == "en"]
    return message(code, locale)
