"""What recording mails does, in both stores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.store.conftest import Make
from tests.store.mails import (
    INQUIRY,
    ORDER,
    OTHER_INQUIRY,
    OTHER_ORDER,
    RULES,
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
from watcher.extractors.notice import Kind
from watcher.health import Connection, MailboxHealth
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Problem, Trust
from watcher.parcels.parcel import DeadlineSource, Status
from watcher.store.store import MessageState, Recorded, Store, View

DOMAIN = "amazon.co.jp"
EVERY_STATE = frozenset(MessageState)


def test_a_ready_mail_makes_a_parcel_with_its_plan(store: Store) -> None:
    assert store.record(mail(1), ready(2), DOMAIN, at(2)) == Recorded((1,), known=False)
    (parcel,) = store.parcels(View.CURRENT, at(2))
    assert (parcel.id, parcel.status, parcel.inquiry_number, parcel.mailbox) == (
        1,
        Status.READY,
        INQUIRY,
        "home",
    )
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.source) == (march(12), DeadlineSource.ESTIMATED)
    assert store.next_reminders([1, 2]) == {1: at(2)}
    assert store.cursor("home", "INBOX") == mail(1).place


def test_two_mails_of_one_parcel_keep_its_id(store: Store) -> None:
    store.record(mail(1), shipped(1, inquiry=None), DOMAIN, at(1))
    assert store.parcels(View.WAITING, at(1)) == []
    assert [parcel.status for parcel in store.parcels(View.CURRENT, at(1))] == [Status.SHIPPED]
    assert store.record(mail(2), ready(2), DOMAIN, at(2)).parcel_ids == (1,)
    assert [parcel.id for parcel in store.parcels(View.ALL, at(2))] == [1]


@pytest.mark.parametrize(
    "place", [Place("home", "Junk", 9, 4), Place("work", "INBOX", 3, 8), Place("home", "INBOX", 7, 1)]
)
def test_a_copy_changes_nothing_but_the_cursor(store: Store, place: Place) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    before = store.parcels(View.ALL, at(2)), store.reminders(1), store.messages(EVERY_STATE)
    assert store.record(Mail(b"Received: otherwise\r\n", place), ready(2), DOMAIN, at(3)) == Recorded((1,), known=True)
    assert (store.parcels(View.ALL, at(2)), store.reminders(1), store.messages(EVERY_STATE)) == before
    assert store.cursor(place.mailbox, place.folder) == place


def test_the_same_bytes_read_by_a_better_extractor_are_still_one_mail(store: Store) -> None:
    store.record(mail(1, raw=b"same"), ready(2), DOMAIN, at(2))
    better = replace(ready(2), readings=(a_reading(deadline=march(9)),))
    assert store.record(mail(5, folder="Junk", raw=b"same"), better, DOMAIN, at(2)).known


def test_a_copy_that_is_believed_more_upgrades_the_parcel(store: Store) -> None:
    store.record(mail(1), believed(ready(2), Trust.UNVERIFIED), DOMAIN, at(2))
    assert store.find("1").trust is Trust.UNVERIFIED
    assert not store.record(mail(1, mailbox="work"), ready(2), DOMAIN, at(2)).known
    assert store.find("1").trust is Trust.AUTHENTICATED
    assert len(store.parcels(View.ALL, at(2))) == 1


def test_a_reused_uid_does_not_hide_another_mail(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    other = ready(3, inquiry=OTHER_INQUIRY, order=OTHER_ORDER)
    assert store.record(mail(1), other, DOMAIN, at(3)) == Recorded((2,), known=False)


def test_without_uidvalidity_a_place_identifies_nothing(store: Store) -> None:
    place = Place("home", "INBOX", 0, 1)
    first, second = (
        a_notice(Kind.READY, at(2), a_reading(inquiry=inquiry, order=None), message_id=None)
        for inquiry in (INQUIRY, OTHER_INQUIRY)
    )
    store.record(Mail(b"1", place), first, DOMAIN, at(2))
    assert store.record(Mail(b"2", place), second, DOMAIN, at(2)) == Recorded((2,), known=False)


def test_a_reading_without_any_number_is_recorded_but_makes_no_parcel(store: Store) -> None:
    notice = a_notice(Kind.READY, at(2), a_reading(inquiry=None, order=None, auth=None))
    assert store.record(mail(1), notice, DOMAIN, at(2)) == Recorded((), known=False)
    assert store.parcels(View.ALL, at(2)) == []


def test_half_characters_of_a_header_can_be_recorded(store: Store) -> None:
    notice = replace(ready(2), message_id="half\udce3@example.jp")
    assert store.record(mail(1, folder="half\ud83d"), notice, "example\udcff.jp", at(2)).parcel_ids == (1,)


def test_files_move_no_cursor(store: Store) -> None:
    store.record(Mail(b"", Place("import", "-", 0, 0)), ready(2), DOMAIN, at(2))
    assert store.cursor("import", "-") is None


def test_the_cursor_never_moves_back(store: Store) -> None:
    store.move_cursor(Place("home", "INBOX", 7, 9))
    store.move_cursor(Place("home", "INBOX", 7, 3))
    assert store.cursor("home", "INBOX") == Place("home", "INBOX", 7, 9)
    store.move_cursor(Place("home", "INBOX", 8, 3))
    assert store.cursor("home", "INBOX") == Place("home", "INBOX", 8, 3)
    assert store.cursor("home", "Junk") is None


def test_nothing_is_kept_of_other_peoples_mail(store: Store) -> None:
    notice = a_notice(Kind.NOT_AMAZON, at(2), trust=Trust.UNVERIFIED)
    assert store.record(mail(4), notice, "example.com", at(2)) == Recorded((), known=False)
    assert store.messages(EVERY_STATE) == []
    assert store.cursor("home", "INBOX") == mail(4).place


def test_of_a_forged_mail_only_its_trace_is_kept(store: Store) -> None:
    notice = replace(believed(ready(2), Trust.FORGED), problems=(Problem.DATE_MISSING,))
    assert store.record(mail(1), notice, "amazon.example", at(2)) == Recorded((), known=False)
    assert store.record(mail(2), notice, "amazon.example", at(2)).known
    assert store.parcels(View.ALL, at(2)) == []
    (kept,) = store.messages(frozenset({MessageState.SUSPICIOUS}))
    assert (kept.message_id, kept.sender_domain, kept.kind) == (
        notice.message_id,
        "amazon.example",
        Kind.NOT_AMAZON,
    )
    assert (kept.problems, kept.has_raw, store.raw(kept.id)) == ((), False, None)


def test_a_forgery_does_not_hide_the_genuine_mail(store: Store) -> None:
    store.record(mail(1), believed(ready(2), Trust.FORGED), DOMAIN, at(2))
    assert store.record(mail(2), ready(2), DOMAIN, at(2)).parcel_ids == (1,)


@pytest.mark.parametrize(
    ("notice", "state"),
    [
        (ready(2), MessageState.UNDERSTOOD),
        (a_notice(Kind.OTHER, at(2)), MessageState.UNDERSTOOD),
        (a_notice(Kind.READY, at(2)), MessageState.NOT_UNDERSTOOD),
        (replace(ready(2), problems=(Problem.AUTH_NUMBER_MISSING,)), MessageState.NOT_UNDERSTOOD),
        (replace(ready(2), problems=(Problem.DATE_MISSING,)), MessageState.UNDERSTOOD),
        (replace(a_notice(Kind.OTHER, at(2)), problems=(Problem.BODY_MISSING,)), MessageState.UNDERSTOOD),
        (replace(a_notice(Kind.OTHER, at(2)), problems=(Problem.UNREADABLE,)), MessageState.NOT_UNDERSTOOD),
    ],
)
def test_what_a_mail_lacks_is_seen(store: Store, notice: object, state: MessageState) -> None:
    store.record(mail(1), notice, DOMAIN, at(2))  # type: ignore[arg-type]
    (kept,) = store.messages(EVERY_STATE)
    assert kept.state is state
    assert store.counts() == {"home": {state: 1}}


def test_raw_bytes_come_back_untouched(store: Store) -> None:
    raw = bytes(range(256)) * 400
    store.record(mail(1, raw=raw), ready(2), DOMAIN, at(2))
    assert store.raw(store.messages(EVERY_STATE)[0].id) == raw
    assert store.raw(99) is None


def test_a_mail_that_fails_three_times_is_recorded_and_passed(store: Store) -> None:
    place = Place("home", "INBOX", 7, 3)
    assert [store.set_aside(place, "MemoryError", at(2, 9, minute)) for minute in range(3)] == [1, 2, 3]
    assert store.cursor("home", "INBOX") == place
    (kept,) = store.messages(frozenset({MessageState.FAILED}))
    assert (kept.place, kept.reason, kept.recorded_at) == (place, "MemoryError", at(2, 9, 2))
    assert store.set_aside(place, "MemoryError", at(2, 10)) == 1


def test_a_mail_that_succeeds_after_all_is_not_failed_any_more(store: Store) -> None:
    for _ in range(3):
        store.set_aside(mail(3).place, "MemoryError", at(2))
    assert store.record(mail(3), ready(2), DOMAIN, at(2)).parcel_ids == (1,)
    assert store.counts() == {"home": {MessageState.UNDERSTOOD: 1}}
    assert store.set_aside(mail(3).place, "x", at(2)) == 1


def test_messages_are_listed_newest_first(store: Store) -> None:
    store.record(mail(1), shipped(1), DOMAIN, at(2, 9))
    store.record(mail(2), ready(2), DOMAIN, at(2, 10))
    store.record(mail(3), collected(3), DOMAIN, at(2, 10))
    assert [kept.place.uid for kept in store.messages(EVERY_STATE)] == [3, 2, 1]
    assert [kept.place.uid for kept in store.messages(EVERY_STATE, limit=1)] == [3]


def test_parcels_that_prove_to_be_one_keep_the_smaller_id(store: Store) -> None:
    alone = a_notice(Kind.READY, at(2), a_reading(order=None, auth="1111111"))
    store.record(mail(1), shipped(1, inquiry=None), DOMAIN, at(1))
    store.record(mail(2), alone, DOMAIN, at(2))
    assert [parcel.id for parcel in store.parcels(View.ALL, at(2))] == [2, 1]
    for due in store.claim_due(at(2), ["desktop"]):
        store.close(due.reminder_id, {"desktop": None}, at(2))
    both = a_notice(Kind.REMINDER, at(4), a_reading(auth="1111111"))
    assert store.record(mail(3), both, DOMAIN, at(4)).parcel_ids == (1,)
    (parcel,) = store.parcels(View.ALL, at(4))
    assert (parcel.id, parcel.order_number, parcel.inquiry_number) == (1, ORDER, INQUIRY)
    assert store.find("2").id == 1
    assert [entry.what for entry in store.history(2)] == ["shipped", "ready", "reminder", "reminder"]
    assert at(2) not in store.next_reminders([1]).values()


def test_unverified_parcels_are_held_when_the_person_wants_that(make: Make) -> None:
    store = make(replace(RULES, hold_unverified=True))
    store.record(mail(1), believed(ready(2), Trust.UNVERIFIED), DOMAIN, at(2))
    assert store.parcels(View.CURRENT, at(2)) == []
    assert [parcel.held for parcel in store.parcels(View.ALL, at(2))] == [True]
    assert store.claim_due(at(9), ["desktop"]) in ([], ())
    assert store.snooze(1, at(9), at(2)) is None


def test_health_is_kept_by_mailbox(store: Store) -> None:
    work = MailboxHealth("work", Connection.WAITING, error="NetworkError", error_text="lost", retry_at=at(2))
    home = MailboxHealth("home", Connection.WATCHING, at(1), at(2), at(1), uses_idle=True)
    for health in (work, home, work):
        store.save_health(health)
    assert store.healths() == [home, work]
    store.ping()


def test_a_thread_that_just_started_does_not_wipe_out_what_was_known(store: Store) -> None:
    lost = MailboxHealth("home", Connection.WAITING, error="NetworkError", failed_at=at(2), failure="lost")
    store.save_health(replace(lost, reached_at=at(1), last_mail_at=at(1)))
    store.save_health(MailboxHealth("home", Connection.WATCHING, connected_since=at(3)))
    (kept,) = store.healths()
    assert (kept.reached_at, kept.last_mail_at) == (at(1), at(1))
    assert (kept.error, kept.failed_at, kept.failure) == (None, at(2), "lost")


def test_cursors_of_all_folders(store: Store) -> None:
    for mailbox, folder in (("work", "INBOX"), ("home", "Junk"), ("home", "INBOX")):
        store.move_cursor(Place(mailbox, folder, 7, 3))
    assert [(place.mailbox, place.folder) for place in store.cursors()] == [
        ("home", "INBOX"), ("home", "Junk"), ("work", "INBOX"),
    ]  # fmt: skip
