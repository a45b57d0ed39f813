"""``show --history``: every mail, action and reminder with what each channel did."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.store.conftest import open_sql_store
from tests.store.mails import a_notice, a_reading, at, mail, march, ready
from watcher.errors import NotifyError
from watcher.extractors.notice import Kind
from watcher.store.store import ActionKind

Show = Callable[..., str]


@pytest.fixture
def show(konbini: Run, tmp_path: Path) -> Show:
    """Shows a parcel with a past: announced, passed over, given up, failing, returned, waiting again, collected."""
    path = tmp_path / "parcels.sqlite3"
    config = tmp_path / "config.toml"
    config.write_text(f'[store]\npath = "{path}"\n')
    config.chmod(0o600)
    store = open_sql_store(path)
    store.record(mail(1), ready(2, deadline=march(12)), "amazon.co.jp", at(2))
    (due,) = store.claim_due(at(2), ("desktop", "ntfy-1"))
    refused = NotifyError("Apprise does not know this URL", permanent=True)
    store.close(due.reminder_id, {"desktop": None, "ntfy-1": refused}, at(2, 9, 1))
    (due,) = store.claim_due(at(11, 19), ("desktop",))
    store.close(due.reminder_id, {"desktop": None}, at(11, 19))
    returned = a_notice(Kind.RETURNED, at(11, 20), a_reading(auth=None))
    store.record(mail(2), returned, "amazon.co.jp", at(11, 20))
    store.record(mail(3), ready(14, deadline=march(20)), "amazon.co.jp", at(14))
    (due,) = store.claim_due(at(14), ("desktop",))
    store.close(due.reminder_id, {"desktop": NotifyError("the desktop did not show it")}, at(14, 9, 1))
    store.act(1, ActionKind.NOTE, at(14, 10), note="\x1b[31m傘")
    store.act(1, ActionKind.COLLECT, at(15))
    store.act(1, ActionKind.UNDO, at(15) + timedelta(minutes=1))
    (due,) = store.claim_due(at(15, 10), ("desktop",))
    store.close(due.reminder_id, {"desktop": NotifyError("the desktop did not show it")}, at(15, 10))
    store.dispose()

    def run(*options: str, lang: str) -> str:
        done = konbini("--config", str(config), "show", "1", "--history", *options, LANG=lang, TZ="Asia/Tokyo")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_everything_is_told_in_its_turn(show: Show) -> None:
    lines = show(lang="C").splitlines()
    told = [line.split("  ", 1) for line in lines]
    assert [moment for moment, _ in told] == sorted(moment for moment, _ in told)
    texts = [text for _, text in told]
    assert texts[0].startswith("ready for pick-up  sender confirmed  (ready.")
    assert "2026-03-02 09:01  said: arrival, over desktop" in lines
    assert any(text.startswith("ntfy-1 did not take it and was given up (1 tries): Apprise") for text in texts)
    assert "2026-03-09 18:00  not said, another came in its place: days before the deadline" in lines
    assert any(text.startswith("returned  sender confirmed  (returned.") for text in texts)
    assert "2026-03-15 09:00  marked as collected" in lines
    assert "2026-03-15 09:01  collected, taken back" in lines
    failure = "desktop has not taken it (1 tries, again at 2026-03-15 10:01): the desktop did not show it"
    assert f"2026-03-15 10:00  {failure}" in lines
    assert "2026-03-20 10:00  planned: last day, morning" in lines
    assert not any("\x1b" in line for line in lines)


def test_it_is_told_in_japanese_too(show: Show) -> None:
    lines = show(lang="ja_JP.UTF-8").splitlines()
    assert "2026-03-02 09:01  送信済み: 到着のお知らせ(desktop)" in lines
    assert "2026-03-15 09:00  受け取り済みにしました" in lines
    refused = "ntfy-1 への送信をあきらめました(1回失敗): このURLはAppriseで使えません"
    assert f"2026-03-02 09:01  {refused}" in lines


def test_programs_get_it_as_json(show: Show) -> None:
    history = json.loads(show("--json", lang="C"))["history"]
    assert [one["at"] for one in history] == sorted(one["at"] for one in history)
    first = next(one for one in history if one["what"] == "reminder" and one.get("state") == "sent")
    assert first["channels"]["desktop"]["sent_at"] == "2026-03-02T09:01:00+09:00"
    assert first["channels"]["ntfy-1"] == {
        "sent_at": None,
        "tries": 1,
        "failed_at": "2026-03-02T09:01:00+09:00",
        "next_at": None,
        "error": "Apprise does not know this URL",
    }
    assert next(one for one in history if one["what"] == "returned")["source"].startswith("returned.")
