"""What the endpoints work with; the composition root fills it."""

from collections.abc import Awaitable, Callable

from server.auth import Authority
from server.metrics import Metrics
from server.service import Service
from server.settings import Settings


class Context:
    """One app's parts. `service` is there once the app has started.

    `seed` fills an empty demo; `is_ready` answers `/readyz`.
    """

    service: Service

    def __init__(
        self,
        *,
        settings: Settings,
        authority: Authority,
        metrics: Metrics,
        seed: Callable[[], Awaitable[None]],
        is_ready: Callable[[], bool],
    ) -> None:
        self.settings = settings
        self.authority = authority
        self.metrics = metrics
        self.seed = seed
        self.is_ready = is_ready
