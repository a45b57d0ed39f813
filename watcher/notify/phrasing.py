"""Parts of sentences: days, places, numbers. Text of mails passes through ``clean`` on its way in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from watcher.extractors.notice import AuthSource, CheckDigit, PickupPoint, PointKind
from watcher.messages.message import Trust
from watcher.notify.notification import Language
from watcher.notify.wording_en import EN
from watcher.notify.wording_ja import JA
from watcher.notify.words import Words
from watcher.parcels.parcel import JST, OPEN, Deadline, DeadlineSource, Parcel

Clean = Callable[[str], str]
"""Makes text of a mail harmless for where it is shown; see ``watcher.text_safety``."""

_LONGEST_NAME = 60
_AUTH_DIGITS = 7
_TYPED_BY_HAND = frozenset({PointKind.KONBINI, PointKind.UNKNOWN})


def words_of(language: Language) -> Words:
    """Every sentence of a language."""
    return JA if language == "ja" else EN


def day_words(day: date, words: Words) -> str:
    """A day with its weekday: ``11月24日(火)``, ``Tue, Nov 24``."""
    return words.day.format(month=words.months[day.month - 1], day=day.day, weekday=words.weekdays[day.weekday()])


def days_left(day: date, now: datetime) -> int:
    """Calendar days in Japan from ``now`` (aware) to ``day``; negative when it is over."""
    return (day - now.astimezone(JST).date()).days


def left_words(day: date, now: datetime, words: Words) -> str:
    """How long until ``day`` ends: ``あと3日``, ``明日まで``, ``本日まで``, ``期限切れ``."""
    days = days_left(day, now)
    if days < 0:
        return words.left_none
    near = (words.left_today, words.left_tomorrow)
    return near[days] if days < len(near) else words.left_days.format(days=days)


def estimated(deadline: Deadline) -> bool:
    """True when no mail printed it."""
    return deadline.source is DeadlineSource.ESTIMATED


def place_words(point: PickupPoint | None, words: Words, clean: Clean) -> str:
    """Where to go: chain and shop, or kind and name, without saying the first twice."""
    if point is None:
        return words.unknown_place
    kind = words.point[point.kind] if point.chain is None else words.chain[point.chain]
    name = clean(point.name or "").strip()
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 1]}…"
    if not name:
        return kind
    if point.kind is PointKind.UNKNOWN and point.chain is None:
        return name
    # a chain is known by either name; what a locker or a post office is, only by that of one's own language
    said = [kind] if point.chain is None else [JA.chain[point.chain], EN.chain[point.chain]]
    return name if any(_plain(word) in _plain(name) for word in said) else f"{kind} {name}"


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def grouped(number: str, sizes: tuple[int, ...] = (4, 4, 4)) -> str:
    """A number in groups, to be copied without a slip: ``1234 5678 9012``, ``765 4321``."""
    if len(number) != sum(sizes):
        return number
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return " ".join(number[start : start + size] for start, size in zip(starts, sizes, strict=True))


def inquiry_groups(number: str) -> str:
    """An inquiry number as 4-4-4."""
    return grouped(number, (4, 4, 4))


def auth_groups(number: str) -> str:
    """An auth number as 3-4."""
    return grouped(number, (3, 4))


def needs_barcode(parcel: Parcel) -> bool:
    """True for an inquiry number that a kiosk's number pad cannot take."""
    return parcel.inquiry_number is not None and not parcel.inquiry_number.isdecimal()


def auth_of(parcel: Parcel) -> tuple[str, AuthSource] | None:
    """The auth number, derived from the order number where no mail gave one.

    Only a konbini asks for it, and only a parcel of one order has one that can be derived
    (shopping-master.net, about 2018: the last seven digits of the order number).
    """
    if parcel.auth_number is not None:
        return parcel.auth_number, parcel.auth_source or AuthSource.PRINTED
    point = parcel.pickup_point
    if parcel.order_number is None or len(parcel.orders) > 1 or parcel.status not in OPEN:
        return None
    if point is not None and point.kind not in _TYPED_BY_HAND:
        return None
    last = parcel.order_number.rpartition("-")[2]
    return (last, AuthSource.DERIVED) if len(last) == _AUTH_DIGITS and last.isdecimal() else None


def marks(parcel: Parcel, words: Words) -> tuple[str, ...]:
    """What the person should know about how much to believe."""
    found = (
        (parcel.trust is Trust.UNVERIFIED, words.mark_unverified),
        (parcel.trust is Trust.FORGED, words.mark_forged),
        (parcel.ambiguous, words.mark_ambiguous),
        (parcel.check_digit is CheckDigit.INVALID, words.mark_check_digit),
        (parcel.held, words.mark_held),
    )
    return tuple(mark for applies, mark in found if applies)
