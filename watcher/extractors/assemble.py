"""Candidates to parcels: which numbers, shop and day belong together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from watcher.extractors.candidates import Candidate, Role, candidates_in
from watcher.extractors.deadlines import FoundDay, deadlines_in, expected_in
from watcher.extractors.lines import Lines
from watcher.extractors.notice import AuthSource, PickupPoint, Reading
from watcher.extractors.numbers import check_digit, is_digital, order_spans
from watcher.extractors.phrases import Phrases
from watcher.extractors.points import FoundPoint, points_in

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Findings:
    """All that one text says, each with the line it stands in."""

    orders: tuple[tuple[str, int], ...]
    inquiries: tuple[tuple[str, int], ...]
    auths: tuple[tuple[str, int], ...]
    codes: tuple[tuple[str, int], ...]
    points: tuple[FoundPoint, ...]
    deadlines: tuple[FoundDay, ...]
    expected: date | None


def findings_of(subject: str, text: str, linked: Sequence[str], mailed: date | None, phrases: Phrases) -> Findings:
    """Looks at a text; the subject counts as its first line, orders of links as its last."""
    lines = Lines(subject, text, phrases)
    candidates = candidates_in(lines, phrases)
    orders = [(found.value, at) for at in lines.with_numbers for found in order_spans(lines[at])]
    orders += [(order, len(lines)) for order in linked if order not in {value for value, _ in orders}]
    return Findings(
        orders=tuple((value, at) for value, at in orders if not is_digital(value)),
        inquiries=_of_role(candidates, Role.INQUIRY),
        auths=_of_role(candidates, Role.AUTH),
        codes=_of_role(candidates, Role.CODE),
        points=points_in(lines, phrases),
        deadlines=deadlines_in(lines, mailed, phrases.labels),
        expected=expected_in(lines, mailed, phrases.labels),
    )


def _of_role(candidates: tuple[Candidate, ...], role: Role) -> tuple[tuple[str, int], ...]:
    return tuple((found.value, found.line) for found in candidates if found.role is role)


def readings_of(found: Findings, *, each_order: bool) -> tuple[Reading, ...]:
    """One reading for each parcel of a text; none where nothing identifies one.

    Args:
        found: what the text says.
        each_order: whether several orders without other numbers are several parcels (a mail that closes them)
            or one parcel of several orders (a mail that announces it).
    """
    anchors = _distinct(found.inquiries) or _anchor_by_other(found, each_order)
    if not anchors:
        return ()
    orders: Sequence[str | None] = _share(anchors, list(found.orders), several=len(anchors) > 1)
    auths = _share(anchors, list(found.auths), several=len(anchors) > 1)
    codes = _share(anchors, list(found.codes), several=len(anchors) > 1)
    points = _share(anchors, [(spot.point, spot.line) for spot in found.points], several=len(anchors) > 1)
    days = _share(anchors, [(day, day.line) for day in found.deadlines if day.day], several=len(anchors) > 1)
    unread = next((day.text for day in found.deadlines if day.day is None), None)
    with_inquiry = bool(found.inquiries)
    if not with_inquiry and not found.codes:
        orders = [value for value, _ in anchors]
    return tuple(
        _reading(
            order=orders[i],
            inquiry=value if with_inquiry else None,
            auth=auths[i],
            code=codes[i],
            point=points[i],
            day=days[i],
            unread=unread,
            expected=found.expected,
        )
        for i, (value, _) in enumerate(anchors)
    )


def _reading(
    order: str | None,
    inquiry: str | None,
    auth: str | None,
    code: str | None,
    point: PickupPoint | None,
    day: FoundDay | None,
    unread: str | None,
    expected: date | None,
) -> Reading:
    return Reading(
        order_number=order,
        inquiry_number=inquiry,
        check_digit=check_digit(inquiry),
        auth_number=auth,
        auth_source=AuthSource.PRINTED if auth else None,
        pickup_point=point,
        pickup_code=code,
        deadline=day.day if day else None,
        deadline_text=day.text if day else unread,
        expected=expected,
    )


def _anchor_by_other(found: Findings, each_order: bool) -> list[tuple[str, int]]:
    """What stands for the parcels of a mail without inquiry numbers: codes, else orders with pairs of their own."""
    codes = _distinct(found.codes)
    if codes:
        return codes
    orders = _distinct(found.orders)
    auths = _distinct(found.auths)
    if each_order or (len(orders) > 1 and len(auths) == len(orders)):
        return orders
    return orders[:1]


def _distinct(found: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    first: dict[str, int] = {}
    for value, line in found:
        first.setdefault(value, line)
    return list(first.items())


def _share(anchors: list[tuple[str, int]], values: list[tuple[T, int]], several: bool) -> list[T | None]:
    """Which value belongs to which parcel.

    One value belongs to all. As many as there are parcels belong to them in turn. Otherwise a value governs
    the parcels below it where the first value stands above the first parcel, and belongs to the parcel above
    it where it does not; on a parcel's own line it is that parcel's.
    """
    if not values:
        return [None] * len(anchors)
    kinds: list[T] = []
    for value, _ in values:
        if value not in kinds:
            kinds.append(value)
    if len(kinds) == 1 or not several:
        return [kinds[0]] * len(anchors)
    if len(kinds) == len(anchors):
        return list(kinds)
    above = values[0][1] < anchors[0][1]
    return [_governing(line, values, above, _next_line(anchors, i)) for i, (_, line) in enumerate(anchors)]


def _next_line(anchors: list[tuple[str, int]], index: int) -> int:
    return anchors[index + 1][1] if index + 1 < len(anchors) else 1 << 30


def _governing(line: int, values: list[tuple[T, int]], above: bool, end: int) -> T | None:
    same = [value for value, at in values if at == line]
    if same:
        return same[0]
    if above:
        before = [value for value, at in values if at <= line]
        return before[-1] if before else None
    behind = [value for value, at in values if line <= at < end]
    return behind[0] if behind else None


def merged(first: tuple[Reading, ...], second: tuple[Reading, ...]) -> tuple[tuple[Reading, ...], bool]:
    """The readings of a mail's two texts as one, and whether the texts disagree on a number.

    Parcels are matched by inquiry number, else in turn. What the first text leaves out the second fills in; a
    parcel that only one of them names is kept.
    """
    if not first or not second:
        return first or second, False
    out: list[Reading] = []
    left = list(second)
    disagree = False
    for reading in first:
        twin = _twin(reading, left)
        if twin is None:
            out.append(reading)
            disagree = disagree or reading.inquiry_number is not None
            continue
        left.remove(twin)
        disagree = disagree or _differs(reading, twin)
        out.append(_filled(reading, twin))
    disagree = disagree or any(reading.inquiry_number for reading in left)
    out.extend(reading for reading in left if reading.inquiry_number or reading.pickup_code)
    return tuple(out), disagree


def _twin(reading: Reading, others: list[Reading]) -> Reading | None:
    for other in others:
        if reading.inquiry_number is not None and reading.inquiry_number == other.inquiry_number:
            return other
    for other in others:
        if reading.inquiry_number is None or other.inquiry_number is None:
            return other
    return None


def _differs(one: Reading, other: Reading) -> bool:
    pairs: list[Callable[[Reading], object]] = [
        lambda reading: reading.auth_number,
        lambda reading: reading.pickup_code,
        lambda reading: reading.order_number,
    ]
    return any(get(one) and get(other) and get(one) != get(other) for get in pairs)


def _filled(reading: Reading, other: Reading) -> Reading:
    day = reading if reading.deadline is not None or other.deadline is None else other
    named = reading.pickup_point if reading.pickup_point and reading.pickup_point.name else other.pickup_point
    return replace(
        reading,
        order_number=reading.order_number or other.order_number,
        inquiry_number=reading.inquiry_number or other.inquiry_number,
        check_digit=check_digit(reading.inquiry_number or other.inquiry_number),
        auth_number=reading.auth_number or other.auth_number,
        auth_source=reading.auth_source or other.auth_source,
        pickup_point=named or reading.pickup_point,
        pickup_code=reading.pickup_code or other.pickup_code,
        deadline=day.deadline,
        deadline_text=day.deadline_text,
        expected=reading.expected or other.expected,
    )
