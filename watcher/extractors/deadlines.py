"""Days that mails print: the last day to fetch a parcel, and the day it is expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from watcher.extractors.lines import Lines

_WEEKDAY = r"[月火水木金土日]"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_ENGLISH_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}"
_BEFORE = rf"(?:{_WEEKDAY}曜日?[,、]?\s?)?"
_AFTER = rf"(?:\s?\({_WEEKDAY}(?:曜日?)?(?:・祝)?\)|\s?{_WEEKDAY}曜日?)?"
_TIME = r"(?:\s?(?:午前|午後)?[0-9]{1,2}(?::[0-9]{2}|時(?:[0-9]{1,2}分)?))?"
_FORMS = (
    rf"{_BEFORE}(?P<y1>20[0-9]{{2}})\s?年\s?(?P<m1>[0-9]{{1,2}})\s?月\s?(?P<d1>[0-9]{{1,2}})\s?日{_AFTER}{_TIME}",
    rf"{_BEFORE}(?<![0-9])(?P<y2>20[0-9]{{2}})[/.-](?P<m2>[0-9]{{1,2}})[/.-](?P<d2>[0-9]{{1,2}})(?![0-9]){_AFTER}{_TIME}",
    rf"令和\s?(?P<y3>[0-9]{{1,2}}|元)\s?年\s?(?P<m3>[0-9]{{1,2}})\s?月\s?(?P<d3>[0-9]{{1,2}})\s?日{_AFTER}{_TIME}",
    rf"{_BEFORE}(?<![0-9])(?P<m4>[0-9]{{1,2}})\s?月\s?(?P<d4>[0-9]{{1,2}})\s?日(?!間){_AFTER}{_TIME}",
    rf"(?:{_ENGLISH_DAY},?\s)?(?<![0-9/])(?P<m5>[0-9]{{1,2}})/(?P<d5>[0-9]{{1,2}})/(?P<y5>20[0-9]{{2}})(?![0-9/])",
    rf"{_BEFORE}(?<![0-9/.-])(?P<m6>[0-9]{{1,2}})/(?P<d6>[0-9]{{1,2}})(?![0-9/]){_AFTER}{_TIME}",
    rf"(?:{_ENGLISH_DAY},?\s)?\b(?P<n7>{_MONTH})\.?\s(?P<d7>[0-9]{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<y7>20[0-9]{{2}}))?",
    rf"(?:{_ENGLISH_DAY},?\s)?(?<![0-9])(?P<d8>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?P<n8>{_MONTH})\b\.?(?:,?\s(?P<y8>20[0-9]{{2}}))?",
)
_DATE = re.compile("|".join(f"(?:{form})" for form in _FORMS), re.IGNORECASE)
_RELATIVE = re.compile(
    r"(本日|今日|明日|明後日|\btoday\b|\btomorrow\b)(?=[^\n]{0,6}(?:まで|中|限り|が|$|[.,)!])|\s*$)", re.IGNORECASE
)
_PERIOD = re.compile(
    r"(?:本日|受信日|メール受信日|到着日|お知らせ日)(?:の(?P<next>翌日))?(?:を)?(?:含め?て?|から|より)(?:数えて)?\s?(?P<n>[0-9]{1,2})日(?:間|以内)?"
)
_LAST = r"\s?(?:\([^)]{0,6}\))?\s?(?:まで|中に|を(?:過|す)ぎ|(?:が|は)(?:お?受け?取り?|保管)?(?:の)?(?:期限|最終日))"
_MIDNIGHT = re.compile(r"(?:\s|^|[)日0-9])(?:午前)?0?0(?::00|時)(?:00分)?\Z")
_RANGE = re.compile(r"\s?(?:~|-|〜|–|から|より|to|through|and)\s?", re.IGNORECASE)
_VALUE_START = re.compile(r"[\s:)\]】』」>・|\-]*(?:は|が|:|=|→)?\s*")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
REIWA = 2018
PAST, FUTURE = timedelta(days=60), timedelta(days=120)
"""How far from the mail's own day a deadline may lie."""
MAX_TEXT = 60
SHORT = 20
"""Characters of a line that is nothing but a day and まで."""
ROWS = 60
"""Rows of a table below its heading."""
WINDOW = 160
"""Characters behind a label in which its day, or its range of days, stands."""


Labels = Mapping[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class FoundDay:
    """A day as it is printed: None where the words are no date."""

    day: date | None
    text: str
    line: int
    start: int


def deadlines_in(lines: Lines, mailed: date | None, labels: Labels) -> tuple[FoundDay, ...]:
    """Every last day to fetch a parcel that the lines print, labelled ones before others.

    Args:
        lines: of the normalised text.
        mailed: the mail's day in Japan, for years that are not printed and for ``本日``.
        labels: of the phrases.
    """
    labelled = list(_labelled(lines, labels, mailed))
    if any(found.day for found in labelled):
        return tuple(found for found in labelled if found.day)
    loose: list[FoundDay] = []
    for at in lines.holding("day"):
        line = lines[at]
        if labels["until"].search(line) and (len(line) <= SHORT or labels["fetching"].search(_around(lines, at))):
            loose.extend(_until(line, at, mailed, labels))
    return tuple(loose) or tuple(labelled)


def expected_in(lines: Lines, mailed: date | None, labels: Labels) -> date | None:
    """The last day of the announced arrival (お届け予定日), or None."""
    for at in lines.holding("expected"):
        for label in labels["expected"].finditer(lines[at]):
            days = _days_after(lines, at, label.end(), mailed)
            if days:
                return days[-1].day
    return None


def _labelled(lines: Lines, labels: Labels, mailed: date | None) -> Iterator[FoundDay]:
    for at in lines.holding("day"):
        line = lines[at]
        for label in labels["deadline"].finditer(line):
            before = line[max(0, label.start() - 6) : label.end()]
            if labels["not_deadline"].search(before):
                continue
            columns = _in_columns(lines, at, label, mailed)
            if columns:
                yield from columns
                continue
            days = _days_after(lines, at, label.end(), mailed) or _day_above(lines, at, label, mailed)
            if days:
                yield days[-1]
                continue
            words = _words_after(lines, at, label.end(), labels)
            if words:
                yield FoundDay(None, words, at, label.start())


def _days_after(lines: Lines, at: int, start: int, mailed: date | None) -> list[FoundDay]:
    """The days right behind a label: on its line, in its column of the next row, or on the next line."""
    same = _days_near(lines[at], start, at, mailed)
    if same or lines[at][start:].strip(" :)】」]>・|\t"):
        return same
    for step in (1, 2):
        if at + step < len(lines) and lines[at + step].strip():
            return _days_near(lines[at + step], 0, at + step, mailed)
    return []


def _in_columns(lines: Lines, at: int, label: re.Match[str], mailed: date | None) -> list[FoundDay]:
    """The days of a table: beside a label, one for each column; or below it, one for each row."""
    cells = lines[at].split("\t")
    column = lines[at].count("\t", 0, label.start())
    beside = [day for cell in cells[column + 1 :] for day in _cell_day(cell, at, mailed)]
    if beside or len(cells) == 1:
        return beside
    below: list[FoundDay] = []
    for row in range(at + 1, min(len(lines), at + ROWS)):
        cells = lines[row].split("\t")
        if len(cells) == 1:
            break
        below += _cell_day(cells[column], row, mailed) if column < len(cells) else []
    return below


def _cell_day(cell: str, at: int, mailed: date | None) -> list[FoundDay]:
    """The last day of a cell that is nothing but a day or a range."""
    return _days_near(cell, 0, at, mailed)[-1:] if len(cell) <= MAX_TEXT else []


def _day_above(lines: Lines, at: int, label: re.Match[str], mailed: date | None) -> list[FoundDay]:
    """A day that stands alone on the line above a label that stands alone."""
    if lines[at].strip() != label.group().strip():
        return []
    above = next((row for row in range(at - 1, max(-1, at - 3), -1) if lines[row].strip()), None)
    match = None if above is None else _DATE.fullmatch(lines[above].strip())
    day = _day_of(match, mailed) if match else None
    return [] if above is None or match is None or day is None else [FoundDay(day, match.group().strip(), above, 0)]


def _days_near(line: str, start: int, at: int, mailed: date | None) -> list[FoundDay]:
    """Days of one expression, a range included, beginning within a few words of ``start``."""
    found: list[FoundDay] = []
    position = start
    line = line[: start + WINDOW]
    while True:
        match = _DATE.search(line, position)
        if match is None or (found and not _RANGE.fullmatch(line[position : match.start()])):
            break
        if not found and match.start() - start > 25:
            break
        day = _day_of(match, mailed)
        if day is not None:
            found.append(FoundDay(day, match.group().strip(), at, match.start()))
        elif not found:
            break
        position = match.end()
    return found or _relative(line, start, at, mailed)


def _relative(line: str, start: int, at: int, mailed: date | None) -> list[FoundDay]:
    if mailed is None:
        return []
    period = _PERIOD.search(line, start)
    if period and period.start() - start <= 25:
        days = int(period["n"]) - (0 if period["next"] else 1)
        return [FoundDay(mailed + timedelta(days=days), period.group(), at, period.start())]
    word = _RELATIVE.search(line, start)
    if word and word.start() - start <= 25:
        ahead = {"明日": 1, "tomorrow": 1, "明後日": 2}.get(word[1].lower(), 0)
        return [FoundDay(mailed + timedelta(days=ahead), word[1], at, word.start())]
    return []


def _until(line: str, at: int, mailed: date | None, labels: Labels) -> Iterator[FoundDay]:
    """Days followed by まで, or led by until or by."""
    for match in _DATE.finditer(line):
        behind, before = line[match.end() : match.end() + 8], line[max(0, match.start() - 14) : match.start()]
        if labels["not_deadline"].search(line[max(0, match.start() - 20) : match.end()]):
            continue
        if re.match(_LAST, behind) or re.search(r"\b(?:until|by|before)\s(?:the\s)?\Z", before, re.IGNORECASE):
            day = _day_of(match, mailed)
            yield FoundDay(day, match.group().strip()[:MAX_TEXT], at, match.start())
    yield from _relative_until(line, at, mailed)


def _relative_until(line: str, at: int, mailed: date | None) -> Iterator[FoundDay]:
    word = re.search(r"(本日|今日|明日)(?=まで|中に)", line)
    if word and mailed is not None:
        yield FoundDay(mailed + timedelta(days=1 if word[1] == "明日" else 0), word[1], at, word.start())


def _around(lines: Lines, at: int) -> str:
    return " ".join(lines[max(0, at - 1) : at + 2])


def _words_after(lines: Lines, at: int, start: int, labels: Labels) -> str:
    """What stands behind a deadline's label and looks as if it should be a date."""
    rest = lines[at][start:]
    value = rest[_VALUE_START.match(rest).end() :] if _VALUE_START.match(rest) else rest  # type: ignore[union-attr]
    separated = re.match(r"\s*[:\t】\])=→⇒]|\s+[0-9]", rest) is not None
    if not value.strip() and at + 1 < len(lines):
        value, separated = lines[at + 1], True
    value = value.split("\t")[0].strip()[:MAX_TEXT]
    if not separated or any(labels[name].search(value) for name in ("inquiry", "auth", "point", "order", "code")):
        return ""
    return value


def _day_of(match: re.Match[str], mailed: date | None) -> date | None:
    year, month, day = _parts(match)
    found = _real(year, month, day) if year else _nearest(month, day, mailed)
    if found is None or (mailed is not None and not mailed - PAST <= found <= mailed + FUTURE):
        return None
    # Midnight that begins a day ends the day before.
    return found - timedelta(days=1) if _MIDNIGHT.search(match.group()) and ":" in match.group()[-6:] else found


def _parts(match: re.Match[str]) -> tuple[int | None, int, int]:
    groups = {name: text for name, text in match.groupdict().items() if text}
    values = {name[0]: text for name, text in groups.items()}
    month = _MONTHS.index(values["n"][:3].lower()) + 1 if "n" in values else int(values["m"])
    year = None
    if "y" in values:
        written = values["y"]
        year = REIWA + (1 if written == "元" else int(written)) if len(written) <= 2 else int(written)
    return year, month, int(values["d"])


def _nearest(month: int, day: int, mailed: date | None) -> date | None:
    """The year that brings a day nearest to the mail, a little before it at most."""
    if mailed is None:
        return None
    years = (_real(mailed.year + step, month, day) for step in (-1, 0, 1))
    near = [found for found in years if found is not None and found >= mailed - timedelta(days=31)]
    return min(near, key=lambda found: abs(found - mailed), default=None)


def _real(year: int | None, month: int, day: int) -> date | None:
    try:
        return date(year or 0, month, day)
    except ValueError:
        return None
