"""Completion: click's protocol, and the real shells."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import needs
from tests.fixtures import ROOT
from watcher.cli.parcel_argument import describe
from watcher.cli.words.completing import CHAINS, POINTS, STATUSES
from watcher.extractors.notice import Chain, PickupPoint, PointKind, Reading
from watcher.notify.notification import Language
from watcher.notify.phrasing import words_of
from watcher.parcels.parcel import JST, Status
from watcher.parcels.rules import Rules
from watcher.store.engine import open_engine
from watcher.store.sql_store import SqlStore
from watcher.store.view import View, shown

ABOUT_ONE_PARCEL = ["show", "collected", "undo", "snooze", "confirm", "note", "edit", "open", "forget"]


def complete(konbini: Run, *words: str, shell_name: str = "bash", **environment: str) -> list[str]:
    """What the program answers to a shell that stands at the last of these words."""
    line = " ".join(("konbini", *words))
    at = words[-1] if shell_name == "fish" else str(len(words))
    done = konbini(_KONBINI_COMPLETE=f"{shell_name}_complete", COMP_WORDS=line, COMP_CWORD=at, **environment)
    assert done.stderr == ""
    assert done.returncode == 0
    return done.stdout.split() if shell_name == "bash" else done.stdout.strip("\n").splitlines()


@pytest.mark.parametrize("command", ABOUT_ONE_PARCEL)
def test_ids_of_current_parcels_are_offered(filled: Run, command: str) -> None:
    filled("add", "--inquiry", "123456789013", "--auth", "7654321", "--shop", "lawson")
    filled("add", "--order", "250-7777777-1112224", "--shop", "ministop")
    assert complete(filled, command, "") == ["plain,3", "plain,4"]
    assert complete(filled, command, "4") == ["plain,4"]
    assert complete(filled, command, "9") == []


def test_each_id_is_described_without_its_numbers(konbini: Run) -> None:
    konbini("add", "--inquiry", "123456789013", "--shop", "lawson", "--name", "a,b:c店", "--deadline", "2097-03-11")
    _, key, description, *rest = complete(konbini, "show", "", shell_name="zsh")
    assert (key, rest) == ("1", [])
    assert re.fullmatch(r"Lawson a b c店 · 2097-03-11 · .+", description)
    (line,) = complete(konbini, "show", "", shell_name="fish", LANG="ja_JP.UTF-8")
    assert line.startswith("plain,1\tローソン a b c店 · 2097-03-11")
    assert "1234" not in description + line


POINTS_TO_FETCH_AT = (
    PickupPoint(PointKind.KONBINI, Chain.LAWSON, "渋谷店"),
    PickupPoint(PointKind.KONBINI, Chain.LAWSON, "LAWSON 渋谷店"),
    PickupPoint(PointKind.KONBINI, Chain.FAMILYMART, "ファミリーマート" + "長" * 80),
    PickupPoint(PointKind.KONBINI, Chain.MINISTOP),
    PickupPoint(PointKind.LOCKER, None, "Amazon Hubロッカー - りんご"),
    PickupPoint(PointKind.LOCKER, None, "\x1b[31m駅\u202e前"),
    *(PickupPoint(kind) for kind in PointKind),
    PickupPoint(PointKind.UNKNOWN, None, "どこか"),
    None,
)


@pytest.fixture
def parcels(konbini: Run, tmp_path: Path) -> Iterator[SqlStore]:
    """A store with parcels at every kind of place, whose deadlines lie from a week ahead to a month ago."""
    assert konbini("add", "--inquiry", "123456789013").returncode == 0
    (file,) = tmp_path.rglob("parcels.sqlite3")
    store = SqlStore(open_engine(f"sqlite:///{file}"), Rules({}))
    today = datetime.now(UTC).astimezone(JST).date()
    for number, (days, point) in enumerate(product((7, 0, -13, -14, -15, -30), POINTS_TO_FETCH_AT)):
        order = f"250-0000000-{number:07d}"
        reading = Reading(order, pickup_point=point, deadline=today + timedelta(days=days))
        status = (Status.READY, Status.SHIPPED, Status.COLLECTED)[number % 3]
        store.add(reading, status, datetime.now(UTC))
    yield store
    store.dispose()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_completion_says_what_the_store_says(konbini: Run, parcels: SqlStore, language: Language) -> None:
    """It reads the database by itself and has words of its own; both must be those of the rest of the program."""
    now = datetime.now(UTC)
    current = parcels.parcels(View.CURRENT, now)
    assert 20 < len(current) < len(parcels.parcels(View.ALL, now))
    offered = complete(konbini, "show", "", shell_name="fish", KONBINI_LANGUAGE=language)
    assert offered == [f"plain,{one.id}\t{_plain(describe(one, language))}" for one in current]


def _plain(text: str) -> str:
    """Without what click and the shells split at."""
    return text.replace(",", " ").replace(":", " ")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_completion_has_a_word_for_every_point(language: Language) -> None:
    words, at = words_of(language), language == "ja"
    assert {kind: said[at] for kind, said in POINTS.items()} == {kind.value: words.point[kind] for kind in PointKind}
    assert {chain: said[at] for chain, said in CHAINS.items()} == {chain.value: words.chain[chain] for chain in Chain}
    assert {status: said[at] for status, said in STATUSES.items()} == {
        status.value: words.status[status] for status in shown(View.CURRENT)
    }


def test_commands_are_offered(konbini: Run) -> None:
    assert {"plain,search", "plain,show", "plain,status", "plain,snooze"} <= set(complete(konbini, "s"))


def test_nothing_is_said_and_made_without_a_store(konbini: Run, tmp_path: Path) -> None:
    assert complete(konbini, "show", "") == []
    assert not list(tmp_path.iterdir())


def test_nothing_is_said_of_a_broken_configuration(filled: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("= nonsense")
    assert complete(filled, "--config", str(broken), "show", "") == []
    assert complete(filled, "show", "", KONBINI_CONFIG=str(broken)) == []


def test_nothing_is_said_of_a_store_that_cannot_be_read(filled: Run, tmp_path: Path) -> None:
    (database,) = tmp_path.rglob("parcels.sqlite3")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        assert complete(filled, "show", "") == []
    database.write_text("no database " * 100)
    assert complete(filled, "show", "") == []


# -- real shells


@pytest.fixture
def installed(konbini: Run, tmp_path: Path) -> dict[str, str]:
    """The environment of a shell in which ``konbini`` is a command, with one parcel."""
    konbini("add", "--inquiry", "123456789013", "--shop", "lawson", "--deadline", "2097-03-11")
    program = tmp_path / "bin" / "konbini"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m watcher "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {"HOME": str(tmp_path), "PATH": path, "LANG": "C.UTF-8", "TERM": "dumb"}


def shell(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        arguments, env=environment, capture_output=True, text=True, check=False, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    assert "rror" not in done.stderr
    return done.stdout


def test_bash(installed: dict[str, str]) -> None:
    needs("bash")
    program = """
        eval "$(konbini completion bash)"
        COMP_WORDS=(konbini show ""); COMP_CWORD=2
        compopt() { :; }
        _konbini_completion konbini; echo "ids ${COMPREPLY[*]}"
        COMPREPLY=(); COMP_WORDS=(konbini sno); COMP_CWORD=1
        _konbini_completion konbini; echo "commands ${COMPREPLY[*]}"
        complete -p konbini
    """
    lines = shell(installed, "bash", "--norc", "-c", program).splitlines()
    assert lines[:2] == ["ids 1", "commands snooze"]
    assert "_konbini_completion" in lines[2]


def test_zsh(installed: dict[str, str], tmp_path: Path) -> None:
    needs("zsh")
    # compadd and _describe work only while a person types; here they print what they are given
    program = """
        compdef() { :; }
        eval "$(konbini completion zsh)"
        _describe() { print -r -- "described ${(P@)3}"; }
        compadd() { print -r -- "added ${(P@)@[-1]}"; }
        words=(konbini show ""); CURRENT=3
        _konbini_completion
        words=(konbini sno); CURRENT=2
        _konbini_completion
    """
    lines = shell(installed, "zsh", "-f", "-c", program).splitlines()
    assert lines[0] == "described 1:Lawson · 2097-03-11 · ready"
    assert lines[1].startswith("described snooze:Put off")
    completions = tmp_path / "functions"
    completions.mkdir()
    (completions / "_konbini").write_text(shell(installed, "konbini", "completion", "zsh"))
    program = f"fpath=({completions} $fpath); autoload -Uz compinit; compinit -u; print -r -- $_comps[konbini]"
    assert shell(installed, "zsh", "-f", "-c", program).strip() == "_konbini"


def test_fish(installed: dict[str, str]) -> None:
    needs("fish")
    program = 'konbini completion fish | source; complete -C "konbini show "; complete -C "konbini sno"'
    ids, *commands = shell(installed, "fish", "--no-config", "-c", program).splitlines()
    assert ids == "1\tLawson · 2097-03-11 · ready"
    assert [command.split("\t")[0] for command in commands] == ["snooze"]


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_the_script_does_not_depend_on_this_machine(konbini: Run, name: str, tmp_path: Path) -> None:
    done = konbini("completion", name, PATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "_KONBINI_COMPLETE" in done.stdout
