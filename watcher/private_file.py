"""Files that hold what is needed to fetch parcels: for nobody else to read, and written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from watcher.errors import ExportError

PRIVATE = 0o600
"""Mode of a new file."""

_LARGEST = 10_000_000
"""Bytes; no file of ours is longer, and nothing longer is read."""


def write_whole(path: Path, content: bytes, mode: int = PRIVATE) -> None:
    """Writes beside the file and renames: a reader sees the old file or the new one.

    Args:
        path: no link.
        content: all of it.
        mode: of the new file.

    Raises:
        ExportError: nothing was changed.
    """
    beside: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(".partial", f".{path.name}.", path.parent)  # of mode 0600
        beside = Path(name)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(path)
    except OSError as error:
        if beside is not None:
            with contextlib.suppress(OSError):
                beside.unlink()
        raise ExportError(f"{path} cannot be written: {_reason(error)}", _hint()) from error


def former(path: Path) -> tuple[bytes | None, int]:
    """What is in a file, None where there is none, and its mode.

    Raises:
        ExportError: it cannot be read, or it is no file.
    """
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise ExportError(f"{path} is not a file", "name another one")
        with path.open("rb") as file:
            return file.read(_LARGEST), stat.S_IMODE(mode)
    except FileNotFoundError:
        return None, PRIVATE
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {_reason(error)}", _hint()) from error


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _hint() -> str:
    return "see whether the folder is there, has space, and may be written by you"
