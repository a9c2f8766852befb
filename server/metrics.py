"""What an operator can watch, as Prometheus metrics of one app (never of the whole process)."""

import asyncio
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Seconds. A commit with fsync is around 1–20 ms; what takes longer is what one looks for.
_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
LAG_EVERY_S = 1.0


class Metrics:
    """The metrics of one app. Their names are a promise to dashboards."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.connections = Gauge("sanfang_connections", "Open sockets", ["role"], registry=own)
        self.connections_total = Counter(
            "sanfang_connections_opened", "Sockets that said hello", ["role"], registry=own
        )
        self.closes = Counter("sanfang_closes", "Closed sockets", ["code"], registry=own)
        self.frames = Counter("sanfang_frames", "Frames", ["direction", "type"], registry=own)
        self.refusals = Counter("sanfang_refusals", "Refused frames", ["code"], registry=own)
        self.commit_size = Histogram(
            "sanfang_commit_units", "Units in a commit", buckets=_SIZES, registry=own
        )
        self.commit_time = Histogram(
            "sanfang_commit_seconds", "Time of a commit", buckets=_TIMES, registry=own
        )
        self.delivery_time = Histogram(
            "sanfang_delivery_seconds",
            "From a step's instant to its delivery",
            buckets=_TIMES,
            registry=own,
        )
        self.loop_lag = Gauge(
            "sanfang_loop_lag_seconds", "How late the event loop came last", registry=own
        )
        self.requests = Counter(
            "sanfang_requests", "HTTP requests", ["method", "route", "status"], registry=own
        )

    def watch(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Add a gauge whose value is read when it is asked for."""
        Gauge(name, text, registry=self.registry).set_function(read)

    def render(self) -> bytes:
        """The text that `/metrics` serves."""
        return generate_latest(self.registry)

    async def watch_loop(self) -> None:
        """Measure the loop's lag until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.loop_lag.set(max(0.0, loop.time() - due))
