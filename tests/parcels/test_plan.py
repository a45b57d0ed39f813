"""The reminder plan: examples from the design, and properties for any arrival, deadline and quiet hours."""

from __future__ import annotations

import os
import time as clock
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.extractors.notice import CheckDigit
from watcher.messages.message import Trust
from watcher.parcels.parcel import JST, Deadline, DeadlineSource, Parcel, Status, end_of_day
from watcher.parcels.plan import Changes, changes, may_speak, most_urgent, plan, snoozed
from watcher.parcels.reminder import Occasion, Policy, Reminder, ReminderState

NOON = datetime(2026, 3, 1, 12, tzinfo=JST)
ESTIMATED = Deadline(date(2026, 3, 11), DeadlineSource.ESTIMATED, None, date(2026, 3, 4))
PRINTED = Deadline(date(2026, 3, 11), DeadlineSource.PRINTED, "3月11日まで")
ALWAYS = Policy(quiet_from=time(0), quiet_until=time(0))


def parcel(
    deadline: Deadline | None = PRINTED, status: Status = Status.READY, *, expected: date | None = None
) -> Parcel:
    return Parcel(
        id=1,
        status=status,
        order_number="250-1234567-7654321",
        inquiry_number="123456789013",
        check_digit=CheckDigit.VALID,
        auth_number="7654321",
        auth_source=None,
        pickup_point=None,
        pickup_code=None,
        deadline=deadline,
        trust=Trust.AUTHENTICATED,
        received_at=NOON,
        expected=expected,
    )


HOURS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any hours; quiet windows from a minute to a minute less than a day, across midnight or not."""
    begin = draw(HOURS)
    length = draw(st.one_of(st.integers(0, 1439), st.integers(1380, 1439)))
    until = (datetime.combine(NOON, begin) + timedelta(minutes=length)).time()
    days = draw(st.lists(st.integers(0, 12), max_size=5).map(tuple))
    return Policy(draw(HOURS), days, draw(HOURS), begin, until)


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[Parcel, datetime]:
    """A ready parcel with any deadline, and a moment before its end at which it was first seen."""
    day = draw(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    length = draw(st.integers(0, 14))
    safe_by = day - timedelta(days=draw(st.integers(0, 10)))
    seen_at = end_of_day(day) - timedelta(days=length, seconds=draw(st.integers(1, 86_400)))
    deadline = draw(
        st.sampled_from(
            [
                Deadline(day, DeadlineSource.PRINTED, "x"),
                Deadline(day, DeadlineSource.ESTIMATED, None, safe_by),
            ]
        )
    )
    return parcel(deadline), seen_at.astimezone(draw(ZONES))


def is_quiet(moment: datetime, policy: Policy) -> bool:
    """Said independently of the plan: minutes since the quiet hours began, against their length."""
    minutes = moment.hour * 60 + moment.minute
    begin = policy.quiet_from.hour * 60 + policy.quiet_from.minute
    until = policy.quiet_until.hour * 60 + policy.quiet_until.minute
    return (minutes - begin) % 1440 < (until - begin) % 1440


def told(reminders: tuple[Reminder, ...]) -> list[tuple[str, str]]:
    return [(one.occasion.value, one.due_at.strftime("%m-%d %H:%M")) for one in reminders]


def test_an_estimated_deadline_is_spoken_of_on_the_design_s_days() -> None:
    assert told(plan(parcel(ESTIMATED), Policy(), NOON)) == [
        ("arrival", "03-01 12:00"),
        ("safe_by", "03-03 18:00"),
        ("days_before", "03-08 18:00"),
        ("days_before", "03-10 18:00"),
        ("last_day", "03-11 10:00"),
        ("last_evening", "03-11 18:00"),
        ("overdue", "03-12 10:00"),
    ]


def test_a_parcel_first_seen_on_its_safe_day_is_spoken_of_that_evening_too() -> None:
    morning = datetime(2026, 3, 4, 9, tzinfo=JST)
    assert told(plan(parcel(ESTIMATED), Policy(), morning))[:2] == [
        ("arrival", "03-04 09:00"),
        ("safe_by", "03-04 18:00"),
    ]
    evening = datetime(2026, 3, 4, 19, tzinfo=JST)
    assert told(plan(parcel(ESTIMATED), Policy(), evening))[1] == ("days_before", "03-08 18:00")


def test_a_printed_deadline_has_no_safe_day() -> None:
    assert Occasion.SAFE_BY not in {one.occasion for one in plan(parcel(PRINTED), Policy(), NOON)}


def test_an_arrival_at_night_waits_for_the_morning() -> None:
    night = datetime(2026, 3, 1, 23, 30, tzinfo=JST)
    assert plan(parcel(), Policy(), night)[0].due_at == datetime(2026, 3, 2, 7, tzinfo=JST)


@given(st.integers(0, 2880), policies())
@settings(max_examples=100, deadline=None)
def test_an_arrival_waits_for_the_very_next_allowed_minute(after: int, policy: Policy) -> None:
    seen_at = NOON + timedelta(minutes=after)
    allowed = next(
        later
        for later in (seen_at + timedelta(minutes=minutes) for minutes in range(1441))
        if not is_quiet(later, policy)
    )
    assert plan(parcel(None), policy, seen_at)[0].due_at == allowed


def test_an_arrival_in_the_last_night_is_told_at_once() -> None:
    night = datetime(2026, 3, 11, 23, 30, tzinfo=JST)
    assert told(plan(parcel(), Policy(), night)) == [("arrival", "03-11 23:30"), ("overdue", "03-12 10:00")]


def test_an_arrival_in_the_last_safe_night_is_told_at_once() -> None:
    night = datetime(2026, 3, 4, 23, 30, tzinfo=JST)
    assert plan(parcel(ESTIMATED), Policy(), night)[0].due_at == night


def test_quiet_hours_that_reach_past_the_deadline_bring_the_reminder_forward() -> None:
    policy = Policy(quiet_from=time(17), quiet_until=time(9))
    times = {one.occasion: one.due_at for one in plan(parcel(), policy, NOON)}
    assert times[Occasion.LAST_EVENING] == datetime(2026, 3, 11, 16, 59, tzinfo=JST)
    assert times[Occasion.DAYS_BEFORE] == datetime(2026, 3, 11, 9, tzinfo=JST)


def test_a_parcel_first_seen_late_is_announced_at_once_and_nothing_is_made_up_for() -> None:
    late = datetime(2026, 3, 10, 20, tzinfo=JST)
    assert told(plan(parcel(ESTIMATED), Policy(), late)) == [
        ("arrival", "03-10 20:00"),
        ("last_day", "03-11 10:00"),
        ("last_evening", "03-11 18:00"),
        ("overdue", "03-12 10:00"),
    ]


def test_a_parcel_first_seen_after_its_deadline_is_not_spoken_of() -> None:
    assert plan(parcel(), Policy(), end_of_day(PRINTED.day)) == ()
    assert plan(parcel(), Policy(), end_of_day(PRINTED.day) - timedelta(seconds=1)) != ()


def test_a_parcel_without_a_deadline_is_spoken_of_on_some_evenings_and_then_no_more() -> None:
    assert told(plan(parcel(None), Policy(), NOON)) == [
        ("arrival", "03-01 12:00"),
        ("still_waiting", "03-02 18:00"),
        ("still_waiting", "03-04 18:00"),
        ("still_waiting", "03-08 18:00"),
    ]
    late = datetime(2026, 3, 6, 9, tzinfo=JST)
    assert told(plan(parcel(None), Policy(), late)) == [("arrival", "03-06 09:00"), ("still_waiting", "03-08 18:00")]


def test_a_deadline_that_becomes_known_takes_the_place_of_the_guesses() -> None:
    rows = [(one, ReminderState.OPEN) for one in plan(parcel(None), Policy(), NOON)]
    rows[0] = (rows[0][0], ReminderState.SENT)
    change = changes(rows, plan(parcel(PRINTED), Policy(), NOON))
    assert {one.occasion for one in change.drop} == {Occasion.STILL_WAITING}
    assert Occasion.ARRIVAL not in {one.occasion for one in change.add}
    assert Occasion.LAST_DAY in {one.occasion for one in change.add}


def test_a_shipped_parcel_is_spoken_of_the_day_after_it_was_expected() -> None:
    shipped = parcel(None, Status.SHIPPED, expected=date(2026, 3, 3))
    assert told(plan(shipped, Policy(), NOON)) == [("expected", "03-04 18:00")]
    assert plan(shipped, Policy(), NOON + timedelta(days=20)) == ()


def test_a_shipped_parcel_with_a_printed_deadline_is_reminded_of_too() -> None:
    occasions = [one.occasion for one in plan(parcel(PRINTED, Status.SHIPPED), Policy(), NOON)]
    assert occasions == [
        Occasion.DAYS_BEFORE,
        Occasion.DAYS_BEFORE,
        Occasion.LAST_DAY,
        Occasion.LAST_EVENING,
    ]


@pytest.mark.parametrize("status", [Status.COLLECTED, Status.RETURNED, Status.CANCELLED])
def test_nothing_is_said_of_a_closed_parcel(status: Status) -> None:
    assert plan(parcel(ESTIMATED, status, expected=date(2026, 3, 3)), Policy(), NOON) == ()


def test_nothing_is_said_of_a_held_parcel() -> None:
    assert plan(replace(parcel(), held=True), Policy(), NOON) == ()


def test_an_hour_before_the_morning_still_leaves_an_evening_on_the_last_day() -> None:
    times = {one.occasion: one.due_at for one in plan(parcel(), Policy(at=time(8)), NOON)}
    assert times[Occasion.LAST_EVENING] == datetime(2026, 3, 11, 18, tzinfo=JST)


@pytest.mark.parametrize(
    ("day", "three_before"), [(date(2028, 3, 2), date(2028, 2, 28)), (date(2027, 1, 1), date(2026, 12, 29))]
)
def test_leap_days_and_new_year_are_ordinary_days(day: date, three_before: date) -> None:
    seen_at = datetime.combine(day - timedelta(days=8), time(12), JST)
    first = plan(parcel(Deadline(day, DeadlineSource.PRINTED)), Policy(), seen_at)[1]
    assert first.due_at == datetime.combine(three_before, time(18), JST)


@pytest.fixture(params=["UTC", "America/St_Johns", "Pacific/Kiritimati"])
def machine_zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = str(request.param)
    clock.tzset()
    yield str(request.param)
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    clock.tzset()


@pytest.mark.usefixtures("machine_zone")
def test_the_machine_s_time_zone_does_not_matter() -> None:
    there = NOON.astimezone()
    assert told(plan(parcel(ESTIMATED), Policy(), there)) == told(plan(parcel(ESTIMATED), Policy(), NOON))


@given(arrivals(), policies())
@settings(max_examples=300, deadline=None)
def test_one_reminder_comes_before_every_day_that_matters(arrival: tuple[Parcel, datetime], policy: Policy) -> None:
    one, seen_at = arrival
    times = [reminder.due_at for reminder in plan(one, policy, seen_at)]
    assert one.deadline is not None
    assert any(seen_at <= due_at < one.deadline.ends_at for due_at in times)
    safe_by = one.deadline.safe_by
    if safe_by is not None and seen_at < end_of_day(safe_by):
        assert any(seen_at <= due_at < end_of_day(safe_by) for due_at in times)


@given(arrivals(), policies())
@settings(max_examples=300, deadline=None)
def test_quiet_hours_are_kept_but_for_an_arrival_that_cannot_wait(
    arrival: tuple[Parcel, datetime], policy: Policy
) -> None:
    one, seen_at = arrival
    assert one.deadline is not None
    for reminder in plan(one, policy, seen_at):
        if is_quiet(reminder.due_at, policy):
            assert reminder.occasion is Occasion.ARRIVAL
            assert reminder.due_at == seen_at
            last = max(one.deadline.ends_at, seen_at)
            limits = [last] if one.deadline.safe_by is None else [last, end_of_day(one.deadline.safe_by)]
            until_allowed = next(
                seen_at + timedelta(minutes=minutes)
                for minutes in range(1, 1441)
                if not is_quiet((seen_at + timedelta(minutes=minutes)).astimezone(JST), policy)
            )
            assert any(seen_at < limit <= until_allowed for limit in limits)


@given(arrivals(), policies())
@settings(max_examples=200, deadline=None)
def test_no_two_at_one_moment_and_each_says_something_of_its_own(
    arrival: tuple[Parcel, datetime], policy: Policy
) -> None:
    reminders = plan(*arrival[:1], policy, arrival[1])
    times = [reminder.due_at for reminder in reminders]
    identities = {(one.occasion, one.about, one.days_before) for one in reminders}
    assert times == sorted(set(times))
    assert len(identities) == len(reminders)
    assert reminders[0].occasion is Occasion.ARRIVAL
    assert sum(one.occasion is Occasion.OVERDUE for one in reminders) == 1


@given(arrivals(), policies())
@settings(max_examples=100, deadline=None)
def test_the_default_days_leave_a_reminder_on_the_last_day(arrival: tuple[Parcel, datetime], policy: Policy) -> None:
    one, seen_at = arrival
    assert one.deadline is not None
    begin = end_of_day(one.deadline.day) - timedelta(days=1)
    times = [reminder.due_at for reminder in plan(one, replace(policy, days_before=(3, 1, 0)), seen_at)]
    assert any(begin - timedelta(days=1) < due_at < one.deadline.ends_at for due_at in times)


def open_rows(reminders: tuple[Reminder, ...]) -> list[tuple[Reminder, ReminderState]]:
    return [(one, ReminderState.OPEN) for one in reminders]


def applied(rows: list[tuple[Reminder, ReminderState]], change: Changes) -> list[tuple[Reminder, ReminderState]]:
    """What a store does with changes."""
    moved = dict(change.move)
    kept = [(moved.get(row, row), state) for row, state in rows if row not in change.drop]
    closed = [(row, ReminderState.SUPERSEDED if row in change.supersede else state) for row, state in kept]
    return closed + open_rows(change.add)


@given(arrivals(), policies())
@settings(max_examples=100, deadline=None)
def test_planning_again_changes_nothing(arrival: tuple[Parcel, datetime], policy: Policy) -> None:
    wanted = plan(*arrival[:1], policy, arrival[1])
    assert changes(open_rows(wanted), wanted) == Changes()
    assert changes([(one, ReminderState.SENT) for one in wanted], wanted) == Changes()


@given(arrivals(), arrivals(), policies(), policies(), st.integers(0, 8))
@settings(max_examples=200, deadline=None)
def test_after_any_change_the_open_rows_are_the_plan_and_what_was_sent_stays(
    before: tuple[Parcel, datetime],
    after: tuple[Parcel, datetime],
    old: Policy,
    new: Policy,
    sent: int,
) -> None:
    rows = open_rows(plan(*before[:1], old, before[1]))
    rows = [(row, ReminderState.SENT if index < sent else state) for index, (row, state) in enumerate(rows)]
    wanted = plan(*after[:1], new, after[1])
    result = applied(rows, changes(rows, wanted))
    said = [row for row in rows if row[1] is ReminderState.SENT]
    assert [row for row in result if row[1] is ReminderState.SENT] == said
    spoken = {(row.occasion, row.about, row.days_before) for row, _ in said}
    if any(row.occasion is Occasion.ARRIVAL for row, _ in said):
        spoken |= {(Occasion.ARRIVAL, one.about, 0) for one in wanted}
    left = {row for row, state in result if state is ReminderState.OPEN}
    assert left == {one for one in wanted if (one.occasion, one.about, one.days_before) not in spoken}


def test_a_collection_drops_what_is_open_and_an_undo_brings_it_back() -> None:
    wanted = plan(parcel(), Policy(), NOON)
    rows = [(wanted[0], ReminderState.SENT), *open_rows(wanted[1:])]
    collected = applied(rows, changes(rows, ()))
    assert collected == [(wanted[0], ReminderState.SENT)]
    assert applied(collected, changes(collected, wanted)) == rows


def test_a_claimed_reminder_is_not_moved_but_dropped_when_the_parcel_is_closed() -> None:
    wanted = plan(parcel(), Policy(), NOON)
    claimed = [(wanted[0], ReminderState.SENDING), *open_rows(wanted[1:])]
    later = (replace(wanted[0], due_at=wanted[0].due_at + timedelta(hours=1)), *wanted[1:])
    assert changes(claimed, later) == Changes()
    assert wanted[0] in changes(claimed, ()).drop


def test_an_arrival_is_announced_once_whatever_becomes_of_the_deadline() -> None:
    rows = [(plan(parcel(ESTIMATED), Policy(), NOON)[0], ReminderState.SENT)]
    wanted = plan(parcel(Deadline(date(2026, 3, 8), DeadlineSource.PRINTED)), Policy(), NOON)
    added = changes(rows, wanted).add
    assert Occasion.ARRIVAL not in {one.occasion for one in added}
    assert len(added) == len(wanted) - 1


def test_a_changed_hour_moves_the_open_rows() -> None:
    rows = open_rows(plan(parcel(), Policy(), NOON))
    moved = changes(rows, plan(parcel(), Policy(at=time(20)), NOON))
    assert {new.due_at.hour for _, new in moved.move} == {20}
    assert (moved.add, moved.drop) == ((), ())


def test_the_most_urgent_speaks() -> None:
    reminders = plan(parcel(ESTIMATED), Policy(), NOON)
    assert most_urgent(reminders).occasion is Occasion.OVERDUE
    assert most_urgent(reminders[:-1]).occasion is Occasion.LAST_EVENING
    assert most_urgent(reversed(reminders[:4])).days_before == 1
    with pytest.raises(ValueError, match="empty"):
        most_urgent(())


def after_arrival(deadline: Deadline = ESTIMATED) -> list[tuple[Reminder, ReminderState]]:
    reminders = plan(parcel(deadline), Policy(), NOON)
    return [(reminders[0], ReminderState.SENT), *open_rows(reminders[1:])]


def test_later_speaks_again_and_keeps_the_reminder_before_the_safe_day() -> None:
    change = snoozed(after_arrival(), NOON + timedelta(hours=3), ESTIMATED, Policy())
    assert [one.due_at for one in change.add] == [NOON + timedelta(hours=3)]
    assert change.supersede == ()


def test_later_than_the_next_reminder_takes_its_place() -> None:
    rows = after_arrival()
    until = datetime(2026, 3, 3, 20, tzinfo=JST)
    change = snoozed(rows, until, ESTIMATED, Policy())
    assert [one.due_at for one in change.add] == [until]
    assert [one.occasion for one in change.supersede] == [Occasion.SAFE_BY]
    result = applied(rows, change)
    assert changes(result, plan(parcel(ESTIMATED), Policy(), NOON)) == Changes()


def test_later_is_never_past_the_last_reminder_before_the_deadline() -> None:
    rows = after_arrival()
    result = applied(rows, snoozed(rows, NOON + timedelta(days=60), ESTIMATED, Policy()))
    last = [row for row, state in result if state is ReminderState.OPEN and row.due_at < ESTIMATED.ends_at]
    assert max(last, key=lambda one: one.due_at).occasion is Occasion.LAST_EVENING


def test_later_respects_quiet_hours() -> None:
    until = datetime(2026, 3, 1, 23, tzinfo=JST)
    change = snoozed(after_arrival(), until, ESTIMATED, Policy())
    assert change.add[0].due_at == datetime(2026, 3, 2, 7, tzinfo=JST)


def test_later_twice_makes_two_reminders_that_can_be_told_apart() -> None:
    rows = after_arrival()
    first = snoozed(rows, NOON + timedelta(hours=3), ESTIMATED, Policy())
    rows += [(first.add[0], ReminderState.SENT)]
    second = snoozed(rows, NOON + timedelta(hours=6), ESTIMATED, Policy())
    assert second.add[0].days_before == first.add[0].days_before + 1


def test_a_snoozed_reminder_goes_when_the_parcel_is_closed() -> None:
    rows = after_arrival()
    rows = applied(rows, snoozed(rows, NOON + timedelta(hours=3), ESTIMATED, Policy()))
    assert not [row for row, state in applied(rows, changes(rows, ())) if state is ReminderState.OPEN]


def test_nothing_can_be_put_off_beyond_the_end() -> None:
    rows = [(row, ReminderState.SENT) for row in plan(parcel(), Policy(), NOON)]
    assert snoozed(rows, NOON, PRINTED, Policy()) == Changes()
    rows[-1] = (rows[-1][0], ReminderState.OPEN)
    assert snoozed(rows, PRINTED.ends_at, PRINTED, Policy()) == Changes()
    evening = datetime(2026, 3, 11, 21, tzinfo=JST)
    assert snoozed(rows, evening, PRINTED, Policy()).add[0].due_at == evening


def test_a_parcel_without_a_deadline_can_be_put_off() -> None:
    rows = [(plan(parcel(None), Policy(), NOON)[0], ReminderState.SENT)]
    change = snoozed(rows, (NOON + timedelta(hours=3)).astimezone(UTC), None, Policy())
    assert [one.due_at for one in change.add] == [NOON + timedelta(hours=3)]


@given(arrivals(), policies(), st.integers(0, 20 * 24 * 60), st.integers(0, 7))
@settings(max_examples=200, deadline=None)
def test_later_never_costs_the_last_word_before_the_deadline(
    arrival: tuple[Parcel, datetime], policy: Policy, minutes: int, sent: int
) -> None:
    one, seen_at = arrival
    assert one.deadline is not None
    rows = [
        (row, ReminderState.SENT if index < sent else ReminderState.OPEN)
        for index, row in enumerate(plan(one, policy, seen_at))
    ]
    change = snoozed(rows, seen_at + timedelta(minutes=minutes), one.deadline, policy)
    waiting = [row.due_at for row, state in rows if state is ReminderState.OPEN]
    before = [due_at for due_at in waiting if due_at < one.deadline.ends_at]
    result = [row.due_at for row, state in applied(rows, change) if state is ReminderState.OPEN]
    assert len(result) == len(set(result))
    assert len(change.supersede) <= 1
    if before:
        assert max(due_at for due_at in result if due_at < one.deadline.ends_at) >= max(before)


@pytest.mark.parametrize(
    ("deadline", "day", "hour", "allowed"),
    [
        (PRINTED, 8, 21, True),
        (PRINTED, 8, 22, False),
        (PRINTED, 9, 3, False),
        (PRINTED, 9, 7, True),
        (PRINTED, 11, 23, True),
        (PRINTED, 12, 1, False),
        (ESTIMATED, 3, 23, False),
        (ESTIMATED, 4, 23, True),
        (ESTIMATED, 5, 23, False),
        (None, 5, 23, False),
    ],
)
def test_what_is_said_late_keeps_quiet_hours_too(deadline: Deadline | None, day: int, hour: int, allowed: bool) -> None:
    now = datetime(2026, 3, day, hour, tzinfo=JST).astimezone(UTC)
    assert may_speak(deadline, Policy(), now) is allowed
    assert may_speak(deadline, ALWAYS, now)


@given(arrivals(), policies())
@settings(max_examples=200, deadline=None)
def test_a_planned_moment_may_always_be_said(arrival: tuple[Parcel, datetime], policy: Policy) -> None:
    one, seen_at = arrival
    for reminder in plan(one, policy, seen_at):
        assert may_speak(one.deadline, policy, reminder.due_at)
