"""When a parcel goes back: printed in the mail, or estimated from the period of its pick-up point."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from watcher.extractors.notice import Kind, PointKind, Reading
from watcher.parcels.parcel import JST, Deadline, DeadlineSource
from watcher.parcels.rules import HoldPeriod

_WAITS = frozenset({Kind.READY, Kind.REMINDER})


def deadline_of(
    reading: Reading, kind: Kind, mail_date: datetime | None, periods: Mapping[PointKind, HoldPeriod]
) -> Deadline | None:
    """The deadline that one mail gives a parcel.

    Args:
        reading: what the mail says of the parcel.
        kind: what the mail is.
        mail_date: the mail's date, aware; its calendar day is taken in Japan.
        periods: hold periods by pick-up point, for the estimate.

    Returns:
        The printed deadline where there is one; an estimate for a parcel that waits at a point of known
        period; otherwise None. The estimate of a mail that only reminds is the latest day possible, for it does
        not say since when the parcel waits; so its safe day is the day of the mail.
    """
    if reading.deadline is not None:
        return Deadline(reading.deadline, DeadlineSource.PRINTED, reading.deadline_text)
    point = reading.pickup_point
    if kind not in _WAITS or mail_date is None or point is None:
        return None
    period = periods.get(point.kind)
    if period is None:
        return None
    arrived = mail_date.astimezone(JST).date()
    safe_by = None if period.safe_days is None else _last_day(arrived, period.safe_days, period)
    if kind is Kind.REMINDER:
        safe_by = arrived
    return Deadline(_last_day(arrived, period.days, period), DeadlineSource.ESTIMATED, None, safe_by)


def _last_day(arrived: date, days: int, period: HoldPeriod) -> date:
    return arrived + timedelta(days=days - 1 if period.counts_arrival_day else days)
