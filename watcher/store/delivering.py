"""Which reminder to say over which channels, and when to try a channel again. Pure; both stores ask here.

A machine's clock may be wrong for a while, and right again later. What was put off by a clock that ran ahead is
recognised by a moment further away than anything is ever put off, and is due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from watcher.errors import NotifyError
from watcher.parcels.plan import most_urgent
from watcher.parcels.reminder import Reminder, ReminderState
from watcher.store.delivery import Delivery
from watcher.store.store import ChannelState, StoredReminder

CLAIM = timedelta(minutes=2)
"""After this a claim that was not closed is due again."""

LONGEST_PAUSE = timedelta(hours=1)
"""Nothing that is due is put off for longer."""

_FIRST_PAUSE = timedelta(minutes=1)
_GIVEN_UP_AFTER = timedelta(days=1)
_GIVEN_UP_TRIES = 10
"""A machine that slept for two days has tried once or twice, not for two days."""
_NOBODY_FOR = timedelta(days=14)
_PENDING = frozenset({ReminderState.OPEN, ReminderState.SENDING})


@dataclass(frozen=True, slots=True)
class Row:
    """A stored reminder.

    Attributes:
        wake_at: when the tick has to look at it again, aware; None when there is nothing left to do. Once it
            is due, never further away than :data:`LONGEST_PAUSE`.
    """

    id: int
    parcel_id: int
    reminder: Reminder
    state: ReminderState
    wake_at: datetime | None
    sent_at: datetime | None = None
    deliveries: Mapping[str, Delivery] = field(default_factory=dict)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that took it."""
        return tuple(name for name, one in sorted(self.deliveries.items()) if one.sent_at is not None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a tick does with the due rows of one parcel.

    Attributes:
        row: the one to be said, as it is to be stored; None where no channel can take any now.
        channels: over which.
        others: rows with what else changes.
    """

    row: Row | None
    channels: tuple[str, ...]
    others: tuple[Row, ...]


def opened(row_id: int, parcel_id: int, reminder: Reminder) -> Row:
    """A new row of the plan."""
    return Row(row_id, parcel_id, reminder, ReminderState.OPEN, reminder.due_at)


def claim(rows: Iterable[Row], channels: Sequence[str], now: datetime) -> Claim:
    """Chooses among the rows of one parcel at ``now``; the less urgent ones are closed as superseded."""
    begun = [row for row in rows if row.reminder.due_at <= now and row.wake_at is not None]
    due = [row for row in begun if _reached(row.wake_at, now, _patience(row))]
    ready = {row.id: names for row in due if (names := _channels(row, channels, now))}
    best = _best(row for row in due if row.id in ready)
    if best is None:
        return Claim(None, (), tuple(_put_off(row, channels, now) for row in due))
    others = [row for row in due if row is not best]
    others += [
        row for row in begun if row not in due and row.state is not ReminderState.SENDING and _best((row, best)) is best
    ]
    state = best.state if best.state is ReminderState.SENT else ReminderState.SENDING
    claimed = replace(best, state=state, wake_at=now + CLAIM)
    return Claim(claimed, ready[best.id], tuple(_superseded(row) for row in others))


def closed(row: Row, outcomes: Mapping[str, NotifyError | None], now: datetime) -> Row:
    """The row after its channels answered."""
    deliveries = dict(row.deliveries)
    alone = None not in outcomes.values() and not any(one.sent_at for one in deliveries.values())
    for name, error in outcomes.items():
        deliveries[name] = _after(deliveries.get(name, Delivery()), error, now, alone=alone)
    again = [one.next_at for one in deliveries.values() if one.next_at is not None]
    sent = [one.sent_at for one in deliveries.values() if one.sent_at is not None]
    if sent:
        wake_at = min(again, default=None)
        return replace(row, state=ReminderState.SENT, sent_at=min(sent), wake_at=wake_at, deliveries=deliveries)
    if row.state is not ReminderState.SENDING:  # superseded while it was on its way
        return replace(row, deliveries=deliveries)
    wake_at = min(again, default=now + (LONGEST_PAUSE if outcomes else _FIRST_PAUSE))
    return replace(row, state=ReminderState.OPEN, wake_at=wake_at, deliveries=deliveries)


def put_off(rows: Iterable[Row], until: datetime, now: datetime) -> list[Row]:
    """The due rows of a parcel that may not be spoken of before ``until``, in quiet hours for instance. None is
    superseded before another is said."""
    wake_at = min(until, now + LONGEST_PAUSE)
    return [
        replace(row, state=ReminderState.OPEN if row.state in _PENDING else row.state, wake_at=wake_at)
        for row in rows
        if row.reminder.due_at <= now and _reached(row.wake_at, now, _patience(row))
    ]


def mended(rows: Sequence[Row], now: datetime) -> list[Row]:
    """The rows of a parcel after a clock that ran ahead was set right: nothing was sent after ``now``, and what was
    passed over since the last that was sent in time is open again. What was sent stays sent."""
    in_time = [row.sent_at for row in rows if row.sent_at is not None and row.sent_at <= now]
    return [_mended(row, now, max(in_time, default=None)) for row in rows]


def _mended(row: Row, now: datetime, since: datetime | None) -> Row:
    if row.state is ReminderState.SUPERSEDED and (since is None or row.reminder.due_at > since):
        return replace(row, state=ReminderState.OPEN, wake_at=row.reminder.due_at)
    if row.sent_at is None or row.sent_at <= now:
        return row
    deliveries = {
        name: replace(one, sent_at=min(one.sent_at, now)) if one.sent_at else one
        for name, one in row.deliveries.items()
    }
    return replace(row, sent_at=now, deliveries=deliveries)


def stored(row: Row) -> StoredReminder:
    """A row as the rest of the program sees it."""
    return StoredReminder(row.id, row.parcel_id, row.reminder, row.state, row.sent_at, row.channels, row.deliveries)


def silenced(row: Row) -> Row:
    """A sent row whose other channels are not tried any more."""
    return replace(row, wake_at=None) if row.state is ReminderState.SENT else row


def states_of_channels(done: Iterable[tuple[str, Delivery, bool]]) -> list[ChannelState]:
    """How each channel is doing, by name.

    Args:
        done: what a channel did with a reminder, and whether that reminder is still to be tried.
    """
    by_name: dict[str, list[tuple[Delivery, bool]]] = {}
    for name, one, waits in done:
        by_name.setdefault(name, []).append((one, waits))
    return [_state(name, by_name[name]) for name in sorted(by_name)]


def _state(name: str, done: Sequence[tuple[Delivery, bool]]) -> ChannelState:
    sent_at = max((one.sent_at for one, _ in done if one.sent_at is not None), default=None)
    failed = [
        (one.failed_at, one, waits)
        for one, waits in done
        if one.sent_at is None and one.failed_at is not None and (sent_at is None or one.failed_at > sent_at)
    ]
    if not failed:
        return ChannelState(name, sent_at)
    _, last, _ = max(failed, key=lambda each: (each[0], each[1].error or ""))
    return ChannelState(
        name,
        sent_at,
        failing_since=min(at for at, _, _ in failed),
        error=last.error,
        retry_at=min((one.next_at for _, one, waits in failed if waits and one.next_at is not None), default=None),
        given_up=sum(one.next_at is None for _, one, _ in failed),
    )


def _best(rows: Iterable[Row]) -> Row | None:
    by_reminder = {row.reminder: row for row in rows}
    return by_reminder[most_urgent(by_reminder)] if by_reminder else None


def _channels(row: Row, channels: Sequence[str], now: datetime) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(channels) if _wants(row, name, now))


def _wants(row: Row, name: str, now: datetime) -> bool:
    delivery = row.deliveries.get(name)
    if delivery is None:
        return row.state in _PENDING
    return _reached(delivery.next_at, now, LONGEST_PAUSE)


def _reached(moment: datetime | None, now: datetime, patience: timedelta) -> bool:
    """Whether a moment has come, or is so far away that a wrong clock must have set it."""
    return moment is not None and (moment <= now or moment - now > patience)


def _patience(row: Row) -> timedelta:
    return CLAIM if row.state is ReminderState.SENDING else LONGEST_PAUSE


def _put_off(row: Row, channels: Sequence[str], now: datetime) -> Row:
    """A due row that no channel can take now: all were given up, or none is configured."""
    again = [one.next_at for name in channels if (one := row.deliveries.get(name)) and one.next_at is not None]
    if row.state is ReminderState.SENT:
        return replace(row, wake_at=min(again, default=None))
    if row.deliveries and not again and now - row.reminder.due_at >= _GIVEN_UP_AFTER:
        return _superseded(row)
    return replace(row, state=ReminderState.OPEN, wake_at=min(again, default=now + LONGEST_PAUSE))


def _superseded(row: Row) -> Row:
    if row.state is ReminderState.SENT:
        return silenced(row)
    return replace(row, state=ReminderState.SUPERSEDED, wake_at=None)


def _after(before: Delivery, error: NotifyError | None, now: datetime, *, alone: bool) -> Delivery:
    """What a channel has done after one more try; ``alone``: no other channel took the reminder either, so that it
    is tried as long as there is anything to be said."""
    if before.sent_at is not None:
        return before
    if error is None:
        return replace(before, sent_at=now, next_at=None, error=None)
    first, tries = min(before.failed_at or now, now), before.tries + 1
    long_enough = now - first >= (_NOBODY_FOR if alone else _GIVEN_UP_AFTER) and tries >= _GIVEN_UP_TRIES
    pause = min(_FIRST_PAUSE * 2 ** min(before.tries, 10), LONGEST_PAUSE)
    next_at = None if error.permanent or long_enough else now + pause
    return Delivery(tries, None, first, next_at, str(error))
