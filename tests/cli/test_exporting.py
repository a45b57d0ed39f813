"""``export ics``: the calendar on standard output and in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.export.test_calendar import events


@pytest.fixture
def one(konbini: Run) -> Run:
    """A home with one parcel that waits for very long."""
    done = konbini(
        "add", "--inquiry", "123456789013", "--auth", "7654321", "--shop", "lawson", "--deadline", "2999-03-11"
    )
    assert done.returncode == 0, done.stderr
    return konbini


def test_nothing_stored_gives_an_empty_calendar_and_makes_no_store(konbini: Run, tmp_path: Path) -> None:
    done = konbini("export", "ics")
    assert (done.returncode, done.stderr) == (0, "")
    assert events(done.stdout.encode()) == {}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("lang", "summary"), [("C", "Last day to pick up: Lawson"), ("ja_JP.UTF-8", "荷物の受取期限：ローソン")]
)
def test_standard_output_is_the_calendar_and_nothing_else(one: Run, lang: str, summary: str) -> None:
    done = one("export", "ics", LANG=lang, COLUMNS="20")
    assert (done.returncode, done.stderr) == (0, "")
    (event,) = events(done.stdout.encode()).values()
    assert event.summary.value == summary
    assert "1234 5678 9013" in event.description.value
    assert done.stdout.startswith("BEGIN:VCALENDAR\r\n")
    assert done.stdout.endswith("END:VCALENDAR\r\n")
    assert one("export", "ics", LANG=lang).stdout == done.stdout


def test_a_file_is_written_once_and_brought_up_to_date(one: Run, tmp_path: Path) -> None:
    file = tmp_path / "konbini.ics"
    written, again = one("export", "ics", "--output", str(file)), one("export", "ics", "-o", str(file))
    assert (written.returncode, written.stdout) == (again.returncode, again.stdout) == (0, "")
    assert "Written" in written.stderr
    assert "up to date" in again.stderr
    assert one("collected", "1").returncode == 0
    assert one("export", "ics", "--output", str(file)).returncode == 0
    (event,) = events(file.read_bytes()).values()
    assert event.status.value == "CANCELLED"


def test_numbers_are_left_out_where_the_configuration_says_so(one: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("[notify]\nshow_numbers = false\n")
    config.chmod(0o600)
    done = one("--config", str(config), "export", "ics")
    assert "9013" not in done.stdout
    assert "konbini show 1" in done.stdout


def test_a_file_that_is_not_ours_stays(one: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("mine")
    done = one("export", "ics", "--output", str(file))
    assert done.returncode == 1
    assert "What to do: " in done.stderr
    assert file.read_text() == "mine"
