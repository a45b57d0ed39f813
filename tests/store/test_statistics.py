"""Counting parcels: both stores give the same, and the sums are those of the parcels themselves."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.conftest import Make, open_sql_store
from tests.store.mails import RULES, a_notice, a_reading, at, mail
from watcher.extractors.notice import Chain, Kind, PickupPoint, PointKind
from watcher.messages.message import Trust
from watcher.parcels.parcel import JST
from watcher.parcels.rules import Rules
from watcher.store.memory import MemoryStore
from watcher.store.statistics import Outcome, Statistics, by_month, by_place, by_year, mean, median
from watcher.store.store import ActionKind, Store

DOMAIN = "amazon.co.jp"
NOW = at(20)
LAWSON, FAMIMA = (PickupPoint(PointKind.KONBINI, chain, "架空店") for chain in (Chain.LAWSON, Chain.FAMILYMART))
LOCKER = PickupPoint(PointKind.LOCKER, Chain.LAWSON, "りんご")
ENDS = {Kind.COLLECTED: "collected", Kind.RETURNED: "returned", Kind.CANCELLED: "cancelled"}


def tell(store: Store, number: int, when: datetime, kind: Kind, point: PickupPoint = LAWSON) -> None:
    """Records one mail about the parcel with this number."""
    code = f"{number:06}" if point is LOCKER else None
    reading = a_reading(inquiry=f"{number:012}", order=None, auth=None, point=point, code=code)
    uid = int(when.timestamp()) * 10 + [*Kind].index(kind)
    notice = a_notice(kind, when, reading, message_id=f"{number}.{kind.value}.{uid}@example.jp")
    store.record(mail(number * 100 + [*Kind].index(kind)), notice, DOMAIN, NOW)


def test_nothing_stored_counts_nothing(store: Store) -> None:
    assert store.statistics(NOW) == Statistics({}, {}, 0)


def test_months_places_and_ends_are_counted(store: Store) -> None:
    tell(store, 1, at(1), Kind.READY)
    tell(store, 1, at(3), Kind.COLLECTED)
    tell(store, 2, at(2), Kind.READY, FAMIMA)
    tell(store, 2, at(12), Kind.RETURNED, FAMIMA)
    tell(store, 3, datetime(2026, 2, 28, 23, 59, tzinfo=JST), Kind.READY)
    tell(store, 3, at(1, 0), Kind.COLLECTED)
    tell(store, 4, datetime(2024, 12, 31, 12, tzinfo=JST), Kind.READY, LOCKER)
    tell(store, 5, at(4), Kind.READY)
    found = store.statistics(NOW)
    months = by_month(found.counts, NOW)
    assert [month for month, _ in zip(months, range(3), strict=False)] == [
        date(2026, 3, 1),
        date(2026, 2, 1),
        date(2026, 1, 1),
    ]
    assert len(months) == 12
    assert months[date(2026, 3, 1)] == Outcome(parcels=3, collected=1, returned=1)
    assert months[date(2026, 2, 1)] == Outcome(parcels=1, collected=1)
    assert months[date(2026, 1, 1)] == Outcome()
    assert by_year(found.counts) == {
        date(2026, 1, 1): Outcome(parcels=4, collected=2, returned=1),
        date(2024, 1, 1): Outcome(parcels=1),
    }
    assert [*by_place(found.counts)] == [
        (PointKind.KONBINI, Chain.LAWSON),
        (PointKind.KONBINI, Chain.FAMILYMART),
        (PointKind.LOCKER, None),
    ]
    assert found.taken == {2: 1, 1: 1}
    assert found.returned == 1


def test_what_has_not_arrived_or_is_not_confirmed_is_not_counted(make: Make) -> None:
    store = make(Rules(periods=RULES.periods, hold_unverified=True))
    tell(store, 1, at(1), Kind.SHIPPED)
    notice = a_notice(Kind.READY, at(2), a_reading(), trust=Trust.UNVERIFIED)
    store.record(mail(9), notice, DOMAIN, NOW)
    assert store.statistics(NOW).counts == {}
    (held,) = [parcel for parcel in (store.find("2"),) if parcel.held]
    store.act(held.id, ActionKind.CONFIRM, NOW)
    assert sum(store.statistics(NOW).counts.values()) == 1


@pytest.mark.parametrize(("days", "seen"), [(365, 1), (366, 0)])
def test_what_went_back_more_than_a_year_ago_is_forgiven(store: Store, days: int, seen: int) -> None:
    tell(store, 1, NOW - timedelta(days=days + 9), Kind.READY)
    tell(store, 1, NOW - timedelta(days=days), Kind.RETURNED)
    assert store.statistics(NOW).returned == seen
    assert by_year(store.statistics(NOW).counts)[date(2025, 1, 1)].returned == 1


def test_a_parcel_sent_again_went_back_all_the_same(store: Store) -> None:
    tell(store, 1, at(1), Kind.READY)
    tell(store, 1, at(5), Kind.RETURNED)
    tell(store, 1, at(8), Kind.READY)
    assert store.statistics(NOW).returned == 1
    tell(store, 1, at(9), Kind.COLLECTED)
    found = store.statistics(NOW)
    assert (found.returned, found.taken) == (1, {1: 1})
    tell(store, 1, at(10), Kind.READY)
    assert store.statistics(NOW + timedelta(days=364)).returned == 0


def test_each_time_it_went_back_counts(store: Store) -> None:
    for day, kind in ((1, Kind.READY), (4, Kind.RETURNED), (6, Kind.READY), (10, Kind.RETURNED)):
        tell(store, 1, at(day), kind)
    assert store.statistics(NOW).returned == 2
    store.act(1, ActionKind.UNDO, at(11))
    assert store.statistics(NOW).returned == 1


def test_the_persons_own_word_counts_too(store: Store) -> None:
    tell(store, 1, at(1), Kind.READY)
    store.act(1, ActionKind.COLLECT, at(1, 23))
    assert store.statistics(NOW).taken == {0: 1}
    store.act(1, ActionKind.UNDO, at(2))
    assert store.statistics(NOW).taken == {}


def test_a_clock_that_was_wrong_makes_no_list_of_fifty_years(store: Store) -> None:
    tell(store, 1, datetime(1975, 5, 5, tzinfo=JST), Kind.READY)
    tell(store, 2, at(28), Kind.READY)
    found = by_year(store.statistics(NOW).counts)
    assert [*found] == [date(2026, 1, 1), date(1996, 1, 1)]
    assert by_month(store.statistics(NOW).counts, NOW)[date(2026, 3, 1)].parcels == 1


Event = tuple[int, int, Kind, PickupPoint]
EVENTS = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.integers(0, 24 * 900),
        st.sampled_from([Kind.SHIPPED, Kind.READY, *ENDS]),
        st.sampled_from([LAWSON, FAMIMA, LOCKER]),
    ),
    max_size=14,
    unique_by=lambda event: (event[0], event[2]),
)


@given(EVENTS)
@settings(max_examples=25, deadline=None)
def test_both_stores_count_alike_and_every_parcel_once(events: list[Event]) -> None:
    memory = MemoryStore(RULES)
    with tempfile.TemporaryDirectory() as folder:
        sql = open_sql_store(Path(folder) / "parcels.sqlite3")
        for number, hours, kind, point in events:
            for store in (memory, sql):
                tell(store, number, NOW - timedelta(hours=hours), kind, point)
        found = sql.statistics(NOW)
        sql.dispose()
    assert found == memory.statistics(NOW)
    totals = [
        sum(outcome.parcels for outcome in outcomes.values())
        for outcomes in (by_year(found.counts), by_place(found.counts))
    ]
    assert totals == [sum(found.counts.values())] * 2
    this_year = by_year(found.counts).get(date(2026, 1, 1), Outcome())
    months = by_month(found.counts, NOW)
    assert this_year.parcels == sum(one.parcels for month, one in months.items() if month.year == 2026)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_the_middle_and_the_average_are_those_of_the_textbook(days: list[int]) -> None:
    import statistics

    taken = {day: days.count(day) for day in days}
    assert median(taken) == statistics.median(days)
    assert mean(taken) == pytest.approx(statistics.fmean(days))
