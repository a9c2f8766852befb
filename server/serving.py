"""Running under uvicorn: the socket, the signals, and an end that loses nothing.

Theory of operation. We open the parts and the socket, uvicorn serves, and we alone handle signals:

    SIGTERM or SIGINT ──> no new connections ──> bye and closes, spread ──> uvicorn ends ──> exit 0
    a second signal   ──> the spread is cut short

uvicorn's own handlers are off: it would raise the signal again at its end (exit code 143), and
close all sockets in one loop.
"""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Generator

import uvicorn

from server.app import Runtime
from server.settings import Settings

logger = logging.getLogger(__name__)

BACKLOG = 4096  # connections that the kernel keeps for us after a restart, when all come back
SHUTDOWN_S = 5  # for HTTP requests that still run after the drain
# Allocations between two looks of the collector at the young. What belongs to a message lives until
# its commit, so at Python's 700 most of it is looked at twice or more: a quarter of the CPU time.
YOUNG_OBJECTS = 10_000
# Between the loop's thread and the store's. At Python's 5 ms a busy loop starves the commits.
SWITCH_S = 0.001
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class CannotListen(Exception):
    """The address cannot be had; the text says which and why."""


def run(settings: Settings, *, on_ready: Callable[[str], None]) -> None:
    """Serve until a signal comes; `on_ready` gets the URL once `/readyz` is 200.

    Raises:
        CannotListen: the address is taken or is none of ours.
        CannotStart: a part cannot be opened.
    """
    _raise_file_limit()
    sys.setswitchinterval(SWITCH_S)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(settings, on_ready))


async def _serve(settings: Settings, on_ready: Callable[[str], None]) -> None:
    runtime = Runtime(settings)
    listening = listen(settings.host, settings.port)
    try:
        await runtime.start()
    except BaseException:
        listening.close()
        raise
    try:
        _spare_the_collector()
        server = Server(uvicorn_config(runtime), on_started=lambda: on_ready(url_of(listening)))
        await _until_signal(server, runtime, listening)
    finally:
        await runtime.stop()


async def _until_signal(server: "Server", runtime: Runtime, listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    ending: set[asyncio.Task[None]] = set()

    def on_signal() -> None:
        if stopping.is_set():
            server.should_exit = True
            return
        stopping.set()
        ending.add(loop.create_task(_drain(server, runtime)))

    for number in _SIGNALS:
        loop.add_signal_handler(number, on_signal)
    try:
        await server.serve(sockets=[listening])
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


async def _drain(server: "Server", runtime: Runtime) -> None:
    logger.info("draining")
    try:
        for each in server.servers:
            each.close()
        await runtime.drain()
    except Exception:
        logger.exception("the drain failed")
    finally:
        server.should_exit = True


def _spare_the_collector() -> None:
    """Look for cycles only in what comes after the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, _, _, address = found[0]
        # With proto=0 asyncio would not set TCP_NODELAY on what is accepted.
        opened = socket.socket(family, kind, socket.IPPROTO_TCP)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            opened.bind(address)
            opened.listen(BACKLOG)
        except OSError:
            opened.close()
            raise
    except OSError as error:
        raise CannotListen(f"cannot listen on {host}:{port}: {error.strerror}") from None
    opened.setblocking(False)
    return opened


def url_of(listening: socket.socket) -> str:
    """Where a browser finds the socket."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """uvicorn without its signal handlers, that says when it accepts."""

    def __init__(self, config: uvicorn.Config, *, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_started()


def uvicorn_config(runtime: Runtime) -> uvicorn.Config:
    return uvicorn.Config(
        runtime.app,
        ws=runtime.protocol,
        ws_max_size=runtime.settings.frame_bytes,
        ws_per_message_deflate=False,  # chat frames are small; it would cost memory a socket
        ws_ping_interval=None,  # the session pings, so that one clock decides
        lifespan="off",  # we start and stop the parts ourselves, and say why if that fails
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _raise_file_limit() -> None:
    """A socket is a file: take as many as the system lets us have."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
