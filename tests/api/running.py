"""A whole server in this process, and small clients for its HTTP and its sockets."""

import asyncio
import itertools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

import uvicorn
from websockets.sync.client import ClientConnection, connect

from server import serving
from server.app import Runtime, create_app
from server.auth import Authority, identity_of
from server.core.model import Role
from server.settings import Settings

SECRET = "a secret that only the tests know about"
WAIT_S = 10  # for anything that must come
NOON = "2026-06-01T12:00:00+08:00"  # within service hours (R4)
_numbers = itertools.count(1)  # of refs: one identity may have several sockets, one after another


@dataclass
class Reply:
    """An answer; `json` is the decoded body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Api:
    """Calls of one server, by one identity or by nobody."""

    def __init__(self, address: tuple[str, int], token: str | None = None) -> None:
        self.address = address
        self.token = token

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def by(self, role: str, sub: str, **claims: Any) -> "Api":
        """The same server, called by somebody."""
        who = identity_of(Role(role), sub, **claims)
        return Api(self.address, Authority({None: SECRET}).mint(who, expires_in_s=3_600))

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        sent = dict(headers or {})
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection = HTTPConnection(*self.address, timeout=WAIT_S)
        try:
            connection.request(method, path, body=raw, headers=sent)
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, names, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, headers=headers)

    def put(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> Reply:
        return self.call("PUT", path, body, headers)

    def post(self, path: str, body: Any = None) -> Reply:
        return self.call("POST", path, body)


@dataclass
class Socket:
    """A client that said hello. `seen` keeps every frame."""

    connection: ClientConnection
    seen: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def until(self, type_: str, **wanted: Any) -> dict[str, Any]:
        """The next frame of that type with these fields."""
        while True:
            frame = json.loads(self.connection.recv(timeout=WAIT_S))
            self.seen.append(frame)
            fits = frame["type"] == type_
            if fits and all(frame.get(name) == value for name, value in wanted.items()):
                return frame

    def ask(self, **frame: Any) -> dict[str, Any]:
        """Send a frame with a new `ref` and wait for its ack."""
        ref = f"t-{next(_numbers)}"
        self.send(ref=ref, **frame)
        return self.until("ack", ref=ref)

    def event(self, kind: str) -> dict[str, Any]:
        """The next event of that kind."""
        while True:
            frame = self.until("event")
            if frame["event"]["kind"] == kind:
                return frame


@contextmanager
def joined(api: Api, *, device: str = "desktop") -> Iterator[Socket]:
    """A socket of the caller that is live."""
    url = api.url.replace("http", "ws") + "/ws"
    with connect(url, subprotocols=["sanfang.v1.json"], open_timeout=WAIT_S) as connection:
        socket = Socket(connection)
        client = {"name": "test", "version": "1.0.0", "device": device}
        socket.send(type="hello", token=api.token, client=client)
        socket.until("ready")
        yield socket


@contextmanager
def running(settings: Settings, *, plain_asgi: bool = False) -> Iterator[Api]:
    """A server of these settings on a free port, in a thread with a loop of its own.

    `plain_asgi` runs it as any ASGI server would: lifespan and sockets by way of the app.
    """
    listening = serving.listen("127.0.0.1", 0)
    is_up = threading.Event()
    stop: list[Callable[[], object]] = []

    async def run(config: uvicorn.Config) -> None:
        server = serving.Server(config, on_started=is_up.set)
        loop = asyncio.get_running_loop()
        stop.append(lambda: loop.call_soon_threadsafe(setattr, server, "should_exit", True))
        await server.serve(sockets=[listening])

    async def serve() -> None:
        if plain_asgi:
            app = create_app(settings)
            await run(uvicorn.Config(app, lifespan="on", ws="websockets-sansio", log_config=None))
            return
        runtime = Runtime(settings)
        await runtime.start()
        try:
            await run(serving.uvicorn_config(runtime))
        finally:
            await runtime.stop()

    with ThreadPoolExecutor(1, "server") as thread:
        ended = thread.submit(lambda: asyncio.run(serve()))
        ended.add_done_callback(lambda _: is_up.set())  # also where it does not come up
        try:
            assert is_up.wait(WAIT_S), "the server does not come up"
            if not ended.done():
                yield Api(listening.getsockname())
        finally:
            for each in stop:
                each()
            try:
                ended.result(WAIT_S)
            finally:
                listening.close()
