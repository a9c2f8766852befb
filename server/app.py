"""The composition root: which parts there are, in which order they start.

start   store ── service ── demo data ── sockets are let in
drain   readyz says 503, no new sockets ── bye and closes, spread
stop    service ── store
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, WebSocketRoute

from server import seed
from server.api.context import Context
from server.api.routes import on_http_error, routes
from server.assets import static_dir
from server.auth import Authority, BadKeys
from server.clock import DemoClock, SystemClock
from server.core.errors import StoreBusy, StoreUnavailable
from server.metrics import Metrics
from server.pages import Pages, SecurityHeaders
from server.reader import shipped
from server.service import Service
from server.settings import Settings
from server.store.sqlite import SqliteStore
from server.store.store import Store
from server.wire.direct import direct_protocol
from server.wire.limits import Limits
from server.wire.surroundings import Surroundings
from server.wire.websocket import endpoint

logger = logging.getLogger(__name__)

# In demo mode anybody may have any token, so this is no secret. It is fixed, so that tokens
# outlive a restart as the demo's database does.
DEMO_SECRET = "sanfang-demo-mode-has-no-secrets"


class CannotStart(Exception):
    """A part cannot be had; the text says which and why, for an operator."""


def create_app(settings: Settings) -> Starlette:
    """The server as an app for any ASGI server.

    `sanfang serve` has a shorter path.
    """
    return Runtime(settings).app


def authority_of(settings: Settings) -> Authority:
    """Who says which tokens are good.

    Raises:
        CannotStart: there is no key, or one cannot be used.
    """
    secrets = settings.secrets()
    if settings.demo and not secrets and not settings.jwks:
        secrets = {None: DEMO_SECRET}
    try:
        authority = Authority(secrets, jwks=Path(settings.jwks) if settings.jwks else None)
    except BadKeys as error:
        raise CannotStart(str(error)) from None
    if not authority.has_keys:
        raise CannotStart(
            "no token secret: set SANFANG_TOKEN_SECRET (or SANFANG_TOKEN_SECRETS, SANFANG_JWKS), "
            "or try `sanfang demo`"
        )
    return authority


async def open_store(settings: Settings) -> SqliteStore:
    """The store that the database's URL names.

    Raises:
        CannotStart: it is in use, cannot be used, or is not built yet.
    """
    for setting, scheme in ((settings.database, "postgresql://"), (settings.bus, "nats://")):
        if setting.startswith(scheme):
            raise CannotStart(f"{scheme}… is not built yet in this version")
    try:
        return await SqliteStore.open(settings.database)
    except (StoreBusy, StoreUnavailable) as error:
        raise CannotStart(str(error)) from None


class Runtime:
    """One app's parts and their life. `protocol` is what uvicorn takes for sockets."""

    def __init__(self, settings: Settings) -> None:
        """Put together what needs no file; raises CannotStart as `authority_of`."""
        self.settings = settings
        self.metrics = Metrics()
        self.surroundings = Surroundings(_limits(settings), origins=settings.origins)
        self.protocol = direct_protocol(self.surroundings)
        self.context = Context(
            settings=settings,
            authority=authority_of(settings),
            metrics=self.metrics,
            seed=self._seed,
            is_ready=lambda: self.surroundings.is_open,
        )
        self.app = Starlette(
            routes=self._routes(),
            middleware=_middleware(settings),
            exception_handlers={HTTPException: on_http_error},
            lifespan=self._lifespan,
        )
        self._store: Store | None = None
        self._service: Service | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the store, serve what is in it, and let sockets in.

        Raises:
            CannotStart: a part cannot be had; nothing is left open.
        """
        if self.context.authority.has_short_secret:
            logger.warning("a token secret is short: it should have 32 bytes or more")
        store = self._store = await open_store(self.settings)
        try:
            store.on_commit = self.metrics.on_commit
            kept = store.durability
            self.metrics.gauge(
                "sanfang_store_durability",
                "How commits are kept, as the writing connection says",
                ("journal_mode", "synchronous"),
                lambda: {kept: 1},
            )
            service = self._service = Service(
                store=store,
                clock=DemoClock() if self.settings.demo else SystemClock(),
                settings=self.settings,
                authority=self.context.authority,
                read=shipped().read,
            )
            await service.start()
            service.rooms.delivery.on_delivered = self.metrics.delivery_time.observe
            self.context.service = service
            if self.settings.demo and not await self._has_orders():
                await self._seed()
            watch(self.metrics, self.surroundings, service)
            self._tasks = [
                asyncio.create_task(self.surroundings.keep_sweeping(), name="sweep"),
                asyncio.create_task(self.metrics.watch_loop(), name="loop lag"),
            ]
            self.surroundings.open_to(service.gateway)
        except BaseException:
            await self.stop()
            raise

    async def drain(self) -> None:
        """Let nobody new in and send everybody home, spread over the drain's time."""
        self.surroundings.shut()
        if self._service is not None:
            await self._service.drain(self.settings.drain_s)

    async def stop(self) -> None:
        """Stop what was started; everything acknowledged is stored."""
        self.surroundings.shut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        if self._service is not None:
            await self._service.stop()
        if self._store is not None:
            await self._store.close()
        self._service = self._store = None

    @contextlib.asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
            await self.drain()
        finally:
            await self.stop()

    def _routes(self) -> list[BaseRoute]:
        found: list[BaseRoute] = [
            WebSocketRoute("/ws", endpoint(self.surroundings)),
            *routes(self.context),
        ]
        try:
            found.append(Mount("/", Pages(static_dir())))
        except FileNotFoundError as error:
            logger.warning("no pages are served: %s", error)
        return found

    async def _has_orders(self) -> bool:
        assert self._store is not None
        first = seed.orders(0)[0]
        return bool(await self._store.all_rooms()) or await self._store.order(first.id) is not None

    async def _seed(self) -> None:
        service = self.context.service
        await service.put_orders(seed.orders(service.clock.now()))


def watch(metrics: Metrics, surroundings: Surroundings, service: Service) -> None:
    """Show what sockets and service count anyway."""
    traffic, hub, cells = surroundings.traffic, service.hub, service.rooms.cells
    count, gauge = metrics.count, metrics.gauge
    count("sanfang_frames", "Frames", ("direction", "type"), traffic.frames)
    count("sanfang_refusals", "Refused frames", ("code",), lambda: _by_label(traffic.refused))
    count("sanfang_closes", "Sockets closed by us", ("code",), lambda: _by_label(traffic.closed))
    gauge("sanfang_sockets", "Open sockets", (), lambda: {(): len(surroundings.sessions)})
    gauge("sanfang_rooms", "Rooms in memory", (), lambda: {(): len(cells)})
    gauge(
        "sanfang_members",
        "Sockets that said hello",
        ("role",),
        lambda: _by_label(Counter(s.identity.role.value for s in hub.sessions())),
    )
    gauge(
        "sanfang_sessions",
        "Open logistics sessions of rooms in memory",
        ("carrier",),
        lambda: _by_label(
            Counter(c.shown.session.carrier for c in cells.values() if c.shown.session)
        ),
    )
    gauge(
        "sanfang_waiting",
        "Sessions that wait for an agent",
        ("carrier",),
        lambda: {(c.id,): len(service.desks.queue(c.id)) for c in service.carriers()},
    )


def _by_label(counted: Mapping[Any, int]) -> dict[tuple[str], int]:
    return {(str(label),): n for label, n in list(counted.items())}


def _limits(settings: Settings) -> Limits:
    return Limits(
        frame_bytes=settings.frame_bytes,
        rate_per_s=settings.rate_per_s,
        rate_burst=settings.rate_burst,
        bad_frames=settings.bad_frames,
        outbox_bytes=settings.outbox_bytes,
        hello_s=settings.hello_s,
        ping_s=settings.ping_s,
        pong_s=settings.pong_s,
        token_warning_s=settings.token_warning_s,
        hard_minimum_client=settings.policy().hard_minimum_client,
    )


def _middleware(settings: Settings) -> list[Middleware]:
    headers = Middleware(SecurityHeaders, embedders=settings.origins)
    if not settings.origins:
        return [headers]
    # Pages of the allowed origins may call the API; without any, the same origin alone may.
    return [
        headers,
        Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "PUT", "POST", "DELETE"],
            allow_headers=["authorization", "content-type", "if-match"],
            expose_headers=["etag", "retry-after"],
        ),
    ]
