"""When to speak of a parcel.

Terminology:
    plan: every reminder of a parcel from arrival to the end, past ones included; it depends on nothing but
        its arguments, so that it can be computed again at any time and compared with the rows that exist.
    ideal: the moment of a reminder before quiet hours are considered.
    quiet hours: from ``quiet_from`` (included) until ``quiet_until`` (not included), every day in Japan.
    settled: sent or superseded; a settled row is never touched and never planned again.

Every hour and every calendar day here is Japan's, whatever the machine's time zone is; Japan has no
summer time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from watcher.parcels.parcel import JST, OPEN, Deadline, Parcel, Status, end_of_day
from watcher.parcels.reminder import Occasion, Policy, Reminder, ReminderState

_DAY = timedelta(days=1)
_JUST_BEFORE = timedelta(minutes=1)
"""How long before quiet hours a reminder goes out that cannot wait for their end; one tick."""
_EVENING = time(18)
_ORDER = {occasion: rank for rank, occasion in enumerate(Occasion)}
_SETTLED = frozenset({ReminderState.SENT, ReminderState.SUPERSEDED})

Row = tuple[Reminder, ReminderState]
"""A reminder as it is stored."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What to do with the rows of one parcel; empty where all is as it should be.

    Attributes:
        add: reminders to insert, open.
        move: pairs of an open reminder and the same with its new ``due_at``.
        drop: reminders to delete; they may be planned again, after an undo for instance.
        supersede: open reminders to close for good, because another speaks in their place.
    """

    add: tuple[Reminder, ...] = ()
    move: tuple[tuple[Reminder, Reminder], ...] = ()
    drop: tuple[Reminder, ...] = ()
    supersede: tuple[Reminder, ...] = ()


def plan(parcel: Parcel, policy: Policy, seen_at: datetime) -> tuple[Reminder, ...]:
    """The complete schedule of a parcel, by time; no two reminders at the same moment.

    Args:
        parcel: as it is now.
        policy: when the person wants to be reminded.
        seen_at: when this program first learned that the parcel waits (of a parcel on its way: that it
            exists), aware. It is fixed once known: a later mail about the same parcel does not change it.

    Returns:
        Reminders whose ``due_at`` is aware, in Japan's time. Those whose moment was over at ``seen_at`` are
        left out, the announcement of the arrival stands for them. Nothing for a parcel that is closed, held,
        or first seen after its deadline.
    """
    seen_at = seen_at.astimezone(JST)
    if parcel.status not in OPEN or parcel.held:
        return ()
    if parcel.deadline is not None and seen_at >= parcel.deadline.ends_at:
        return ()
    arrival = _arrival(parcel, policy, seen_at)
    settled_by = seen_at if arrival is None else arrival.due_at
    best: dict[datetime, Reminder] = {} if arrival is None else {arrival.due_at: arrival}
    for ideal, limit, reminder in _ideals(parcel, policy, seen_at):
        if ideal < seen_at:
            continue
        due_at = max(_outside_quiet(ideal, policy, limit), seen_at)
        if arrival is not None and due_at <= settled_by:
            continue
        here = Reminder(reminder.occasion, due_at, reminder.about, reminder.days_before)
        best[due_at] = most_urgent([here, best[due_at]]) if due_at in best else here
    return tuple(best[due_at] for due_at in sorted(best))


def changes(existing: Iterable[Row], wanted: Iterable[Reminder], again: datetime | None = None) -> Changes:
    """What makes the rows of one parcel agree with its plan.

    Args:
        existing: every row of the parcel with its state.
        wanted: its plan; empty for a parcel of which nothing is to be said any more.
        again: when this program learned that a returned parcel waits again, aware; what was settled before belongs
            to the former pick-up, which is another matter. None of any other parcel.

    Returns:
        The changes. Settled rows are never in them. A claimed row (sending) keeps its time, but is dropped
        when the plan no longer has it, so that a failed attempt is not repeated after a collection. The
        arrival is announced once for each pick-up, whatever its deadline becomes. A snoozed reminder
        stays as long as anything is planned.
    """
    rows = tuple((row, state) for row, state in existing if not _of_former_pick_up(row, state, again))
    plans = {_identity(reminder): reminder for reminder in wanted}
    known = {_identity(reminder) for reminder, _ in rows}
    announced = any(row.occasion is Occasion.ARRIVAL and state in _SETTLED for row, state in rows)
    move: list[tuple[Reminder, Reminder]] = []
    drop: list[Reminder] = []
    for row, state in rows:
        if state in _SETTLED or (row.occasion is Occasion.SNOOZED and plans):
            continue
        planned = plans.get(_identity(row))
        if planned is None:
            drop.append(row)
        elif state is ReminderState.OPEN and planned.due_at != row.due_at:
            move.append((row, planned))
    add = (
        reminder
        for identity, reminder in plans.items()
        if identity not in known and not (announced and reminder.occasion is Occasion.ARRIVAL)
    )
    return Changes(tuple(add), tuple(move), tuple(drop))


def most_urgent(reminders: Iterable[Reminder]) -> Reminder:
    """The one of several due reminders to be said.

    Raises:
        ValueError: there is none.
    """
    return max(reminders, key=lambda one: (_ORDER[one.occasion], -one.days_before, one.due_at))


def may_speak(deadline: Deadline | None, policy: Policy, now: datetime) -> bool:
    """Whether a due reminder may be said at this moment.

    A planned moment keeps out of quiet hours by itself. This is for what is said late, because the machine
    slept or a channel failed: it waits for the end of the quiet hours, unless that would pass the deadline
    (or the safe period, while it lasts).

    Args:
        deadline: of the parcel, or None.
        policy: for the quiet hours.
        now: the present, aware.
    """
    return speaks_from(deadline, policy, now) <= now


def speaks_from(deadline: Deadline | None, policy: Policy, now: datetime) -> datetime:
    """From when on a due reminder may be said: the end of the quiet hours, or a moment that is not after ``now``
    where it may be said at once; arguments as of :func:`may_speak`."""
    now = now.astimezone(JST)
    return _outside_quiet(now, policy, _limit(deadline, now))


def snoozed(existing: Iterable[Row], until: datetime, deadline: Deadline | None, policy: Policy) -> Changes:
    """What happens to a parcel's rows when the person says "later".

    The parcel is spoken of again at ``until``. Only the next planned reminder gives way, and only if it
    would come before; a later one stays where it is, for it may be the one before ``safe_by``.

    Args:
        existing: every row of an open parcel with its state.
        until: the moment asked for, aware; quiet hours move it.
        deadline: of the parcel, or None.
        policy: for the quiet hours.

    Returns:
        One snoozed reminder to add (its ``due_at`` is never past the last planned one before the deadline)
        and at most one reminder to supersede; no changes where nothing is planned or nothing can wait.
    """
    rows = tuple(existing)
    waiting = sorted((row for row, state in rows if state is ReminderState.OPEN), key=lambda row: row.due_at)
    end = None if deadline is None else deadline.ends_at
    before = [row for row in waiting if end is None or row.due_at < end]
    if end is not None and not before and (not waiting or until >= end):
        return Changes()
    due_at = _outside_quiet(until.astimezone(JST), policy, end)
    if end is not None and before:
        due_at = min(due_at, before[-1].due_at)
    if any(row.due_at == due_at for row in waiting):
        return Changes(supersede=tuple(row for row in waiting[:1] if row.due_at < due_at))
    count = sum(row.occasion is Occasion.SNOOZED for row, _ in rows)
    again = Reminder(Occasion.SNOOZED, due_at, None if deadline is None else deadline.day, count)
    return Changes(add=(again,), supersede=tuple(row for row in waiting[:1] if row.due_at < due_at))


def _of_former_pick_up(row: Reminder, state: ReminderState, again: datetime | None) -> bool:
    return again is not None and state in _SETTLED and row.due_at < again


def _identity(reminder: Reminder) -> tuple[Occasion, date | None, int]:
    return reminder.occasion, reminder.about, reminder.days_before


def _arrival(parcel: Parcel, policy: Policy, seen_at: datetime) -> Reminder | None:
    """The announcement: at once, or after the quiet hours where that is soon enough."""
    if parcel.status is not Status.READY:
        return None
    due_at = max(_outside_quiet(seen_at, policy, _limit(parcel.deadline, seen_at)), seen_at)
    return Reminder(Occasion.ARRIVAL, due_at, None if parcel.deadline is None else parcel.deadline.day)


def _limit(deadline: Deadline | None, now: datetime) -> datetime | None:
    """What a message must not pass: the end of the safe period while it lasts, else the deadline."""
    if deadline is None:
        return None
    days = (deadline.day,) if deadline.safe_by is None else (min(deadline.safe_by, deadline.day), deadline.day)
    return next((end for end in map(end_of_day, days) if now < end), None)


def _ideals(parcel: Parcel, policy: Policy, seen_at: datetime) -> Iterator[tuple[datetime, datetime | None, Reminder]]:
    """Every reminder but the arrival as (ideal, the moment it must not pass, reminder)."""
    waits = parcel.status is Status.READY
    if not waits and parcel.expected is not None:
        late = _at(parcel.expected, policy.at) + policy.late_after
        yield late, None, Reminder(Occasion.EXPECTED, late, parcel.expected)
    if parcel.deadline is None:
        if waits:
            yield from _without_deadline(parcel, policy)
        return
    day, end = parcel.deadline.day, parcel.deadline.ends_at
    for ideal, reminder in _before(day, policy):
        yield ideal, end, reminder
    safe_by = parcel.deadline.safe_by
    if waits and safe_by is not None and safe_by <= day:
        evening = _at(safe_by - _DAY, policy.at)
        if evening < seen_at:  # then on the safe day itself
            evening += _DAY
        yield evening, end_of_day(safe_by), Reminder(Occasion.SAFE_BY, evening, day)
    if waits:
        after = _at(day + _DAY, policy.last_day_morning)
        yield after, None, Reminder(Occasion.OVERDUE, after, day)


def _without_deadline(parcel: Parcel, policy: Policy) -> Iterator[tuple[datetime, None, Reminder]]:
    arrived = parcel.received_at.astimezone(JST).date()
    for days in policy.days_after:
        evening = _at(arrived + timedelta(days=days), policy.at)
        yield evening, None, Reminder(Occasion.STILL_WAITING, evening, None, days)


def _before(day: date, policy: Policy) -> Iterator[tuple[datetime, Reminder]]:
    for days in sorted(set(policy.days_before)):
        if days > 0:
            ideal = _at(day - timedelta(days=days), policy.at)
            yield ideal, Reminder(Occasion.DAYS_BEFORE, ideal, day, days)
    if 0 in policy.days_before:
        morning = _at(day, policy.last_day_morning)
        yield morning, Reminder(Occasion.LAST_DAY, morning, day)
        evening = _at(day, max(policy.at, _EVENING) if policy.at <= policy.last_day_morning else policy.at)
        yield evening, Reminder(Occasion.LAST_EVENING, evening, day)


def _outside_quiet(moment: datetime, policy: Policy, limit: datetime | None) -> datetime:
    """``moment``, or the end of the quiet hours it falls in, or, where that would reach ``limit``, the
    minute before them."""
    if policy.quiet_from == policy.quiet_until:
        return moment
    now = moment.time()
    begins = _at(moment.date(), policy.quiet_from)
    if policy.quiet_from < policy.quiet_until:
        inside = policy.quiet_from <= now < policy.quiet_until
    else:
        inside = now >= policy.quiet_from or now < policy.quiet_until
        if now < policy.quiet_until:
            begins -= _DAY
    if not inside:
        return moment
    ends = _at(begins.date(), policy.quiet_until)
    if policy.quiet_until < policy.quiet_from:
        ends += _DAY
    return ends if limit is None or ends < limit else begins - _JUST_BEFORE


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, JST)
