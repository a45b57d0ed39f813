"""The list: colours say how near the end is, and an empty one what to do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.terminal import on_terminal
from watcher.parcels.parcel import JST

RED, YELLOW, DIM = "1;31", "33", "2"


@pytest.fixture
def rows(konbini: Run, tmp_path: Path) -> dict[str, str]:
    """The rows of a list on a terminal, by the id of the parcel; deadlines are 0, 1, 3 and 9 days away."""
    today = datetime.now(UTC).astimezone(JST).date()
    for days in (0, 1, 3, 9):
        number = ("--order", f"250-0000000-000000{days}")
        konbini("add", "--inquiry", f"12345678{days}000", *number, "--deadline", f"{today + timedelta(days=days)}")
    konbini("collected", "4")
    konbini("add", "--inquiry", "200961185434", "--deadline", f"{today + timedelta(days=9)}")
    screen = on_terminal(tmp_path, "list", "--all", COLUMNS="200")[1]
    found = re.findall(r"^((?:\x1b\[[0-9;]*m)*)([0-9]+) .*$", screen.replace("\r", ""), re.MULTILINE)
    return {row: style.strip("\x1b[m") for style, row in found}


def test_colours_tell_how_near_the_end_is(rows: dict[str, str]) -> None:
    assert rows == {"1": RED, "2": RED, "3": YELLOW, "4": DIM, "5": ""}


def test_no_colour_on_a_terminal_of_somebody_who_wants_none(konbini: Run, tmp_path: Path) -> None:
    konbini("add", "--inquiry", "200961185434", "--deadline", f"{datetime.now(UTC).astimezone(JST).date()}")
    screen = on_terminal(tmp_path, "list", NO_COLOR="1")[1]
    assert "2009 6118 5434" in screen
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", screen)


@pytest.mark.parametrize("lang", ["C.UTF-8", "ja_JP.UTF-8"])
@pytest.mark.parametrize("columns", ["20", "40", "69", "70", "80"])
def test_every_number_can_be_read_on_a_narrow_terminal(konbini: Run, tmp_path: Path, lang: str, columns: str) -> None:
    konbini("add", "--inquiry", "200961185434", "--auth", "7654321", "--shop", "lawson", "--name", "架空一丁目店")
    screen = re.sub(r"\s+", "", on_terminal(tmp_path, "list", LANG=lang, COLUMNS=columns)[1])
    plain = re.sub(r"\x1b\[[0-9;]*m", "", screen)
    assert "765" in plain
    for part in ("2009", "6118", "5434", "架空一丁") if int(columns) >= 70 else ("200961185434", "架空一丁目店"):
        assert part in plain


@pytest.mark.parametrize("lang", ["C.UTF-8", "ja_JP.UTF-8"])
def test_an_empty_list_says_what_to_do(konbini: Run, tmp_path: Path, lang: str) -> None:
    (tmp_path / "config.toml").write_text("")
    done = konbini("--config", str(tmp_path / "config.toml"), "list", LANG=lang)
    assert (done.returncode, done.stdout) == (0, "")
    assert "受取可能" in done.stderr
    assert "konbini status" in done.stderr
