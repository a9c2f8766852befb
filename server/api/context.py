"""What the endpoints work with; the composition root fills it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from server.auth import Authority
from server.metrics import Metrics
from server.service import Service
from server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Context:
    """One app's parts. `seed` fills an empty demo; `is_ready` answers `/readyz`."""

    settings: Settings
    authority: Authority
    service: Service
    metrics: Metrics
    seed: Callable[[], Awaitable[None]]
    is_ready: Callable[[], bool]
