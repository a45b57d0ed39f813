"""Invented notices and mails for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from watcher.extractors.notice import (
    AuthSource,
    Chain,
    CheckDigit,
    Kind,
    Notice,
    PickupPoint,
    PointKind,
    Reading,
)
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.parcel import JST
from watcher.parcels.rules import HoldPeriod, Rules

ORDER = "250-1234567-7654321"
OTHER_ORDER = "250-7777777-1112223"
INQUIRY = "123456789013"
OTHER_INQUIRY = "200961185434"
AUTH = "7654321"
LAWSON = PickupPoint(PointKind.KONBINI, Chain.LAWSON, "例町一丁目店")
RULES = Rules(periods={PointKind.KONBINI: HoldPeriod(11, True, 4), PointKind.LOCKER: HoldPeriod(3, False)})


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2026 in Japan."""
    return datetime(2026, 3, day, hour, minute, tzinfo=JST)


def march(day: int) -> date:
    return date(2026, 3, day)


def a_reading(
    *,
    inquiry: str | None = INQUIRY,
    order: str | None = ORDER,
    auth: str | None = AUTH,
    point: PickupPoint | None = LAWSON,
    code: str | None = None,
    deadline: date | None = None,
    source: AuthSource = AuthSource.PRINTED,
    expected: date | None = None,
) -> Reading:
    return Reading(
        order_number=order,
        inquiry_number=inquiry,
        check_digit=CheckDigit.VALID if inquiry else CheckDigit.NOT_APPLICABLE,
        auth_number=auth,
        auth_source=source if auth else None,
        pickup_point=point,
        pickup_code=code,
        deadline=deadline,
        deadline_text=None if deadline is None else f"{deadline:%m/%d}",
        expected=expected,
    )


def a_notice(
    kind: Kind,
    when: datetime | None,
    *readings: Reading,
    trust: Trust = Trust.AUTHENTICATED,
    message_id: str | None = "",
    orders: tuple[str, ...] | None = None,
) -> Notice:
    """A notice; by default its Message-ID follows from its kind and date."""
    if message_id == "":
        message_id = f"{kind.value}.{0 if when is None else when.timestamp():.0f}@example.jp"
    named = tuple(dict.fromkeys(one.order_number for one in readings if one.order_number))
    return Notice(
        message_id=message_id,
        date=when,
        kind=kind,
        trust=trust,
        trust_reason="dmarc_pass" if trust is Trust.AUTHENTICATED else "no_result",
        orders=named if orders is None else orders,
        readings=readings,
    )


def shipped(day: int = 1, **numbers: object) -> Notice:
    given: dict[str, object] = {"auth": None} | numbers
    return a_notice(Kind.SHIPPED, at(day), a_reading(**given))  # type: ignore[arg-type]


def ready(day: int = 2, **numbers: object) -> Notice:
    return a_notice(Kind.READY, at(day), a_reading(**numbers))  # type: ignore[arg-type]


def collected(day: int = 3, **numbers: object) -> Notice:
    given: dict[str, object] = {"auth": None} | numbers
    return a_notice(Kind.COLLECTED, at(day), a_reading(**given))  # type: ignore[arg-type]


def believed(notice: Notice, trust: Trust) -> Notice:
    return replace(notice, trust=trust, trust_reason=trust.value)


def mail(uid: int, *, mailbox: str = "home", folder: str = "INBOX", raw: bytes | None = None) -> Mail:
    content = raw if raw is not None else b"Subject: invented %d\r\n\r\n" % uid
    return Mail(content, Place(mailbox, folder, 7, uid), None)
