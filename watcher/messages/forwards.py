"""Mails that a person forwarded: found inside a text, and read as mails of their own.

A forward is a header block (From with at least one of Subject, Date, To, in any language, also quoted) under
a subject that says so (Fwd:, FW:, 転送) or a forward line. Anything else that looks like a mail is a specimen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from watcher.messages.dates import parse_date
from watcher.messages.message import Address, Body
from watcher.messages.normalise import one_line
from watcher.messages.sender import addresses

_SUBJECT = re.compile(
    r"\s*(?:re\s*:\s*)?(?:\[[^\]]{0,40}\]\s*)?(?:fwd?|fw|wg|tr|i|rv|転送)\s*[::]|\s*【?転送】?", re.IGNORECASE
)
_LINE = re.compile(
    r"-{2,}\s*(?:forwarded message|original message|forwarded by)"
    r"|-{2,}\s*(?:転送(?:された|メッセージ|メール|元)?|元のメッセージ|オリジナルメッセージ)"
    r"|begin forwarded message|forwarded message\s*:|_{20,}"
    r"|以下[、,]?\s*(?:に)?(?:転送|元のメール|元のメッセージ)|転送(?:します|いたします|された(?:メール|メッセージ))",
    re.IGNORECASE,
)
_FIELDS = {
    "from": ("from", "差出人", "送信者", "送信元", "von", "de", "发件人", "보낸사람"),
    "subject": ("subject", "件名", "題名", "タイトル", "betreff", "objet", "主题"),
    "date": ("date", "sent", "日付", "日時", "送信日時", "送信日", "受信日時", "datum", "gesendet", "envoyé"),
    "to": ("to", "宛先", "送信先", "受信者", "あて先", "an", "à", "收件人"),
    "cc": ("cc", "reply-to", "返信先", "importance", "重要度"),
}
_FIELD_OF = {word: name for name, words in _FIELDS.items() for word in words}
_FIELD = re.compile(r"\*?([^\s::*][^::*\n]{0,14}?)\s*\*?\s*[:：]\*?[ \t]*(.{0,400})\Z")
_QUOTE = re.compile(r"(?:>[ ]?)+")
_TO_ADDRESS = re.compile(r"[<\[(]\s*(?:mailto:)?\s*([^\s<>\[\]()]{1,64}@[A-Za-z0-9.-]{1,200})")
_ANY_ADDRESS = re.compile(r"([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200})")
_NUMERIC_DATE = re.compile(r"([0-9]{4})\s?[/年.-]\s?([0-9]{1,2})\s?[/月.-]\s?([0-9]{1,2})日?")
_CLOCK = re.compile(r"(午前|午後|AM|PM)?\s?([0-9]{1,2})[:時]([0-9]{2})分?(?::[0-9]{2})?\s?(AM|PM)?", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAY_MONTH = re.compile(r"\b([0-9]{1,2})\.?\s+([A-Za-z]{3,9})\.?,?\s+([0-9]{4})\b")
_MONTH_DAY = re.compile(r"\b([A-Za-z]{3,9})\.?\s+([0-9]{1,2}),?\s+([0-9]{4})\b")
JST = timezone(timedelta(hours=9))
MAX_TRIES = 100
"""How many lines that look like a field are tried as the beginning of a block."""
MIN_FIELDS = 2
NOON = 12


@dataclass(frozen=True, slots=True)
class Inline:
    """A forwarded mail found inside a text."""

    before: str
    sender: Address
    subject: str
    date: datetime | None
    body: Body


def says_forwarded(subject: str) -> bool:
    """Whether a subject says that the mail is a forward."""
    return _SUBJECT.match(subject) is not None


def forwarded_in(body: Body, subject: str) -> Inline | None:
    """The first mail forwarded inside a body, or None."""
    lines = body.text.split("\n")
    marked, tries = says_forwarded(subject), 0
    for at, line in enumerate(lines):
        plain = _QUOTE.sub("", line, count=1).strip()
        if _LINE.search(plain[:200]):
            marked = True
        elif marked and _field_name(plain) is not None:
            block = _read_block(lines, at)
            tries += 1
            if tries > MAX_TRIES:
                return None
            if block is not None:
                return _inline(body, lines, at, block)
    return None


@dataclass(frozen=True, slots=True)
class _Block:
    fields: dict[str, str]
    end: int
    quoted: bool


def _read_block(lines: list[str], start: int) -> _Block | None:
    fields: dict[str, str] = {}
    at = start
    quoted = lines[start].lstrip().startswith(">")
    while at < len(lines) and at < start + 12:
        plain = _QUOTE.sub("", lines[at], count=1).strip() if quoted else lines[at].strip()
        name = _field_name(plain)
        if name is None:
            if not plain and not ({"from"} <= fields.keys() and len(fields) >= MIN_FIELDS):
                at += 1
                continue
            break
        found = _FIELD.match(plain)
        fields.setdefault(name, found[2].strip() if found else "")
        at += 1
    if "from" in fields and len(fields) >= MIN_FIELDS:
        return _Block(fields, at, quoted)
    return None


def _field_name(line: str) -> str | None:
    found = _FIELD.match(line)
    return _FIELD_OF.get("".join(found[1].lower().split())) if found else None


def _inline(body: Body, lines: list[str], start: int, block: _Block) -> Inline:
    rest = lines[block.end :]
    if block.quoted:
        rest = [_QUOTE.sub("", line, count=1) for line in rest]
    text = "\n".join(rest).strip("\n")
    return Inline(
        before="\n".join(lines[:start]).strip("\n"),
        sender=_sender(block.fields["from"]),
        subject=one_line(block.fields.get("subject", "")),
        date=written_date(block.fields.get("date", "")),
        body=Body(text, body.source, body.linked_orders),
    )


def _sender(text: str) -> Address:
    found = _TO_ADDRESS.search(text) or _ANY_ADDRESS.search(text)
    if found:
        local, _, domain = found[1].rpartition("@")
        return Address(text[: found.start()].strip(' "<['), local, domain.lower().rstrip("."))
    parsed = addresses(text.encode("utf-8")[:1000])
    return parsed[0] if parsed else Address(text, "", "")


def written_date(text: str) -> datetime | None:
    """A date as mail programs write it above a forward, aware, UTC; a time without a zone is Japan's."""
    if re.search(r"[+-][0-9]{4}|GMT|UTC|JST", text):
        exact = parse_date(text.encode())
        if exact is not None:
            return exact
    day = _day(text)
    if day is None:
        return None
    clock = _CLOCK.search(text)
    hour, minute = (int(clock[2]), int(clock[3])) if clock else (NOON, 0)
    if clock:
        half = (clock[1] or clock[4] or "").upper()
        if half in ("午後", "PM") and hour < NOON:
            hour += NOON
        elif half in ("午前", "AM") and hour == NOON:
            hour = 0
    try:
        return datetime(*day, hour, minute, tzinfo=JST).astimezone(UTC)
    except ValueError:
        return None


def _day(text: str) -> tuple[int, int, int] | None:
    found = _NUMERIC_DATE.search(text)
    if found:
        return int(found[1]), int(found[2]), int(found[3])
    for pattern, month_at, day_at in ((_MONTH_DAY, 1, 2), (_DAY_MONTH, 2, 1)):
        named = pattern.search(text)
        if named and named[month_at][:3].lower() in _MONTHS:
            return int(named[3]), _MONTHS.index(named[month_at][:3].lower()) + 1, int(named[day_at])
    return None
