"""Mails whose DKIM key DNS did not give: they wait, are judged once more, and then never again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from alembic import command
from sqlalchemy import Connection

from tests.messages.mails import GENUINE_FROM
from tests.messages.mails import mail as raw_mail
from tests.messages.signing import Zone, sign, zone
from tests.store.conftest import Make, open_sql_store
from tests.store.mails import INQUIRY, RULES, a_notice, at, believed, mail, ready
from watcher.assembly import phrases
from watcher.extractors.extract import extract
from watcher.extractors.notice import Kind, Notice
from watcher.extractors.phrases import Phrases
from watcher.judging_again import JudgingAgain
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Provider, Reception, Trust, TxtLookup
from watcher.messages.read import read
from watcher.parcels.reminder import Occasion
from watcher.store.engine import open_engine
from watcher.store.migrate import configuration, revision, scripts
from watcher.store.store import MessageState, Store, View

EVERY_STATE = frozenset(MessageState)
HOUR = timedelta(hours=1)
BODY = """\
ご注文の商品が、お受け取りになる店舗に到着しました。
受取店舗: ローソン 架空一丁目店
お問い合わせ番号: 123456789013
認証番号: 7654321
注文番号: 250-1234567-7654321
"""
FIELDS = (
    "To: taro@example.jp",
    "Subject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=",
    "Date: Mon, 02 Mar 2026 09:00:00 +0900",
    "Message-ID: <ready@example.com>",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
)
GENUINE = sign(raw_mail(GENUINE_FROM, "Reply-To: <a@amazon.co.jp>", body=BODY.replace("\n", "\r\n"), rest=FIELDS))
UP = zone("amazon.co.jp")
DOWN = Zone({}, down=True)


def waiting(day: int = 2) -> Notice:
    return replace(believed(ready(day), Trust.UNVERIFIED), trust_reason="dns_unavailable", trust_method="own_dkim")


def come(store: Store, raw: bytes, dns: TxtLookup, now: datetime) -> None:
    """A mail of a provider that writes nothing comes in."""
    notice = extract(read(raw, Reception(now, now, Provider(), frozenset(), dns)), phrases())
    store.record(Mail(raw, Place("home", "INBOX", 7, 1), now), notice, "amazon.co.jp", now)


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


def judging(store: Store, dns: TxtLookup, clock: Callable[[], datetime]) -> JudgingAgain:
    return JudgingAgain(store, phrases(), dns, frozenset(), clock)


def test_a_mail_that_cannot_be_judged_stops_nothing(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock(at(2, 10))
    come(store, GENUINE, DOWN, clock.now)
    clock.now += HOUR
    judge = JudgingAgain(store, cast("Phrases", object()), UP, frozenset(), clock)
    assert not judge.look()
    assert not judge.look()
    ours = [record for record in caplog.records if record.name == "watcher.judging_again"]
    assert len(ours) == 1, "it is left alone"
    assert judging(store, UP, clock).look()


def test_a_resolver_that_breaks_says_nothing_of_the_mail(store: Store) -> None:
    def breaks(name: str) -> tuple[bytes, ...]:
        raise RuntimeError(name)

    clock = Clock(at(2, 10))
    come(store, GENUINE, breaks, clock.now)
    clock.now += HOUR
    assert judging(store, UP, clock).look()


def test_silent_dns_waits_and_an_answer_upgrades_the_parcel(store: Store) -> None:
    clock = Clock(at(2, 10))
    come(store, GENUINE, DOWN, clock.now)
    (parcel,) = store.parcels(View.WAITING, clock.now)
    assert (parcel.inquiry_number, parcel.trust) == (INQUIRY, Trust.UNVERIFIED)

    assert not judging(store, UP, clock).look(), "not before an hour has passed"
    clock.now += HOUR
    assert not judging(store, DOWN, clock).look()
    (message,) = store.messages(EVERY_STATE)
    assert (message.trust, message.reason, message.judged_at) == (Trust.UNVERIFIED, "dns_unavailable", clock.now)

    clock.now += HOUR
    assert judging(store, UP, clock).look()
    (upgraded,) = store.parcels(View.WAITING, clock.now)
    assert (upgraded.id, upgraded.trust) == (parcel.id, Trust.AUTHENTICATED)
    (message,) = store.messages(EVERY_STATE)
    assert (message.trust, message.reason, message.method) == (Trust.AUTHENTICATED, "own_dkim_pass", "own_dkim")
    assert message.judged_at == clock.now


def test_a_parcel_held_back_comes_out_and_is_announced(make: Make) -> None:
    store = make(replace(RULES, hold_unverified=True))
    clock = Clock(at(2, 10))
    come(store, GENUINE, DOWN, clock.now)
    assert store.parcels(View.WAITING, clock.now) == []
    assert not store.claim_due(clock.now, ["desktop"])
    clock.now += HOUR
    assert judging(store, UP, clock).look()
    (due,) = store.claim_due(clock.now, ["desktop"])
    assert (due.reminder.occasion, due.parcel.trust) == (Occasion.ARRIVAL, Trust.AUTHENTICATED)


def test_a_key_that_is_not_there_is_an_answer(store: Store) -> None:
    clock = Clock(at(2, 10))
    come(store, GENUINE, DOWN, clock.now)
    clock.now += HOUR
    assert not judging(store, zone("evil.example"), clock).look()
    (message,) = store.messages(EVERY_STATE)
    assert (message.trust, message.reason) == (Trust.UNVERIFIED, "dkim_broken")
    clock.now += HOUR
    assert not judging(store, UP, clock).look(), "a verdict is never reached twice"
    assert store.parcels(View.WAITING, clock.now)[0].trust is Trust.UNVERIFIED


def test_a_mail_changed_on_its_way_is_never_called_forged(store: Store) -> None:
    clock = Clock(at(2, 10))
    come(store, GENUINE + b"-- \r\nlist\r\n", DOWN, clock.now)
    clock.now += HOUR
    assert not judging(store, UP, clock).look()
    (message,) = store.messages(EVERY_STATE)
    assert (message.trust, message.reason) == (Trust.UNVERIFIED, "dkim_broken")
    assert len(store.parcels(View.WAITING, clock.now)) == 1


def test_one_silence_is_enough_for_a_look(store: Store) -> None:
    asked: list[str] = []

    def silent(name: str) -> tuple[bytes, ...]:
        asked.append(name)
        raise TimeoutError(name)

    for uid in range(1, 6):
        store.record(Mail(GENUINE, Place("home", "INBOX", 7, uid), None), replace(waiting(), message_id=f"{uid}"),
                     "amazon.co.jp", at(2))  # fmt: skip
    assert not judging(store, silent, lambda: at(3)).look()
    assert len(asked) == 1


def test_it_ends_after_a_week(store: Store) -> None:
    store.record(Mail(GENUINE, Place("home", "INBOX", 7, 1), None), waiting(), "amazon.co.jp", at(2))
    looks, now = 0, at(2)
    while (due := store.unjudged(now := now + HOUR)) and looks < 1000:
        looks += 1
        store.judge(due[0].id, waiting(), now)
    assert looks == 7 * 24
    assert store.unjudged(at(31)) == []
    (message,) = store.messages(EVERY_STATE)
    assert (message.trust, message.reason) == (Trust.UNVERIFIED, "dns_unavailable")


@pytest.mark.parametrize("reason", ["dmarc_pass", "dkim_broken", "no_results"])
def test_no_other_verdict_is_ever_reached_again(store: Store, reason: str) -> None:
    store.record(mail(1), replace(ready(2), trust_reason=reason), "amazon.co.jp", at(2))
    assert store.unjudged(at(31)) == []
    (message,) = store.messages(EVERY_STATE)
    changed = store.judge(message.id, believed(a_notice(Kind.OTHER, at(2)), Trust.UNVERIFIED), at(3))
    assert changed.known
    assert store.messages(EVERY_STATE) == [message]


def test_forgotten_mails_wait_for_nothing(store: Store) -> None:
    store.record(mail(1), waiting(), "amazon.co.jp", at(2))
    store.forget(1)
    assert store.unjudged(at(31)) == []


@contextmanager
def turned_off(connection: Connection) -> Iterator[None]:
    """Without foreign keys: the way back makes a table anew, and no row that refers to it may go."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    yield
    driver.execute("PRAGMA foreign_keys = ON")


def test_mails_of_an_older_database_are_looked_at_too(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    store = open_sql_store(path)
    come(store, GENUINE, DOWN, at(2))
    store.record(mail(2), replace(ready(5), trust_reason="dmarc_pass"), "amazon.co.jp", at(5))
    store.dispose()
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection, turned_off(connection), connection.begin():
        config = configuration(scripts())
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    assert revision(engine) == "0001"
    engine.dispose()

    store = open_sql_store(path)
    later, first = store.messages(EVERY_STATE)
    assert (later.method, later.judged_at) == ("dmarc", at(5))
    assert (first.method, first.judged_at) == ("own_dkim", at(2))
    assert judging(store, UP, lambda: at(6)).look()
    assert {message.trust for message in store.messages(EVERY_STATE)} == {Trust.AUTHENTICATED}
    store.dispose()
