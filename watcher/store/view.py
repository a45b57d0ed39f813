"""Which parcels a list shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from watcher.parcels.parcel import JST, Status

STAYS_LISTED = timedelta(days=14)
"""How long an overdue parcel stays in the default list."""

STAYS_RECENT = timedelta(days=30)
"""How long a parcel is recent after it was closed, or after its deadline."""


class View(StrEnum):
    """Which parcels to list.

    WAITING: ready, not held, not overdue for more than 14 days.
    CURRENT: WAITING and shipped ones (the default list).
    RECENT: waiting, held ones too, and those that were closed, or due, no longer than 30 days ago.
    ALL: everything.
    """

    WAITING = "waiting"
    CURRENT = "current"
    RECENT = "recent"
    ALL = "all"


def shown(view: View) -> frozenset[Status]:
    """The statuses of a view."""
    if view in (View.ALL, View.RECENT):
        return frozenset(Status)
    return frozenset({Status.READY, Status.SHIPPED} if view is View.CURRENT else {Status.READY})


def first_day_listed(now: datetime) -> date:
    """The earliest deadline day whose overdue parcels are still in the default list at ``now`` (aware)."""
    return now.astimezone(JST).date() - STAYS_LISTED


def first_recent_day(now: datetime) -> date:
    """The earliest deadline day of parcels that wait and are recent at ``now`` (aware)."""
    return now.astimezone(JST).date() - STAYS_RECENT
