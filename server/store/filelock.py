"""An advisory lock on a file: held by one process, gone with it."""

import os
import sys
from pathlib import Path

from server.core.errors import StoreBusy, StoreUnavailable

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """The right to serve from `path`, as a lock on the file `<path>.lock` beside it.

    The file stays when the lock goes: to delete it would let two processes lock two files of
    the same name.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock at once or raise `StoreBusy`."""
        beside = path.with_name(path.name + ".lock")
        try:
            self._descriptor = os.open(beside, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreUnavailable(f"cannot create {beside}: {error.strerror}") from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreBusy(f"{path} is in use by another process") from error

    def release(self) -> None:
        """Let go of it; harmless when done twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
