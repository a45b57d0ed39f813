"""The database file: private, safe, and clear about what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.schema import CreateTable

from tests.store.conftest import open_sql_store
from tests.store.mails import INQUIRY, RULES, at, mail, ready, shipped
from watcher.errors import StoreBusyError, StoreError, StoreFullError
from watcher.store.engine import open_engine, write_transaction
from watcher.store.migrate import upgrade
from watcher.store.sql_store import SqlStore
from watcher.store.store import View
from watcher.store.tables import metadata

DOMAIN = "amazon.co.jp"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@contextmanager
def opened(url: str, busy_seconds: float = 5.0) -> Iterator[Engine]:
    engine = open_engine(url, busy_seconds)
    try:
        yield engine
    finally:
        engine.dispose()


def test_the_file_and_its_folder_belong_to_one_person(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "state" / "konbini" / "parcels.sqlite3"
        store = open_sql_store(path)
        store.record(mail(1), ready(2), DOMAIN, at(2))
        files = sorted(path.parent.iterdir())
        assert [file.name for file in files] == [f"parcels.sqlite3{end}" for end in ("", "-shm", "-wal")]
        assert {mode(file) for file in files} == {0o600}
        assert mode(path.parent) == 0o700
        store.dispose()
    finally:
        os.umask(before)


def test_a_file_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    path.touch(0o644)
    path.chmod(0o644)
    with opened(f"sqlite:///{path}"):
        assert mode(path) == 0o600


def test_transactions_are_safe_and_refer_to_what_exists(sql_store: SqlStore, tmp_path: Path) -> None:
    with (
        opened(f"sqlite:///{tmp_path / 'parcels.sqlite3'}") as engine,
        write_transaction(engine) as connection,
    ):
        values = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")]
        assert values == ["wal", 1]
    sql_store.ping()


def test_a_naive_time_is_refused_and_an_aware_one_comes_back_as_utc(sql_store: SqlStore) -> None:
    naive = datetime(2026, 3, 2)  # noqa: DTZ001 (the point of the test)
    with pytest.raises(StoreError):
        sql_store.record(mail(1), ready(2), DOMAIN, naive)
    assert sql_store.cursor("home", "INBOX") is None
    sql_store.record(mail(1), ready(2), DOMAIN, at(2))
    received_at = sql_store.find("1").received_at
    assert (received_at, received_at.tzinfo) == (at(2), UTC)


def test_a_database_held_by_another_process_is_busy_not_broken(sql_store: SqlStore, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'parcels.sqlite3'}"
    with closing(sqlite3.connect(tmp_path / "parcels.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        impatient = SqlStore(open_engine(url, busy_seconds=0.05), RULES)
        with pytest.raises(StoreBusyError) as caught:
            impatient.record(mail(1), ready(2), DOMAIN, at(2))
        assert (caught.value.exit_code, INQUIRY in str(caught.value)) == (75, False)
        assert impatient.parcels(View.ALL, at(2)) == []  # reading does not wait
        other.execute("ROLLBACK")
        assert impatient.record(mail(1), ready(2), DOMAIN, at(2)).parcel_ids == (1,)
        impatient.dispose()
    assert sql_store.cursor("home", "INBOX") == mail(1).place


def test_a_full_disk_stores_nothing_and_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    with closing(sqlite3.connect(path)) as counting:
        pages = counting.execute("PRAGMA page_count").fetchone()[0]

    def small(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages + 4}")

    engine.dispose()
    event.listen(engine, "connect", small)
    store = SqlStore(engine, RULES)
    store.record(mail(1), shipped(1), DOMAIN, at(2))
    with pytest.raises(StoreFullError) as caught:
        store.record(mail(2, raw=os.urandom(100_000)), ready(2), DOMAIN, at(2))
    assert caught.value.hint
    assert store.cursor("home", "INBOX") == mail(1).place
    assert [one.auth_number for one in store.parcels(View.ALL, at(2))] == [None]
    assert store.record(mail(2, raw=b""), ready(2), DOMAIN, at(2)).parcel_ids == (1,)
    store.dispose()


@pytest.mark.parametrize("content", [b"not a database at all " * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "parcels.sqlite3"
    path.write_bytes(content)
    with opened(f"sqlite:///{path}") as engine, pytest.raises(StoreError) as caught:
        upgrade(engine)
    assert "damaged" in str(caught.value)
    assert path.read_bytes() == content


def test_a_folder_in_place_of_the_file_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}") as engine, pytest.raises(StoreError) as caught:
        upgrade(engine)
    assert caught.value.hint


def test_a_file_in_place_of_the_folder_is_an_error_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        open_engine(f"sqlite:///{tmp_path / 'file' / 'parcels.sqlite3'}")
    assert caught.value.hint


@pytest.mark.parametrize("url", ["", "nonsense", "nonsense://x", "sqlite+nonsense:///x"])
def test_an_address_that_is_none_is_an_error_with_a_hint_and_makes_no_file(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError) as caught:
        open_engine(url)
    assert caught.value.hint
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_is_an_error_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    open_sql_store(path).dispose()
    with opened(f"sqlite:///file:{path}?mode=ro&uri=true") as engine:
        store = SqlStore(engine, RULES)
        assert store.parcels(View.ALL, at(2)) == []
        with pytest.raises(StoreError) as caught:
            store.record(mail(1), ready(2), DOMAIN, at(2))
    assert "READONLY" in str(caught.value)
    assert caught.value.hint


def test_a_database_in_memory_works_too() -> None:
    engine = open_engine("sqlite://")
    upgrade(engine)
    store = SqlStore(engine, RULES)
    assert store.record(mail(1), ready(2), DOMAIN, at(2)).parcel_ids == (1,)
    store.dispose()


def test_the_tables_can_be_made_in_other_databases() -> None:
    dialect = registry.load("postgresql.psycopg")()
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    assert all("CREATE TABLE" in statement for statement in made)
    assert "received_at TIMESTAMP WITH TIME ZONE NOT NULL" in "".join(made)
