"""Copies of a SQLite database: made while others write, checked, and put back in its place.

Terminology:
    copy: a whole database in one file, mode 0600.
    replaced: the database that a copy took the place of; it stays beside it (``NAME.replaced-TIME``).
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from watcher.errors import StoreBusyError, StoreError, StoreNewerError
from watcher.store.engine import BUSY_SECONDS, errors_translated
from watcher.store.migrate import known_revisions

_NOTHING = "take another copy; nothing was replaced"
SIDECARS = ("-wal", "-shm", "-journal")
"""What SQLite may put beside a database, by the end of the name."""


def back_up(source: Path, target: Path, *, replace: bool) -> None:
    """Copies a database to a file, consistent though others write to it meanwhile.

    Args:
        source: the database.
        target: the new file.
        replace: whether ``target`` may be there already.

    Raises:
        StoreError: the source cannot be read, or the target not be written; no half copy is left behind.
        FileExistsError: ``target`` is there and may not be replaced.
    """
    with errors_translated(), _files_translated(target):
        if not replace:
            os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            with _beside(target) as partial:
                _copy(source, partial)
                partial.replace(target)
        except BaseException:
            if not replace:
                target.unlink()
            raise


def restore(copy: Path, database: Path, now: datetime) -> Path | None:
    """Puts a copy in the place of a database that no other process has open.

    Args:
        copy: from :func:`back_up` or a migration.
        database: what to replace; it need not be there.
        now: the present, aware; names what is replaced.

    Returns:
        Where the replaced database lies now, or None where there was none.

    Raises:
        StoreNewerError: the copy is of a newer version of this program.
        StoreBusyError: another process has the database open.
        StoreError: the copy is damaged or something else, or it cannot be put there; nothing was replaced.
    """
    with errors_translated(), _files_translated(database):
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _beside(database) as fresh:
            try:
                _copy(copy, fresh)
                _check(fresh)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                raise StoreError("the copy is damaged or no database", _NOTHING) from None
            replaced = _put_aside(database, now)
            fresh.replace(database)
            return replaced


def copies_of(database: Path) -> list[Path]:
    """The copies of a database that this program made beside it by itself: before migrations, and on restoring."""
    kinds = ("backup", "replaced")
    found = [path for kind in kinds for path in database.parent.glob(f"{database.name}.{kind}-*")]
    return sorted(path for path in found if not path.name.endswith(SIDECARS))


def _copy(source: Path, target: Path) -> None:
    with closing(_opened(source)) as taken, closing(sqlite3.connect(target)) as made:
        # what is read here stays the same for the whole copy; without it a locked source would be waited for endlessly
        taken.execute("BEGIN")
        taken.execute("SELECT count(*) FROM sqlite_master").fetchone()
        taken.backup(made)
        made.execute("PRAGMA journal_mode = DELETE")  # so that the copy is this one file
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that changes nothing; a copy in a read-only folder can be read too."""
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    alone = not path.with_name(f"{path.name}-wal").exists() and not os.access(path.parent, os.W_OK)
    options = "mode=ro&immutable=1" if alone else "mode=ro"
    address = f"file:{quote(str(path.absolute()))}?{options}"
    return sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _check(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise StoreError("the copy is damaged", _NOTHING)
        names = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not {"alembic_version", "parcel", "message"} <= names:
            raise StoreError("this is no copy of a konbini database", _NOTHING)
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None or str(row[0]) not in known_revisions():
        raise StoreNewerError(
            "the copy was made by a newer version of this program", "update konbini-watcher; nothing was replaced"
        )


def _put_aside(database: Path, now: datetime) -> Path | None:
    if not database.exists():
        return None
    aside = database.with_name(f"{database.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%S%f}")
    whole = _close_for_all(database)
    try:
        os.link(database, aside)  # so that there is a database at every moment
    except OSError:  # a file system without links
        shutil.copy(database, aside)
    if not whole:
        for sidecar in SIDECARS:
            with suppress(FileNotFoundError):
                database.with_name(f"{database.name}{sidecar}").rename(f"{aside}{sidecar}")
    return aside


def _close_for_all(database: Path) -> bool:
    """Brings all of a database into its one file; False where it is damaged and cannot be.

    Raises:
        StoreBusyError: another process has it open.
    """
    with closing(sqlite3.connect(database, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise StoreBusyError(
                    "another process has the database open", "end it and try again; nothing was replaced"
                ) from None
            return False
        except sqlite3.DatabaseError:
            return False
        return bool(mode == "delete")


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A private file in the same folder, gone at the end unless it was renamed."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        yield partial
    finally:
        for end in ("", *SIDECARS):
            partial.with_name(f"{partial.name}{end}").unlink(missing_ok=True)


@contextmanager
def _files_translated(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(
            f"{error.filename or path}: {reason}", "see whether the file is there, and who may read and write it"
        ) from error
