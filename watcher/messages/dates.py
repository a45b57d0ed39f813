"""When a mail was written: Date, else INTERNALDATE, else the topmost Received (RFC 5322 §3.3, §3.6.7)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import mktime_tz, parsedate_tz

from watcher.messages.headers import Header, decode_text, values
from watcher.messages.message import Reception

_NAMED_ZONE = re.compile(r"\b(JST|(?:GMT|UTC)[+-][0-9]{1,2}(?::?[0-9]{2})?)\)?\s*$", re.IGNORECASE)
_OFFSET = re.compile(r"([+-])([0-9]{1,2}):?([0-9]{2})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?")
_DOTTED_TIME = re.compile(r"\b([0-9]{1,2})\.([0-9]{2})\.([0-9]{2})\b")
_ZONE = re.compile(r"(?:[+-][0-9]{4}|[A-Za-z]{1,5})\s*$")
_COMMENT = re.compile(r"\([^()]{0,200}\)")
MAX_LENGTH = 300
FIRST_YEAR, LAST_YEAR = 1990, 2100
AHEAD = timedelta(hours=24)


def mail_date(headers: tuple[Header, ...], reception: Reception) -> datetime | None:
    """The mail's date, aware, UTC; None where nothing usable is known.

    Date counts unless it is absent, invalid, without a zone, or more than 24 hours ahead of now.
    """
    dates = list(values(headers, "date"))
    written = parse_date(dates[0]) if len(dates) == 1 else None
    if written is not None and written <= reception.now + AHEAD:
        return written
    if reception.received_at is not None:
        return reception.received_at.astimezone(UTC)
    received = next(values(headers, "received"), None)
    if received is None:
        return None
    arrived = parse_date(received.rpartition(b";")[2])
    return arrived if arrived is not None and arrived <= reception.now + AHEAD else None


def parse_date(value: bytes) -> datetime | None:
    """A date-time of a header field, aware, UTC; None where it is no date or names no zone."""
    text = decode_text(value[:MAX_LENGTH]).strip()
    offset = _named_offset(text)
    plain = _NAMED_ZONE.sub("", text) if offset is not None else text
    try:
        moment = _iso(plain) or _rfc5322(_DOTTED_TIME.sub(r"\1:\2:\3", _COMMENT.sub(" ", plain)), offset)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    if moment is None:
        return None
    if moment.tzinfo is None:
        if offset is None:
            return None
        moment = moment.replace(tzinfo=timezone(offset))
    return moment.astimezone(UTC) if FIRST_YEAR <= moment.year < LAST_YEAR else None


def _named_offset(text: str) -> timedelta | None:
    """JST is +9 h although RFC 5322 §4.3 reads an unknown zone as unknown; GMT+9 likewise."""
    found = _NAMED_ZONE.search(text)
    if not found:
        return None
    if found[1].upper() == "JST":
        return timedelta(hours=9)
    offset = _OFFSET.search(found[1])
    if offset is None or int(offset[2]) > 14:
        return None
    hours = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
    return hours if offset[1] == "+" else -hours


def _iso(text: str) -> datetime | None:
    return datetime.fromisoformat(text.replace(" ", "T", 1)) if _ISO.match(text) else None


def _rfc5322(text: str, offset: timedelta | None) -> datetime | None:
    fields = parsedate_tz(text)
    if fields is None or (offset is None and not _ZONE.search(text)):
        return None
    if fields[9] is None or offset is not None:
        return datetime(*fields[:6])  # noqa: DTZ001 (the caller adds the zone, or refuses)
    datetime(*fields[:6])  # noqa: DTZ001 (raises where the fields are no date)
    return datetime.fromtimestamp(mktime_tz(fields), UTC)
