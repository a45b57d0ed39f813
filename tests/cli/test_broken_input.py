"""Every command in every bad situation: no traceback, the exit code of the design, and a word on what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import DEMO
from tests.fixtures import ROOT
from watcher.cli.main import _COMMANDS

CODES = {0, 1, 2, 4, 69, 75, 77, 78}
MAIL = str(DEMO / "2-ready-lawson.eml")


@dataclass(frozen=True)
class Row:
    """How a command is called, and what it needs.

    Attributes:
        arguments: ``ID`` stands for a parcel, ``FILE`` for a file that is not there yet, ``COPY`` for a copy.
        store: ``opens`` what must be there or is made, ``reads`` what may be missing, ``None`` for neither.
        config: ``mailbox``, ``file`` or ``readable``: what there must be at least; None where none is read.
        always: the code in every situation of these, or None.
        alone: the code where nothing is wrong but that there is neither a store nor a configuration.
    """

    arguments: tuple[str, ...] = ()
    store: str | None = "opens"
    config: str | None = "readable"
    alone: int = 0
    always: int | None = None

    @property
    def one_parcel(self) -> bool:
        return "ID" in self.arguments


ROWS = {
    "run": Row(config="mailbox", alone=78),
    "check": Row(config="mailbox", alone=78),
    "demo": Row(("--json",), store=None, config=None),
    "list": Row(store="reads"),
    "next": Row(store="reads"),
    "search": Row(("1234",), store="reads"),
    "show": Row(("ID",), alone=4),
    "card": Row(("ID",), alone=4),
    "open": Row(("ID", "--print"), alone=4),
    "collected": Row(("ID",), alone=4),
    "undo": Row(("ID",), alone=4),
    "snooze": Row(("ID",), alone=4),
    "confirm": Row(("ID",), alone=4),
    "note": Row(("ID", "umbrella"), alone=4),
    "add": Row(("--inquiry", "123456789013", "--auth", "7654321")),
    "edit": Row(("ID", "--auth", "7654321"), alone=4),
    "forget": Row(("ID", "--yes"), alone=4),
    "extract": Row((MAIL,), store=None, config=None),
    "import": Row((MAIL,)),
    "export": Row(("ics",), store="reads"),
    "mails": Row(store="reads"),
    "rescan": Row(),
    "status": Row(store="reads"),
    "stats": Row(store="reads"),
    "doctor": Row(store=None, alone=78, always=78),
    "init": Row(store=None, config=None, alone=2, always=2),
    "login": Row(store=None, config="file", alone=78),
    "backup": Row(("FILE",), store="reads", alone=1),
    "restore": Row(("COPY",), alone=1),
    "config": Row(("path",), store=None, config=None),
    "service": Row(("status",), store=None, alone=69),
    "completion": Row(("bash",), store=None, config=None),
}
Done = subprocess.CompletedProcess[str]


@dataclass
class Home:
    """A home folder in which commands are run."""

    path: Path

    @property
    def database(self) -> Path:
        return self.path / ".local/state/konbini-watcher/parcels.sqlite3"

    def run(self, name: str, wanted: str = "1", *before: str, closed_stdin: bool = False, **environment: str) -> Done:
        copy, file = self.path / "copy", self.path / f"file-of-{name}"
        blanks = {"ID": wanted, "FILE": str(file), "COPY": str(copy)}
        copy.touch()
        arguments = [blanks.get(word, word) for word in ROWS.get(name, Row()).arguments]
        env = {"HOME": str(self.path), "PATH": os.environ["PATH"], "LANG": "C", "COLUMNS": "100"}
        command = [sys.executable, "-W", "error", "-m", "watcher", *before, name, *arguments]
        if closed_stdin:
            command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=env | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=120,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in out + err
        assert done.returncode in CODES, err
        if done.returncode == 2:
            assert "--help" in err or "What to do: " in err
        elif done.returncode:
            assert "Error: " in err
            assert "What to do: " in err, err
        return subprocess.CompletedProcess(command, done.returncode, out, err)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two parcels of one order and one of another, all of which have an order number."""
    home = Home(tmp_path_factory.mktemp("home"))
    numbers = ("123456789013", "200961185434", "987654321000")
    orders = ("250-1234567-7654321", "250-1234567-7654321", "503-1234567-7654322")
    for inquiry, order in zip(numbers, orders, strict=True):
        command = [sys.executable, "-m", "watcher", "add", "--inquiry", inquiry, "--order", order]
        env = {"HOME": str(home.path), "PATH": os.environ["PATH"]}
        subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True)
    return home.path


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Home:
    """A copy of the template."""
    shutil.copytree(template, tmp_path / "home")
    return Home(tmp_path / "home")


@pytest.fixture
def bare(tmp_path: Path) -> Home:
    """A home in which nothing is."""
    (tmp_path / "bare").mkdir()
    return Home(tmp_path / "bare")


EVERY = pytest.mark.parametrize("name", _COMMANDS)
ABOUT_A_PARCEL = pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.one_parcel])


@ABOUT_A_PARCEL
@pytest.mark.parametrize("wanted", ["99", "not-an-id"])
def test_an_unknown_id(home: Home, name: str, wanted: str) -> None:
    assert home.run(name, wanted).returncode == 4


@ABOUT_A_PARCEL
def test_an_ambiguous_beginning(home: Home, name: str) -> None:
    done = home.run(name, "250-1234567")
    assert done.returncode == 2
    assert "1, 2" in done.stderr


@EVERY
def test_no_configuration_and_no_store(bare: Home, name: str) -> None:
    done = bare.run(name)
    if name in ROWS:
        assert done.returncode == ROWS[name].alone
    if name in ROWS and ROWS[name].store == "reads":
        assert not bare.database.exists()


@EVERY
def test_a_broken_configuration(home: Home, name: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('language = "fr"\n[reminders]\nat = "late"\n')
    done = home.run(name, "1", "--config", str(broken))
    if name in ROWS:
        assert done.returncode == (ROWS[name].always or (78 if ROWS[name].config else 0))
    if done.returncode == 78:
        told = done.stdout + done.stderr
        assert "language" in told
        assert "reminders.at" in told


@EVERY
def test_a_store_below_a_file(bare: Home, name: str, tmp_path: Path) -> None:
    """As a folder in which nothing can be written, but also for somebody who may write everywhere."""
    (tmp_path / "file").touch()
    config = tmp_path / "c.toml"
    config.write_text(f'[store]\npath = "{tmp_path}/file/parcels.sqlite3"\n')
    config.chmod(0o600)
    done = bare.run(name, "1", "--config", str(config))
    row = ROWS.get(name)
    if row is None:
        return
    if row.always is not None:
        assert done.returncode == row.always
    elif row.config in ("mailbox", "file"):
        assert done.returncode in (2, 78)
    elif name in ("backup", "service"):
        assert done.returncode == {"backup": 1, "service": row.alone}[name]
    else:
        assert done.returncode == (1 if row.store == "opens" else 0)


@EVERY
def test_a_wrong_locale_and_a_narrow_terminal(home: Home, name: str) -> None:
    expected = home_code(name)
    done = home.run(name, LANG="xx", LC_ALL="xx_YY.ISO-8859-1", COLUMNS="20")
    assert expected is None or done.returncode == expected


@EVERY
def test_closed_standard_input(home: Home, name: str) -> None:
    expected = home_code(name)
    done = home.run(name, closed_stdin=True)
    assert expected is None or done.returncode == expected


def home_code(name: str) -> int | None:
    """The exit code in a home with parcels and without a configuration."""
    row = ROWS.get(name)
    if row is None:
        return None
    if row.always is not None:
        return row.always
    return row.alone if row.config in ("mailbox", "file") or name in ("restore", "service") else 0


def in_parallel(names: list[str], run: Callable[[str], Done]) -> dict[str, int]:
    """Each command waits five seconds for a lock; together they do not take longer."""
    with ThreadPoolExecutor(len(names)) as pool:
        return {name: done.returncode for name, done in zip(names, pool.map(run, names), strict=True)}


def test_every_command_is_in_the_table() -> None:
    assert set(ROWS) == set(_COMMANDS)


def test_a_locked_database(home: Home) -> None:
    names = [name for name, row in ROWS.items() if row.store and row.config == "readable" and name != "restore"]
    with closing(sqlite3.connect(home.database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert in_parallel(names, home.run) == dict.fromkeys(names, 75)


def test_a_damaged_database(home: Home) -> None:
    home.database.write_text("this was a database once " * 400)
    names = [name for name, row in ROWS.items() if row.store and row.config == "readable" and name != "restore"]
    assert {name: home.run(name).returncode for name in names} == dict.fromkeys(names, 1)


@pytest.mark.parametrize("name", ["forget", "login"])
def test_nobody_to_ask(home: Home, name: str, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[[mailbox]]\nname = "home"\nhost = "imap.example.jp"\nuser = "me@example.jp"\n')
    config.chmod(0o600)
    command = {"forget": ("forget", "1"), "login": ("--config", str(config), "login")}[name]
    env = {"HOME": str(home.path), "PATH": os.environ["PATH"], "LANG": "C"}
    for words in (list(command), ["sh", "-c", 'exec "$@" <&-', "sh"]):
        full = [sys.executable, "-W", "error", "-m", "watcher", *command]
        full = full if words[0] != "sh" else [*words, *full]
        done = subprocess.run(
            full, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60
        )
        assert "Traceback" not in done.stderr
        assert done.returncode == 2, done.stderr
        assert "--help" in done.stderr
