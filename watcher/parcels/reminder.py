"""A reminder is a row with a time.

Terminology:
    reminder: one sentence to be said about one parcel at one moment.
    occasion: why it is said; together with the parcel it identifies the reminder for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum


class Occasion(StrEnum):
    """Why a reminder is said, least urgent first."""

    ARRIVAL = "arrival"
    SNOOZED = "snoozed"
    EXPECTED = "expected"
    STILL_WAITING = "still_waiting"
    SAFE_BY = "safe_by"
    DAYS_BEFORE = "days_before"
    LAST_DAY = "last_day"
    LAST_EVENING = "last_evening"
    OVERDUE = "overdue"


class ReminderState(StrEnum):
    OPEN = "open"
    SENDING = "sending"
    SENT = "sent"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One planned sentence.

    Attributes:
        occasion: why.
        due_at: when to say it, aware; quiet hours are already considered.
        about: the deadline (or ``expected``) day it speaks of; None where there is no deadline.
            Another deadline makes another reminder; what was sent stays sent.
        days_before: for ``days_before``: how many days before the deadline; for ``still_waiting``: how many days
            after the arrival; for ``snoozed``: how often the person put the parcel off before; otherwise 0.
    """

    occasion: Occasion
    due_at: datetime
    about: date | None = None
    days_before: int = 0


@dataclass(frozen=True, slots=True)
class Policy:
    """When a person wants to be reminded; times of day are Japan's.

    Attributes:
        at: the hour of the ordinary reminders.
        days_before: how many days before the deadline; 0 is the last day (morning and evening).
        last_day_morning: the first reminder of the last day.
        quiet_from, quiet_until: no reminder in between; equal values mean no quiet hours.
        days_after: how many days after its arrival a parcel of which no deadline is known is spoken of again; the
            shortest period of any pick-up point is three days, the longest reported for a konbini eleven.
        late_after: how long after ``expected`` a shipped parcel without a ready mail is spoken of.
    """

    at: time = time(18)
    days_before: tuple[int, ...] = (3, 1, 0)
    last_day_morning: time = time(10)
    quiet_from: time = time(22)
    quiet_until: time = time(7)
    late_after: timedelta = timedelta(days=1)
    days_after: tuple[int, ...] = (1, 3, 7)
