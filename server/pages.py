"""The browser pages as static files, and the headers that keep them safe."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Not left to the machine's own table, which may be wrong or empty; modules need theirs exactly.
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
# Nothing is fingerprinted, so a browser asks each time; the ETag makes that cheap.
_CACHE = "no-cache"
_POLICY = (
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # widths of bars and places of pop-ups
    "img-src 'self' data: blob:",
    "connect-src 'self' ws: wss:",  # older browsers do not count sockets as 'self'
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)


class Pages(StaticFiles):
    """The pages of a folder; a folder's own page is its `index.html`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            # Not 405: there is nothing here, and nothing that tells which parts are built.
            raise HTTPException(404)
        return await super().get_response(path, scope)

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(full_path, *args, **kwargs)
        media_type = _TYPES.get(Path(full_path).suffix)
        if media_type is not None and response.status_code == 200:
            is_text = media_type.startswith("text/")
            response.headers["content-type"] = media_type + ("; charset=utf-8" if is_text else "")
        response.headers["cache-control"] = _CACHE
        return response


class SecurityHeaders:
    """Adds what a browser should know; `embedders` may frame the pages."""

    def __init__(self, app: ASGIApp, embedders: Sequence[str] = ()) -> None:
        self._app = app
        ancestors = " ".join(["frame-ancestors 'self'", *embedders])
        self._headers = {
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
            "content-security-policy": "; ".join((*_POLICY, ancestors)),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)
