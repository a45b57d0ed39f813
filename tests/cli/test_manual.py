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

PAGES = [ROOT / "docs" / "konbini.1", ROOT / "docs" / "konbini.ja.1"]
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
    written = {str(made.relative_to(tmp_path)): made for made in tmp_path.rglob("*") if made.is_file()}
    for name, made in written.items():
        assert made.read_text("utf-8") == (ROOT / "docs" / name).read_text("utf-8"), name
    assert set(written) == set(pages())


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_groff_finds_nothing_to_say(page: Path) -> None:
    needs("groff")
    done = subprocess.run(
        ["groff", "-man", "-mja", "-ww", "-Tutf8", "-z", page],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    assert done.stderr == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_mandoc_finds_nothing_to_say(page: Path) -> None:
    needs("mandoc")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_man_shows_it(page: Path, tmp_path: Path) -> None:
    needs("man", "groff")
    shutil.copy(page, tmp_path)
    done = subprocess.run(
        ["man", "--warnings", "-l", str(tmp_path / page.name)],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT | {"HOME": str(tmp_path), "MANPAGER": "cat", "GROFF_NO_SGR": "1"},
    )
    shown = re.sub(".\b", "", done.stdout)
    if page.name == "konbini.1":  # where a line of Japanese may break man knows only in a Japanese locale
        assert done.stderr == ""
    assert "konbini collected [OPTIONS] ID" in shown
    assert ("受け取り済み" in shown) is (page.name == "konbini.ja.1")
    assert "konbini search 例町店 --json" in shown
