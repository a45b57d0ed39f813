"""Which parcels a list shows."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from watcher.parcels.parcel import JST, Status

STAYS_LISTED = timedelta(days=14)
"""How long an overdue parcel stays in the default list."""


class View(StrEnum):
    """Which parcels to list.

    WAITING: ready, not held, not overdue for more than 14 days.
    CURRENT: WAITING and shipped ones (the default list).
    ALL: everything.
    """

    WAITING = "waiting"
    CURRENT = "current"
    ALL = "all"


def shown(view: View) -> frozenset[Status]:
    """The statuses of a view."""
    if view is View.ALL:
        return frozenset(Status)
    return frozenset({Status.READY, Status.SHIPPED} if view is View.CURRENT else {Status.READY})


def first_day_listed(now: datetime) -> date:
    """The earliest deadline day whose overdue parcels are still in the default list at ``now`` (aware)."""
    return now.astimezone(JST).date() - STAYS_LISTED
