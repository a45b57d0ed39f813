"""``card``: on a terminal, as a page and as a picture, in files of one's own."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.cli.conftest import Run
from tests.cli.terminal import on_terminal
from tests.conftest import needs
from tests.fixtures import ROOT

FIRST = ("--inquiry", "123456789013", "--auth", "7654321", "--deadline", "2999-03-11")
SECOND = ("--inquiry", "200961185434", "--auth", "1112223", "--deadline", "2999-03-09")
THERE = ("--shop", "lawson", "--name", "架空町店")


@pytest.fixture
def one(konbini: Run) -> Run:
    """A home with one parcel that waits for very long."""
    assert konbini("add", *FIRST, *THERE).returncode == 0
    return konbini


@pytest.fixture
def two(one: Run) -> Run:
    """And a more urgent one at the same shop."""
    assert one("add", *SECOND, *THERE).returncode == 0
    return one


def raw(home: Path, *arguments: str) -> bytes:
    """Standard output as it is."""
    env = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C"}
    command = [sys.executable, "-W", "error", "-m", "watcher", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=True).stdout


@pytest.mark.parametrize(("lang", "words"), [("C", "within 30 minutes"), ("ja_JP.UTF-8", "30分以内")])
@pytest.mark.parametrize("options", [(), ("--terminal",)])
def test_it_is_shown_where_no_file_is_named(one: Run, lang: str, words: str, options: tuple[str, ...]) -> None:
    done = one("card", "1", *options, LANG=lang)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1234   5678   9013" in done.stdout
    assert words in done.stdout
    assert "\x1b" not in done.stdout


def test_all_parcels_of_the_shop_are_on_it_the_most_urgent_first(two: Run) -> None:
    card = two("card", "1").stdout
    assert card.index("2009   6118   5434") < card.index("1234   5678   9013")
    assert "2009" not in two("card", "1", "--alone").stdout
    assert "2009" not in two("show", "1").stdout


def test_files_are_for_ones_own_eyes_and_may_be_made_again(one: Run, tmp_path: Path) -> None:
    needs("fc-match")
    page, picture = tmp_path / "card.html", tmp_path / "card.png"
    for _ in range(2):
        done = one("card", "1", "--html", str(page), "--png", str(picture))
        assert (done.returncode, done.stdout) == (0, "")
        assert [line.partition(": ")[2] for line in done.stderr.splitlines()] == [str(page), str(picture)]
    assert page.stat().st_mode & 0o777 == picture.stat().st_mode & 0o777 == 0o600
    assert "<span>1234</span>" in page.read_text("utf-8")
    with Image.open(picture) as image:
        assert "123456789013" in {code.text for code in zxingcpp.read_barcodes(image)}
    assert not list(tmp_path.glob(".*.partial"))


@pytest.mark.parametrize("option", ["--html", "--png"])
def test_somebody_elses_file_stays_unless_forced(one: Run, tmp_path: Path, option: str) -> None:
    needs("fc-match")
    file = tmp_path / "mine"
    file.write_text("mine")
    done = one("card", "1", option, str(file))
    assert done.returncode == 1
    assert "--force" in done.stderr
    assert file.read_text() == "mine"
    assert one("card", "1", option, str(file), "--force").returncode == 0
    assert file.read_bytes() != b"mine"
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_link_is_followed_and_stays_a_link(one: Run, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "card.html"
    link.symlink_to(tmp_path / "there" / "card.html")
    assert one("card", "1", "--html", str(link)).returncode == 0
    assert link.is_symlink()
    assert "1234" in (tmp_path / "there" / "card.html").read_text("utf-8")


def test_what_cannot_be_written_is_said(one: Run, tmp_path: Path) -> None:
    done = one("card", "1", "--html", str(tmp_path / "nowhere" / "card.html"))
    assert done.returncode == 1
    assert "What to do: " in done.stderr
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    assert one("card", "1", "--html", str(fifo)).returncode == 1


def test_standard_output_is_the_file_and_nothing_else(one: Run, tmp_path: Path) -> None:
    needs("fc-match")
    assert raw(tmp_path, "card", "1", "--html", "-").startswith(b"<!DOCTYPE html>\n")
    with Image.open(io.BytesIO(raw(tmp_path, "card", "1", "--png", "-"))) as image:
        assert image.format == "PNG"
    assert one("show", "1", "--html", "-").stdout.startswith("<!DOCTYPE html>\n")


@pytest.mark.parametrize(
    "options",
    [
        ("--html", "-", "--png", "-"),
        ("--html", "-", "--terminal"),
        ("--png", "-", "--terminal"),
        ("--png", "-", "--json"),
        ("--json", "--terminal"),
    ],
)
def test_only_one_thing_goes_to_standard_output(one: Run, options: tuple[str, ...]) -> None:
    done = one("card", "1", *options)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_script_reads_the_parcels_of_a_card(two: Run, tmp_path: Path) -> None:
    listed = {one["id"]: one for one in json.loads(two("list", "--json").stdout)}
    both = json.loads(two("card", "1", "--json").stdout)
    assert [one["id"] for one in both] == [2, 1]
    assert both == [listed[2], listed[1]]
    page = tmp_path / "card.html"
    assert json.loads(two("card", "1", "--alone", "--json", "--html", str(page)).stdout) == [listed[1]]
    assert page.exists()


def test_a_terminal_is_not_filled_with_a_picture(one: Run, tmp_path: Path) -> None:
    del one
    code, screen = on_terminal(tmp_path, "card", "1", "--png", "-")
    assert code == 2
    assert "PNG" not in screen


def test_a_camera_reads_the_code_off_a_terminal(two: Run, tmp_path: Path) -> None:
    """The screen is drawn as a terminal would, one cell two modules high."""
    del two
    screen = on_terminal(tmp_path, "card", "1", "--alone", COLORTERM="truecolor")[1]
    lines = re.findall("\x1b\\[[0-9;]*m([ ▀▄█]{30,})\x1b\\[0m", screen)
    image = Image.new("L", (8 * len(lines[0]), 16 * len(lines)), 255)
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            for half, dark in ((0, cell in "▀█"), (1, cell in "▄█")):
                image.paste(
                    0 if dark else 255, (8 * column, 16 * row + 8 * half, 8 * column + 8, 16 * row + 8 * half + 8)
                )
    assert [code.text for code in zxingcpp.read_barcodes(image)] == ["123456789013\n7654321"]
    assert "These codes are ours" in screen


def test_a_terminal_without_colour_or_room_has_no_code(one: Run, tmp_path: Path) -> None:
    del one
    assert not re.search("[▀▄█]", on_terminal(tmp_path, "card", "1", NO_COLOR="1")[1])
    assert not re.search("[▀▄█]", on_terminal(tmp_path, "card", "1", COLUMNS="24")[1])
    assert re.search("[▀▄█]", on_terminal(tmp_path, "card", "1")[1])


def test_an_unknown_parcel_writes_no_file(one: Run, tmp_path: Path) -> None:
    file = tmp_path / "card.html"
    assert one("card", "99", "--html", str(file)).returncode == 4
    assert not file.exists()
