"""One daemon for one store: a lock of the kernel's, gone when its process is gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from watcher.errors import AlreadyRunningError, StoreError

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_daemon(path: Path) -> Iterator[None]:
    """Holds the lock file while the body runs; the file itself stays, since removing it would race.

    Raises:
        AlreadyRunningError: another process holds it.
        StoreError: it cannot be made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"the lock file beside the store cannot be made: {error.strerror or type(error).__name__}",
            "see `path` in the configuration's [store], and who may write there",
        ) from error
    try:
        try:
            _take(descriptor)
        except OSError as error:
            raise AlreadyRunningError(
                "another konbini daemon watches for this store",
                "`konbini status` shows how it is doing",
            ) from error
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether a daemon holds the lock."""
    if not path.exists():
        return False
    try:
        with only_daemon(path):
            return False
    except AlreadyRunningError:
        return True
