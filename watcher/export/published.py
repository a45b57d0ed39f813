"""What subscribers of the calendar saw last, read back from its file. Whatever the file holds, nothing is raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

DOMAIN = "konbini-watcher.invalid"
"""Makes ids look like those of RFC 5545 §3.8.4.7; the name can never be anybody's (RFC 2606)."""

_OURS = re.compile(rf"parcel-[1-9][0-9]*@{re.escape(DOMAIN)}")
_REVISION = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
_LARGEST = 2**31 - 1
"""Of an INTEGER (RFC 5545 §3.3.8)."""

_YEARS = range(1990, 9000)


@dataclass(frozen=True, slots=True)
class Content:
    """What an event says, without its revision: its properties as they are written, and its alarms."""

    properties: Mapping[str, bytes]
    alarms: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """One event as it was published.

    Attributes:
        modified: its LAST-MODIFIED, in UTC.
    """

    day: date
    modified: datetime
    sequence: int
    cancelled: bool
    content: Content


def content_of(event: Any) -> Content:
    """What an event of icalendar says."""
    properties = {str(name): event[name].to_ical() for name in event if name not in _REVISION}
    return Content(properties, tuple(part.to_ical() for part in event.subcomponents))


def published_events(calendar: bytes | None) -> dict[str, Published]:
    """The events of a former calendar by UID; only those that this program can have written.

    Needs icalendar.
    """
    from icalendar import Calendar

    if not calendar:
        return {}
    try:
        events = Calendar.from_ical(calendar).walk("VEVENT")
        return {str(event["UID"]): found for event in events if (found := _published(event)) is not None}
    except (ValueError, TypeError, LookupError, AttributeError):
        return {}


def _published(event: Any) -> Published | None:
    try:
        day, modified, sequence = event["DTSTART"].dt, event["LAST-MODIFIED"].dt, int(event["SEQUENCE"])
        uid, cancelled, content = str(event["UID"]), str(event["STATUS"]) == "CANCELLED", content_of(event)
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    sound = _OURS.fullmatch(uid) and type(day) is date and day.year in _YEARS and 0 <= sequence < _LARGEST
    if not sound or not isinstance(modified, datetime) or modified.tzinfo is None or modified.year not in _YEARS:
        return None
    return Published(day, modified.astimezone(UTC), sequence, cancelled, content)
