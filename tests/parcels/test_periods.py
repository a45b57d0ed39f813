"""Hold periods: the table that ships, and the person's corrections."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from watcher.data import load
from watcher.extractors.notice import Kind, PickupPoint, PointKind, Reading
from watcher.parcels.deadline import deadline_of
from watcher.parcels.parcel import JST
from watcher.parcels.periods import periods_from
from watcher.parcels.rules import HoldPeriod

TABLE = load("hold_periods")
FIRST_OF_MARCH = datetime(2026, 3, 1, 12, tzinfo=JST)


@pytest.mark.parametrize(
    ("kind", "day", "safe_by"),
    [
        (PointKind.KONBINI, date(2026, 3, 11), date(2026, 3, 4)),
        (PointKind.LOCKER, date(2026, 3, 4), None),
        (PointKind.COUNTER, date(2026, 3, 7), date(2026, 3, 3)),
        (PointKind.CARRIER_OFFICE, date(2026, 3, 3), None),
        (PointKind.POST_OFFICE, date(2026, 3, 11), None),
    ],
)
def test_each_point_keeps_a_parcel_as_long_as_its_sources_say(kind: PointKind, day: date, safe_by: date | None) -> None:
    periods = periods_from(TABLE, {}, 11, 4)
    deadline = deadline_of(Reading(pickup_point=PickupPoint(kind)), Kind.READY, FIRST_OF_MARCH, periods)
    assert deadline is not None
    assert (deadline.day, deadline.safe_by) == (day, safe_by)


def test_an_unknown_place_has_no_period() -> None:
    assert PointKind.UNKNOWN not in periods_from(TABLE, {}, 11, 4)


def test_the_reminders_table_sets_the_konbini_period() -> None:
    assert periods_from(TABLE, {}, 7, 3)[PointKind.KONBINI] == HoldPeriod(7, True, 3)


@pytest.mark.parametrize("safe_days", [4, 9])
def test_a_safe_period_that_is_not_shorter_says_nothing(safe_days: int) -> None:
    assert periods_from(TABLE, {}, 4, safe_days)[PointKind.KONBINI].safe_days is None


def test_the_person_knows_better() -> None:
    periods = periods_from(TABLE, {"locker": 5, "counter": 2}, 11, 4)
    assert periods[PointKind.LOCKER] == HoldPeriod(5, False)
    assert periods[PointKind.COUNTER] == HoldPeriod(2, True)


def test_an_unheard_of_place_is_refused() -> None:
    with pytest.raises(ValueError, match="castle"):
        periods_from(TABLE, {"castle": 5}, 11, 4)


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_every_period_has_a_dated_source_and_is_one_of_the_reported(kind: str) -> None:
    reported = {source["days"] for source in TABLE[kind]["sources"]}
    assert all(isinstance(source["year"], int) for source in TABLE[kind]["sources"])
    assert {TABLE[kind]["days"], TABLE[kind].get("safe_days", TABLE[kind]["days"])} <= reported
