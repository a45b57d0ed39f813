"""Brings a database to this program's tables, after a copy of it was put aside."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, Engine, MetaData, PrimaryKeyConstraint, String, Table, insert, inspect, text

from watcher.errors import StoreBusyError, StoreError, StoreNewerError
from watcher.store.engine import errors_translated, read_transaction, sqlite_path, write_transaction
from watcher.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0005"
"""The revision this program works with; a test compares it with the newest script."""

_COPIES = 3

_REVISION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""As Alembic makes it."""


def upgrade(engine: Engine, folder: Path | None = None, head: str = HEAD) -> None:
    """Makes or migrates the tables; a database that is up to date costs one SELECT.

    Before an older database is migrated a copy is put beside it (``NAME.backup-REVISION-TIME``, mode 0600,
    the last three are kept).

    Args:
        engine: of the database.
        folder: of the migration scripts; None for this program's.
        head: the newest revision in it.

    Raises:
        StoreNewerError: the database was made by a newer version of this program.
        StoreError: it cannot be read, copied or migrated; nothing was changed.
            The engine's connections are closed then.
    """
    try:
        found = revision(engine)
        if found is None and folder is None and _make_new(engine):
            return
        if found != head:
            _migrate(engine, found, folder or scripts(), head)
    except StoreError:
        engine.dispose()
        raise


def _make_new(engine: Engine) -> bool:
    """Makes all tables in a database that has none, as the scripts would; False where it has some.

    A first start needs no Alembic then, which would stay in the memory of a daemon.
    """
    with write_transaction(engine) as connection:
        if inspect(connection).get_table_names():
            return False
        metadata.create_all(connection, checkfirst=False)
        _REVISION.create(connection, checkfirst=False)
        connection.execute(insert(_REVISION).values(version_num=HEAD))
        return True


def _migrate(engine: Engine, found: str | None, folder: Path, head: str) -> None:
    from alembic import command
    from alembic.util import CommandError

    config = configuration(folder)
    try:
        if found is not None and found not in known_revisions(folder):
            raise StoreNewerError(
                "the database was made by a newer version of this program",
                "update konbini-watcher, or restore a copy (*.backup-*) that lies beside the database",
            )
        with errors_translated():
            if found is not None:
                _put_copy_aside(engine, found)
            with _migrating(engine) as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, head)
    except CommandError as error:
        raise StoreError(
            "the migration scripts cannot be used",
            "install konbini-watcher again; the database was not changed",
        ) from error


def known_revisions(folder: Path | None = None) -> frozenset[str]:
    """Every revision that the scripts of a folder (None: this program's) can bring up to date."""
    from alembic.script import ScriptDirectory

    scripts_there = ScriptDirectory.from_config(configuration(folder or scripts())).walk_revisions()
    return frozenset(script.revision for script in scripts_there)


def revision(engine: Engine) -> str | None:
    """The revision of a database, or None for one without tables."""
    try:
        with read_transaction(engine) as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except StoreBusyError:
        raise
    except StoreError:  # most often because there is no such table yet
        with read_transaction(engine) as connection:
            if inspect(connection).has_table("alembic_version"):
                raise
        return None


def scripts() -> Path:
    """The folder of the migration scripts: in the wheel, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "migrations"
    return inside if (inside / "env.py").exists() else package.parent / "migrations"


def configuration(folder: Path) -> Config:
    """Alembic's configuration for a folder of scripts, without a file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A writing transaction in which tables may be rebuilt without losing rows that refer to them."""
    if engine.dialect.name != "sqlite":
        with write_transaction(engine) as connection:
            yield connection
        return
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                yield connection
        finally:
            driver.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]


def _put_copy_aside(engine: Engine, found: str) -> None:
    path = sqlite_path(engine.url)
    if path is None:
        return
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    copy = path.with_name(f"{path.name}.backup-{found}-{stamp}")
    os.close(os.open(copy, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error:
        copy.unlink()
        raise
    for old in sorted(path.parent.glob(f"{path.name}.backup-*"), key=_age)[:-_COPIES]:
        old.unlink(missing_ok=True)


def _age(copy: Path) -> str:
    return copy.name.rpartition("-")[2]
