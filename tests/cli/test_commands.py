"""The command line, as a person or a program types it."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from tests.cli.conftest import DEMO, Run
from tests.fixtures import AUTHSERV_ID, EMAILS, ROOT
from watcher.cli import words
from watcher.cli.main import _COMMANDS
from watcher.cli.words.help import COMMANDS, OPTIONS


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_help_in_both_languages(konbini: Run, command: str, lang: str) -> None:
    done = konbini(command, "--help", LANG=lang, COLUMNS="80")
    assert done.returncode == 0
    assert bool(re.search("[ぁ-ん]", done.stdout)) is lang.startswith("ja")
    options = "オプション:" if lang.startswith("ja") else "Options:"
    assert f"konbini {command}" in done.stdout.partition(options)[2]
    assert max(map(cell_len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
@pytest.mark.parametrize("group", ["service", "config", "export"])
def test_a_list_of_commands_says_whole_sentences(konbini: Run, group: str, lang: str) -> None:
    shown = konbini(group, "--help", LANG=lang, COLUMNS="80").stdout
    assert "..." not in shown.partition("\n\n")[2]


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
def test_the_list_of_commands_fits_the_terminal(konbini: Run, lang: str) -> None:
    shown = konbini("--help", LANG=lang, COLUMNS="80").stdout.splitlines()
    assert max(map(cell_len, shown)) <= 80
    assert not [line for line in shown if line.lstrip().startswith(("。", "、", ")"))]


WORDS = [importlib.import_module(f"watcher.cli.words.{found.name}") for found in pkgutil.iter_modules(words.__path__)]


@pytest.mark.parametrize("module", [module for module in WORDS if hasattr(module, "EN")])
def test_both_languages_say_the_same_things(module: Any) -> None:
    for name in type(module.EN).__annotations__:
        english, japanese = getattr(module.EN, name), getattr(module.JA, name)
        assert english
        assert japanese
        if isinstance(english, str):
            assert sorted(re.findall(r"{\w*}", english)) == sorted(re.findall(r"{\w*}", japanese)), name


@pytest.mark.parametrize("sentences", [*COMMANDS.values(), *OPTIONS.values()])
def test_help_is_there_in_both_languages(sentences: tuple[str, str]) -> None:
    english, japanese = sentences
    assert not re.search("[ぁ-ん]", english)
    assert re.search("[ぁ-んァ-ン一-龠]", japanese)


def test_nothing_stored_is_an_empty_list_and_makes_no_file(konbini: Run, tmp_path: Path) -> None:
    assert json.loads(konbini("list", "--json").stdout) == []
    assert konbini("list").returncode == 0
    assert konbini("mails", "--json").stdout.strip() == "[]"
    assert json.loads(konbini("status", "--json").stdout)["running"] is False
    assert not list(tmp_path.iterdir())


# -- extract


def test_extract_one_file(konbini: Run) -> None:
    path = str(DEMO / "2-ready-lawson.eml")
    (line,) = lines(konbini("extract", "--json", "--authserv-id", AUTHSERV_ID, path).stdout)
    expected = json.loads((DEMO / "2-ready-lawson.json").read_text("utf-8"))
    assert line["source"] == path
    assert line["trust"] == "authenticated"
    assert {key: line["parcels"][0][key] for key in expected["parcels"][0]} == expected["parcels"][0]


def test_extract_a_folder_an_mbox_a_maildir_and_a_pipe(konbini: Run, tmp_path: Path) -> None:
    folder = [line["source"] for line in lines(konbini("extract", "--json", "fixtures/emails/demo").stdout)]
    assert folder == sorted(f"fixtures/emails/demo/{path.name}" for path in DEMO.glob("*.eml"))
    mails = [path.read_bytes() for path in sorted(DEMO.glob("*.eml"))[:2]]
    mbox = tmp_path / "mails.mbox"
    mbox.write_bytes(b"".join(b"From a Sun Mar  1 00:00:00 2026\n" + mail + b"\n\n" for mail in mails))
    assert [line["source"] for line in lines(konbini("extract", "--json", str(mbox)).stdout)] == [
        f"{mbox}#1",
        f"{mbox}#2",
    ]
    for name in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    shutil.copy(DEMO / "1-shipped-lawson.eml", tmp_path / "Maildir" / "new" / "1.host")
    (line,) = lines(konbini("extract", "--json", str(tmp_path / "Maildir")).stdout)
    assert line["source"].endswith("Maildir/new/1.host")
    (line,) = lines(konbini("extract", "--json", "-", stdin=mails[0]).stdout)
    assert (line["source"], line["kind"]) == ("-", "shipped")


def test_extract_gives_a_line_for_anything(konbini: Run, tmp_path: Path) -> None:
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "junk.eml").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "from.eml").write_bytes(
        b"From a Sun Mar  1 00:00:00 2026\n" + (DEMO / "2-ready-lawson.eml").read_bytes()
    )
    done = konbini("extract", "--json", str(tmp_path))
    found = {Path(line["source"]).name: line for line in lines(done.stdout)}
    assert done.returncode == 0
    assert found["empty.eml"]["problems"] == ["empty"]
    assert found["junk.eml"]["kind"] == "not_amazon"
    assert found["from.eml"]["kind"] == "ready"


def test_an_unreadable_file_does_not_stop_the_others(konbini: Run) -> None:
    done = konbini("extract", "--json", "no-such-file.eml", str(DEMO / "2-ready-lawson.eml"))
    assert done.returncode == 1
    assert len(lines(done.stdout)) == 1
    assert "no-such-file.eml" in done.stderr


def test_extract_needs_no_configuration_and_minds_no_broken_one(konbini: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("= nonsense")
    done = konbini("--config", str(broken), "extract", "--json", str(DEMO / "2-ready-lawson.eml"))
    assert done.returncode == 0
    assert len(lines(done.stdout)) == 1


# -- parcels


def parcels(konbini: Run) -> list[dict[str, Any]]:
    found = json.loads(konbini("list", "--all", "--json").stdout)
    assert isinstance(found, list)
    return found


def test_import_twice_changes_nothing(filled: Run) -> None:
    before = parcels(filled)
    filled("import", *(str(path) for path in sorted(DEMO.glob("[124]*.eml"))))
    assert parcels(filled) == before
    assert len(before) == 2


def test_show_by_id_and_by_the_beginning_of_a_number(filled: Run) -> None:
    by_id = filled("show", "1").stdout
    assert by_id == filled("show", "2874-96").stdout
    assert "2874   9601   3582" in by_id
    assert "各種番号をお持ちの方" in by_id
    assert json.loads(filled("show", "1", "--json").stdout)["inquiry_number"] == "287496013582"
    assert "ready" in filled("show", "1", "--history").stdout


def test_collected_and_undone(filled: Run) -> None:
    assert filled("collected", "1").returncode == 0
    assert {parcel["status"] for parcel in parcels(filled) if parcel["id"] == 1} == {"collected"}
    assert filled("undo", "1").returncode == 0
    assert {parcel["status"] for parcel in parcels(filled) if parcel["id"] == 1} == {"ready"}


@pytest.mark.parametrize("command", ["show", "collected", "undo", "snooze", "confirm"])
def test_unknown_parcels_have_their_exit_code(filled: Run, command: str) -> None:
    done = filled(command, "99")
    assert done.returncode == 4
    assert done.stderr.strip()


def test_an_ambiguous_beginning_names_the_ids(konbini: Run) -> None:
    konbini("import", *(str(path) for path in (EMAILS / "ready-lawson").glob("*.eml")))
    done = konbini("show", "250")
    assert done.returncode == 2
    assert re.search(r"\b[0-9]+, [0-9]+", done.stderr)
    assert len(re.findall(r"^ *[0-9]+  .*ローソン", done.stderr, re.MULTILINE)) > 1


def test_a_card_for_the_phone(filled: Run, tmp_path: Path) -> None:
    page = tmp_path / "card.html"
    assert filled("show", "1", "--html", str(page)).returncode == 0
    assert page.stat().st_mode & 0o777 == 0o600
    assert "<script" not in page.read_text("utf-8")


def test_mails_can_be_exported_without_what_is_private(filled: Run) -> None:
    numbers = {parcel["inquiry_number"] for parcel in parcels(filled)}
    plain, redacted = filled("mails", "export", "1").stdout, filled("mails", "export", "1", "--redacted").stdout
    assert "Subject:" in plain
    assert "Subject:" in redacted
    assert not [number for number in numbers if number in redacted]
    assert filled("mails", "export", "99").returncode == 4


def test_rescan_changes_nothing_where_nothing_changed(filled: Run) -> None:
    before = parcels(filled)
    assert filled("rescan").returncode == 0
    assert parcels(filled) == before


@pytest.mark.parametrize("columns", ["20", "40", "200"])
@pytest.mark.parametrize("command", [("list", "--all"), ("show", "1"), ("status",), ("mails",)])
def test_any_width(filled: Run, columns: str, command: tuple[str, ...]) -> None:
    assert filled(*command, COLUMNS=columns, LANG="ja_JP.UTF-8").returncode == 0


def test_japanese_columns_stand_below_each_other(filled: Run) -> None:
    rows = filled("list", "--all", COLUMNS="160", LANG="ja_JP.UTF-8").stdout.splitlines()
    head = cell_len(rows[0][: rows[0].index("認証番号")])
    for row in rows[1:]:
        found = re.search(r"[0-9]{3} [0-9]{4}(?=\s|$)(?! [0-9]{4})", row[row.index("店") :])
        assert found
        assert cell_len(row[: row.index("店") + found.start()]) <= head + 8


def test_no_colour_where_none_is_wanted(filled: Run) -> None:
    assert "\x1b" not in filled("list", "--all", NO_COLOR="1").stdout


# -- what goes wrong


def database(tmp_path: Path) -> Path:
    (path,) = tmp_path.rglob("parcels.sqlite3")
    return path


def test_a_locked_database_is_said(filled: Run, tmp_path: Path) -> None:
    connection = sqlite3.connect(database(tmp_path))
    connection.execute("BEGIN EXCLUSIVE")
    done = filled("collected", "1")
    connection.rollback()
    connection.close()
    assert done.returncode == 75
    assert "database" in done.stderr


def test_a_database_of_a_newer_version_is_left_alone(filled: Run, tmp_path: Path) -> None:
    connection = sqlite3.connect(database(tmp_path))
    connection.execute("UPDATE alembic_version SET version_num = 'zzzz'")
    connection.commit()
    connection.close()
    done = filled("list")
    assert done.returncode == 78
    assert done.stderr.strip()


def test_all_mistakes_of_a_configuration_at_once(konbini: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[[mailbox]]\nhost = "x"\nuser = "y"\nprt = 1\npassword = "hunter2"\n[reminders]\nat = "25:00"\n')
    done = konbini("--config", str(config), "config", "check")
    assert done.returncode == 78
    assert all(word in done.stderr for word in ("prt", "'port'", "password", "reminders.at"))
    assert "hunter2" not in done.stderr


def test_what_is_shown_of_a_configuration_holds_no_secret(konbini: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text('[store]\nurl = "postgresql://u:hunter2@h/d"\n[notify]\npush = ["ntfy://tok:hunter2@h/t"]\n')
    done = konbini("--config", str(config), "config", "show")
    assert done.returncode == 0
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize(("arguments", "code"), [(("nope",), 2), (("run",), 78), (("check",), 78), (("show",), 2)])
def test_exit_codes(konbini: Run, arguments: tuple[str, ...], code: int) -> None:
    assert konbini(*arguments).returncode == code


def test_a_closed_pipe_is_nobodys_error(filled: Run, tmp_path: Path) -> None:
    command = f"{sys.executable} -m watcher extract --json fixtures/emails | head -n 1"
    env = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""
    assert parcels(filled)
