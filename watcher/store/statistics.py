"""How many parcels there were, where, and what became of them.

Terminology:
    period: what begins at a bound and ends at the next; bounds are the first days of the last twelve months and of
        each year before, in Japan. So months and years are sums of periods.
    counted: parcels that came to a pick-up point. Those on their way are not, and none that the person has yet to
        confirm.
    taken: calendar days in Japan from the mail that a parcel is ready to the day it was collected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from watcher.extractors.notice import Chain, PointKind
from watcher.parcels.parcel import JST, Parcel, Status

YEAR = timedelta(days=365)
"""How far back returns and the time until pick-up are counted: what Amazon may judge an account by is not known."""

_MONTHS = 12
_OLDEST = 30
"""How many years are told apart; a mail of 1970 makes no list of fifty."""

Key = TypeVar("Key")
Group = tuple[date, PointKind | None, Chain | None, Status]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the store can count.

    Attributes:
        counts: parcels by the first day of their period, by pick-up point, chain and status.
        taken: days until pick-up → parcels collected within the last year.
        returned: how often parcels went back unfetched within the last year, also those that were sent again later.
    """

    counts: Mapping[Group, int]
    taken: Mapping[int, int]
    returned: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some parcels; those that are neither still wait."""

    parcels: int = 0
    collected: int = 0
    returned: int = 0
    cancelled: int = 0


def bounds(now: datetime, earliest: datetime | None) -> Sequence[date]:
    """The first days of all periods that can hold a parcel, the newest first.

    Args:
        now: the present, aware.
        earliest: when the oldest parcel was received, aware; None where there is none.
    """
    today = now.astimezone(JST).date()
    months = [_month_before(today, count) for count in range(_MONTHS)]
    oldest = today.year if earliest is None else max(earliest.astimezone(JST).year, today.year - _OLDEST)
    years = [date(year, 1, 1) for year in range(oldest, today.year + 1)]
    return sorted({*months, *years}, reverse=True)


def begins_at(day: date) -> datetime:
    """The midnight in Japan with which a day begins, aware."""
    return datetime.combine(day, time(), JST)


def counted(parcels: Iterable[Parcel], now: datetime) -> Statistics:
    """Counts parcels one by one."""
    came = [one for one in parcels if one.status is not Status.SHIPPED and not one.held]
    days = bounds(now, min((one.received_at for one in came), default=None))
    since = now - YEAR
    late = [one for one in came if one.closed_at is not None and one.closed_at >= since]
    return Statistics(
        Counter(_group(one, days) for one in came),
        Counter(
            days_taken(one.received_at, one.closed_at) for one in late if one.closed_at and _has(one, Status.COLLECTED)
        ),
        sum(_has(one, Status.RETURNED) for one in late)
        + sum(moment >= since for one in came for moment in one.returned_before),
    )


def days_taken(received_at: datetime, closed_at: datetime) -> int:
    """Calendar days in Japan; never less than none."""
    return max((closed_at.astimezone(JST).date() - received_at.astimezone(JST).date()).days, 0)


def by_month(counts: Mapping[Group, int], now: datetime) -> dict[date, Outcome]:
    """The last twelve months by their first day, the newest first, empty ones too."""
    today = now.astimezone(JST).date()
    months = {_month_before(today, count): Outcome() for count in range(_MONTHS)}
    found = _summed((day.replace(day=1), status, count) for (day, _, _, status), count in counts.items())
    return {month: found.get(month, none) for month, none in months.items()}


def by_year(counts: Mapping[Group, int]) -> dict[date, Outcome]:
    """Years that had parcels by their first day, the newest first."""
    found = _summed((day.replace(month=1, day=1), status, count) for (day, _, _, status), count in counts.items())
    return dict(sorted(found.items(), reverse=True))


def by_place(counts: Mapping[Group, int]) -> dict[tuple[PointKind | None, Chain | None], Outcome]:
    """Chains and other pick-up points, the most frequented first."""
    found = _summed(
        ((kind, chain if kind is PointKind.KONBINI else None), status, count)
        for (_, kind, chain, status), count in counts.items()
    )
    return dict(sorted(found.items(), key=lambda place: (-place[1].parcels, str(place[0]))))


def median(taken: Mapping[int, int]) -> float:
    """The middle of all days until pick-up, of at least one parcel."""
    days = sorted(taken)
    middle = (sum(taken.values()) - 1) / 2
    return (_nth(taken, days, int(middle)) + _nth(taken, days, int(middle + 0.5))) / 2


def mean(taken: Mapping[int, int]) -> float:
    """The average of all days until pick-up, of at least one parcel."""
    return sum(days * count for days, count in taken.items()) / sum(taken.values())


def _nth(taken: Mapping[int, int], days: Sequence[int], wanted: int) -> int:
    for day in days:
        wanted -= taken[day]
        if wanted < 0:
            return day
    return days[-1]


def _summed(rows: Iterable[tuple[Key, Status, int]]) -> dict[Key, Outcome]:
    found: dict[Key, Counter[Status]] = {}
    for key, status, count in rows:
        found.setdefault(key, Counter())[status] += count
    return {
        key: Outcome(
            parcels=sum(each.values()),
            collected=each[Status.COLLECTED],
            returned=each[Status.RETURNED],
            cancelled=each[Status.CANCELLED],
        )
        for key, each in found.items()
    }


def _group(parcel: Parcel, days: Sequence[date]) -> Group:
    point = parcel.pickup_point
    begins = next((day for day in days if parcel.received_at >= begins_at(day)), days[-1])
    return (begins, point.kind if point else None, point.chain if point else None, parcel.status)


def _month_before(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return date(year, month + 1, 1)


def _has(parcel: Parcel, status: Status) -> bool:
    return parcel.status is status
