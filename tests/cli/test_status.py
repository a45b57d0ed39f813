"""``status`` tells how each mailbox and each channel is doing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.store.conftest import open_sql_store
from tests.store.mails import at, mail, ready
from watcher.errors import NotifyError
from watcher.health import Connection, MailboxHealth
from watcher.lock import only_daemon
from watcher.messages.mail import Place

LONG_AGO = datetime.now(UTC) - timedelta(hours=3)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration, and a store in which a mailbox failed and a channel was given up."""
    file = tmp_path / "c.toml"
    file.write_text(
        f'[store]\npath = "{tmp_path}/parcels.sqlite3"\n'
        '[notify]\npush = ["ntfy://x/y"]\ncommand = ["hook"]\n'
        f'[calendar]\nfile = "{tmp_path}/konbini.ics"\n'
        '[[mailbox]]\nname = "home"\nhost = "imap.example.jp"\nuser = "u"\n'
        '[[mailbox]]\nname = "work"\nhost = "imap.example.jp"\nuser = "u"\n'
    )
    file.chmod(0o600)
    store = open_sql_store(tmp_path / "parcels.sqlite3")
    store.record(mail(1), ready(2), "amazon.co.jp", at(2))
    store.move_cursor(Place("home", "迷惑メール", 7, 12))
    (due,) = store.claim_due(at(2), ["desktop", "ntfy-1"])
    refusal = NotifyError("the service did not take it", permanent=True)
    store.close(due.reminder_id, {"desktop": None, "ntfy-1": refusal}, at(2))
    lost = MailboxHealth(
        "home", Connection.WAITING, reached_at=LONG_AGO, error="NetworkError", error_text="lost",
        retry_at=datetime.now(UTC), failed_at=LONG_AGO, failure="lost",
    )  # fmt: skip
    store.save_health(lost)
    store.save_health(MailboxHealth("old", Connection.WATCHING, failed_at=LONG_AGO, failure="gone"))
    store.dispose()
    return file


def test_json_has_everything(konbini: Run, config: Path) -> None:
    told = json.loads(konbini("--config", str(config), "status", "--json").stdout)
    assert told["running"] is False
    assert told["channels"] == ["desktop", "ntfy-1", "command"]
    home, work, old = told["mailboxes"]
    assert (home["name"], home["connection"], home["error"], home["failure"]) == (
        "home", "stopped", "NetworkError", "lost",
    )  # fmt: skip
    assert datetime.fromisoformat(home["failed_at"]) == LONG_AGO.replace(microsecond=0)
    assert {"folder": "迷惑メール", "uidvalidity": 7, "uid": 12} in home["cursors"]
    assert home["mails"]["understood"] == 1
    assert (work["name"], work["reached_at"], work["cursors"]) == ("work", None, [])
    assert [one["configured"] for one in (home, work, old)] == [True, True, False]
    desktop, ntfy, hook = told["channel_states"]
    assert (datetime.fromisoformat(desktop["sent_at"]), desktop["failing_since"]) == (at(2), None)
    assert (ntfy["given_up"], ntfy["error"], ntfy["retry_at"]) == (1, "the service did not take it", None)
    assert (hook["sent_at"], hook["given_up"]) == (None, 0)
    assert told["calendar"]["written_at"] is None


@pytest.mark.parametrize("columns", ["80", "20"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_people_read_it_in_their_language(konbini: Run, config: Path, language: str, columns: str) -> None:
    with only_daemon(config.parent / "parcels.sqlite3.lock"):
        told = konbini("--config", str(config), "status", KONBINI_LANGUAGE=language, COLUMNS=columns).stdout
    wanted = {
        "ja": ("見張りは動作中", "home: 再接続待ち", "からエラー: lost", "次の試行", "UID 12", "あきらめたお知らせ 1件",
               "1時間以上", "まだありません", "設定から外され", "最後のエラー"),
        "en": ("is running", "home: ", "error since", "next attempt", "UID 12", "given up: 1", "over an hour",
               "not there yet", "no longer configured", "last error"),
    }  # fmt: skip
    for words in wanted[language]:
        assert words in told, told


def test_a_folder_name_is_dead_on_a_terminal(konbini: Run, config: Path) -> None:
    store = open_sql_store(config.parent / "parcels.sqlite3")
    store.move_cursor(Place("home", "a\x1b[31mb", 7, 12))
    store.dispose()
    assert "\x1b" not in konbini("--config", str(config), "status").stdout


def test_an_outage_lasts_since_its_first_error(konbini: Run, config: Path) -> None:
    store = open_sql_store(config.parent / "parcels.sqlite3")
    again = datetime.now(UTC)
    store.save_health(
        MailboxHealth("home", Connection.WAITING, error="NetworkError", failed_at=again, failure="still lost")
    )
    store.dispose()
    told = json.loads(konbini("--config", str(config), "status", "--json").stdout)["mailboxes"][0]
    assert datetime.fromisoformat(told["failing_since"]) == LONG_AGO.replace(microsecond=0)
    assert datetime.fromisoformat(told["failed_at"]) == again.replace(microsecond=0)
    line = f"error since {LONG_AGO:%Y-%m-%d %H:%M}: still lost"
    assert line in konbini("--config", str(config), "status", TZ="UTC").stdout
