"""Lists, finding, and what the person does, in both stores."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.store.conftest import Make
from tests.store.mails import (
    AUTH,
    INQUIRY,
    LAWSON,
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
from watcher.errors import AmbiguousParcelError, NoSuchParcelError
from watcher.extractors.notice import Kind, Reading
from watcher.messages.message import Trust
from watcher.parcels.parcel import DeadlineSource, Status
from watcher.parcels.rules import Rules
from watcher.store.store import ActionKind, Store, View

DOMAIN = "amazon.co.jp"


def ids(store: Store, view: View, day: int, hour: int = 9) -> list[int]:
    return [parcel.id for parcel in store.parcels(view, at(day, hour))]


def test_lists_are_by_deadline_and_then_by_arrival(store: Store) -> None:
    numbers = [(INQUIRY, ORDER), (OTHER_INQUIRY, OTHER_ORDER), ("111122223333", None), ("444455556666", None)]
    deadlines = [march(20), march(10), None, None]
    for uid, ((inquiry, order), deadline) in enumerate(zip(numbers, deadlines, strict=True), 1):
        reading = a_reading(inquiry=inquiry, order=order, auth=None, point=None, deadline=deadline)
        store.record(mail(uid), a_notice(Kind.READY, at(9 - uid), reading), DOMAIN, at(9))
    assert ids(store, View.WAITING, 9) == [2, 1, 4, 3]


def test_recent_is_what_waits_and_what_was_closed_or_due_in_the_last_thirty_days(store: Store) -> None:
    numbers = (INQUIRY, OTHER_INQUIRY, "111122223333", "444455556666", "555566667777")
    deadlines = (march(12), march(3), None, march(12), march(12))
    for uid, (inquiry, deadline) in enumerate(zip(numbers, deadlines, strict=True), 1):
        point = None if deadline is None else LAWSON
        reading = a_reading(inquiry=inquiry, order=None, auth=None, point=point, deadline=deadline)
        kind = Kind.SHIPPED if uid == 5 else Kind.READY
        store.record(mail(uid), a_notice(kind, at(1), reading, message_id=f"{uid}@x"), DOMAIN, at(1))
    store.act(4, ActionKind.COLLECT, at(2, 12))
    month = timedelta(days=30)
    assert ids(store, View.RECENT, 2, 13) == [2, 1, 4, 3]
    assert [one.id for one in store.parcels(View.RECENT, at(2, 12) + month)] == [2, 1, 4, 3]
    assert [one.id for one in store.parcels(View.RECENT, at(2, 13) + month)] == [2, 1, 3]
    assert [one.id for one in store.parcels(View.RECENT, at(4) + month)] == [1, 3]
    assert [one.id for one in store.parcels(View.RECENT, at(31) + month)] == [3]


def test_an_overdue_parcel_leaves_the_default_list_after_14_days(store: Store) -> None:
    store.record(mail(1), ready(1, deadline=march(9)), DOMAIN, at(1))
    assert ids(store, View.CURRENT, 10) == [1]
    assert ids(store, View.WAITING, 23, 23) == [1]
    assert ids(store, View.CURRENT, 24, 0) == []
    assert ids(store, View.ALL, 24, 0) == [1]


def test_a_home_delivery_never_stands_in_a_list(store: Store) -> None:
    store.record(mail(1), shipped(1, point=None), DOMAIN, at(1))
    store.record(mail(2), a_notice(Kind.DELIVERED, at(2), a_reading(point=None, auth=None)), DOMAIN, at(2))
    assert ids(store, View.ALL, 2) == []
    assert store.claim_due(at(30), ["desktop"]) in ([], ())


def test_a_shipment_becomes_a_parcel_when_its_ready_mail_comes(store: Store) -> None:
    store.record(mail(1), shipped(1, point=None), DOMAIN, at(1))
    store.record(mail(2), ready(2), DOMAIN, at(2))
    assert ids(store, View.ALL, 2) == [1]
    assert [entry.what for entry in store.history(1)] == ["shipped", "ready"]


@pytest.mark.parametrize(
    "wanted",
    ["1", "１", " 1 ", INQUIRY, INQUIRY[:4], "1234-5678", ORDER, "250-1234567", "2501234567", "250-1"],
)
def test_a_parcel_is_found_by_id_and_by_the_beginning_of_a_number(store: Store, wanted: str) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.record(mail(2), ready(2, inquiry=OTHER_INQUIRY, order=OTHER_ORDER), DOMAIN, at(2))
    assert store.find(wanted).id == 1


def test_a_parcel_is_found_by_its_pickup_code_and_by_each_of_its_orders(store: Store) -> None:
    notice = a_notice(Kind.READY, at(2), a_reading(auth=None, code="482913"), orders=(ORDER, OTHER_ORDER))
    store.record(mail(1), notice, DOMAIN, at(2))
    assert [store.find(wanted).id for wanted in ("4829", OTHER_ORDER, "250-7777777")] == [1, 1, 1]


@pytest.mark.parametrize("wanted", ["", "-", "99", "9" * 40, "0", "12%", "_", "3500", "\x00", "12", "2"])
def test_what_is_not_there_is_not_found(store: Store, wanted: str) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    with pytest.raises(NoSuchParcelError):
        store.find(wanted)


def test_a_number_of_two_parcels_is_answered_with_their_ids(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.record(mail(2), ready(3, inquiry=OTHER_INQUIRY), DOMAIN, at(3))
    with pytest.raises(AmbiguousParcelError, match=r"1, 2"):
        store.find(ORDER)


def test_collected_ends_the_plan_and_undo_takes_it_back(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    before = store.reminders(1)
    parcel = store.act(1, ActionKind.COLLECT, at(3))
    assert (parcel.status, parcel.closed_at) == (Status.COLLECTED, at(3))
    assert (store.reminders(1), ids(store, View.CURRENT, 3)) == ([], [])
    parcel = store.act(1, ActionKind.UNDO, at(3))
    assert (parcel.status, parcel.closed_at) == (Status.READY, None)
    assert [one.reminder for one in store.reminders(1)] == [one.reminder for one in before]


def test_undo_takes_back_a_collection_that_was_said_twice(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    store.act(1, ActionKind.COLLECT, at(3))
    store.act(1, ActionKind.COLLECT, at(3))
    assert store.act(1, ActionKind.UNDO, at(3)).status is Status.READY
    assert store.act(1, ActionKind.UNDO, at(3)).status is Status.READY


def test_an_old_mail_does_not_reopen_what_was_collected(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(4))
    store.act(1, ActionKind.COLLECT, at(4))
    for uid, notice in enumerate((shipped(1), shipped(1, inquiry=None), ready(3), collected(3)), 2):
        assert store.record(mail(uid), notice, DOMAIN, at(5)).parcel_ids == (1,)
    assert [parcel.status for parcel in store.parcels(View.ALL, at(5))] == [Status.COLLECTED]


def test_an_action_holds_though_the_senders_clock_is_ahead(store: Store) -> None:
    store.record(mail(1), ready(5), DOMAIN, at(4))
    assert store.act(1, ActionKind.COLLECT, at(4)).status is Status.COLLECTED


def test_an_edit_wins_over_later_mails(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    edit = Reading(inquiry_number=OTHER_INQUIRY, auth_number="0000001", deadline=march(7))
    parcel = store.act(1, ActionKind.EDIT, at(3), edit=edit)
    store.record(mail(2), a_notice(Kind.REMINDER, at(4), a_reading(deadline=march(20))), DOMAIN, at(4))
    store.record(mail(3), ready(5, inquiry=OTHER_INQUIRY, order=None), DOMAIN, at(5))
    (parcel,) = store.parcels(View.ALL, at(5))
    assert (parcel.inquiry_number, parcel.auth_number, parcel.order_number) == (
        OTHER_INQUIRY,
        "0000001",
        ORDER,
    )
    assert parcel.deadline is not None
    assert (parcel.deadline.day, parcel.deadline.source) == (march(7), DeadlineSource.PRINTED)


def test_a_note_stays_until_it_is_emptied(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    assert store.act(1, ActionKind.NOTE, at(3), note="傘").note == "傘"
    store.record(mail(2), ready(4), DOMAIN, at(4))
    assert store.find("1").note == "傘"
    assert store.act(1, ActionKind.NOTE, at(5), note="").note is None
    assert [entry.detail for entry in store.history(1) if entry.what == "note"] == ["傘", ""]


def test_a_held_parcel_is_shown_once_confirmed(make: Make) -> None:
    store = make(Rules(RULES.periods, RULES.policy, hold_unverified=True))
    store.record(mail(1), believed(ready(2), Trust.UNVERIFIED), DOMAIN, at(2))
    parcel = store.act(1, ActionKind.CONFIRM, at(3))
    assert (parcel.held, parcel.trust) == (False, Trust.UNVERIFIED)
    assert ids(store, View.CURRENT, 3) == [1]
    assert len(store.claim_due(at(3), ["desktop"])) == 1


def test_a_parcel_added_by_hand_joins_its_mails(store: Store) -> None:
    added = store.add(a_reading(order=None, auth=None), Status.READY, at(2))
    assert (added.id, added.status, added.received_at, added.trust) == (
        1,
        Status.READY,
        at(2),
        Trust.AUTHENTICATED,
    )
    store.record(mail(1), ready(1), DOMAIN, at(3))
    (parcel,) = store.parcels(View.ALL, at(3))
    assert (parcel.id, parcel.auth_number, parcel.received_at) == (1, AUTH, at(1))


def test_a_parcel_added_by_hand_needs_a_number(store: Store) -> None:
    with pytest.raises(ValueError, match="needs"):
        store.add(Reading(auth_number=AUTH, pickup_point=LAWSON), Status.READY, at(2))
    assert ids(store, View.ALL, 2) == []


def test_adding_what_is_known_gives_the_known_parcel(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    assert store.add(a_reading(), Status.READY, at(3)).id == 1


def test_an_action_finds_its_parcel_among_two_of_one_order(store: Store) -> None:
    store.record(mail(1), shipped(1, inquiry=None), DOMAIN, at(1))
    store.act(1, ActionKind.COLLECT, at(2))
    store.record(mail(2), shipped(3, inquiry=None), DOMAIN, at(3))
    store.act(1, ActionKind.NOTE, at(4), note="first")
    store.act(2, ActionKind.NOTE, at(4), note="second")
    assert [store.find(wanted).note for wanted in ("1", "2")] == ["first", "second"]


@pytest.mark.parametrize("action", ActionKind)
def test_nothing_can_be_done_to_a_parcel_that_is_not_there(store: Store, action: ActionKind) -> None:
    with pytest.raises(NoSuchParcelError):
        store.act(1, action, at(2))
    for ask in (store.history, store.reminders):
        with pytest.raises(NoSuchParcelError):
            ask(1)
    with pytest.raises(NoSuchParcelError):
        store.snooze(1, at(3), at(2))


def test_the_history_tells_everything_by_time(store: Store) -> None:
    store.record(mail(1), shipped(1), DOMAIN, at(1))
    store.record(mail(2), ready(2), DOMAIN, at(2))
    (due,) = store.claim_due(at(2), ["desktop"])
    store.close(due.reminder_id, {"desktop": None}, at(2, 10))
    store.act(1, ActionKind.COLLECT, at(3))
    told = [(entry.at, entry.what, entry.detail) for entry in store.history(1)]
    assert told == [
        (at(1), "shipped", "authenticated"),
        (at(2), "ready", "authenticated"),
        (at(2, 10), "reminder", "arrival desktop"),
        (at(3), "collect", ""),
    ]
    assert store.history(1)[0].source == shipped(1).message_id


def test_a_delivery_leaves_the_history_of_a_parcel_that_proves_to_be_of_another_order(store: Store) -> None:
    other = a_reading(inquiry=None, order=f"503-1111111-{AUTH}", auth=None, point=None)
    store.record(mail(1), a_notice(Kind.DELIVERED, at(5), other), DOMAIN, at(5))
    store.record(mail(2), ready(2, order=None), DOMAIN, at(5))
    assert [entry.what for entry in store.history(1)] == ["ready", "delivered"]
    store.record(mail(3), shipped(1, inquiry=None), DOMAIN, at(5))
    assert [entry.what for entry in store.history(1)] == ["shipped", "ready"]


def test_times_come_back_aware(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    parcel = store.act(1, ActionKind.COLLECT, at(3))
    assert parcel.received_at.utcoffset() is not None
    assert parcel.closed_at is not None
    assert parcel.closed_at - at(3) == timedelta()
