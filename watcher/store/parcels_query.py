"""Parcels in the database: lists, finding one, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from watcher.extractors.notice import Chain
from watcher.parcels.parcel import Parcel, Status
from watcher.parcels.reminder import ReminderState
from watcher.store.codec import list_from_json, parcel_from
from watcher.store.facts_query import action_facts
from watcher.store.judging import (
    MANY,
    SHORTEST,
    as_order_number,
    no_such_parcel,
    speaks_of,
    too_many_parcels,
    wanted_number,
)
from watcher.store.recompute import parcel_row
from watcher.store.reminders_query import rows_of
from watcher.store.store import HistoryEntry
from watcher.store.tables import action, message, message_key, parcel, reading, reminder
from watcher.store.view import STAYS_RECENT, View, first_day_listed, first_recent_day, shown

_LAST = "\U0010ffff"
_LARGEST_ID = 2**31 - 1
_BY_URGENCY = select(parcel).order_by(parcel.c.deadline.is_(None), parcel.c.deadline, parcel.c.received_at, parcel.c.id)


def parcels_in(connection: Connection, view: View, now: datetime) -> Sequence[Parcel]:
    """The parcels of a view, the most urgent first."""
    query = _BY_URGENCY
    if view is View.RECENT:
        still = and_(
            parcel.c.status == Status.READY.value,
            or_(parcel.c.deadline.is_(None), parcel.c.deadline >= first_recent_day(now)),
        )
        query = query.where(or_(still, parcel.c.closed_at >= now - STAYS_RECENT))
    elif view is not View.ALL:
        fresh = or_(parcel.c.deadline.is_(None), parcel.c.deadline >= first_day_listed(now))
        query = query.where(
            parcel.c.status.in_([status.value for status in shown(view)]), parcel.c.held.is_(False), fresh
        )
    return [parcel_from(row) for row in connection.execute(query).mappings()]


def search(connection: Connection, text: str, chains: frozenset[Chain]) -> Sequence[Parcel]:
    """Every parcel that a text speaks of, the most urgent first.

    Looks at each parcel in turn: no LIKE of any database folds full-width letters, and a person has hundreds
    of parcels, not millions.
    """
    rows = connection.execute(_BY_URGENCY).mappings()
    return [one for one in map(parcel_from, rows) if speaks_of(one, text, chains)]


def find(connection: Connection, wanted: str) -> Parcel:
    """The parcel with an id, or with a number that begins so.

    Raises:
        NoSuchParcelError, AmbiguousParcelError.
    """
    plain = wanted_number(wanted)
    if plain.isdigit() and int(plain) <= _LARGEST_ID and not plain.startswith("0"):
        row = parcel_row(connection, int(plain))
        if row is not None:
            return parcel_from(row)
    ids = _ids_by_number(connection, plain) if len(plain) >= SHORTEST else []
    if not ids:
        raise no_such_parcel()
    if len(ids) > 1:
        raise too_many_parcels(ids)
    return by_id(connection, ids[0])


def by_id(connection: Connection, parcel_id: int) -> Parcel:
    """The parcel with this id.

    Raises:
        NoSuchParcelError: there is none.
    """
    row = parcel_row(connection, parcel_id)
    if row is None:
        raise no_such_parcel()
    return parcel_from(row)


def history(connection: Connection, parcel_id: int) -> Sequence[HistoryEntry]:
    """Mails, actions and sent reminders of a parcel, oldest first."""
    entries = [
        *_mails(connection, parcel_id),
        *_actions(connection, parcel_id),
        *_said(connection, parcel_id),
    ]
    return sorted(entries, key=lambda entry: entry.at)


def _ids_by_number(connection: Connection, plain: str) -> list[int]:
    prefixes = (
        _begins(parcel.c.inquiry_number, plain),
        _begins(parcel.c.order_number, as_order_number(plain)),
        _begins(parcel.c.pickup_code, plain),
    )
    found = {each for where in prefixes for each in _ids(connection, select(parcel.c.id).where(where))}
    other_orders = (
        select(reading.c.parcel_id)
        .join(message_key, message_key.c.message_row == reading.c.message_row)
        .join(parcel, parcel.c.id == reading.c.parcel_id)
        .where(_begins(message_key.c.key, f"order:{as_order_number(plain)}"))
        .where(parcel.c.orders.contains(as_order_number(plain), autoescape=True))
    )
    return sorted(found | set(_ids(connection, other_orders)))


def _ids(connection: Connection, query: Any) -> list[int]:
    return list(connection.execute(query.distinct().limit(MANY + 1)).scalars())


def _begins(column: Any, prefix: str) -> ColumnElement[bool]:
    """As a range, which an index answers."""
    return and_(column >= prefix, column < prefix + _LAST)


def _mails(connection: Connection, parcel_id: int) -> list[HistoryEntry]:
    query = (
        select(message)
        .where(message.c.id.in_(select(reading.c.message_row).where(reading.c.parcel_id == parcel_id)))
        .order_by(message.c.id)
    )
    return [
        HistoryEntry(
            at=row["date"] or row["recorded_at"],
            what=row["kind"],
            detail=" ".join((row["trust"], *list_from_json(row["problems"]))),
            source=row["message_id"] or f"{row['mailbox']}/{row['folder']}",
        )
        for row in connection.execute(query).mappings()
    ]


def _actions(connection: Connection, parcel_id: int) -> list[HistoryEntry]:
    found = action_facts(connection, action.c.parcel_id == parcel_id)
    return [HistoryEntry(acted.at, acted.kind.value, acted.note or "", None) for acted in found]


def _said(connection: Connection, parcel_id: int) -> list[HistoryEntry]:
    sent = (reminder.c.parcel_id == parcel_id) & (reminder.c.state == ReminderState.SENT.value)
    return [
        HistoryEntry(row.sent_at, "reminder", " ".join((row.reminder.occasion.value, *row.channels)), None)
        for row in rows_of(connection, sent)
        if row.sent_at is not None
    ]
