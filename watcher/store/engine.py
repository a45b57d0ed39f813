"""Opens the database: private files, safe settings, and errors in this program's words."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from watcher.errors import StoreBusyError, StoreError, StoreFullError

BUSY_SECONDS = 5.0
"""How long a transaction waits for another process before it gives up."""

_WRITERS = 0x6B6F6E62696E69
"""The number of PostgreSQL's advisory lock that a writing transaction holds; any will do that nobody else has."""
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
_FULL_HINT = "make room on the disk; nothing that was stored is lost"


def open_engine(url: str, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine for a database.

    A SQLite file is made with mode 0600, in a folder that is made with mode 0700, for it holds what is needed
    to fetch parcels. It runs in WAL mode; writing transactions begin with BEGIN IMMEDIATE. In PostgreSQL they wait
    for each other as well.

    Args:
        url: any SQLAlchemy URL.
        busy_seconds: how long to wait for another process's transaction.

    Raises:
        StoreError: the URL is none, its driver is missing, or the file cannot be made.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            engine = create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
            if engine.dialect.name == "postgresql":
                event.listen(engine, "begin", _begin_on_postgresql)
            return engine
        engine = create_engine(parsed, connect_args={"timeout": busy_seconds}, hide_parameters=True)
        _make_private(parsed)
    except (ArgumentError, ImportError) as error:
        raise StoreError("the store's address cannot be used", "see `url` in the configuration's [store]") from error
    except OSError as error:
        raise StoreError(
            f"the database file cannot be made: {error.strerror or type(error).__name__}",
            "see `path` in the configuration's [store], and who may write there",
        ) from error
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def open_read_only(path: Path, busy_seconds: float = BUSY_SECONDS) -> Engine:
    """An engine that only reads a SQLite file: it makes nothing, changes no mode, and refuses to write.

    Args:
        path: of a database that is there.
        busy_seconds: how long to wait for another process's transaction.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=busy_seconds, check_same_thread=False)
        connection.isolation_level = None
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def read_transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the database and changes nothing."""
    with errors_translated(), engine.connect() as connection:
        deferred = connection.execution_options(konbini_begin="BEGIN")
        with deferred.begin():
            yield deferred


@contextmanager
def write_transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction that commits at the end, or changes nothing when an exception leaves it."""
    with errors_translated(), engine.begin() as connection:
        yield connection


@contextmanager
def errors_translated() -> Iterator[None]:
    """Turns errors of the database into :class:`StoreError` and its children.

    Their text never holds what was to be stored.
    """
    try:
        yield
    except DBAPIError as error:
        raise _translated(error.orig or error) from None
    except sqlite3.Error as error:
        raise _translated(error) from None
    except SQLAlchemyError as error:
        raise StoreError(f"the database cannot be used ({type(error).__name__})") from None


def _translated(error: BaseException) -> StoreError:
    name = str(getattr(error, "sqlite_errorname", "")) or type(error).__name__
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "LockNotAvailable")):
        return StoreBusyError(
            "the database is in use by another process for too long",
            "try again; `konbini status` shows whether the daemon runs",
        )
    if name.startswith("SQLITE_FULL"):
        return StoreFullError("there is no space left for the database", _FULL_HINT)
    if name == "SQLITE_IOERR_WRITE":
        return StoreFullError("the database file could not be written", _FULL_HINT)
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(
            f"the database file cannot be opened for writing ({name})",
            "it and its folder must belong to the person who runs this program",
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError(
            f"the database file is damaged or no database ({name})",
            "put it aside and restore a copy (*.backup-*) that lies beside it",
        )
    return StoreError(f"the database cannot be used ({name})")


def _make_private(url: URL) -> None:
    path = sqlite_path(url)
    if path is None:
        return
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE))
    elif path.stat().st_mode & 0o077:
        with suppress(PermissionError):  # somebody else's file; whether it can be used shows later
            path.chmod(_PRIVATE_FILE)


def sqlite_path(url: URL) -> Path | None:
    """The file of a SQLite database; None for one in memory or another database."""
    name = url.database
    if url.get_backend_name() != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def _set_up(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are begun below, not guessed by the driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a cursor that was moved stays moved after a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    connection.exec_driver_sql(options.get("konbini_begin", "BEGIN IMMEDIATE"))


def _begin_on_postgresql(connection: Connection) -> None:
    """One writer at a time, until its transaction ends: parcels are made of all facts that have to do with each
    other, and of the same mail in two mailboxes neither thread would see what the other is about to store."""
    if "konbini_begin" not in connection.get_execution_options():
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_SECONDS:.0f}s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITERS})")
