"""What a person is told: reminders and summaries as notifications, and a word for every value.

The sentences stand in ``wording_ja`` and ``wording_en``. Text of mails passes through ``text_safety`` here,
so that a channel may show a notification as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from watcher.extractors.notice import AuthSource
from watcher.messages.message import Problem, Trust
from watcher.notify.notification import Button, Language, Notification, Press, Urgency
from watcher.notify.phrasing import (
    auth_groups,
    auth_of,
    day_words,
    days_left,
    estimated,
    inquiry_groups,
    left_words,
    marks,
    needs_barcode,
    place_words,
    words_of,
)
from watcher.notify.words import Words
from watcher.parcels.parcel import JST, OPEN, Parcel, Status
from watcher.parcels.reminder import Occasion, Reminder
from watcher.text_safety import for_notification

FLOOD = 3
"""A first look at a mailbox that finds more waiting parcels than this gives one summary."""

_LISTED = 6


def remind(
    parcels: Sequence[Parcel], reminder: Reminder, now: datetime, language: Language, show_numbers: bool
) -> Notification:
    """What to say about one parcel, or about several at one pick-up point.

    Args:
        parcels: at least one; the most urgent first.
        reminder: why it is said; what is said of days follows from ``now``, so a late one is still true.
        now: the present, aware.
        language: of the person.
        show_numbers: False keeps the numbers off the screen and says where to find them.

    Returns:
        A notification whose tag names its parcels.
    """
    words = words_of(language)
    first = parcels[0]
    headline = _headline(first, reminder.occasion, now, words)
    if len(parcels) > 1:
        headline = words.title_several.format(count=len(parcels), headline=headline)
    title = words.title.format(headline=headline, place=_place(first, words))
    lines: list[str] = []
    if len(parcels) == 1:
        lines += _facts(first, now, words)
        lines += _numbers(first, words) if show_numbers else [words.numbers_hidden.format(id=first.id)]
        lines += _caution(first, now, words)
        lines += marks(first, words)
        lines.append(words.collected_hint.format(id=first.id))
    else:
        for parcel in parcels:
            lines += _several(parcel, now, words, show_numbers)
    tag = "-".join(str(parcel.id) for parcel in sorted(parcels, key=lambda parcel: parcel.id))
    return Notification(
        tag=f"parcel-{tag}",
        title=title,
        body="\n".join(lines),
        urgency=_urgency(first, now),
        parcel_ids=tuple(parcel.id for parcel in parcels),
        buttons=_buttons(parcels, now, words),
    )


def summary(parcels: Sequence[Parcel], now: datetime, language: Language) -> Notification:
    """One notification for a first look that finds many parcels; ``parcels`` the most urgent first."""
    words = words_of(language)
    lines = [f"{_left(parcel, now, words)} {_place(parcel, words)}" for parcel in parcels[:_LISTED]]
    if len(parcels) > _LISTED:
        lines.append(words.more.format(count=len(parcels) - _LISTED))
    lines.append(words.summary_hint)
    return Notification(
        tag="summary",
        title=words.title_summary.format(count=len(parcels)),
        body="\n".join(lines),
        urgency=max((_urgency(parcel, now) for parcel in parcels), key=_URGENCIES.index),
        parcel_ids=tuple(parcel.id for parcel in parcels),
    )


def reveal(parcels: Sequence[Parcel], language: Language) -> Notification:
    """The numbers, after the person pressed the button that asks for them."""
    words = words_of(language)
    lines: list[str] = []
    for parcel in parcels:
        if len(parcels) > 1:
            lines.append(_place(parcel, words))
        lines += _numbers(parcel, words)
        lines += marks(parcel, words)
    tag = "-".join(str(parcel.id) for parcel in sorted(parcels, key=lambda parcel: parcel.id))
    return Notification(
        tag=f"parcel-{tag}",
        title=words.title.format(headline=words.title_numbers, place=_place(parcels[0], words)),
        body="\n".join(lines),
        urgency=Urgency.NORMAL,
        parcel_ids=tuple(parcel.id for parcel in parcels),
        buttons=(_collected(parcels, words),),
    )


def status_word(status: Status, language: Language) -> str:
    """``受取可能``, ``ready``."""
    return words_of(language).status[status]


def state_word(parcel: Parcel, now: datetime, language: Language) -> str:
    """The status as a list shows it: ``overdue`` is said of a parcel that waits after its deadline."""
    words = words_of(language)
    return words.overdue if parcel.overdue(now) else words.status[parcel.status]


def deadline_words(parcel: Parcel, now: datetime, language: Language) -> tuple[str, str]:
    """The deadline as a list shows it: the day (marked when estimated) and how long it is until then."""
    words = words_of(language)
    if parcel.deadline is None:
        return words.unknown, ""
    mark = words.estimated_mark if estimated(parcel.deadline) else ""
    left = left_words(parcel.deadline.day, now, words) if parcel.status in OPEN else ""
    return f"{day_words(parcel.deadline.day, words)}{mark}", left


def trust_word(trust: Trust, language: Language) -> str:
    """``送信元確認済み``, ``sender confirmed``."""
    return words_of(language).trust[trust]


def problem_sentence(problem: Problem, language: Language) -> str:
    """What was wrong with a message, in one sentence."""
    return words_of(language).problem[problem]


_URGENCIES = (Urgency.LOW, Urgency.NORMAL, Urgency.CRITICAL)


def _place(parcel: Parcel, words: Words) -> str:
    return place_words(parcel.pickup_point, words, for_notification)


def _left(parcel: Parcel, now: datetime, words: Words) -> str:
    if parcel.deadline is None:
        return words.deadline_unknown
    line = words.deadline_estimated if estimated(parcel.deadline) else words.deadline
    return line.format(day=day_words(parcel.deadline.day, words), left=left_words(parcel.deadline.day, now, words))


def _headline(parcel: Parcel, occasion: Occasion, now: datetime, words: Words) -> str:
    deadline = parcel.deadline
    if deadline is None:
        if parcel.status is Status.SHIPPED:
            return words.title_expected
        return words.title_still_waiting if occasion is Occasion.STILL_WAITING else words.title_arrived
    left = days_left(deadline.day, now)
    mark = words.estimated_mark if estimated(deadline) else ""
    if left > 0:
        if occasion is Occasion.EXPECTED:
            return words.title_expected
        if occasion is Occasion.ARRIVAL:
            until = left_words(deadline.day, now, words)
            until = words.left_estimated.format(left=until) if mark else until
            return words.title_arrived_left.format(left=until)
        safe_by = deadline.safe_by
        if occasion is Occasion.SAFE_BY and safe_by is not None and days_left(safe_by, now) >= 0:
            return words.title_early.format(day=day_words(safe_by, words))
    return _title_by_day(left, words).format(days=left, mark=mark)


def _title_by_day(left: int, words: Words) -> str:
    if left < 0:
        return words.title_over
    near = (words.title_today, words.title_tomorrow)
    return near[left] if left < len(near) else words.title_days


def _facts(parcel: Parcel, now: datetime, words: Words) -> Iterator[str]:
    """What comes first, for a desktop may cut the rest off."""
    arrived = parcel.received_at.astimezone(JST).date()
    if parcel.status is Status.READY and arrived != now.astimezone(JST).date():
        yield words.arrived_on.format(day=day_words(arrived, words))
    if parcel.status is Status.SHIPPED:
        yield from _not_announced(parcel, now, words)
    if parcel.deadline is None:
        if parcel.status is Status.READY:
            yield words.no_deadline
        return
    if days_left(parcel.deadline.day, now) < 0:
        line = words.over_estimated if estimated(parcel.deadline) else words.over_printed
        yield line.format(day=day_words(parcel.deadline.day, words))
    else:
        yield _left(parcel, now, words)


def _caution(parcel: Parcel, now: datetime, words: Words) -> Iterator[str]:
    """How sure the deadline is, and what comes after it."""
    if parcel.deadline is None:
        return
    safe_by = parcel.deadline.safe_by
    if days_left(parcel.deadline.day, now) < 0:
        yield words.account_hint
    elif safe_by is not None and days_left(safe_by, now) >= 0:
        yield words.safe_by.format(day=day_words(safe_by, words))
    elif safe_by is not None:
        yield words.safe_by_passed


def _not_announced(parcel: Parcel, now: datetime, words: Words) -> Iterator[str]:
    if parcel.expected is not None:
        yield words.expected.format(day=day_words(parcel.expected, words))
        if days_left(parcel.expected, now) < 0:
            yield words.not_announced
    yield words.where_to_look


def _numbers(parcel: Parcel, words: Words) -> Iterator[str]:
    if parcel.pickup_code:
        yield words.pickup_code.format(number=for_notification(parcel.pickup_code))
    if parcel.inquiry_number:
        yield words.inquiry.format(number=inquiry_groups(for_notification(parcel.inquiry_number)))
    auth = auth_of(parcel)
    if needs_barcode(parcel):
        yield words.da
    elif auth is not None:
        line = words.auth_derived if auth[1] is AuthSource.DERIVED else words.auth
        yield line.format(number=auth_groups(for_notification(auth[0])))
    if not (parcel.inquiry_number or parcel.pickup_code) and parcel.order_number:
        yield words.order.format(number=for_notification(parcel.order_number))


def _several(parcel: Parcel, now: datetime, words: Words, show_numbers: bool) -> Iterator[str]:
    yield f"[{parcel.id}] {_left(parcel, now, words)}"
    if show_numbers:
        yield from _numbers(parcel, words)
    else:
        yield words.numbers_hidden.format(id=parcel.id)
    yield from marks(parcel, words)


def _urgency(parcel: Parcel, now: datetime) -> Urgency:
    """Critical on the last two days: many desktops keep such a notification until it is dismissed."""
    if parcel.deadline is None or parcel.status not in OPEN:
        return Urgency.NORMAL
    return Urgency.CRITICAL if days_left(parcel.deadline.day, now) in (0, 1) else Urgency.NORMAL


def _collected(parcels: Sequence[Parcel], words: Words) -> Button:
    label = words.button_collected if len(parcels) == 1 else words.button_collected_all
    return Button(Press.COLLECTED, label)


def _buttons(parcels: Sequence[Parcel], now: datetime, words: Words) -> tuple[Button, ...]:
    if all(parcel.overdue(now) for parcel in parcels):
        return (_collected(parcels, words),)
    return (
        _collected(parcels, words),
        Button(Press.LATER, words.button_later),
        Button(Press.SHOW, words.button_show),
    )
