"""The command reference and the man page say what ``--help`` says, and every reader of man pages can read it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import needs
from tests.fixtures import ROOT
from watcher.cli.main import _COMMANDS
from watcher.cli.manual import entries, pages

PAGE = ROOT / "docs" / "konbini.1"
ENVIRONMENT = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANWIDTH": "80"}


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
def test_the_pages_are_fresh(tmp_path: Path, lang: str) -> None:
    """`python -m watcher.cli.manual` makes them anew."""
    subprocess.run(
        [sys.executable, "-W", "error", "-m", "watcher.cli.manual", str(tmp_path)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "LANG": lang},
        check=True,
    )
    for made in sorted(tmp_path.iterdir()):
        assert made.read_text("utf-8") == (ROOT / "docs" / made.name).read_text("utf-8"), made.name
    assert {made.name for made in tmp_path.iterdir()} == set(pages())


@pytest.mark.parametrize("name", ["commands.md", "commands.ja.md"])
def test_every_command_is_explained_in_its_language(name: str) -> None:
    text = pages()[name]
    assert set(_COMMANDS) <= set(re.findall(r"^## (.+)$", text, re.MULTILINE))
    assert bool(re.search("[ぁ-ん]", text.replace("例町店", ""))) is (name == "commands.ja.md")


def test_the_sentences_are_those_of_the_help(konbini: Run) -> None:
    for entry in entries("en"):
        if entry.path in ("snooze", "edit", "mails export"):
            shown = " ".join(konbini(*entry.path.split(), "--help", COLUMNS="200").stdout.split())
            assert entry.usage in shown
            assert entry.sentence in shown
            for option, sentence in entry.options:
                assert option in shown
                assert sentence.partition(" (otherwise")[0] in shown


def test_groff_finds_nothing_to_say() -> None:
    needs("groff")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-Tutf8", "-z", PAGE], capture_output=True, text=True, check=True, env=ENVIRONMENT
    )
    assert done.stderr == ""


def test_mandoc_finds_nothing_to_say() -> None:
    needs("mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", PAGE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_man_shows_it(tmp_path: Path) -> None:
    needs("man", "groff")
    shutil.copy(PAGE, tmp_path)
    done = subprocess.run(
        ["man", "--warnings", "-l", str(tmp_path / "konbini.1")],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT | {"HOME": str(tmp_path), "MANPAGER": "cat", "GROFF_NO_SGR": "1"},
    )
    shown = re.sub(".\b", "", done.stdout)
    assert done.stderr == ""
    assert "konbini collected [OPTIONS] ID" in shown
    assert "konbini search 例町店 --json" in shown
