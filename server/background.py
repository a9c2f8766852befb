"""Work that nobody waits for: each task has an owner that ends it."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)


class Background:
    """Owns tasks. A failure is logged, for there is nobody else to tell."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run beside everything else."""
        self.own(asyncio.ensure_future(work))

    def own(self, task: asyncio.Task[Any]) -> None:
        """Take over a task that others may wait for.

        Its failure is theirs to hear as well.
        """
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    async def stop(self) -> None:
        """End what still runs, and what it begins as it ends."""
        while self._tasks:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("work in the background failed", exc_info=task.exception())
