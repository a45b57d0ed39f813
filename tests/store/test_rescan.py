"""Reading kept mails again, and forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from tests.store.conftest import open_sql_store
from tests.store.mails import (
    AUTH,
    INQUIRY,
    ORDER,
    OTHER_INQUIRY,
    OTHER_ORDER,
    a_notice,
    a_reading,
    at,
    believed,
    collected,
    mail,
    march,
    ready,
    shipped,
)
from watcher.extractors.notice import Kind, Notice, PointKind
from watcher.messages.mail import Mail
from watcher.messages.message import Problem, Trust
from watcher.parcels.parcel import Status
from watcher.parcels.reminder import Policy, ReminderState
from watcher.parcels.rules import HoldPeriod, Rules
from watcher.store.sql_store import SqlStore
from watcher.store.store import ActionKind, MessageState, Store, View

DOMAIN = "amazon.co.jp"
EVERY_STATE = frozenset(MessageState)


def reader(*pairs: tuple[bytes, Notice]) -> Callable[[bytes, datetime | None], Notice]:
    """A better extractor: it knows what each of these mails says."""
    table = dict(pairs)

    def read_notice(raw: bytes, _: datetime | None) -> Notice:
        return table[raw]

    return read_notice


def test_a_better_extractor_finds_what_was_missed(sql_store: SqlStore) -> None:
    poor = replace(a_notice(Kind.OTHER, at(2)), problems=(Problem.BODY_MISSING,))
    sql_store.record(mail(1, raw=b"1"), poor, DOMAIN, at(2))
    assert sql_store.parcels(View.ALL, at(2)) == []
    assert sql_store.rescan(reader((b"1", ready(2))), at(3)) == 1
    (parcel,) = sql_store.parcels(View.WAITING, at(3))
    assert (parcel.inquiry_number, parcel.trust) == (INQUIRY, Trust.AUTHENTICATED)
    (message,) = sql_store.messages(EVERY_STATE)
    assert (message.state, message.kind, message.problems) == (MessageState.UNDERSTOOD, Kind.READY, ())


def test_ids_actions_and_what_was_sent_stay(sql_store: SqlStore) -> None:
    wrong = ready(2, inquiry=OTHER_INQUIRY)
    sql_store.record(mail(1, raw=b"0"), shipped(1, inquiry="111122223333", order=OTHER_ORDER), DOMAIN, at(1))
    sql_store.record(mail(2, raw=b"1"), wrong, DOMAIN, at(2))
    (due,) = sql_store.claim_due(at(2), ["desktop"])
    sql_store.close(due.reminder_id, {"desktop": None}, at(2))
    sql_store.act(2, ActionKind.COLLECT, at(3))
    better = reader((b"0", shipped(1, inquiry="111122223333", order=OTHER_ORDER)), (b"1", ready(2, order=None)))
    assert sql_store.rescan(better, at(4)) == 2
    parcel = sql_store.find(INQUIRY)
    assert (parcel.id, parcel.status, parcel.closed_at) == (2, Status.COLLECTED, at(3))
    assert [entry.what for entry in sql_store.history(2)] == ["ready", "reminder", "collect"]
    assert [one.id for one in sql_store.parcels(View.CURRENT, at(3))] == [1]


def test_an_edit_by_hand_outlives_a_better_extractor(sql_store: SqlStore) -> None:
    sql_store.record(mail(1, raw=b"1"), ready(2), DOMAIN, at(2))
    sql_store.act(1, ActionKind.EDIT, at(3), edit=a_reading(auth="0000009", deadline=march(5)))
    sql_store.rescan(reader((b"1", ready(2, auth=AUTH, deadline=march(20)))), at(4))
    parcel = sql_store.find("1")
    assert parcel.auth_number == "0000009"
    assert parcel.deadline is not None
    assert parcel.deadline.day == march(5)


def test_trust_is_not_judged_again(sql_store: SqlStore) -> None:
    sql_store.record(mail(1, raw=b"1"), ready(2), DOMAIN, at(2))
    sql_store.rescan(reader((b"1", believed(ready(2, auth="0000009"), Trust.FORGED))), at(4))
    assert (sql_store.find("1").trust, sql_store.find("1").auth_number) == (Trust.AUTHENTICATED, "0000009")
    assert [message.reason for message in sql_store.messages(EVERY_STATE)] == ["dmarc_pass"]


def test_a_parcel_that_was_a_mistake_is_gone(sql_store: SqlStore) -> None:
    sql_store.record(mail(1, raw=b"1"), ready(2), DOMAIN, at(2))
    sql_store.rescan(reader((b"1", a_notice(Kind.OTHER, at(2)))), at(3))
    assert sql_store.parcels(View.ALL, at(3)) == []
    assert list(sql_store.claim_due(at(9), ["desktop"])) == []
    sql_store.rescan(reader((b"1", ready(2))), at(3))
    assert [parcel.order_number for parcel in sql_store.parcels(View.ALL, at(3))] == [ORDER]


def test_one_parcel_that_proves_to_be_two(sql_store: SqlStore) -> None:
    sql_store.record(mail(1, raw=b"1"), ready(2), DOMAIN, at(2))
    two = a_notice(Kind.READY, at(2), a_reading(), a_reading(inquiry=OTHER_INQUIRY))
    sql_store.rescan(reader((b"1", two)), at(3))
    assert {(one.id, one.inquiry_number) for one in sql_store.parcels(View.ALL, at(3))} == {
        (1, INQUIRY),
        (2, OTHER_INQUIRY),
    }


def test_reading_again_what_says_the_same_changes_nothing(sql_store: SqlStore) -> None:
    notices = [ready(2, inquiry=f"{number:012d}", order=f"250-0000000-{number:07d}") for number in range(250)]
    for number, notice in enumerate(notices):
        sql_store.record(mail(number + 1, raw=b"%d" % number), notice, DOMAIN, at(2))
    before = sql_store.parcels(View.ALL, at(2))
    assert sql_store.rescan(reader(*((b"%d" % number, one) for number, one in enumerate(notices))), at(3)) == 250
    assert sql_store.parcels(View.ALL, at(2)) == before


def test_internaldate_is_given_back_to_the_reader(sql_store: SqlStore) -> None:
    received: list[datetime | None] = []

    def read_notice(_: bytes, received_at: datetime | None) -> Notice:
        received.append(received_at)
        return ready(2)

    sql_store.record(Mail(b"1", mail(1).place, at(2, 8)), ready(2), DOMAIN, at(2))
    sql_store.rescan(read_notice, at(3))
    assert received == [at(2, 8)]


@pytest.mark.parametrize(("days", "kept"), [(89, True), (91, False)])
def test_raw_mails_are_kept_for_90_days_after_the_parcel_was_closed(store: Store, days: int, kept: bool) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.record(mail(2), collected(10), DOMAIN, at(10))
    assert store.purge(at(10) + timedelta(days=days)) == (0 if kept else 2)
    messages = store.messages(EVERY_STATE)
    assert [message.has_raw for message in messages] == [kept, kept]
    assert (store.raw(messages[0].id) is not None) is kept


def test_raw_mails_of_a_waiting_parcel_are_kept(store: Store) -> None:
    notice = ready(2, point=None)
    store.record(mail(1), notice, DOMAIN, at(2))
    assert store.purge(at(2) + timedelta(days=1000)) == 0


def test_raw_mails_of_a_parcel_long_overdue_are_forgotten(store: Store) -> None:
    store.record(mail(1), ready(2, deadline=march(9)), DOMAIN, at(2))
    assert store.purge(at(9) + timedelta(days=100)) == 0
    assert store.purge(at(9) + timedelta(days=106)) == 1


def test_raw_mails_without_a_parcel_are_kept_for_90_days(store: Store) -> None:
    store.record(mail(1), a_notice(Kind.OTHER, at(2)), DOMAIN, at(2))
    assert store.purge(at(2) + timedelta(days=89)) == 0
    assert store.purge(at(2) + timedelta(days=91)) == 1
    assert store.counts() == {"home": {MessageState.UNDERSTOOD: 1}}


def test_other_rules_change_what_is_open_and_not_what_was_sent(tmp_path: Path) -> None:
    path = tmp_path / "parcels.sqlite3"
    first = open_sql_store(path)
    assert [first.adopt_rules(), first.adopt_rules()] == [True, False]
    first.record(mail(1), ready(2), DOMAIN, at(2))
    (due,) = first.claim_due(at(2), ["desktop"])
    first.close(due.reminder_id, {"desktop": None}, at(2))
    first.dispose()
    shorter = Rules({PointKind.KONBINI: HoldPeriod(7, True)}, Policy(at=time(20)))
    second = open_sql_store(path, shorter)
    assert second.adopt_rules()
    parcel = second.find("1")
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.safe_by) == (march(8), None)
    assert second.next_reminders([1]) == {1: at(5, 20)}
    assert second.reminders(1)[0].state is ReminderState.SENT
    assert not second.adopt_rules()
    second.dispose()
