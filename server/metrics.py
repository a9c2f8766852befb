"""What an operator can watch: Prometheus metrics of one app.

Most are read from whoever counts anyway at the moment they are asked for (`count`, `gauge`): that
costs the path of a message nothing.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from time import process_time
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Seconds. A commit with fsync is around 1–20 ms; what takes longer is what one looks for.
_TIMES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
LAG_EVERY_S = 1.0

Values = Mapping[Any, float]  # by a tuple of the labels' values


class Metrics:
    """The metrics of one app. Their names are a promise to dashboards."""

    def __init__(self) -> None:
        own = self.registry = CollectorRegistry()
        self.requests = Counter(
            "sanfang_requests", "HTTP requests", ["method", "route", "status"], registry=own
        )
        self._commit_size = Histogram(
            "sanfang_commit_units", "Units in a commit", buckets=_SIZES, registry=own
        )
        self.delivery_time = Histogram(
            "sanfang_delivery_seconds",
            "From a step's instant to its delivery",
            buckets=_TIMES,
            registry=own,
        )
        self._commit_time = Histogram(
            "sanfang_commit_seconds", "Time of a commit", buckets=_TIMES, registry=own
        )
        self._loop_lag = Gauge(
            "sanfang_loop_lag_seconds", "How late the event loop came last", registry=own
        )
        self.count("sanfang_cpu_seconds", "CPU time", (), lambda: {(): process_time()})

    def on_commit(self, units: int, seconds: float) -> None:
        """A commit of so many units took so long."""
        self._commit_size.observe(units)
        self._commit_time.observe(seconds)

    def count(
        self, name: str, text: str, labels: tuple[str, ...], read: Callable[[], Values]
    ) -> None:
        """Add a counter that somebody else keeps; `read` gives its values by labels."""
        self.registry.register(_Read(lambda: CounterMetricFamily(name, text, labels=labels), read))

    def gauge(
        self, name: str, text: str, labels: tuple[str, ...], read: Callable[[], Values]
    ) -> None:
        """Add a gauge that is read when it is asked for."""
        self.registry.register(_Read(lambda: GaugeMetricFamily(name, text, labels=labels), read))

    def render(self) -> bytes:
        """The text that `/metrics` serves."""
        return generate_latest(self.registry)

    async def watch_loop(self) -> None:
        """Measure the loop's lag until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self._loop_lag.set(max(0.0, loop.time() - due))


class _Read(Collector):
    """A metric whose values are read at each scrape."""

    def __init__(
        self,
        family: Callable[[], CounterMetricFamily | GaugeMetricFamily],
        read: Callable[[], Values],
    ) -> None:
        self._family = family
        self._read = read

    def describe(self) -> Iterable[Metric]:
        return [self._family()]

    def collect(self) -> Iterable[Metric]:
        family = self._family()
        for labels, value in self._read().items():
            family.add_metric(labels, value)
        return [family]
