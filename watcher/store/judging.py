"""What both stores decide alike, without a database."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from watcher.errors import AmbiguousParcelError, NoSuchParcelError
from watcher.extractors.notice import Chain, Kind, Notice, Reading
from watcher.messages.mail import Place
from watcher.messages.message import Problem, Trust
from watcher.parcels.parcel import Parcel, Status
from watcher.store.store import MessageState
from watcher.store.view import STAYS_RECENT, View, first_day_listed, first_recent_day, shown

TRIES = 3
"""How often a message that cannot be recorded is tried before it is recorded as failed."""

MANY = 20
"""How many ids an error lists at most."""

NO_KEY_YET = "dns_unavailable"
"""The reason of a verdict that waits: DNS gave no key, which says nothing about the mail."""

JUDGED_EVERY = timedelta(hours=1)
"""How often such a mail is looked at again."""

JUDGED_FOR = timedelta(days=7)
"""How long; after that keys may have been changed, and the mail stays unverified."""

SHORTEST = 3
"""How many characters the beginning of a number has at least: a mistyped id must not hit another parcel."""

_BETWEEN = frozenset({"Zs", "Pd", "Cf"})
"""Unicode categories of what may stand between digits: spaces, hyphens, invisible characters."""

_LIKE_HYPHENS = frozenset("\u2212\u30fc")
"""What Japanese keyboards give for a hyphen (minus sign, prolonged sound mark); neither counts as a dash."""

_HARMLESS = frozenset(
    {
        Problem.HEADER_DROPPED,
        Problem.PARTLY_FETCHED,
        Problem.PARSER_FAILED,
        Problem.STRUCTURE_DAMAGED,
        Problem.DATE_MISSING,
        Problem.AUTH_NUMBER_DIFFERS,
    }
)
_HOPELESS = frozenset({Problem.EMPTY, Problem.UNREADABLE, Problem.TOO_LARGE, Problem.TOO_COMPLEX})
_NAMES_PARCELS = frozenset({Kind.SHIPPED, Kind.READY, Kind.REMINDER})


def state_of(notice: Notice) -> MessageState:
    """How much a recorded message gave."""
    if notice.trust is Trust.FORGED:
        return MessageState.SUSPICIOUS
    problems = frozenset(notice.problems)
    lacking: object = problems & _HOPELESS
    if notice.kind in _NAMES_PARCELS:
        lacking = not notice.readings or problems - _HARMLESS
    return MessageState.NOT_UNDERSTOOD if lacking else MessageState.UNDERSTOOD


def judge_again_at(notice: Notice, recorded_at: datetime, now: datetime) -> datetime | None:
    """When a message is judged once more, or None where its verdict stands for good.

    Args:
        notice: what the message says, with the verdict of ``now``.
        recorded_at: when it was recorded, aware.
        now: aware.
    """
    if notice.trust_reason != NO_KEY_YET:
        return None
    again = now + JUDGED_EVERY
    return again if again - recorded_at <= JUDGED_FOR else None


def is_nobodys(notice: Notice) -> bool:
    """Whether a message is other people's mail, of which nothing is kept."""
    return notice.kind is Kind.NOT_AMAZON and notice.trust is not Trust.FORGED


def identifies(place: Place) -> bool:
    """Whether a place is one message's for good; without UIDVALIDITY, and of a file, it is not."""
    return place.uidvalidity > 0 and place.uid > 0


def _is_recent(parcel: Parcel, now: datetime) -> bool:
    if parcel.closed_at is not None:
        return parcel.closed_at >= now - STAYS_RECENT
    return parcel.status is Status.READY and (parcel.deadline is None or parcel.deadline.day >= first_recent_day(now))


def in_view(parcel: Parcel, view: View, now: datetime) -> bool:
    """Whether a parcel stands in a view."""
    if view is View.ALL:
        return True
    if view is View.RECENT:
        return _is_recent(parcel, now)
    if parcel.held or parcel.status not in shown(view):
        return False
    return parcel.deadline is None or parcel.deadline.day >= first_day_listed(now)


def numbers_of(parcel: Parcel) -> Reading:
    """The numbers by which an action finds its parcel again."""
    return Reading(
        order_number=parcel.order_number,
        inquiry_number=parcel.inquiry_number,
        pickup_code=parcel.pickup_code,
    )


def numbers_in(reading: Reading) -> Reading:
    """As :func:`numbers_of`, for a parcel entered by hand."""
    return Reading(
        order_number=reading.order_number,
        inquiry_number=reading.inquiry_number,
        pickup_code=reading.pickup_code,
    )


def numbers_named(reading: Reading, orders: Iterable[str] = ()) -> set[str]:
    """The order and inquiry numbers that a reading names, and those of ``orders``."""
    own = (reading.order_number, reading.inquiry_number)
    return {*orders, *(number for number in own if number)}


def require_numbers(reading: Reading) -> None:
    """Refuses a parcel that nothing identifies.

    Raises:
        ValueError: there is no inquiry number, order number or pick-up code.
    """
    if not (reading.inquiry_number or reading.order_number or reading.pickup_code):
        raise ValueError("a parcel needs an inquiry number, an order number or a pick-up code")


def forgotten(parcel: Parcel, before: datetime) -> bool:
    """Whether a parcel was closed, or overdue for long, at ``before``; its raw mails need not be kept."""
    if parcel.closed_at is not None:
        return parcel.closed_at < before
    return parcel.deadline is not None and parcel.deadline.day < first_day_listed(before)


def no_such_parcel() -> NoSuchParcelError:
    """The error for an id or number that no parcel has."""
    return NoSuchParcelError("no parcel has this id or number", "`konbini list --all` shows every parcel")


def too_many_parcels(ids: Sequence[int]) -> AmbiguousParcelError:
    """The error for a number that several parcels have; it lists the first ids."""
    first = tuple(sorted(ids)[:MANY])
    shown_ids = ", ".join(str(each) for each in first)
    return AmbiguousParcelError(
        f"several parcels have a number that begins so: {shown_ids}", first, "give one of these ids instead"
    )


def answers_to(parcel: Parcel, plain: str) -> bool:
    """Whether a number of a parcel begins with ``plain`` (see :func:`wanted_number`); too short, none does."""
    if len(plain) < SHORTEST:
        return False
    numbers = (parcel.inquiry_number, parcel.order_number, parcel.pickup_code, *parcel.orders)
    return any(plain_number(number).startswith(plain) for number in numbers if number)


def wanted_number(wanted: str) -> str:
    """A number as a person types it, in plain digits, without spaces and hyphens; empty if it is none."""
    plain = unicodedata.normalize("NFKC", wanted)
    plain = "".join(
        char for char in plain if char not in _LIKE_HYPHENS and unicodedata.category(char) not in _BETWEEN
    ).upper()
    return plain if plain.isascii() and plain.isalnum() else ""


def speaks_of(parcel: Parcel, text: str, chains: frozenset[Chain]) -> bool:
    """Whether a text stands anywhere in a parcel's numbers, shop name or note, or its shop is of these chains.

    Capitals, width of letters (NFKC), and blanks and hyphens within numbers make no difference.
    """
    point = parcel.pickup_point
    if point is not None and point.chain in chains:
        return True
    sought = _folded(text)
    said = (parcel.note, point.name if point else None, point.chain.value if point and point.chain else None)
    if sought and any(sought in _folded(words) for words in said if words):
        return True
    plain = wanted_number(text)
    numbers = (parcel.inquiry_number, parcel.auth_number, parcel.pickup_code, parcel.order_number, *parcel.orders)
    return bool(plain) and any(plain in plain_number(number) for number in numbers if number)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def plain_number(number: str | None) -> str:
    """A stored number without hyphens."""
    return "" if number is None else number.replace("-", "")


def as_order_number(plain: str) -> str:
    """The beginning of an order number with its hyphens (3-7-7)."""
    return "-".join(part for part in (plain[:3], plain[3:10], plain[10:]) if part)
