"""What the embedding platform does for a load: tokens and orders, over HTTP."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

from server.auth import Authority, identity_of
from server.core.model import Role

TIMEOUT_S = 15.0
TOKEN_S = 86_400


class NoServer(Exception):
    """The server cannot be used for a load; the text says why."""


class Platform:
    """Speaks HTTP to one server, with tokens of its own making or the demo's."""

    def __init__(self, url: str, secrets: dict[str | None, str]) -> None:
        """Without secrets the server must be in demo mode."""
        self._url = url.rstrip("/")
        self._authority = Authority(secrets) if secrets else None
        self._own = ""

    async def token(self, role: str, sub: str, **claims: Any) -> str:
        """A token for somebody."""
        if self._authority is not None:
            identity = identity_of(Role(role), sub, **claims)
            return self._authority.mint(identity, expires_in_s=TOKEN_S)
        asked = {"role": role, "id": sub, "expires_in_s": TOKEN_S, **claims}
        try:
            answer = await self._call("POST", "/api/v1/demo/tokens", asked)
        except NoServer as error:
            text = f"no token secret is given, and the server gives no demo tokens ({error})"
            raise NoServer(text) from None
        return str(answer["token"])

    async def put_order(self, order: str, *, shop: str, buyer: str, carrier: str) -> None:
        """An order that is on its way; a later one counts as placed later."""
        if not self._own:
            self._own = await self.token("platform", "load")
        body = {
            "shop": shop,
            "buyer": buyer,
            "status": "shipped",
            "placed_at": 1_700_000_000_000 + int(order.rpartition("-")[2]),
            "items": [{"title": "竹编收纳篮"}],
            "receiver": {"name": "林一", "phone": "19900000000", "address": "浙江省杭州市西湖区"},
            "parcels": [{"id": f"{order}.p", "carrier": carrier}],
        }
        await self._call("PUT", f"/api/v1/orders/{order}", body)

    async def _call(self, method: str, path: str, body: Any) -> Any:
        return await asyncio.to_thread(self._call_now, method, path, body)

    def _call_now(self, method: str, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._own:
            headers["Authorization"] = f"Bearer {self._own}"
        request = urllib.request.Request(
            self._url + path, data=json.dumps(body).encode(), headers=headers, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            raise NoServer(f"{method} {path}: {error.code} {_code(error)}") from None
        except (OSError, ValueError) as error:
            raise NoServer(f"{method} {self._url}{path}: {error}") from None
        return json.loads(text) if text else None


def _code(error: urllib.error.HTTPError) -> str:
    """The wire code of a problem."""
    try:
        return str(json.loads(error.read()).get("code", ""))
    except ValueError:
        return ""
