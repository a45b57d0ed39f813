"""Copies of the store: made while others write, checked before they replace anything."""

from __future__ import annotations

import json
import re
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DEMO, Run
from tests.cli.terminal import on_terminal
from watcher.lock import only_daemon
from watcher.mailbox.files import messages_in, size_of


@pytest.fixture
def database(filled: Run, tmp_path: Path) -> Path:
    del filled  # it made the database
    (path,) = tmp_path.rglob("parcels.sqlite3")
    return path


def parcels(konbini: Run) -> list[dict[str, Any]]:
    found = json.loads(konbini("list", "--all", "--json").stdout)
    assert isinstance(found, list)
    return found


def test_there_and_back(filled: Run, database: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", parcels(filled)
    assert filled("backup", str(copy)).returncode == 0
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    filled("add", "--order", "250-1234567-7654321")
    after = parcels(filled)
    done = filled("restore", str(copy))
    assert done.returncode == 0, done.stderr
    assert parcels(filled) == before
    (replaced,) = database.parent.glob("parcels.sqlite3.replaced-*")
    assert str(replaced) in done.stderr
    assert {stat.S_IMODE(path.stat().st_mode) for path in database.parent.iterdir()} == {0o600}
    assert filled("restore", str(replaced)).returncode == 0
    assert parcels(filled) == after
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["copy"]


def test_a_file_is_not_replaced_unless_told(filled: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.write_text("dear to me")
    assert filled("backup", str(copy)).returncode == 2
    assert copy.read_text() == "dear to me"
    assert filled("backup", "--force", str(copy)).returncode == 0
    assert copy.read_bytes().startswith(b"SQLite format 3")


def test_neither_works_on_the_store_itself(filled: Run, database: Path) -> None:
    assert filled("backup", "--force", str(database)).returncode == 2
    assert filled("restore", str(database)).returncode == 2
    assert parcels(filled)


@pytest.fixture
def writer(database: Path) -> Iterator[None]:
    """Two numbers that are always equal in a consistent copy, written all the time."""
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False, timeout=20)
    connection.execute("CREATE TABLE pair (one INTEGER, other INTEGER, filling BLOB)")
    connection.execute("INSERT INTO pair VALUES (0, 0, zeroblob(400000))")
    stopped, begun = threading.Event(), threading.Event()

    def write() -> None:
        while not stopped.is_set():
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE pair SET one = one + 1")
            connection.execute("UPDATE pair SET filling = randomblob(400000)")
            connection.execute("UPDATE pair SET other = other + 1")
            connection.execute("COMMIT")
            begun.set()

    thread = threading.Thread(target=write)
    thread.start()
    assert begun.wait(20)
    yield
    stopped.set()
    thread.join()
    connection.close()


@pytest.mark.usefixtures("writer")
def test_a_copy_made_while_others_write_is_consistent(filled: Run, tmp_path: Path) -> None:
    for number in range(3):
        copy = tmp_path / f"copy{number}"
        assert filled("backup", str(copy)).returncode == 0
        with closing(sqlite3.connect(copy)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            one, other = connection.execute("SELECT one, other FROM pair").fetchone()
            assert one == other > 0


def test_nothing_is_replaced_under_a_running_daemon(filled: Run, database: Path, tmp_path: Path) -> None:
    filled("backup", str(tmp_path / "copy"))
    with only_daemon(database.with_name("parcels.sqlite3.lock")):
        assert filled("backup", str(tmp_path / "another")).returncode == 0
        assert filled("restore", str(tmp_path / "copy")).returncode == 69
    assert not list(database.parent.glob("*.replaced-*"))


def test_nothing_is_replaced_under_another_process(filled: Run, database: Path, tmp_path: Path) -> None:
    filled("backup", str(tmp_path / "copy"))
    with closing(sqlite3.connect(database)) as other:
        other.execute("SELECT count(*) FROM parcel").fetchone()
        assert filled("restore", str(tmp_path / "copy")).returncode == 75
    assert not list(database.parent.glob("*.replaced-*"))
    assert parcels(filled)


def change(copy: Path, statement: str) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(statement)
        connection.commit()


def damage(copy: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\xff" * 4096 * 3
    copy.write_bytes(content)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda copy: change(copy, "UPDATE alembic_version SET version_num = 'ffff'"), 78),
        (damage, 1),
        (lambda copy: copy.write_bytes(copy.read_bytes()[:5000]), 1),
        (lambda copy: copy.write_text("no database at all " * 500), 1),
        (lambda copy: copy.write_bytes(b""), 1),
        (lambda copy: change(copy, "DROP TABLE alembic_version"), 1),
        (Path.unlink, 2),
    ],
)
def test_what_is_no_good_copy_replaces_nothing(
    filled: Run, database: Path, tmp_path: Path, spoil: Any, code: int
) -> None:
    copy, before = tmp_path / "copy", parcels(filled)
    filled("backup", str(copy))
    spoil(copy)
    done = filled("restore", str(copy))
    assert done.returncode == code, done.stderr
    assert done.stderr.strip()
    assert parcels(filled) == before
    assert (
        sorted(path.name for path in database.parent.iterdir())
        == ["parcels.sqlite3", "parcels.sqlite3.lock"][: 1 if code == 2 else 2]
    )


def test_a_damaged_database_is_replaced_and_kept(filled: Run, database: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", parcels(filled)
    filled("backup", str(copy))
    database.write_text("this was a database once " * 400)
    assert filled("list").returncode == 1
    assert filled("restore", str(copy)).returncode == 0
    assert parcels(filled) == before
    replaced = min(database.parent.glob("*.replaced-*"))  # what lay beside it follows by name
    assert replaced.read_text().startswith("this was a database once")


def test_a_copy_can_be_put_where_there_was_nothing(filled: Run, database: Path, tmp_path: Path) -> None:
    copy, before = tmp_path / "copy", parcels(filled)
    filled("backup", str(copy))
    database.unlink()
    assert filled("restore", str(copy)).returncode == 0
    assert parcels(filled) == before


def test_there_must_be_something_to_copy(konbini: Run, tmp_path: Path) -> None:
    done = konbini("backup", str(tmp_path / "copy"))
    assert done.returncode == 1
    assert "konbini check" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_copy_that_cannot_be_written_leaves_nothing(filled: Run, tmp_path: Path) -> None:
    done = filled("backup", str(tmp_path / "no" / "such" / "folder"))
    assert done.returncode == 1
    assert "No such file" in done.stderr


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_other_databases_have_their_own_tools(konbini: Run, tmp_path: Path, command: str) -> None:
    config, copy = tmp_path / "c.toml", tmp_path / "copy"
    config.write_text('[store]\nurl = "postgresql+psycopg://me@localhost/parcels"\n')
    copy.touch()
    done = konbini("--config", str(config), command, str(copy))
    assert done.returncode == 78
    assert "pg_dump" in done.stderr


# -- forget


def test_forget_asks_on_a_terminal(filled: Run, tmp_path: Path) -> None:
    code, screen = on_terminal(tmp_path, "forget", "1", types="n\n")
    assert (code, len(parcels(filled))) == (0, 2)
    assert "Nothing was deleted" in screen
    code, screen = on_terminal(tmp_path, "forget", "1", types="y\n")
    assert (code, [one["id"] for one in parcels(filled)]) == (0, [2])
    assert not re.search("[0-9]{6}", screen)


def test_forget_needs_a_yes_where_it_cannot_ask(filled: Run) -> None:
    done = filled("forget", "1")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert len(parcels(filled)) == 2


def test_what_was_forgotten_is_nowhere_and_stays_away(filled: Run, database: Path) -> None:
    secret = parcels(filled)[0]["inquiry_number"].encode()
    (database.parent / "parcels.sqlite3.backup-0001-20260101T000000000000").write_bytes(database.read_bytes())
    assert secret in database.read_bytes()
    wanted = str(parcels(filled)[0]["id"])
    assert filled("forget", wanted, "--yes").returncode == 0
    assert not [path for path in database.parent.iterdir() if secret in path.read_bytes()]
    assert filled("rescan").returncode == 0
    filled("import", *(str(path) for path in sorted(DEMO.glob("[124]*.eml"))))
    assert len(parcels(filled)) == 1
    assert not [path for path in database.parent.iterdir() if secret in path.read_bytes()]
    assert filled("forget", wanted, "--yes").returncode == 4


# -- import


def test_how_much_there_is_to_read_is_known_beforehand(tmp_path: Path) -> None:
    mails = sorted(DEMO.glob("*.eml"))
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    for number, mail in enumerate(mails):
        (tmp_path / ("cur", "new")[number % 2] / str(number)).write_bytes(mail.read_bytes())
    (tmp_path / "tmp" / "half").write_bytes(b"x")
    wanted = sum(mail.stat().st_size for mail in mails)
    assert size_of(str(tmp_path)) == size_of(str(DEMO)) == wanted
    assert sum(len(found.raw) for found in messages_in(str(tmp_path))) == wanted
    assert size_of("-") is size_of(str(tmp_path / "none")) is None


def test_a_moving_line_only_on_a_terminal(konbini: Run, tmp_path: Path) -> None:
    mails = [str(path) for path in sorted(DEMO.glob("*.eml"))]
    code, screen = on_terminal(tmp_path, "import", *mails)
    assert (code, f"Reading mails {len(mails)} " in screen) == (0, True)
    assert "100%" in screen
    done = konbini("import", *mails)
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
