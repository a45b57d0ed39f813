"""The calendar of waiting parcels, for programs that subscribe to a file (RFC 5545, RFC 7986); the extra ``calendar``.

Terminology:
    entry: a parcel that belongs into the calendar, with what is needed to date its last change.
    published: the calendar as subscribers saw it last. It is the only memory of what they know: an event that
        changed since gets a higher SEQUENCE and a later LAST-MODIFIED, one that is gone is cancelled.
    revision: SEQUENCE and LAST-MODIFIED of one event.

The calendar has no METHOD, so DTSTAMP means the same as LAST-MODIFIED (RFC 5545 §3.8.7.2) and the same parcels
give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from watcher.errors import MissingExtraError
from watcher.export.content import numbers_of, remarks_of
from watcher.export.published import DOMAIN, Published, content_of, published_events
from watcher.messages.message import Trust
from watcher.notify.notification import Language
from watcher.notify.phrasing import day_words, estimated, marks, needs_barcode, place_words, words_of
from watcher.notify.words import Words
from watcher.parcels.parcel import JST, Parcel, Status, end_of_day
from watcher.parcels.reminder import Occasion, Reminder
from watcher.text_safety import for_ics

if TYPE_CHECKING:
    from icalendar import Calendar, Event

PRODUCT = "-//konbini-watcher//konbini-watcher//EN"
"""By this a file is known to be ours."""

KEPT = timedelta(days=30)
"""How long a cancelled event stays, so that every subscriber drops it; likewise one whose deadline is over."""

REFRESH = timedelta(hours=1)
"""How often a subscriber is asked to look again."""

_CLOSED = frozenset({Status.COLLECTED, Status.RETURNED, Status.CANCELLED})
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A parcel of the calendar.

    Attributes:
        reminders: those that are still to be said.
        changed_at: when something was last learned or said of it, aware.
        changes: how often something was learned of it after the first time.
    """

    parcel: Parcel
    reminders: tuple[Reminder, ...]
    changed_at: datetime
    changes: int = 0


def belongs(parcel: Parcel, now: datetime) -> bool:
    """Whether a parcel is in the calendar at ``now`` (aware).

    Those that wait are, until long after their deadline, and for a while those that waited, as cancelled.
    Never one that the person has yet to confirm, and none of a forged mail.
    """
    if parcel.held or parcel.trust is Trust.FORGED:
        return False
    if parcel.status is Status.READY:
        return parcel.deadline is None or now < parcel.deadline.ends_at + KEPT
    return (
        parcel.status in _CLOSED
        and parcel.deadline is not None
        and parcel.closed_at is not None
        and now < parcel.closed_at + KEPT
    )


def calendar_of(
    entries: Iterable[Entry],
    now: datetime,
    language: Language,
    *,
    show_numbers: bool = True,
    published: bytes | None = None,
) -> bytes:
    """The calendar as a file.

    Args:
        entries: with different ids; those that do not belong are left out.
        now: the present, aware.
        language: of the sentences.
        show_numbers: False leaves the numbers out.
        published: what this function returned before, if it is known; whatever else it is does no harm.

    Returns:
        UTF-8 with CRLF, no line longer than 75 octets.

    Raises:
        MissingExtraError: the extra ``calendar`` is not installed.
    """
    words = words_of(language)
    calendar = _empty(words, language)
    before = published_events(published)
    now = now.astimezone(UTC).replace(microsecond=0)
    for entry in sorted(entries, key=lambda entry: entry.parcel.id):
        if not belongs(entry.parcel, now):
            continue
        event = _event(entry, now, words, show_numbers)
        old = before.pop(str(event["UID"]), None)
        _date(event, old, *_learned(entry, now), now)
        calendar.add_component(event)
    for uid, old in sorted(before.items()):
        gone = _gone(uid, old, now, words)
        if gone is not None:
            calendar.add_component(gone)
    written: bytes = calendar.to_ical()
    return written


def _library() -> Any:
    """The package, imported when it is needed.

    Raises:
        MissingExtraError.
    """
    try:
        import icalendar
    except ImportError:
        raise MissingExtraError(
            "the calendar needs the package icalendar", "install the extra: pip install 'konbini-watcher[calendar]'"
        ) from None
    return icalendar


def _empty(words: Words, language: Language) -> Calendar:
    """A calendar without events. Its time zone is also the one component that RFC 5545 §3.6 demands."""
    icalendar = _library()
    calendar: Calendar = icalendar.Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("NAME", words.calendar_name, {"LANGUAGE": language})
    calendar.add("X-WR-CALNAME", words.calendar_name)
    calendar.add("X-WR-TIMEZONE", JST.key)
    calendar.add("REFRESH-INTERVAL", icalendar.vDuration(REFRESH), {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", icalendar.vDuration(REFRESH))
    zone = icalendar.Timezone()
    zone.add("TZID", JST.key)
    standard = icalendar.TimezoneStandard()
    standard.add("DTSTART", datetime(1970, 1, 1))  # noqa: DTZ001 (local time by RFC 5545 §3.6.5)
    for offset in ("TZOFFSETFROM", "TZOFFSETTO"):
        standard.add(offset, timedelta(hours=9))
    standard.add("TZNAME", "JST")
    zone.add_component(standard)
    calendar.add_component(zone)
    return calendar


def _event(entry: Entry, now: datetime, words: Words, show_numbers: bool) -> Event:
    """An event without its revision."""
    parcel = entry.parcel
    uid, day = f"parcel-{parcel.id}@{DOMAIN}", _day_of(parcel)
    if parcel.status in _CLOSED:
        return _cancelled(uid, day, words)
    place = place_words(parcel.pickup_point, words, for_ics)
    summary = words.title.format(headline=_headline(parcel, words), place=place)
    event = _bare(uid, day, "CONFIRMED", summary)
    event.add("DESCRIPTION", "\n".join(_description(parcel, now, words, show_numbers)))
    event.add("LOCATION", place)
    for moment, headline in sorted(_alarms(entry, now, words).items()):
        alarm = _library().Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", words.title.format(headline=headline, place=place) if headline else summary)
        alarm.add("TRIGGER", moment, {"VALUE": "DATE-TIME"})
        event.add_component(alarm)
    return event


def _alarms(entry: Entry, now: datetime, words: Words) -> dict[datetime, str]:
    """Moments (UTC) after ``now``, each with a headline of its own or an empty one."""
    safe_by = entry.parcel.deadline.safe_by if entry.parcel.deadline else None
    alarms: dict[datetime, str] = {}
    for reminder in entry.reminders:
        moment = reminder.due_at.astimezone(UTC).replace(microsecond=0)
        if moment > now:
            early = safe_by if reminder.occasion is Occasion.SAFE_BY else None
            alarms[moment] = words.title_early.format(day=day_words(early, words)) if early else ""
    return alarms


def _bare(uid: str, day: date, status: str, summary: str) -> Event:
    event: Event = _library().Event()
    event.add("UID", uid)
    event.add("DTSTART", day)
    event.add("DTEND", day + _DAY)
    event.add("SUMMARY", summary)
    event.add("STATUS", status)
    event.add("TRANSP", "TRANSPARENT")
    return event


def _cancelled(uid: str, day: date, words: Words) -> Event:
    """What is left of an event: nothing of the parcel but its day, whatever became of it."""
    return _bare(uid, day, "CANCELLED", words.calendar_cancelled)


def _day_of(parcel: Parcel) -> date:
    """The deadline's day; the day of the arrival where there is no deadline."""
    return parcel.deadline.day if parcel.deadline else parcel.received_at.astimezone(JST).date()


def _headline(parcel: Parcel, words: Words) -> str:
    if parcel.deadline is None:
        return words.calendar_no_deadline
    return words.calendar_last_day.format(mark=words.estimated_mark if estimated(parcel.deadline) else "")


def _description(parcel: Parcel, now: datetime, words: Words, show_numbers: bool) -> Iterator[str]:
    yield words.arrived_on.format(day=day_words(parcel.received_at.astimezone(JST).date(), words))
    if show_numbers:
        for number in numbers_of(parcel, words, for_ics):
            remark = f" ({number.remark})" if number.remark else ""
            yield f"{number.label}: {' '.join(number.groups)}{remark}"
        if needs_barcode(parcel):
            yield words.da
    else:
        yield words.numbers_hidden.format(id=parcel.id)
    if parcel.deadline is None:
        yield words.no_deadline
    yield from remarks_of(parcel, now, words)
    yield from marks(parcel, words)
    yield words.collected_hint.format(id=parcel.id)


def _learned(entry: Entry, now: datetime) -> tuple[datetime, int]:
    """The revision as far as it follows from the parcel alone: also a day that is over changes what is said."""
    deadline = entry.parcel.deadline
    days = {deadline.day, deadline.safe_by or deadline.day} if deadline and entry.parcel.status not in _CLOSED else ()
    over = [end for end in map(end_of_day, days) if end <= now]
    changed = min(max([entry.changed_at, *over]), now).astimezone(UTC).replace(microsecond=0)
    return changed, entry.changes + len(over)


def _date(event: Event, old: Published | None, changed: datetime, changes: int, now: datetime) -> None:
    """Adds the revision: the published one where nothing changed, a higher one otherwise.

    Other alarms alone are no significant change (RFC 5546 §2.1.4), so they leave SEQUENCE as it is.
    """
    if old is not None:
        content = content_of(event)
        if content == old.content:
            changed, changes = old.modified, old.sequence
        else:
            only_alarms = content.properties == old.content.properties
            changed = max(changed, now, old.modified + _SECOND)
            changes = max(changes, old.sequence if only_alarms else old.sequence + 1)
    event.add("DTSTAMP", changed)
    event.add("LAST-MODIFIED", changed)
    event.add("SEQUENCE", changes)


def _gone(uid: str, old: Published, now: datetime, words: Words) -> Event | None:
    """What to say of a published event that has no parcel any more: it was forgotten, is held now, or proved to
    be another one. None when that was said long enough, or when its day is long over."""
    if now >= (old.modified if old.cancelled else end_of_day(old.day)) + KEPT:
        return None
    event = _cancelled(uid, old.day, words)
    _date(event, old, old.modified, 0, now)
    return event
