"""Migrations: made, checked against the tables, copied aside, taken back, refused."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, event, inspect

from tests.store.conftest import open_sql_store
from tests.store.mails import INQUIRY, at, mail, ready
from watcher.errors import StoreError, StoreNewerError
from watcher.store.engine import open_engine
from watcher.store.migrate import HEAD, configuration, revision, scripts, upgrade
from watcher.store.store import View
from watcher.store.tables import metadata

NEWER = "UPDATE alembic_version SET version_num = 'ffff'"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'parcels.sqlite3'}")
    yield engine
    engine.dispose()


@contextmanager
def config_on(engine: Engine) -> Iterator[tuple[Config, Connection]]:
    with engine.begin() as connection:
        config = configuration(scripts())
        config.attributes["connection"] = connection
        yield config, connection


def test_the_newest_script_is_the_one_the_program_works_with() -> None:
    assert ScriptDirectory.from_config(configuration(scripts())).get_heads() == [HEAD]


def test_the_scripts_make_the_tables_that_the_program_uses(engine: Engine) -> None:
    upgrade(engine, scripts())
    with config_on(engine) as (config, _):
        command.check(config)


def test_a_new_database_is_what_the_scripts_make_of_it(tmp_path: Path) -> None:
    by_scripts, new = tmp_path / "scripts.sqlite3", tmp_path / "new.sqlite3"
    for path, folder in ((by_scripts, scripts()), (new, None)):
        engine = open_engine(f"sqlite:///{path}")
        upgrade(engine, folder)
        engine.dispose()
    assert declared(new) == declared(by_scripts)


def declared(path: Path) -> dict[str, list[str]]:
    """What a database holds, as it was declared; the order of columns does not count."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
        (head,) = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    found = {
        f"{kind} {name}": sorted(part.strip(" \n\t)") for part in re.split(r",\s", sql or ""))
        for kind, name, sql in rows
    }
    return {**found, "revision": list(head)}


def test_tables_that_are_not_ours_are_not_taken_for_a_new_database(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE parcel (id INTEGER)")
    with pytest.raises(StoreError):
        upgrade(engine)
    with engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["parcel"]


def test_one_select_tells_that_nothing_is_to_be_done(engine: Engine) -> None:
    upgrade(engine)
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *happened: said.append(happened[2]))
    upgrade(engine)
    assert [statement for statement in said if not statement.startswith("BEGIN")] == [
        "SELECT version_num FROM alembic_version"
    ]


def test_a_script_forgotten_would_be_noticed(engine: Engine) -> None:
    upgrade(engine)
    with config_on(engine) as (config, connection):
        connection.exec_driver_sql("ALTER TABLE parcel DROP COLUMN note")
        with pytest.raises(Exception, match="New upgrade operations detected"):
            command.check(config)


def test_the_way_back_leaves_nothing(engine: Engine) -> None:
    upgrade(engine)
    with config_on(engine) as (config, connection):
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    upgrade(engine)
    with engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {*metadata.tables, "alembic_version"}


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = open_sql_store(path)
    store.record(mail(1), ready(2), "amazon.co.jp", at(2))
    store.dispose()
    store = open_sql_store(path)
    assert [parcel.id for parcel in store.parcels(View.ALL, at(2))] == [1]
    store.dispose()
    assert list(tmp_path.glob("*.backup-*")) == []


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    open_sql_store(path).dispose()
    with closing(sqlite3.connect(path)) as other:
        other.execute(NEWER)
        other.commit()
    with pytest.raises(StoreNewerError) as caught:
        open_sql_store(path)
    assert (caught.value.exit_code, bool(caught.value.hint)) == (78, True)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT version_num FROM alembic_version").fetchone() == ("ffff",)


SECOND = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{revision}", "{before}"
def upgrade():
    with op.batch_alter_table("parcel") as table:
        table.add_column(sa.Column("extra_{revision}", sa.Text()))
        table.alter_column("note", new_column_name="note", existing_type=sa.Text(), nullable=True)
def downgrade():
    with op.batch_alter_table("parcel", recreate="always") as table:
        table.drop_column("extra_{revision}")
"""


NEXT = [f"{int(HEAD) + number:04d}" for number in range(1, 6)]
"""Revisions of versions to come."""


@pytest.fixture
def future(tmp_path: Path) -> Path:
    """This program's scripts and five of versions to come."""
    folder = tmp_path / "scripts"
    shutil.copytree(scripts(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    for before, revision_ in zip([HEAD, *NEXT], NEXT, strict=False):
        script = SECOND.format(revision=revision_, before=before)
        (folder / "versions" / f"{revision_}_more.py").write_text(script)
    return folder


def test_an_older_database_is_copied_aside_before_it_is_migrated(tmp_path: Path, future: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = open_sql_store(path)
    store.record(mail(1), ready(2), "amazon.co.jp", at(2))
    store.dispose()
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine, future, NEXT[0])
    assert revision(engine) == NEXT[0]
    (copy,) = tmp_path.glob("*.backup-*")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    for newer in NEXT[1:]:
        upgrade(engine, future, newer)
    engine.dispose()
    copies = sorted(file.name.split("-")[1] for file in tmp_path.glob("*.backup-*"))
    assert copies == NEXT[1:4]


def test_the_copy_is_a_whole_database(tmp_path: Path, future: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = open_sql_store(path)
    store.record(mail(1), ready(2), "amazon.co.jp", at(2))
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine, future, NEXT[0])  # while another connection is open, so that the copy needs the WAL
    engine.dispose()
    store.dispose()
    (copy,) = tmp_path.glob("*.backup-*")
    restored = open_sql_store(copy)
    assert restored.find("1").inquiry_number == INQUIRY
    restored.dispose()


def test_rebuilding_a_table_loses_no_row_that_refers_to_it(tmp_path: Path, future: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = open_sql_store(path)
    store.record(mail(1), ready(2), "amazon.co.jp", at(2))
    planned = store.reminders(1)
    store.dispose()
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine, future, NEXT[-1])
    with engine.begin() as connection:
        config = configuration(future)
        config.attributes["connection"] = connection
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("SELECT count(*) FROM reminder").scalar() == len(planned)
    engine.dispose()


def test_a_script_that_fails_leaves_the_database_as_it_was(tmp_path: Path, future: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    open_sql_store(path).dispose()
    broken = future / "versions" / f"{NEXT[1]}_more.py"
    broken.write_text(broken.read_text().replace("def upgrade():", "def upgrade():\n    op.drop_table('nothing')"))
    engine = open_engine(f"sqlite:///{path}")
    with pytest.raises(StoreError):
        upgrade(engine, future, NEXT[-1])
    assert revision(engine) == HEAD
    engine.dispose()
    open_sql_store(path).dispose()


def test_missing_scripts_are_an_error_with_a_hint(tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(StoreError) as caught:
        upgrade(engine, tmp_path / "nothing")
    assert caught.value.hint


@pytest.mark.parametrize("is_new", [True, False])
def test_alembic_is_not_loaded_when_there_is_nothing_to_migrate(tmp_path: Path, is_new: bool) -> None:
    path = tmp_path / "parcels.sqlite3"
    if not is_new:
        open_sql_store(path).dispose()
    program = (
        "import sys\n"
        "from watcher.store.engine import open_engine\n"
        "from watcher.store.migrate import upgrade\n"
        f"engine = open_engine({f'sqlite:///{path}'!r})\n"
        "upgrade(engine); engine.dispose()\n"
        "print('alembic' in sys.modules, 'sqlalchemy.orm' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
