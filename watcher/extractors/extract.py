"""From a message to a notice: first the kind, then the numbers, then what may be concluded from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

from watcher.extractors.assemble import findings_of, merged, readings_of
from watcher.extractors.kinds import kind_of
from watcher.extractors.notice import (
    AuthSource,
    Kind,
    Notice,
    PickupPoint,
    PointKind,
    Reading,
)
from watcher.extractors.numbers import derived_auth_number, is_digital, orders_in
from watcher.extractors.phrases import Phrases
from watcher.extractors.points import kind_of_point
from watcher.messages.message import Message, Problem, Trust

_JST = timezone(timedelta(hours=9))
_WAITS = frozenset({Kind.READY, Kind.REMINDER})
_CLOSES = frozenset({Kind.COLLECTED, Kind.DELIVERED, Kind.RETURNED, Kind.CANCELLED})
_SILENT = frozenset({Kind.OTHER, Kind.NOT_AMAZON})
_SELLERS = "marketplace.amazon.co.jp"
"""Mails from here carry strangers' text."""


def extract(message: Message, phrases: Phrases) -> Notice:
    """What a message says about parcels.

    Args:
        message: as read; of a forward, the mail inside counts.
        phrases: what Amazon's mails say.

    Returns:
        A notice; of kind ``not_amazon`` where neither the message nor a mail forwarded in it is Amazon.co.jp's.
    """
    spoken = message.forwarded[0] if message.forwarded else message
    trust, reason, method = message.verdict.trust, message.verdict.reason, message.verdict.method
    if spoken is not message:
        trust, reason, method = Trust.UNVERIFIED, "forwarded", None
    kind = _kind(spoken, phrases)
    orders = () if kind is Kind.NOT_AMAZON else _orders(spoken)
    readings: tuple[Reading, ...] = ()
    problems = [*message.problems, *(spoken.problems if spoken is not message else ())]
    if kind not in _SILENT and trust is not Trust.FORGED:
        readings, found = _readings(spoken, kind, orders, phrases)
        problems += found
    return Notice(
        message_id=message.message_id,
        date=spoken.date,
        kind=kind,
        trust=trust,
        trust_reason=reason,
        orders=orders,
        readings=readings,
        problems=tuple(dict.fromkeys(problems)),
        trust_method=method,
    )


def _kind(message: Message, phrases: Phrases) -> Kind:
    if not message.from_amazon:
        return Kind.NOT_AMAZON
    kind = kind_of(message.subject, _text(message), phrases)
    domain = message.senders[0].domain
    from_sellers = domain == _SELLERS or domain.endswith(f".{_SELLERS}")
    if from_sellers and message.verdict.trust is not Trust.AUTHENTICATED:
        return Kind.OTHER
    if from_sellers and not _is_amazons_own(message, phrases):
        return Kind.OTHER
    return kind


def _is_amazons_own(message: Message, phrases: Phrases) -> bool:
    """A notice of Amazon's own names an order, an inquiry number and the pair's other half, by their labels."""
    found = [findings_of(message.subject, body.text, body.linked_orders, None, phrases) for body in message.bodies]
    complete = any(one.orders and one.inquiries and one.auths for one in found)
    return complete and not phrases.kinds["sellers"].search(f"{message.subject}\n{_text(message)}")


def _text(message: Message) -> str:
    return "\n\n".join(body.text for body in message.bodies)


def _orders(message: Message) -> tuple[str, ...]:
    linked = [order for body in message.bodies for order in body.linked_orders]
    named = orders_in(f"{message.subject}\n{_text(message)}")
    return tuple(dict.fromkeys((*named, *linked)))


def _readings(
    message: Message, kind: Kind, orders: tuple[str, ...], phrases: Phrases
) -> tuple[tuple[Reading, ...], list[Problem]]:
    mailed = message.date.astimezone(_JST).date() if message.date else None
    readings: tuple[Reading, ...] = ()
    problems: list[Problem] = []
    printed = False
    for body in message.bodies or ():
        found = findings_of(message.subject, body.text, body.linked_orders, mailed, phrases)
        printed = printed or bool(found.auths)
        readings, disagree = merged(readings, readings_of(found, each_order=kind in _CLOSES))
        if disagree:
            problems.append(Problem.PARTS_DISAGREE)
    if not message.bodies and message.subject:
        found = findings_of(message.subject, "", (), mailed, phrases)
        readings = readings_of(found, each_order=kind in _CLOSES)
    derivable = orders if not printed else ()
    concluded = tuple(_conclude(reading, message, kind, derivable, phrases) for reading in readings)
    if kind in _WAITS and not concluded:
        problems.append(Problem.NOTHING_TO_IDENTIFY)
    for reading in concluded:
        problems += _missing(reading, kind)
    return concluded, problems


def _conclude(reading: Reading, message: Message, kind: Kind, orders: tuple[str, ...], phrases: Phrases) -> Reading:
    """What follows from the whole mail: the sort of place, and the auth number that its one order gives away.

    ``orders`` is empty where the mail prints an auth number anywhere.
    """
    point = reading.pickup_point or _point(reading, message, phrases)
    reading = replace(reading, pickup_point=point)
    if kind not in _WAITS:
        reading = replace(reading, auth_number=None, auth_source=None)
        if kind is not Kind.SHIPPED:
            reading = replace(reading, deadline=None, deadline_text=None, expected=None)
        elif reading.deadline is not None:
            reading = replace(reading, deadline=None, deadline_text=None)
        return reading
    real = [order for order in orders if not is_digital(order)]
    konbini = point is not None and point.kind is PointKind.KONBINI
    if reading.auth_number is None and konbini and len(real) == 1:
        return replace(reading, auth_number=derived_auth_number(real[0]), auth_source=AuthSource.DERIVED, expected=None)
    return replace(reading, expected=None)


def _point(reading: Reading, message: Message, phrases: Phrases) -> PickupPoint | None:
    """The sort of place where no shop is named: by the words of the mail, and by the numbers it gives."""
    text = f"{message.subject}\n{_text(message)}"
    if reading.auth_number is not None:
        return PickupPoint(PointKind.KONBINI)
    kind = kind_of_point(text, phrases)
    if kind is not PointKind.UNKNOWN:
        return PickupPoint(kind)
    if any(word in text for word in ("店舗", "店頭", "お店")):
        return PickupPoint(PointKind.KONBINI)
    return None


def _missing(reading: Reading, kind: Kind) -> list[Problem]:
    """What a mail of this kind should have given."""
    problems: list[Problem] = []
    if kind in _WAITS:
        point = reading.pickup_point.kind if reading.pickup_point else PointKind.UNKNOWN
        if point in (PointKind.LOCKER, PointKind.COUNTER):
            if reading.pickup_code is None:
                problems.append(Problem.PICKUP_CODE_MISSING)
        elif kind is Kind.READY or reading.auth_number is not None:
            if reading.inquiry_number is None:
                problems.append(Problem.INQUIRY_NUMBER_MISSING)
            if reading.auth_number is None and point in (PointKind.KONBINI, PointKind.UNKNOWN):
                problems.append(Problem.AUTH_NUMBER_MISSING)
        if reading.deadline is None and reading.deadline_text is not None:
            problems.append(Problem.DEADLINE_UNREADABLE)
        if (
            reading.auth_source is AuthSource.PRINTED
            and reading.order_number is not None
            and reading.auth_number != derived_auth_number(reading.order_number)
        ):
            problems.append(Problem.AUTH_NUMBER_DIFFERS)
    return problems
