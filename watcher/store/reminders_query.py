"""Reminder rows in the database: the plan, what is due, and what the channels did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, delete, func, insert, or_, select, update

from watcher.parcels.plan import Changes
from watcher.parcels.reminder import Reminder, ReminderState
from watcher.store.codec import reminder_from
from watcher.store.delivering import (
    CLAIM,
    LONGEST_PAUSE,
    Row,
    claim,
    opened,
    put_off,
    silenced,
    states_of_channels,
)
from watcher.store.delivery import Delivery
from watcher.store.store import ChannelState
from watcher.store.tables import delivery, reminder

_AT_ONCE = 500


def rows_of(connection: Connection, condition: ColumnElement[bool]) -> list[Row]:
    """The rows that fulfil a condition, by time, with what the channels did."""
    query = select(reminder).where(condition).order_by(reminder.c.due_at, reminder.c.id)
    found = connection.execute(query).mappings().all()
    deliveries: dict[int, dict[str, Delivery]] = {}
    ids = [row["id"] for row in found if row["state"] != ReminderState.OPEN.value or row["wake_at"] != row["due_at"]]
    for start in range(0, len(ids), _AT_ONCE):
        tried = select(delivery).where(delivery.c.reminder_id.in_(ids[start : start + _AT_ONCE]))
        for one in connection.execute(tried).mappings():
            deliveries.setdefault(one["reminder_id"], {})[one["channel"]] = _delivery(one)
    return [_row(row, deliveries.get(row["id"], {})) for row in found]


def apply_changes(connection: Connection, parcel_id: int, rows: Sequence[Row], needed: Changes) -> None:
    """Changes the plan of a parcel whose rows are ``rows``."""
    unsettled = {row.reminder: row for row in rows if row.state in _UNSETTLED}
    if needed.add:
        connection.execute(insert(reminder), [_values(opened(0, parcel_id, one)) for one in needed.add])
    for old, new in needed.move:
        _set(connection, unsettled[old], due_at=new.due_at, wake_at=new.due_at)
    for old in needed.drop:
        connection.execute(delete(reminder).where(reminder.c.id == unsettled[old].id))
    for old in needed.supersede:
        _set(connection, unsettled[old], state=ReminderState.SUPERSEDED.value, wake_at=None)


def silence(connection: Connection, rows: Iterable[Row]) -> None:
    """Stops trying other channels for what was sent."""
    for row in rows:
        if silenced(row) != row:
            save(connection, row, silenced(row))


def save(connection: Connection, old: Row, new: Row) -> None:
    """Stores what became of a row and what its channels did."""
    _set(connection, new, state=new.state.value, wake_at=new.wake_at, sent_at=new.sent_at)
    for channel, done in new.deliveries.items():
        before = old.deliveries.get(channel)
        if done == before:
            continue
        here = (delivery.c.reminder_id == new.id) & (delivery.c.channel == channel)
        values = {name: getattr(done, name) for name in Delivery.__slots__}
        if before is None:
            connection.execute(insert(delivery).values(reminder_id=new.id, channel=channel, **values))
        else:
            connection.execute(update(delivery).where(here).values(values))


def anything_due(connection: Connection, now: datetime) -> bool:
    """Whether the tick has anything to do."""
    return connection.execute(select(reminder.c.id).where(_due(now)).limit(1)).first() is not None


def begun(connection: Connection, now: datetime) -> dict[int, list[Row]]:
    """By parcel, for those of which something is due: every row that is due or is still being tried."""
    # no DISTINCT: SQLite would walk through every parcel's reminders for it
    parcels = sorted(set(connection.execute(select(reminder.c.parcel_id).where(_due(now))).scalars()))
    by_parcel: dict[int, list[Row]] = {}
    for start in range(0, len(parcels), _AT_ONCE):
        some = parcels[start : start + _AT_ONCE]
        here = reminder.c.parcel_id.in_(some) & (reminder.c.due_at <= now) & reminder.c.wake_at.is_not(None)
        for row in rows_of(connection, here):
            by_parcel.setdefault(row.parcel_id, []).append(row)
    return by_parcel


def hold_back(connection: Connection, rows: Sequence[Row], until: datetime, now: datetime) -> None:
    """Puts off what is due of one parcel."""
    old = {row.id: row for row in rows}
    for row in put_off(rows, until, now):
        _change(connection, old[row.id], row)


def claim_one(
    connection: Connection, rows: Sequence[Row], channels: Sequence[str], now: datetime
) -> tuple[Row, tuple[str, ...]] | None:
    """Claims what is due of one parcel by conditional updates, with the channels to say it over; None where there
    is nothing, or another process was faster."""
    chosen = claim(rows, channels, now)
    old = {row.id: row for row in rows}
    for other in chosen.others:
        _change(connection, old[other.id], other)
    if chosen.row is None or not _change(connection, old[chosen.row.id], chosen.row):
        return None
    return chosen.row, chosen.channels


def next_due(connection: Connection, parcel_ids: Sequence[int]) -> Mapping[int, datetime]:
    """The moment of the next open reminder of each parcel that has one."""
    found: dict[int, datetime] = {}
    for start in range(0, len(parcel_ids), _AT_ONCE):
        query = (
            select(reminder.c.parcel_id, func.min(reminder.c.due_at))
            .where(
                reminder.c.parcel_id.in_(parcel_ids[start : start + _AT_ONCE]),
                reminder.c.state == ReminderState.OPEN.value,
            )
            .group_by(reminder.c.parcel_id)
        )
        found.update((parcel_id, due_at) for parcel_id, due_at in connection.execute(query))
    return found


def channel_states(connection: Connection) -> list[ChannelState]:
    """How each channel is doing. Of what was taken only the last moment is read; what was refused is little."""
    taken = select(delivery.c.channel, func.max(delivery.c.sent_at)).group_by(delivery.c.channel)
    done = [(name, Delivery(sent_at=sent_at), False) for name, sent_at in connection.execute(taken)]
    refused = (
        select(delivery, reminder.c.wake_at)
        .join(reminder, reminder.c.id == delivery.c.reminder_id)
        .where(delivery.c.sent_at.is_(None))
    )
    rows = connection.execute(refused).mappings()
    done += [(row["channel"], _delivery(row), row["wake_at"] is not None) for row in rows]
    return states_of_channels(done)


_UNSETTLED = frozenset({ReminderState.OPEN, ReminderState.SENDING})


def _due(now: datetime) -> ColumnElement[bool]:
    """What has to be looked at; also what only a clock that ran ahead can have put off so far. Each part is a range
    of the index over ``wake_at``."""
    too_far = or_(reminder.c.wake_at > now + LONGEST_PAUSE, reminder.c.state == ReminderState.SENDING.value)
    return or_(
        reminder.c.wake_at <= now,
        and_(reminder.c.wake_at > now + CLAIM, reminder.c.due_at <= now, too_far),
    )


def _change(connection: Connection, old: Row, new: Row) -> bool:
    """Stores a row if it still is as it was read."""
    same = (reminder.c.id == old.id) & (reminder.c.state == old.state.value) & (reminder.c.wake_at == old.wake_at)
    values = {"state": new.state.value, "wake_at": new.wake_at}
    return connection.execute(update(reminder).where(same).values(values)).rowcount == 1


def _set(connection: Connection, row: Row, **values: Any) -> None:
    connection.execute(update(reminder).where(reminder.c.id == row.id).values(values))


def _values(row: Row) -> dict[str, Any]:
    return {
        "parcel_id": row.parcel_id,
        "occasion": row.reminder.occasion.value,
        "about": row.reminder.about,
        "days_before": row.reminder.days_before,
        "due_at": row.reminder.due_at,
        "state": row.state.value,
        "wake_at": row.wake_at,
    }


def _row(row: RowMapping, deliveries: Mapping[str, Delivery]) -> Row:
    said: Reminder = reminder_from(row)
    state = ReminderState(row["state"])
    return Row(row["id"], row["parcel_id"], said, state, row["wake_at"], row["sent_at"], deliveries)


def _delivery(row: RowMapping) -> Delivery:
    return Delivery(row["tries"], row["sent_at"], row["failed_at"], row["next_at"], row["error"])
