"""``check`` from cron begins anew each time: what it says of an outage is remembered by the store."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers import Dovecot
from tests.store.conftest import open_sql_store
from tests.whole.test_reminding import NOON, Clock
from watcher.config import Config, MailboxConfig, NotifyConfig, StoreConfig
from watcher.errors import LoginError, WatcherError
from watcher.watch import alerts_of, check_mailboxes, say_what_is_due, take_up_the_night

APPENDS = "import json, sys; open(sys.argv[1], 'a').write(json.dumps(json.load(sys.stdin)['title']) + '\\n')"
TEN_MINUTES = timedelta(minutes=10)


@dataclass
class Cron:
    """Looks at one mailbox every ten minutes; each look opens the store anew, as a process of its own does."""

    folder: Path
    mailbox: MailboxConfig
    clock: Clock = field(default_factory=Clock)

    @property
    def told(self) -> list[str]:
        """The titles that the person saw."""
        file = self.folder / "told"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def look(self, *, voiceless: bool = False, patient: bool = False) -> dict[str, WatcherError]:
        words = ("false",) if voiceless else (sys.executable, "-c", APPENDS, str(self.folder / "told"))
        config = Config(
            StoreConfig("sqlite://"), mailboxes=(self.mailbox,), notify=NotifyConfig(desktop=False, command=words)
        )
        store = open_sql_store(self.folder / "parcels.sqlite3")
        try:
            alerts = alerts_of(config, store, "en", None)
            take_up_the_night(config, store, alerts, self.clock())
            failures = check_mailboxes(config, store, self.clock, alerts, patient=patient)
            asyncio.run(say_what_is_due(config, store, self.clock, "en", alerts))
        finally:
            store.dispose()
        self.clock.now += TEN_MINUTES
        return failures

    def looks(self, count: int) -> None:
        for _ in range(count):
            self.look()


@pytest.fixture
def cron(tmp_path: Path, dovecot: Dovecot) -> Cron:
    return Cron(tmp_path, replace(dovecot.config(), name="home"))


def test_an_hour_without_the_mailbox_is_told_once_for_each_outage(cron: Cron) -> None:
    good = cron.mailbox
    cron.look()
    for outages in (1, 2):
        cron.mailbox = replace(good, host="no-such-host.invalid")
        cron.looks(6)
        assert len(cron.told) == outages - 1, "the first look that failed was fifty minutes ago"
        cron.looks(4)
        assert len(cron.told) == outages
        cron.mailbox = good
        cron.look()
    assert all("home" in title for title in cron.told)


def test_a_mailbox_never_reached_is_told_of_too(cron: Cron) -> None:
    cron.mailbox = replace(cron.mailbox, host="no-such-host.invalid")
    cron.looks(9)
    assert len(cron.told) == 1


def test_a_machine_that_was_off_is_no_outage(cron: Cron) -> None:
    good = cron.mailbox
    cron.look()
    cron.clock.now += timedelta(hours=20)
    cron.mailbox = replace(good, host="no-such-host.invalid")
    cron.looks(2)
    cron.mailbox = good
    cron.look()
    assert cron.told == []


def test_a_refused_login_is_told_once_and_again_after_it_worked(cron: Cron) -> None:
    good = cron.mailbox
    for outages in (1, 2):
        cron.mailbox = replace(good, password_command=("printf", "wrong"))
        cron.looks(2)
        assert len(cron.told) == outages
        cron.mailbox = good
        cron.look()


def test_a_refused_login_is_left_alone_for_an_hour(cron: Cron) -> None:
    good = cron.mailbox
    cron.mailbox = replace(good, password_command=("printf", "wrong"))
    refusal = cron.look(patient=True)["home"]
    assert isinstance(refusal, LoginError)
    cron.mailbox = good
    for _ in range(5):
        waiting = cron.look(patient=True)["home"]
        assert (waiting.exit_code, bool(waiting.hint)) == (refusal.exit_code, True)
        assert "an hour later" in str(waiting)
    assert cron.look(patient=True) == {}
    assert len(cron.told) == 1


def test_a_person_who_corrected_the_password_need_not_wait(cron: Cron) -> None:
    good = cron.mailbox
    cron.mailbox = replace(good, password_command=("printf", "wrong"))
    cron.look()
    cron.mailbox = good
    assert cron.look() == {}


def test_a_folder_that_is_gone_is_an_outage_though_the_login_works(cron: Cron) -> None:
    cron.look()
    cron.mailbox = replace(cron.mailbox, folders=("Gone",))
    cron.looks(10)
    assert len(cron.told) == 1


def test_what_nobody_heard_is_said_by_the_next_look(cron: Cron) -> None:
    cron.mailbox = replace(cron.mailbox, password_command=("printf", "wrong"))
    cron.look(voiceless=True)
    cron.looks(2)
    assert len(cron.told) == 1


def test_at_night_it_is_said_in_the_morning(cron: Cron) -> None:
    cron.mailbox = replace(cron.mailbox, host="no-such-host.invalid")
    cron.clock.now = NOON + timedelta(hours=11)
    while cron.clock.now < NOON + timedelta(hours=19):
        cron.look()
    assert cron.told == []
    cron.looks(2)
    assert len(cron.told) == 1


STRANGE = b"""Authentication-Results: mx.example.jp; dmarc=pass header.from=amazon.co.jp\r
From: order-update@amazon.co.jp\r
Subject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=\r
Date: Mon, 02 Mar 2026 14:10:00 +0000\r
Message-ID: <strange@example.com>\r
Content-Type: text/plain; charset=utf-8\r
\r
\xe5\x95\x86\xe5\x93\x81\xe3\x81\x8c\xe5\xba\x97\xe8\x88\x97\xe3\x81\xab\xe5\x88\xb0\xe7\x9d\x80\xe3\x81\x97\xe3\x81\xbe\xe3\x81\x97\xe3\x81\x9f\xe3\x80\x82\r
"""
"""An arrival, but no number and no shop."""


@pytest.mark.parametrize(("hours", "told_at"), [(11, 19), (2, 2)])
def test_a_mail_that_nobody_understood_is_told_of_though_it_came_at_night(
    cron: Cron, dovecot: Dovecot, hours: int, told_at: int
) -> None:
    cron.clock.now = NOON + timedelta(hours=hours)
    cron.look()
    client = dovecot.client()
    client.append("INBOX", STRANGE, msg_time=cron.clock.now)
    client.logout()
    while cron.clock.now < NOON + timedelta(hours=told_at, minutes=10):
        assert cron.told == []
        cron.look()
    cron.looks(4)
    assert len(cron.told) == 1
