"""The store, opened for reading only and never migrated."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from watcher.assembly import channel_names, rules_of
from watcher.config import Config, store_path
from watcher.doctor.finding import Finding, fail, ok, warn
from watcher.errors import StoreBusyError, StoreError, StoreFullError
from watcher.health import MailboxHealth
from watcher.store.engine import errors_translated, open_engine, open_read_only
from watcher.store.migrate import HEAD, known_revisions, revision
from watcher.store.sql_store import SqlStore

OLD = timedelta(hours=1)


def store(config: Config) -> Iterator[Finding]:
    """Whether the database is whole, of this program's version, and takes a mail."""
    path = store_path(config)
    if path is not None and not path.exists():
        yield ok("store", "store_none")
        return
    try:
        yield from _examined(config)
    except StoreBusyError:
        yield fail(75, "store", "store_busy")
    except StoreFullError:
        yield fail(75, "store", "store_full")
    except StoreError as error:
        hint = error.hint or "`konbini --verbose doctor`"
        yield fail(error.exit_code, "store", "store_unusable", error=error, hint=hint)


def remembered(config: Config, now: datetime) -> Iterator[Finding]:
    """What the store remembers of channels; nothing where it cannot be read, which :func:`store` says."""
    try:
        with _reading(config) as kept:
            states = {state.name: state for state in kept.channel_states()}
    except (StoreError, OSError):
        return
    for name in channel_names(config):
        state = states.get(name)
        if state is None or state.failing_since is None:
            continue
        since, error = f"{state.failing_since.astimezone():%Y-%m-%d %H:%M}", state.error or "?"
        if state.given_up:
            yield warn("channel.reminders", "channel_given_up", name, since=since, error=error, count=state.given_up)
        elif state.retry_at is not None and state.retry_at >= now - OLD:
            yield warn("channel.reminders", "channel_failing", name, since=since, error=error)


def health_of(config: Config, mailbox: str) -> MailboxHealth | None:
    """What the watcher last wrote about a mailbox; None where it never did, or the store cannot be read."""
    try:
        with _reading(config) as kept:
            return next((health for health in kept.healths() if health.mailbox == mailbox), None)
    except (StoreError, OSError):
        return None


@contextmanager
def _reading(config: Config) -> Iterator[SqlStore]:
    path = store_path(config)
    if path is not None and not path.exists():
        raise StoreError("there is no store")
    kept = SqlStore(_engine(config), rules_of(config))
    try:
        yield kept
    finally:
        kept.dispose()


def _engine(config: Config) -> Engine:
    path = store_path(config)
    return open_engine(config.store.url) if path is None else open_read_only(path)


def _examined(config: Config) -> Iterator[Finding]:
    engine = _engine(config)
    try:
        found = revision(engine)
        if found != HEAD:
            if found is not None and found not in known_revisions():
                yield fail(78, "store", "store_newer", version=found)
            else:
                yield warn("store", "store_older", version=found or "-", newest=HEAD)
            return
        path = store_path(config)
        if path is None:
            yield ok("store", "store_elsewhere", kind=make_url(config.store.url).get_backend_name(), version=found)
            return
        with errors_translated(), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            said = [str(row[0]) for row in file.execute("PRAGMA integrity_check(3)")]
            said += ["foreign_key_check" for _ in file.execute("PRAGMA foreign_key_check").fetchmany(1)]
        if said != ["ok"]:
            yield fail(1, "store", "store_damaged")
            return
        with errors_translated(), closing(sqlite3.connect(path, timeout=3, isolation_level=None)) as file:
            file.execute("BEGIN IMMEDIATE")  # nothing is written; a store that takes no mail would refuse this
            file.execute("ROLLBACK")
        yield ok("store", "store_good", version=found)
    finally:
        engine.dispose()
