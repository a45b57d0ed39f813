"""What a command may import: how fast it begins is measured in ``benchmarks/cli.py``, what makes it so is held here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.fixtures import ROOT

PROGRAM = """
import sys
before = set(sys.modules)
from watcher.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print(*sorted(set(sys.modules) - before), file=sys.stderr)
"""

SEARCHES = """
import gc, sys
from watcher.cli.main import main
before, usual = gc.get_stats(), gc.get_threshold()
try:
    main(sys.argv[1:])
except SystemExit:
    pass
searches = sum(after["collections"] - now["collections"] for after, now in zip(gc.get_stats(), before))
print(searches, gc.get_threshold() == usual, file=sys.stderr)
"""

SLOW = frozenset(
    "logging asyncio dataclasses email json unicodedata zoneinfo pathlib tomllib sqlite3 importlib.metadata".split()
)
"""Modules of Python's own that cost more than a millisecond or two and that nobody needs to print help."""

TO_READ = frozenset({"click", "platformdirs", "sqlalchemy", "typing_extensions", "greenlet"})
"""What a list needs; of rich it takes the widths of characters alone."""


def imported(home: Path, *arguments: str, **environment: str) -> set[str]:
    """The modules that a command imported, given its arguments."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.splitlines()[-1].split())


def others(modules: set[str]) -> set[str]:
    """The packages of other people among these."""
    packages = {name.partition(".")[0] for name in modules}
    ours = {"watcher", "cython_runtime"}
    return {name for name in packages - sys.stdlib_module_names - ours if not name.startswith("_")}


def completing(line: str) -> dict[str, str]:
    return {"_KONBINI_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}


@pytest.fixture
def home(konbini: Run, tmp_path: Path) -> Path:
    """A home whose store has a parcel."""
    assert konbini("add", "--inquiry", "123456789013", "--shop", "lawson").returncode == 0
    return tmp_path


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_needs_click_alone(tmp_path: Path, option: str, lang: str) -> None:
    modules = imported(tmp_path, option, LANG=lang)
    assert others(modules) - {"importlib_metadata"} == {"click"}
    if option == "--help":
        assert not modules & SLOW
        ours = {name for name in modules if name.startswith("watcher.")}
        setting_lines = {"watcher.export", "watcher.export.lines"} if lang.startswith("ja") else set()
        assert {name for name in ours if not name.startswith("watcher.cli.words.")} - setting_lines == {
            "watcher.cli",
            "watcher.cli.garbage",
            "watcher.cli.help_layout",
            "watcher.cli.main",
            "watcher.cli.words",
            "watcher.errors",
        }


def test_to_complete_a_command_no_command_is_imported(home: Path) -> None:
    modules = imported(home, **completing("konbini s"))
    assert others(modules) == {"click"}
    assert not modules & SLOW
    assert "watcher.cli.app" not in modules


def test_to_complete_an_id_the_database_is_read_without_sqlalchemy(home: Path) -> None:
    modules = imported(home, **completing("konbini show "))
    assert others(modules) <= {"click", "platformdirs"}
    assert "sqlite3" in modules
    assert not modules & {"watcher.config", "watcher.extractors", "watcher.parcels", "watcher.notify.words"}


@pytest.mark.parametrize("arguments", [("list",), ("list", "--all"), ("list", "--json"), ("search", "lawson")])
def test_a_list_imports_what_reads_the_database_and_nothing_else(home: Path, arguments: tuple[str, ...]) -> None:
    modules = imported(home, *arguments)
    assert others(modules) - TO_READ <= {"rich"}
    assert {name for name in modules if name.startswith("rich.")} <= {"rich._extension", "rich.cells"} | {
        name for name in modules if name.startswith("rich._unicode_data")
    }
    assert not {name for name in modules if name.startswith(("sqlalchemy.orm", "sqlalchemy.ext", "watcher.mailbox"))}
    assert "watcher.messages.read" not in modules
    assert "watcher.extractors.extract" not in modules


def test_a_list_searches_for_no_garbage(home: Path) -> None:
    assert said_of_garbage(home, "list") == ["0", "False"]


def test_the_daemon_searches_for_garbage_as_any_program(tmp_path: Path) -> None:
    searches, is_usual = said_of_garbage(tmp_path, "run")  # without a configuration it ends at once
    assert int(searches) > 0
    assert is_usual == "True"


def said_of_garbage(home: Path, *arguments: str) -> list[str]:
    """How often a command searched for garbage, and whether it would do so as usual from then on."""
    done = subprocess.run(
        [sys.executable, "-c", SEARCHES, *arguments],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stderr.split()[-2:]
