"""What one message says about parcels: a fact, never edited afterwards.

Terminology:
    notice: the facts of one message.
    reading: what a notice says about one parcel.
    order_number: 3-7-7 characters, ``250-1234567-7654321`` (注文番号).
    inquiry_number: 12 characters, digits or ``DA`` and ten digits (お問い合わせ番号, 伝票番号).
    auth_number: 7 digits (認証番号, 認証キー, 承認番号); printed, or derived from the order number.
    pickup_code: 6 digits that a locker or a counter asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from watcher.messages.message import Problem, Trust


class Kind(StrEnum):
    SHIPPED = "shipped"
    READY = "ready"
    REMINDER = "reminder"
    COLLECTED = "collected"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    OTHER = "other"
    NOT_AMAZON = "not_amazon"


class PointKind(StrEnum):
    KONBINI = "konbini"
    LOCKER = "locker"
    COUNTER = "counter"
    CARRIER_OFFICE = "carrier_office"
    POST_OFFICE = "post_office"
    UNKNOWN = "unknown"


class Chain(StrEnum):
    LAWSON = "lawson"
    FAMILYMART = "familymart"
    MINISTOP = "ministop"


class CheckDigit(StrEnum):
    VALID = "valid"
    INVALID = "invalid"
    NOT_APPLICABLE = "not_applicable"


class AuthSource(StrEnum):
    PRINTED = "printed"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class PickupPoint:
    kind: PointKind
    chain: Chain | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a notice says about one parcel; None where it says nothing.

    Attributes:
        deadline: the printed last day, a calendar day in Japan. Estimates are not made here.
        deadline_text: the words the deadline was read from, also when they are no date.
        expected: お届け予定日, the last day of the range that a shipment mail names.
    """

    order_number: str | None = None
    inquiry_number: str | None = None
    check_digit: CheckDigit = CheckDigit.NOT_APPLICABLE
    auth_number: str | None = None
    auth_source: AuthSource | None = None
    pickup_point: PickupPoint | None = None
    pickup_code: str | None = None
    deadline: date | None = None
    deadline_text: str | None = None
    expected: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """The facts of one message.

    Attributes:
        message_id: as in the message; of a forwarded mail, the outer one.
        date: the mail's date (of a forwarded mail, the inner one's), aware UTC, or None.
        kind: see the contract.
        trust: of the message; unverified for a forward.
        trust_reason: the verdict's word.
        trust_method: what the verdict rests on: ``dmarc``, ``dkim``, ``spf``, ``own_dkim`` or None.
        orders: every order number the mail names, in order of appearance.
        readings: one for each parcel; empty for ``other`` and ``not_amazon``.
        problems: of the message and of the reading.
    """

    message_id: str | None
    date: datetime | None
    kind: Kind
    trust: Trust
    trust_reason: str
    orders: tuple[str, ...] = ()
    readings: tuple[Reading, ...] = ()
    problems: tuple[Problem, ...] = ()
    trust_method: str | None = None
