"""The thing to fetch: what all the facts about it add up to.

Terminology:
    parcel: one thing to fetch.
    status: shipped → ready → collected, or returned, or cancelled; forward only, except by the person's undo.
    overdue: derived, never stored: ready, and the end of the deadline's day in Japan has passed.
    deadline: printed in a mail, or estimated; it ends with its day in Japan (23:59).
    safe_by: with an estimated deadline only: the day by which the shortest reported period ends.
    action: what the person did or said about a parcel.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from watcher.extractors.notice import AuthSource, CheckDigit, PickupPoint
from watcher.messages.message import Trust

JST = ZoneInfo("Asia/Tokyo")


class Status(StrEnum):
    SHIPPED = "shipped"
    READY = "ready"
    COLLECTED = "collected"
    RETURNED = "returned"
    CANCELLED = "cancelled"


OPEN = frozenset({Status.SHIPPED, Status.READY})
"""A parcel that may still be fetched."""


class DeadlineSource(StrEnum):
    PRINTED = "printed"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to fetch a parcel.

    Attributes:
        day: a calendar day in Japan, itself included.
        source: printed in a mail, or estimated from the hold period.
        text: the words it was read from; None when estimated.
        safe_by: the day the shortest reported hold period ends; None when printed.
    """

    day: date
    source: DeadlineSource
    text: str | None = None
    safe_by: date | None = None

    @property
    def ends_at(self) -> datetime:
        """The first moment that is too late, aware, in Japan's time."""
        return end_of_day(self.day)


def end_of_day(day: date) -> datetime:
    """The midnight that ends ``day`` in Japan, aware."""
    return datetime.combine(day + timedelta(days=1), time(), JST)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing to fetch.

    Attributes:
        id: the store's number for it, stable for good; 0 before it was stored.
        received_at: the date of the mail that first said it is ready (else of its first mail), aware.
        mailbox: the configured name of the mailbox its first mail came to.
        ambiguous: a mail could belong to this parcel or to another; kept apart.
        held: not to be shown before the person confirmed it (``trust.unverified = "hold"``).
        closed_at: when it became collected, returned or cancelled, aware; None while open.
        expected: the announced day of arrival at the shop; None when unknown.
        note: the person's own words.
        returned_before: when it went back before it waited again, aware, oldest first.
    """

    id: int
    status: Status
    order_number: str | None
    inquiry_number: str | None
    check_digit: CheckDigit
    auth_number: str | None
    auth_source: AuthSource | None
    pickup_point: PickupPoint | None
    pickup_code: str | None
    deadline: Deadline | None
    trust: Trust
    received_at: datetime
    mailbox: str | None = None
    expected: date | None = None
    orders: tuple[str, ...] = ()
    ambiguous: bool = False
    held: bool = False
    closed_at: datetime | None = None
    note: str | None = None
    returned_before: tuple[datetime, ...] = ()

    def overdue(self, now: datetime) -> bool:
        """True when the parcel waits and its deadline's day is over at ``now`` (aware)."""
        return self.status is Status.READY and self.deadline is not None and now >= self.deadline.ends_at
