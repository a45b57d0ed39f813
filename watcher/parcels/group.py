"""One parcel in the making: the voices that speak of it, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from watcher.extractors.notice import AuthSource, CheckDigit, Kind, PickupPoint, PointKind, Reading
from watcher.messages.message import Trust
from watcher.parcels.deadline import deadline_of
from watcher.parcels.facts import ActionKind, Voice
from watcher.parcels.parcel import Deadline, DeadlineSource, Parcel, Status
from watcher.parcels.rules import Rules

SAYS_READY = frozenset({Kind.READY, Kind.REMINDER})
CLOSES = {
    Kind.COLLECTED: Status.COLLECTED,
    Kind.RETURNED: Status.RETURNED,
    Kind.CANCELLED: Status.CANCELLED,
}
_SAYS_PICKUP = frozenset({Kind.READY, Kind.REMINDER, Kind.COLLECTED, Kind.RETURNED})
_NOTHING = Reading()
T = TypeVar("T")


@dataclass(slots=True, eq=False)
class Group:
    """The voices of one parcel, and its status so far.

    Attributes:
        inquiries: every inquiry number it was ever called by.
        orders: every order number, in order of appearance.
        codes: every pick-up code.
        auths: every auth number.
        returned_before: when it went back before it waited again.
        again: the mail that said that it waits again, after it had been returned; None before.
        into: the group that absorbed this one, or None.
    """

    voices: list[Voice] = field(default_factory=list)
    inquiries: dict[str, None] = field(default_factory=dict)
    orders: dict[str, None] = field(default_factory=dict)
    codes: dict[str, None] = field(default_factory=dict)
    auths: dict[str, None] = field(default_factory=dict)
    ambiguous: bool = False
    open_status: Status = Status.SHIPPED
    closed: Status | None = None
    closed_at: datetime | None = None
    returned_before: tuple[datetime, ...] = ()
    again: Voice | None = None
    into: Group | None = None

    @property
    def status(self) -> Status:
        return self.closed or self.open_status

    def add(self, voice: Voice) -> None:
        """Takes a voice that is not older than those before."""
        self.voices.append(voice)
        self._follow(voice)
        if voice.kind is Kind.DELIVERED:
            return
        action = voice.action
        if action is None or action.kind is ActionKind.ADD:
            self._note_numbers(voice.reading)
            self.orders.update(dict.fromkeys(voice.orders))
        elif action.kind is ActionKind.EDIT and action.reading is not None:
            self._note_numbers(action.reading)
        if voice.kind is not None and voice.reading.inquiry_number and voice.orders:
            self.ambiguous = False

    def absorb(self, other: Group) -> None:
        """Takes over all voices of another group; the status is followed again from the first one."""
        other.into = self
        together = sorted((*self.voices, *other.voices), key=_by_time)
        self.ambiguous = self.ambiguous and other.ambiguous
        self.open_status, self.closed, self.closed_at, self.again = Status.SHIPPED, None, None, None
        self.returned_before = ()
        self.voices = together
        for mine, theirs in (
            (self.inquiries, other.inquiries),
            (self.orders, other.orders),
            (self.codes, other.codes),
            (self.auths, other.auths),
        ):
            mine.update(theirs)
        for voice in together:
            self._follow(voice)

    def since_again(self) -> list[Voice]:
        """The voices that speak of the present pick-up: all, or those since it waits again."""
        return self.voices if self.again is None else self.voices[self.voices.index(self.again) :]

    def has_mail_of(self, voice: Voice) -> bool:
        """Whether another reading of the same mail is in here; a mail has one reading for each parcel."""
        mails = set(voice.mails)
        return any(not mails.isdisjoint(mine.mails) and mine.position != voice.position for mine in self.voices)

    def numbers(self) -> list[tuple[str, str]]:
        """Every number with its name, in order of appearance."""
        named = (
            ("inquiry", self.inquiries),
            ("order", self.orders),
            ("code", self.codes),
            ("auth", self.auths),
        )
        return [(name, number) for name, numbers in named for number in numbers]

    def _note_numbers(self, reading: Reading) -> None:
        for number, mine in (
            (reading.inquiry_number, self.inquiries),
            (reading.order_number, self.orders),
            (reading.pickup_code, self.codes),
            (reading.auth_number, self.auths),
        ):
            if number:
                mine[number] = None

    def _follow(self, voice: Voice) -> None:
        action = None if voice.action is None else voice.action.kind
        if action is ActionKind.UNDO:
            self.closed, self.closed_at = None, None
        elif action is ActionKind.COLLECT:
            self._close(Status.COLLECTED, voice.known_at)
        elif voice.kind in SAYS_READY:
            self.open_status = Status.READY
            if self.closed is Status.RETURNED and self.closed_at is not None:
                self.returned_before += (self.closed_at,)
                self.closed, self.closed_at, self.again = None, None, voice
        elif voice.kind in CLOSES:
            self._close(CLOSES[voice.kind], voice.at)

    def _close(self, status: Status, at: datetime) -> None:
        if self.closed is None:
            self.closed, self.closed_at = status, at


def listed(group: Group) -> bool:
    """Whether anything says that this is to be fetched; a shipment to a home is no parcel of ours."""
    return any(
        (voice.action is not None and voice.action.kind is ActionKind.ADD)
        or voice.kind in _SAYS_PICKUP
        or (voice.kind is not Kind.DELIVERED and _at_a_point(voice.reading))
        for voice in group.voices
    )


def _at_a_point(reading: Reading) -> bool:
    return bool(reading.pickup_point or reading.pickup_code or reading.auth_number)


def parcel_of(group: Group, rules: Rules) -> Parcel:
    """What the voices of a group add up to, without an id.

    What the person corrected wins; then what authenticated mails say; a printed auth number beats a derived
    one, a later printed one an earlier; a printed deadline beats an estimate, of two estimates the earlier
    mail's wins. Of a parcel that was returned and waits again, arrival and deadline are those of the new pick-up.
    """
    by_hand = _by_hand(group.voices)
    said = _witnesses(group.voices)
    readings = [voice.reading for voice in said]
    orders = tuple(dict.fromkeys((*_if_any(by_hand.order_number), *group.orders)))
    auth_number, auth_source = _auth(readings, by_hand, single=len(orders) <= 1)
    trusted = any(voice.trust is Trust.AUTHENTICATED for voice in said)
    confirmed = _has(group, ActionKind.CONFIRM) or _has(group, ActionKind.ADD)
    inquiry, check_digit = _inquiry(readings, by_hand)
    point = by_hand.pickup_point or _point(readings)
    present = group.since_again()
    ready = next((voice for voice in present if voice.kind in SAYS_READY), present[0])
    return Parcel(
        id=0,
        status=group.status,
        order_number=orders[0] if orders else None,
        inquiry_number=inquiry,
        check_digit=check_digit,
        auth_number=auth_number,
        auth_source=auth_source,
        pickup_point=point,
        pickup_code=by_hand.pickup_code or _last(reading.pickup_code for reading in readings),
        deadline=_deadline(_witnesses(present), _by_hand(present), point, rules),
        trust=Trust.AUTHENTICATED if trusted else Trust.UNVERIFIED,
        received_at=ready.at,
        mailbox=next((voice.mailbox for voice in group.voices if voice.mailbox is not None), None),
        expected=by_hand.expected or _last(reading.expected for reading in readings),
        orders=orders,
        ambiguous=group.ambiguous,
        held=rules.hold_unverified and not trusted and not confirmed,
        closed_at=group.closed_at,
        note=_note(group),
        returned_before=group.returned_before,
    )


def seen_at(group: Group) -> datetime:
    """When this program learned that the parcel waits; of one on its way, that it exists."""
    waiting = [voice.known_at for voice in group.since_again() if voice.kind in SAYS_READY]
    return min(waiting or [voice.known_at for voice in group.voices])


def _witnesses(voices: Iterable[Voice]) -> list[Voice]:
    """What says something of the parcel, the best witness last, so that "the last one that says it" is to be
    believed."""
    said = [voice for voice in voices if voice.kind is not None and voice.kind is not Kind.DELIVERED]
    return sorted(said, key=lambda voice: voice.trust is Trust.AUTHENTICATED)


def _by_time(voice: Voice) -> tuple[datetime, bool, int]:
    return voice.at, voice.action is not None, voice.action.id if voice.action else 0


def _has(group: Group, kind: ActionKind) -> bool:
    return any(voice.action is not None and voice.action.kind is kind for voice in group.voices)


def _by_hand(voices: Iterable[Voice]) -> Reading:
    merged = _NOTHING
    for voice in voices:
        action = voice.action
        if action is None or action.kind is not ActionKind.EDIT or action.reading is None:
            continue
        edit = action.reading
        values = {name: value for name in Reading.__slots__ if (value := getattr(edit, name)) is not None}
        if edit.inquiry_number is None:
            values.pop("check_digit")
        merged = replace(merged, **values)
    return merged


def _inquiry(readings: list[Reading], by_hand: Reading) -> tuple[str | None, CheckDigit]:
    for reading in (by_hand, *reversed(readings)):
        if reading.inquiry_number is not None:
            return reading.inquiry_number, reading.check_digit
    return None, CheckDigit.NOT_APPLICABLE


def _auth(readings: list[Reading], by_hand: Reading, *, single: bool) -> tuple[str | None, AuthSource | None]:
    if by_hand.auth_number is not None:
        return by_hand.auth_number, by_hand.auth_source or AuthSource.PRINTED
    derived = None
    for reading in reversed(readings):
        if reading.auth_number is None:
            continue
        if reading.auth_source is not AuthSource.DERIVED:
            return reading.auth_number, AuthSource.PRINTED
        derived = derived or reading.auth_number
    return (derived, AuthSource.DERIVED) if derived and single else (None, None)


def _point(readings: list[Reading]) -> PickupPoint | None:
    """The last point named, completed by what earlier mails say of the same one."""
    points = [reading.pickup_point for reading in reversed(readings) if reading.pickup_point is not None]
    if not points:
        return None
    kind = next((point.kind for point in points if point.kind is not PointKind.UNKNOWN), PointKind.UNKNOWN)
    same = [point for point in points if point.kind is kind]
    chain = next((point.chain for point in same if point.chain is not None), None)
    alike = (point.name for point in same if point.chain is chain or point.chain is None)
    return PickupPoint(kind, chain, next((name for name in alike if name is not None), None))


def _deadline(said: list[Voice], by_hand: Reading, point: PickupPoint | None, rules: Rules) -> Deadline | None:
    if by_hand.deadline is not None:
        return Deadline(by_hand.deadline, DeadlineSource.PRINTED, by_hand.deadline_text)
    for trust in (Trust.AUTHENTICATED, Trust.UNVERIFIED):
        found = [_deadline_said(voice, point, rules) for voice in said if voice.trust is trust]
        printed = [one for one in found if one is not None and one.source is DeadlineSource.PRINTED]
        estimated = [one for one in found if one is not None and one.source is DeadlineSource.ESTIMATED]
        if printed or estimated:
            return printed[-1] if printed else estimated[0]
    return None


def _deadline_said(voice: Voice, point: PickupPoint | None, rules: Rules) -> Deadline | None:
    if voice.kind is None:
        return None
    reading = voice.reading
    named = reading.pickup_point
    if named is None or named.kind is PointKind.UNKNOWN:
        reading = replace(reading, pickup_point=point)
    return deadline_of(reading, voice.kind, voice.at if voice.dated else None, rules.periods)


def _note(group: Group) -> str | None:
    notes = [voice.action.note for voice in group.voices if voice.action and voice.action.kind is ActionKind.NOTE]
    return (notes[-1] or None) if notes else None


def _last(values: Iterable[T | None]) -> T | None:
    return next((value for value in reversed(list(values)) if value is not None), None)


def _if_any(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()
