"""What is due, who says it, and what happens when a channel fails, in both stores."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from tests.store.mails import (
    INQUIRY,
    ORDER,
    OTHER_INQUIRY,
    OTHER_ORDER,
    a_notice,
    a_reading,
    at,
    collected,
    mail,
    march,
    ready,
)
from watcher.errors import NotifyError
from watcher.extractors.notice import Kind
from watcher.parcels.reminder import Occasion, Policy, ReminderState
from watcher.store.store import ActionKind, ChannelState, Due, Store

DOMAIN = "amazon.co.jp"
MINUTE = timedelta(minutes=1)
NOW = at(2)


@pytest.fixture
def waiting(store: Store) -> Store:
    """A store with one parcel that waits since the 2nd, until the 12th."""
    store.record(mail(1), ready(2, deadline=march(12)), DOMAIN, NOW)
    return store


def one_due(store: Store, now: datetime, *channels: str) -> Due:
    (due,) = store.claim_due(now, channels or ("desktop",))
    return due


def nothing_due(store: Store, now: datetime, *channels: str) -> bool:
    return list(store.claim_due(now, channels or ("desktop",))) == []


def states(store: Store) -> Mapping[Occasion, ReminderState]:
    return {row.reminder.occasion: row.state for row in store.reminders(1)}


def failed(text: str = "no connection", *, permanent: bool = False) -> NotifyError:
    return NotifyError(text, permanent=permanent)


def test_an_arrival_is_claimed_once_and_closed(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    assert (due.reminder.occasion, due.parcel.id, due.channels) == (Occasion.ARRIVAL, 1, ("desktop", "ntfy"))
    assert states(waiting)[Occasion.ARRIVAL] is ReminderState.SENDING
    assert nothing_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": None}, NOW + MINUTE)
    first = waiting.reminders(1)[0]
    assert (first.state, first.sent_at, first.channels) == (
        ReminderState.SENT,
        NOW + MINUTE,
        ("desktop", "ntfy"),
    )
    assert nothing_due(waiting, NOW + 2 * MINUTE, "desktop", "ntfy")


def test_a_claim_that_was_not_closed_is_due_again_after_two_minutes(waiting: Store) -> None:
    first = one_due(waiting, NOW)
    assert nothing_due(waiting, NOW + 2 * MINUTE - timedelta(seconds=1))
    again = one_due(waiting, NOW + 2 * MINUTE)
    assert again.reminder_id == first.reminder_id
    waiting.close(first.reminder_id, {"desktop": None}, NOW + 3 * MINUTE)
    waiting.close(again.reminder_id, {"desktop": failed()}, NOW + 3 * MINUTE)
    assert states(waiting)[Occasion.ARRIVAL] is ReminderState.SENT


def test_nothing_is_claimed_without_a_channel(waiting: Store) -> None:
    assert list(waiting.claim_due(NOW, ())) == []
    assert one_due(waiting, NOW).reminder.occasion is Occasion.ARRIVAL


def test_of_several_due_the_most_urgent_is_said(waiting: Store) -> None:
    due = one_due(waiting, at(11, 19))
    assert (due.reminder.occasion, due.reminder.days_before) == (Occasion.DAYS_BEFORE, 1)
    found = [(row.reminder.occasion, row.reminder.days_before, row.state) for row in waiting.reminders(1)]
    assert found[:3] == [
        (Occasion.ARRIVAL, 0, ReminderState.SUPERSEDED),
        (Occasion.DAYS_BEFORE, 3, ReminderState.SUPERSEDED),
        (Occasion.DAYS_BEFORE, 1, ReminderState.SENDING),
    ]
    assert {state for _, _, state in found[3:]} == {ReminderState.OPEN}


def test_a_failing_channel_is_tried_again_in_growing_pauses(waiting: Store) -> None:
    now, pauses = NOW, []
    due = one_due(waiting, now)
    for _ in range(9):
        waiting.close(due.reminder_id, {"desktop": failed()}, now)
        before = now
        while not (found := waiting.claim_due(now, ("desktop",))):
            now += MINUTE
        pauses.append((now - before) // MINUTE)
        due = found[0]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_channel_that_took_it_does_not_get_it_again(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": failed()}, NOW)
    assert states(waiting)[Occasion.ARRIVAL] is ReminderState.SENT
    again = one_due(waiting, NOW + MINUTE, "desktop", "ntfy")
    assert (again.reminder_id, again.channels) == (due.reminder_id, ("ntfy",))
    waiting.close(again.reminder_id, {"ntfy": None}, NOW + 2 * MINUTE)
    assert waiting.reminders(1)[0].channels == ("desktop", "ntfy")
    assert waiting.reminders(1)[0].sent_at == NOW
    assert nothing_due(waiting, NOW + 3 * MINUTE, "desktop", "ntfy")


def fail_until(store: Store, due: Due | None, channel: str, now: datetime, end: datetime) -> int:
    """Has a channel fail whenever it is tried; returns how often it was until it was given up, or ``end``."""
    tries = 0
    while due is not None and now < end:
        tries += 1
        store.close(due.reminder_id, {channel: failed()}, now)
        due = None
        while due is None and now < end:
            now += MINUTE
            due = next(iter(store.claim_due(now, (channel,))), None)
    return tries


def test_a_channel_is_given_up_after_a_day(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": failed()}, NOW)
    again = one_due(waiting, NOW + MINUTE, "ntfy")
    assert fail_until(waiting, again, "ntfy", NOW + MINUTE, NOW + timedelta(days=3)) == 29
    assert nothing_due(waiting, NOW + timedelta(days=3), "desktop", "ntfy")


def test_a_machine_that_slept_does_not_give_up_a_channel_at_its_first_try(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": failed()}, NOW)
    again = one_due(waiting, at(5), "ntfy")
    waiting.close(again.reminder_id, {"ntfy": failed()}, at(5))
    assert one_due(waiting, at(5) + 2 * MINUTE, "ntfy").reminder_id == due.reminder_id


def test_what_nobody_took_is_tried_as_long_as_it_matters(waiting: Store) -> None:
    due = one_due(waiting, NOW, "ntfy")
    waiting.close(due.reminder_id, {"ntfy": failed()}, NOW)
    for hours in range(2, 7 * 24):
        (due,) = waiting.claim_due(NOW + timedelta(hours=hours), ("ntfy",))
        assert due.reminder.occasion is Occasion.ARRIVAL
        waiting.close(due.reminder_id, {"ntfy": failed()}, NOW + timedelta(hours=hours))


def test_in_quiet_hours_what_is_due_waits_and_nothing_is_superseded(waiting: Store) -> None:
    night, policy = at(9, 23), Policy()
    assert list(waiting.claim_due(night, ("desktop",), policy)) == []
    assert [row.state for row in waiting.reminders(1)] == [ReminderState.OPEN] * 6
    assert list(waiting.claim_due(night + timedelta(hours=7), ("desktop",), policy)) == []
    (due,) = waiting.claim_due(at(10, 7), ("desktop",), policy)
    assert due.reminder.occasion is Occasion.DAYS_BEFORE
    waiting.close(due.reminder_id, {"desktop": failed()}, at(10, 22))
    assert list(waiting.claim_due(at(10, 23), ("desktop",), policy)) == []
    assert one_due(waiting, at(10, 23) + timedelta(hours=1)).reminder_id == due.reminder_id


def test_quiet_hours_do_not_keep_the_last_night_quiet(waiting: Store) -> None:
    (due,) = waiting.claim_due(at(12, 23), ("desktop",), Policy())
    assert due.reminder.occasion is Occasion.LAST_EVENING


# -- a parcel that was sent back and comes again


def test_a_second_pick_up_is_announced_and_reminded_of_like_the_first(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.close(due.reminder_id, {"desktop": None}, NOW)
    waiting.record(mail(2), a_notice(Kind.RETURNED, at(6), a_reading(auth=None)), DOMAIN, at(6))
    assert nothing_due(waiting, at(9))
    waiting.record(mail(3), ready(9, deadline=march(12)), DOMAIN, at(9))
    due = one_due(waiting, at(9))
    assert (due.reminder.occasion, due.parcel.id) == (Occasion.ARRIVAL, 1)
    waiting.close(due.reminder_id, {"desktop": None}, at(9))
    waiting.record(mail(4), a_notice(Kind.REMINDER, at(10), a_reading(deadline=march(13))), DOMAIN, at(10))
    assert [one.reminder.occasion for one in waiting.claim_due(at(12, 18), ("desktop",))] == [Occasion.DAYS_BEFORE]
    told = [(row.reminder.occasion, row.sent_at) for row in waiting.reminders(1) if row.sent_at]
    assert told == [(Occasion.ARRIVAL, NOW), (Occasion.ARRIVAL, at(9))]
    assert [entry.what for entry in waiting.history(1)][:5] == ["ready", "reminder", "returned", "ready", "reminder"]


# -- a clock that was wrong for a while


def test_a_claim_of_a_clock_that_ran_ahead_is_due(waiting: Store) -> None:
    due = one_due(waiting, NOW + timedelta(hours=5))
    assert one_due(waiting, NOW + MINUTE).reminder_id == due.reminder_id


def test_a_pause_of_a_clock_that_ran_ahead_is_over(waiting: Store) -> None:
    later = NOW + timedelta(days=400)
    due = one_due(waiting, later, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": failed(), "ntfy": failed()}, later)
    assert due.reminder.occasion is Occasion.OVERDUE
    waiting.mend_times(NOW)
    assert [one.reminder_id for one in waiting.claim_due(at(13, 12), ("ntfy",))] == [due.reminder_id]


def test_what_was_passed_over_by_a_clock_that_ran_ahead_is_planned_again(waiting: Store) -> None:
    later = at(20)
    due = one_due(waiting, later)
    waiting.close(due.reminder_id, {"desktop": None}, later)
    assert due.reminder.occasion is Occasion.OVERDUE
    assert waiting.next_reminders([1]) == {}
    waiting.mend_times(NOW)
    waiting.mend_times(NOW)
    planned = [row.reminder for row in waiting.reminders(1) if row.state is ReminderState.OPEN]
    assert [one.occasion for one in planned] == [
        Occasion.ARRIVAL,
        Occasion.DAYS_BEFORE,
        Occasion.DAYS_BEFORE,
        Occasion.LAST_DAY,
        Occasion.LAST_EVENING,
    ]
    assert [row.sent_at for row in waiting.reminders(1) if row.state is ReminderState.SENT] == [NOW]
    assert one_due(waiting, at(9, 18)).reminder == planned[1]


def test_what_a_wrong_clock_passed_over_today_is_said_today(waiting: Store) -> None:
    due = one_due(waiting, at(11, 18))
    waiting.close(due.reminder_id, {"desktop": None}, at(11, 18))
    due = one_due(waiting, at(31))
    waiting.close(due.reminder_id, {"desktop": None}, at(31))
    assert due.reminder.occasion is Occasion.OVERDUE
    waiting.mend_times(at(12, 20))
    due = one_due(waiting, at(12, 20))
    assert due.reminder.occasion is Occasion.LAST_EVENING
    waiting.close(due.reminder_id, {"desktop": None}, at(12, 20))
    assert nothing_due(waiting, at(30))


def test_a_parcel_recorded_by_a_clock_that_ran_ahead_is_announced(store: Store) -> None:
    store.record(mail(1), ready(2, deadline=march(12)), DOMAIN, at(31))
    assert nothing_due(store, at(31))
    store.mend_times(NOW)
    assert one_due(store, NOW).reminder.occasion is Occasion.ARRIVAL
    assert store.next_reminders([1]) == {1: at(9, 18)}


def test_a_clock_that_is_right_mends_nothing(waiting: Store) -> None:
    due = one_due(waiting, at(9, 18))
    waiting.close(due.reminder_id, {"desktop": None}, at(9, 18))
    before = list(waiting.reminders(1))
    waiting.mend_times(at(9, 18))
    waiting.mend_times(at(30))
    assert list(waiting.reminders(1)) == before


def test_a_collected_parcel_is_not_mended_back_to_life(waiting: Store) -> None:
    due = one_due(waiting, at(20))
    waiting.close(due.reminder_id, {"desktop": None}, at(20))
    waiting.act(1, ActionKind.COLLECT, at(20))
    waiting.mend_times(NOW)
    assert waiting.next_reminders([1]) == {}


def test_a_channel_that_refuses_for_good_is_not_tried_again(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": failed(permanent=True)}, NOW)
    assert nothing_due(waiting, at(3), "desktop", "ntfy")


def test_a_reminder_that_every_channel_refused_goes_out_over_a_new_one(waiting: Store) -> None:
    due = one_due(waiting, NOW, "ntfy")
    waiting.close(due.reminder_id, {"ntfy": failed(permanent=True)}, NOW)
    assert nothing_due(waiting, NOW + 5 * MINUTE, "ntfy")
    assert one_due(waiting, NOW + 61 * MINUTE, "ntfy", "desktop").channels == ("desktop",)


def test_a_reminder_that_nobody_took_for_a_day_is_over(waiting: Store) -> None:
    due = one_due(waiting, NOW, "ntfy")
    waiting.close(due.reminder_id, {"ntfy": failed(permanent=True)}, NOW)
    assert nothing_due(waiting, NOW + timedelta(hours=25), "ntfy")
    assert states(waiting)[Occasion.ARRIVAL] is ReminderState.SUPERSEDED


def test_a_claim_that_no_channel_answered_is_due_soon(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.close(due.reminder_id, {}, NOW)
    assert one_due(waiting, NOW + MINUTE).reminder_id == due.reminder_id


def test_a_newer_reminder_takes_the_place_of_one_in_trouble(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": failed(), "ntfy": failed()}, NOW)
    assert one_due(waiting, at(9, 18)).reminder.occasion is Occasion.DAYS_BEFORE
    assert states(waiting)[Occasion.ARRIVAL] is ReminderState.SUPERSEDED


def test_nothing_is_said_of_a_collected_parcel(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": failed()}, NOW)
    waiting.record(mail(2), collected(3), DOMAIN, at(3))
    assert nothing_due(waiting, at(30), "desktop", "ntfy")
    assert [row.state for row in waiting.reminders(1)] == [ReminderState.SENT]


def test_a_reminder_closed_after_its_parcel_was_collected_is_no_error(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.act(1, ActionKind.COLLECT, NOW)
    waiting.close(due.reminder_id, {"desktop": None}, NOW)
    waiting.close(99, {"desktop": None}, NOW)
    assert nothing_due(waiting, at(30))


def test_undo_brings_back_what_was_not_said_yet(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.close(due.reminder_id, {"desktop": None}, NOW)
    waiting.act(1, ActionKind.COLLECT, at(3))
    waiting.act(1, ActionKind.UNDO, at(10))
    due = one_due(waiting, at(10))
    assert (due.reminder.occasion, due.reminder.days_before) == (Occasion.DAYS_BEFORE, 3)


def test_another_deadline_makes_another_plan_but_what_was_said_stays_said(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.close(due.reminder_id, {"desktop": None}, NOW)
    later = a_notice(Kind.REMINDER, at(4), a_reading(deadline=march(8)))
    waiting.record(mail(2), later, DOMAIN, at(4))
    rows = waiting.reminders(1)
    assert [row.reminder.occasion for row in rows].count(Occasion.ARRIVAL) == 1
    assert {row.reminder.about for row in rows if row.state is ReminderState.OPEN} == {march(8)}
    assert waiting.next_reminders([1]) == {1: at(5, 18)}


def test_each_parcel_has_its_own_reminder(waiting: Store) -> None:
    waiting.record(mail(2), ready(2, inquiry=OTHER_INQUIRY, order=OTHER_ORDER), DOMAIN, NOW)
    found = waiting.claim_due(NOW, ("desktop",))
    assert sorted(due.parcel.inquiry_number or "" for due in found) == sorted((INQUIRY, OTHER_INQUIRY))


def test_later_adds_a_reminder_and_moves_no_other(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.close(due.reminder_id, {"desktop": None}, NOW)
    planned = [row.reminder for row in waiting.reminders(1)]
    assert waiting.snooze(1, at(2, 12), NOW) == at(2, 12)
    assert waiting.next_reminders([1]) == {1: at(2, 12)}
    assert set(planned) < {row.reminder for row in waiting.reminders(1)}
    assert one_due(waiting, at(2, 12)).reminder.occasion is Occasion.SNOOZED


def test_later_stops_other_channels_from_saying_it_again(waiting: Store) -> None:
    due = one_due(waiting, NOW, "desktop", "ntfy")
    waiting.close(due.reminder_id, {"desktop": None, "ntfy": failed()}, NOW)
    waiting.snooze(1, at(2, 15), NOW)
    assert nothing_due(waiting, at(2, 14), "desktop", "ntfy")


def test_later_is_never_in_the_past_and_never_for_a_closed_parcel(waiting: Store) -> None:
    due = one_due(waiting, NOW)
    waiting.close(due.reminder_id, {"desktop": None}, NOW)
    assert waiting.snooze(1, at(1), NOW) == NOW
    waiting.act(1, ActionKind.COLLECT, NOW)
    assert waiting.snooze(1, at(3), NOW) is None


def test_later_says_nothing_of_a_parcel_of_which_nothing_is_planned(store: Store) -> None:
    store.record(mail(1), ready(2, deadline=march(9)), DOMAIN, at(20))
    assert store.snooze(1, at(21), at(20)) is None
    assert store.next_reminders([1]) == {}


def test_a_parcel_first_seen_after_its_deadline_is_not_spoken_of(store: Store) -> None:
    store.record(mail(1), ready(2, deadline=march(9)), DOMAIN, at(20))
    assert nothing_due(store, at(20))
    assert store.find(ORDER).overdue(at(20))


def test_what_each_channel_did_is_known(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    assert store.channel_states() == []
    (due,) = store.claim_due(at(2), ["desktop", "ntfy", "command"])
    outcomes = {"desktop": None, "ntfy": NotifyError("no connection"), "command": NotifyError("wrong", permanent=True)}
    store.close(due.reminder_id, outcomes, at(2))
    assert store.channel_states() == [
        ChannelState("command", failing_since=at(2), error="wrong", given_up=1),
        ChannelState("desktop", sent_at=at(2)),
        ChannelState("ntfy", failing_since=at(2), error="no connection", retry_at=at(2) + timedelta(minutes=1)),
    ]


def test_a_channel_that_takes_one_again_is_well(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    (due,) = store.claim_due(at(2), ["ntfy"])
    store.close(due.reminder_id, {"ntfy": NotifyError("no")}, at(2))
    (due,) = store.claim_due(at(2) + timedelta(minutes=1), ["ntfy"])
    store.close(due.reminder_id, {"ntfy": None}, at(2) + timedelta(minutes=1))
    assert store.channel_states() == [ChannelState("ntfy", sent_at=at(2) + timedelta(minutes=1))]


def test_nothing_is_tried_again_of_a_parcel_that_was_fetched(store: Store) -> None:
    store.record(mail(1), ready(2), DOMAIN, at(2))
    (due,) = store.claim_due(at(2), ["desktop", "ntfy"])
    store.close(due.reminder_id, {"desktop": None, "ntfy": NotifyError("no")}, at(2))
    store.act(due.parcel.id, ActionKind.COLLECT, at(2))
    ntfy = store.channel_states()[1]
    assert (ntfy.failing_since, ntfy.retry_at, ntfy.given_up) == (at(2), None, 0)
