"""Frozen data to columns and back. JSON for what no query looks into."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import RowMapping

from watcher.extractors.notice import AuthSource, Chain, CheckDigit, Notice, PickupPoint, PointKind, Reading
from watcher.messages.message import Trust
from watcher.parcels.parcel import Deadline, DeadlineSource, Parcel, Status
from watcher.parcels.reminder import Occasion, Reminder

Values = dict[str, Any]


def reading_to_json(reading: Reading) -> str:
    """A reading as JSON, without what it says nothing of."""
    point = reading.pickup_point
    values = {
        "order_number": reading.order_number,
        "inquiry_number": reading.inquiry_number,
        "check_digit": reading.check_digit.value,
        "auth_number": reading.auth_number,
        "auth_source": _value(reading.auth_source),
        "pickup_point": None if point is None else [point.kind.value, _value(point.chain), point.name],
        "pickup_code": reading.pickup_code,
        "deadline": None if reading.deadline is None else reading.deadline.isoformat(),
        "deadline_text": reading.deadline_text,
        "expected": None if reading.expected is None else reading.expected.isoformat(),
    }
    return json.dumps(
        {name: value for name, value in values.items() if value is not None},
    )


def reading_from_json(text: str) -> Reading:
    """The opposite of :func:`reading_to_json`."""
    values = json.loads(text)
    kind, chain, name = values.get("pickup_point") or (None, None, None)
    return Reading(
        order_number=values.get("order_number"),
        inquiry_number=values.get("inquiry_number"),
        check_digit=CheckDigit(values["check_digit"]),
        auth_number=values.get("auth_number"),
        auth_source=AuthSource(values["auth_source"]) if "auth_source" in values else None,
        pickup_point=None if kind is None else PickupPoint(PointKind(kind), chain and Chain(chain), name),
        pickup_code=values.get("pickup_code"),
        deadline=_day(values.get("deadline")),
        deadline_text=values.get("deadline_text"),
        expected=_day(values.get("expected")),
    )


def list_to_json(words: tuple[str, ...]) -> str:
    """A tuple of words as JSON."""
    return json.dumps(words)


def list_from_json(text: str) -> tuple[str, ...]:
    """The opposite of :func:`list_to_json`."""
    return tuple(json.loads(text))


def moments_to_json(moments: tuple[datetime, ...]) -> str:
    """Aware moments as JSON."""
    return json.dumps([moment.isoformat() for moment in moments])


def moments_from_json(text: str) -> tuple[datetime, ...]:
    """The opposite of :func:`moments_to_json`; nearly always there are none."""
    return () if text == "[]" else tuple(map(datetime.fromisoformat, json.loads(text)))


def digest_of(notice: Notice) -> str:
    """What a notice says, in short; its trust, which depends on the way a copy took, is left out."""
    said = [
        notice.kind.value,
        None if notice.date is None else notice.date.timestamp(),
        list(notice.orders),
        [reading_to_json(reading) for reading in notice.readings],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def parcel_values(parcel: Parcel) -> Values:
    """The columns of a parcel, without its id."""
    point, deadline = parcel.pickup_point, parcel.deadline
    return {
        "status": parcel.status.value,
        "order_number": parcel.order_number,
        "inquiry_number": parcel.inquiry_number,
        "check_digit": parcel.check_digit.value,
        "auth_number": parcel.auth_number,
        "auth_source": _value(parcel.auth_source),
        "point_kind": None if point is None else point.kind.value,
        "point_chain": None if point is None else _value(point.chain),
        "point_name": None if point is None else point.name,
        "pickup_code": parcel.pickup_code,
        "deadline": None if deadline is None else deadline.day,
        "deadline_source": None if deadline is None else deadline.source.value,
        "deadline_text": None if deadline is None else deadline.text,
        "safe_by": None if deadline is None else deadline.safe_by,
        "trust": parcel.trust.value,
        "received_at": parcel.received_at,
        "mailbox": parcel.mailbox,
        "expected": parcel.expected,
        "orders": list_to_json(parcel.orders),
        "ambiguous": parcel.ambiguous,
        "held": parcel.held,
        "closed_at": parcel.closed_at,
        "note": parcel.note,
        "returned_before": moments_to_json(parcel.returned_before),
    }


def parcel_from(row: RowMapping | Mapping[str, Any]) -> Parcel:
    """A parcel of its columns."""
    chain = row["point_chain"]
    kind = row["point_kind"]
    day = row["deadline"]
    return Parcel(
        id=row["id"],
        status=Status(row["status"]),
        order_number=row["order_number"],
        inquiry_number=row["inquiry_number"],
        check_digit=CheckDigit(row["check_digit"]),
        auth_number=row["auth_number"],
        auth_source=row["auth_source"] and AuthSource(row["auth_source"]),
        pickup_point=None if kind is None else PickupPoint(PointKind(kind), chain and Chain(chain), row["point_name"]),
        pickup_code=row["pickup_code"],
        deadline=None
        if day is None
        else Deadline(day, DeadlineSource(row["deadline_source"]), row["deadline_text"], row["safe_by"]),
        trust=Trust(row["trust"]),
        received_at=row["received_at"],
        mailbox=row["mailbox"],
        expected=row["expected"],
        orders=list_from_json(row["orders"]),
        ambiguous=row["ambiguous"],
        held=row["held"],
        closed_at=row["closed_at"],
        note=row["note"],
        returned_before=moments_from_json(row["returned_before"]),
    )


def reminder_from(row: RowMapping | Mapping[str, Any]) -> Reminder:
    """A reminder of its columns."""
    return Reminder(Occasion(row["occasion"]), row["due_at"], row["about"], row["days_before"])


def _value(word: AuthSource | Chain | None) -> str | None:
    return None if word is None else word.value


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
