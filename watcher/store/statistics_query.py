"""Counting parcels in the database: it groups and sums, and no parcel is read as a whole."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, case, func, select

from watcher.extractors.notice import Chain, PointKind
from watcher.parcels.parcel import Status
from watcher.store.codec import moments_from_json
from watcher.store.statistics import YEAR, Group, Statistics, begins_at, bounds, days_taken
from watcher.store.tables import parcel

_COUNTED = (parcel.c.status != Status.SHIPPED.value) & parcel.c.held.is_(False)


def statistics(connection: Connection, now: datetime) -> Statistics:
    """What :func:`watcher.store.statistics.counted` gives for all parcels."""
    closed_since = now - YEAR
    late = _COUNTED & (parcel.c.closed_at >= closed_since)
    collected = select(parcel.c.received_at, parcel.c.closed_at).where(late, parcel.c.status == Status.COLLECTED.value)
    returned = select(func.count()).where(late, parcel.c.status == Status.RETURNED.value)
    before = select(parcel.c.returned_before).where(_COUNTED, parcel.c.returned_before != "[]")
    earlier = [moment for text in connection.execute(before).scalars() for moment in moments_from_json(text)]
    return Statistics(
        _counts(connection, now),
        Counter(days_taken(row.received_at, row.closed_at) for row in connection.execute(collected)),
        connection.execute(returned).scalar_one() + sum(moment >= closed_since for moment in earlier),
    )


def _counts(connection: Connection, now: datetime) -> dict[Group, int]:
    """Parcels by period and the rest; the bounds are compared in SQL, in the same words for every database."""
    earliest = connection.execute(select(func.min(parcel.c.received_at)).where(_COUNTED)).scalar_one()
    days = bounds(now, earliest)
    period = case(
        *((parcel.c.received_at >= begins_at(day), place) for place, day in enumerate(days[:-1])),
        else_=len(days) - 1,
    ).label("period")
    keys = (period, parcel.c.point_kind, parcel.c.point_chain, parcel.c.status)
    rows = connection.execute(select(*keys, func.count()).where(_COUNTED).group_by(*keys))
    return {
        (days[place], kind and PointKind(kind), chain and Chain(chain), Status(status)): count
        for place, kind, chain, status, count in rows
    }
