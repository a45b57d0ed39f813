"""Puts right what a clock that ran ahead has left in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from watcher.parcels.parcel import OPEN
from watcher.store.delivering import mended
from watcher.store.reminders_query import rows_of, save
from watcher.store.tables import action, message, parcel, reading, reminder

AHEAD = timedelta(minutes=2)
"""Clocks are corrected by less every day."""


def parcels_from_the_future(connection: Connection, now: datetime) -> list[int]:
    """Open parcels that were learned of, or spoken of, later than now."""
    spoken = select(reminder.c.id).where(reminder.c.parcel_id == parcel.c.id, reminder.c.sent_at > now + AHEAD)
    query = select(parcel.c.id).where(
        parcel.c.status.in_([status.value for status in OPEN]), or_(parcel.c.seen_at > now + AHEAD, spoken.exists())
    )
    return list(connection.execute(query).scalars())


def mend(connection: Connection, now: datetime) -> set[str]:
    """Moves what lies in the future to ``now``; returns the keys of the facts that changed."""
    keys = set[str]()
    for parcel_id in parcels_from_the_future(connection, now):
        keys |= _facts(connection, parcel_id, now)
        _reopen(connection, parcel_id, now)
    return keys


def _facts(connection: Connection, parcel_id: int, now: datetime) -> set[str]:
    mails = select(reading.c.message_row).where(reading.c.parcel_id == parcel_id)
    recorded = list(
        connection.execute(select(message.c.id).where(message.c.id.in_(mails), message.c.recorded_at > now)).scalars()
    )
    done = list(
        connection.execute(select(action.c.id).where(action.c.parcel_id == parcel_id, action.c.at > now)).scalars()
    )
    if recorded:
        connection.execute(update(message).where(message.c.id.in_(recorded)).values(recorded_at=now))
    if done:
        connection.execute(update(action).where(action.c.id.in_(done)).values(at=now))
    return {f"mail:{each}" for each in recorded} | {f"action:{each}" for each in done}


def _reopen(connection: Connection, parcel_id: int, now: datetime) -> None:
    rows = rows_of(connection, reminder.c.parcel_id == parcel_id)
    for old, new in zip(rows, mended(rows, now), strict=True):
        if new != old:
            save(connection, old, new)
