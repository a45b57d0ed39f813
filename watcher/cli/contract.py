"""The JSON contract: fields may be added, never removed or renamed. Moments are written in Japan's time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from watcher.extractors.notice import Notice, PickupPoint, PointKind, Reading
from watcher.parcels.deadline import deadline_of
from watcher.parcels.parcel import JST, Parcel
from watcher.parcels.rules import HoldPeriod

JsonObject = dict[str, Any]


def message_object(source: str, notice: Notice, periods: Mapping[PointKind, HoldPeriod]) -> JsonObject:
    """One line of ``konbini extract --json``.

    Args:
        source: exactly the path given; a member of an mbox is ``path#n``.
        notice: what the message says.
        periods: hold periods, for estimated deadlines.
    """
    return {
        "source": source,
        "message_id": notice.message_id,
        "kind": notice.kind.value,
        "trust": notice.trust.value,
        "trust_reason": notice.trust_reason,
        "date": moment_text(notice.date),
        "orders": list(notice.orders),
        "parcels": [_reading_object(reading, notice, periods) for reading in notice.readings],
        "problems": [problem.value for problem in notice.problems],
    }


def _reading_object(reading: Reading, notice: Notice, periods: Mapping[PointKind, HoldPeriod]) -> JsonObject:
    deadline = deadline_of(reading, notice.kind, notice.date, periods)
    return {
        "order_number": reading.order_number,
        "inquiry_number": reading.inquiry_number,
        "check_digit": reading.check_digit.value,
        "auth_number": reading.auth_number,
        "auth_source": reading.auth_source and reading.auth_source.value,
        "pickup_point": _point(reading.pickup_point),
        "pickup_code": reading.pickup_code,
        "deadline": deadline and deadline.day.isoformat(),
        "deadline_source": deadline and deadline.source.value,
        "deadline_text": deadline and deadline.text,
        "safe_by": _day(deadline.safe_by) if deadline else None,
        "expected": _day(reading.expected),
    }


def parcel_object(parcel: Parcel, now: datetime, next_reminder: datetime | None) -> JsonObject:
    """One parcel of ``konbini list --json``.

    Args:
        parcel: as stored.
        now: aware; decides ``overdue``.
        next_reminder: aware, or None when nothing is planned.
    """
    deadline = parcel.deadline
    return {
        "id": parcel.id,
        "status": parcel.status.value,
        "order_number": parcel.order_number,
        "inquiry_number": parcel.inquiry_number,
        "auth_number": parcel.auth_number,
        "auth_source": parcel.auth_source and parcel.auth_source.value,
        "check_digit": parcel.check_digit.value,
        "pickup_point": _point(parcel.pickup_point),
        "pickup_code": parcel.pickup_code,
        "deadline": deadline and deadline.day.isoformat(),
        "deadline_source": deadline and deadline.source.value,
        "deadline_text": deadline and deadline.text,
        "safe_by": _day(deadline.safe_by) if deadline else None,
        "overdue": parcel.overdue(now),
        "trust": parcel.trust.value,
        "received_at": moment_text(parcel.received_at),
        "mailbox": parcel.mailbox,
        "next_reminder": moment_text(next_reminder),
        "orders": list(parcel.orders),
        "expected": _day(parcel.expected),
        "ambiguous": parcel.ambiguous,
        "held": parcel.held,
        "closed_at": moment_text(parcel.closed_at),
        "note": parcel.note,
    }


def _point(point: PickupPoint | None) -> JsonObject | None:
    if point is None:
        return None
    return {"kind": point.kind.value, "chain": point.chain and point.chain.value, "name": point.name}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def moment_text(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, in Japan's time, or None."""
    return None if moment is None else moment.astimezone(JST).isoformat(timespec="seconds")
