"""Parcels at one shop are fetched at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.export.test_card import LAWSON, NOW
from watcher.export.together import fetched_together
from watcher.extractors.notice import Chain, PickupPoint, PointKind
from watcher.parcels.parcel import JST, Deadline, DeadlineSource, Parcel, Status

ELSEWHERE = PickupPoint(PointKind.KONBINI, Chain.LAWSON, "ローソン 例町店")


def ids(wanted: Parcel, *waiting: Parcel, now: datetime = NOW) -> list[int]:
    return [parcel.id for parcel in fetched_together(wanted, waiting, now)]


def numbered(number: int, **changes: object) -> Parcel:
    return replace(LAWSON, id=number, **changes)  # type: ignore[arg-type]


def test_what_waits_at_the_same_shop_comes_along_in_order_of_urgency() -> None:
    waiting = [numbered(3), numbered(1), numbered(2, pickup_point=ELSEWHERE)]
    assert ids(waiting[1], *waiting) == [3, 1]


@pytest.mark.parametrize("name", ["ローソン　架空町店", "ﾛｰｿﾝ 架空町店", "ローソン架空町店"])
def test_one_shop_may_be_written_in_several_ways(name: str) -> None:
    point = PickupPoint(PointKind.KONBINI, Chain.LAWSON, name)
    assert ids(numbered(1), numbered(1), numbered(2, pickup_point=point)) == [1, 2]


@pytest.mark.parametrize(
    "point",
    [
        None,
        ELSEWHERE,
        PickupPoint(PointKind.KONBINI, Chain.LAWSON, None),
        PickupPoint(PointKind.LOCKER, Chain.LAWSON, "ローソン 架空町店"),
        PickupPoint(PointKind.KONBINI, Chain.FAMILYMART, "ローソン 架空町店"),
    ],
)
def test_another_shop_or_an_unknown_one_is_not_the_same(point: PickupPoint | None) -> None:
    assert ids(numbered(1), numbered(1), numbered(2, pickup_point=point)) == [1]
    assert ids(numbered(1, pickup_point=None), numbered(2, pickup_point=None)) == [1]


def test_what_cannot_be_typed_and_what_may_be_gone_come_last() -> None:
    over = Deadline(date(2026, 3, 7), DeadlineSource.PRINTED, "3/7")
    waiting = [numbered(1, deadline=over), numbered(2, inquiry_number="DA1234567890"), numbered(3), numbered(4)]
    assert ids(waiting[2], *waiting) == [3, 4, 1, 2]
    assert ids(waiting[2], *waiting, now=datetime(2026, 3, 7, tzinfo=JST)) == [1, 3, 4, 2]


@pytest.mark.parametrize("changes", [{"status": Status.COLLECTED}, {"status": Status.SHIPPED}, {"held": True}])
def test_a_parcel_that_does_not_wait_is_alone(changes: dict[str, object]) -> None:
    assert ids(numbered(9, **changes), numbered(1)) == [9]


def test_one_that_is_not_listed_any_more_comes_along_all_the_same() -> None:
    assert ids(numbered(9), numbered(1)) == [1, 9]
