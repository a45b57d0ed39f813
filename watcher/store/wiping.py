"""No byte of what was deleted stays in a file: neither in the database, nor in its log, nor in its copies.

SQLite leaves deleted content in free pages until they are used again, and in the write-ahead log until that is
truncated (https://www.sqlite.org/pragma.html#pragma_secure_delete). Other databases have their own ways; here
nothing is done.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine

from watcher.config import sqlite_url
from watcher.errors import StoreBusyError, StoreError
from watcher.store.copies import SIDECARS, copies_of
from watcher.store.engine import errors_translated, open_engine, sqlite_path, write_transaction
from watcher.store.forgetting import Traces, wipe_in_copy


def overwrite_what_is_deleted(connection: Connection) -> None:
    """Lets this connection overwrite with zeros whatever it deletes."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")


def sweep(engine: Engine) -> None:
    """Builds the file of a SQLite database anew and empties its log.

    Raises:
        StoreBusyError: another process read or wrote for too long.
    """
    if engine.dialect.name != "sqlite":
        return
    with errors_translated(), closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        assert connection is not None  # noqa: S101 (it was just opened)
        connection.execute("PRAGMA temp_store = MEMORY")  # VACUUM must not leave the numbers in /tmp
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("VACUUM")
        (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreBusyError(
            "what was deleted can still be read in the database's log, which another process uses",
            "run the same command again; it then only cleans the files",
        )


def wipe_copies(engine: Engine, traces: Traces) -> tuple[str, ...]:
    """Takes a parcel out of the copies beside a SQLite database; one that cannot be changed is deleted.

    Returns:
        The names of the deleted ones.

    Raises:
        StoreBusyError: another process uses a copy, which is left as it is.
    """
    path = sqlite_path(engine.url)
    deleted: list[str] = []
    for copy in copies_of(path) if path is not None else ():
        try:
            _wipe_copy(copy, traces)
        except StoreBusyError:
            raise
        except StoreError:
            for end in ("", *SIDECARS):
                copy.with_name(f"{copy.name}{end}").unlink(missing_ok=True)
            deleted.append(copy.name)
    return tuple(deleted)


def _wipe_copy(copy: Path, traces: Traces) -> None:
    engine = open_engine(sqlite_url(copy))
    try:
        with write_transaction(engine) as connection:
            overwrite_what_is_deleted(connection)
            wipe_in_copy(connection, traces)
        sweep(engine)
        with errors_translated(), closing(engine.raw_connection()) as pooled:
            assert pooled.driver_connection is not None  # noqa: S101 (it was just opened)
            pooled.driver_connection.execute("PRAGMA journal_mode = DELETE")  # so that the copy is one file again
    finally:
        engine.dispose()
