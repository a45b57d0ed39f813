"""Raw bytes in, a frozen message out. Over any bytes whatsoever, nothing is raised."""

from __future__ import annotations

import email
import logging
import re
from datetime import datetime
from email import policy
from email.message import Message as EmailMessage

import mailparser

from watcher.messages.body import Parts, parts_of
from watcher.messages.dates import mail_date
from watcher.messages.forwards import forwarded_in
from watcher.messages.guard import MAX_HEADER_BLOCK, guard
from watcher.messages.headers import Header, decode_text, split, values
from watcher.messages.message import Address, Body, Message, Problem, Reception, Trust, Verdict
from watcher.messages.normalise import one_line
from watcher.messages.sender import senders_of
from watcher.messages.trust import judge

# Header texts are nobody's business in a log.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)


class _Structure(mailparser.MailParser):  # type: ignore[misc]
    """mail-parser up to the structure of a mail; its texts are not asked for, since we decode those ourselves."""

    def parse(self) -> _Structure:
        return self


_FORWARDED = Verdict(Trust.UNVERIFIED, "forwarded")
_NOTHING = Verdict(Trust.UNVERIFIED, "unreadable")
_MESSAGE_ID = re.compile(r"<?\s*([^<>\s]{1,900})\s*>?")
PARTLY_FETCHED = "x-konbini-partly-fetched"
"""The field by which a mailbox marks a large message of which it fetched the texts only."""
MAX_FORWARDS = 5
MAX_SUBJECT = 2000


def read(raw: bytes, reception: Reception) -> Message:
    """One mail, read.

    Args:
        raw: the untouched bytes, with any line ends.
        reception: what the world outside knows about it.
    """
    try:
        return _read(raw, reception)
    except Exception:  # noqa: BLE001 (one mail must never stop the watcher; MemoryError and RecursionError too)
        return Message(None, (), "", None, (), _NOTHING, (), (Problem.UNREADABLE,))


def _read(raw: bytes, reception: Reception) -> Message:
    guarded = guard(raw)
    headers, _ = split(raw[: MAX_HEADER_BLOCK * 2] if guarded.raw is None else guarded.raw)
    problems = list(guarded.problems)
    parts = Parts((), (), ())
    if guarded.raw is not None:
        if not headers:
            problems.append(Problem.UNREADABLE)
        parts = _parts(guarded.raw, problems)
        if not parts.bodies and not parts.attached:
            problems.append(Problem.BODY_MISSING)
    if next(values(headers, PARTLY_FETCHED), None) is not None:
        problems.append(Problem.PARTLY_FETCHED)
    senders = senders_of(headers)
    date = mail_date(headers, reception)
    if date is None and guarded.raw is not None:
        problems.append(Problem.DATE_MISSING)
    subject = _subject(headers)
    bodies, forwarded = _without_forwards(parts, subject, senders, date, reception)
    return Message(
        message_id=_message_id(headers),
        senders=senders,
        subject=subject,
        date=date,
        bodies=bodies,
        verdict=judge(headers, senders, raw, reception),
        forwarded=forwarded,
        problems=tuple(dict.fromkeys((*problems, *parts.problems))),
    )


def _parts(raw: bytes, problems: list[Problem]) -> Parts:
    """The texts by mail-parser's structure; by the standard library's where mail-parser gives up."""
    try:
        return parts_of(_Structure.from_bytes(raw).message)
    except Exception:  # noqa: BLE001 (five kinds of exception outside its own tree are known, 4.8.0)
        problems.append(Problem.PARSER_FAILED)
    try:
        return parts_of(email.message_from_bytes(raw, policy=policy.compat32))
    except Exception:  # noqa: BLE001 (the standard library raises on crafted parameters)
        problems.append(Problem.UNREADABLE)
        return Parts((), (), ())


def _subject(headers: tuple[Header, ...]) -> str:
    value = next(values(headers, "subject"), b"")
    return one_line(decode_text(value))[:MAX_SUBJECT]


def _message_id(headers: tuple[Header, ...]) -> str | None:
    value = next(values(headers, "message-id"), None)
    found = _MESSAGE_ID.search(value.decode("utf-8", "replace")) if value else None
    return found[1] if found else None


def _without_forwards(
    parts: Parts, subject: str, senders: tuple[Address, ...], date: datetime | None, reception: Reception
) -> tuple[tuple[Body, ...], tuple[Message, ...]]:
    """The message's own texts, and the mails of Amazon.co.jp that a trusted person forwarded in it."""
    if reception.forwarders is not None and not any(str(sender).lower() in reception.forwarders for sender in senders):
        return parts.bodies, ()
    found: list[Message] = []
    for attached in parts.attached[:MAX_FORWARDS]:
        inner = _attached_message(attached, date, reception)
        if inner is not None and inner.from_amazon:
            found.append(inner)
    if len(senders) == 1 and senders[0].is_amazon:
        return parts.bodies, ()
    bodies: list[Body] = []
    texts: list[Body] = []
    outline: tuple[Address, str, datetime | None] | None = None
    for body in parts.bodies:
        inline = forwarded_in(body, subject)
        if inline is None or not inline.sender.is_amazon:
            bodies.append(body)
            continue
        outline = outline or (inline.sender, inline.subject, inline.date)
        texts.append(inline.body)
        if inline.before:
            bodies.append(Body(inline.before, body.source))
    if outline is not None:
        sender, inner_subject, written = outline
        inner_date = written if written is not None and (date is None or written <= date) else date
        found.insert(0, Message(None, (sender,), inner_subject, inner_date, tuple(texts), _FORWARDED))
    return tuple(bodies), tuple(found)


def _attached_message(
    attached: EmailMessage | bytes, outer_date: datetime | None, reception: Reception
) -> Message | None:
    """A message/rfc822 part, read on its own level; it proves nothing about who wrote it."""
    problems: list[Problem] = []
    if isinstance(attached, bytes):
        guarded = guard(attached)
        if guarded.raw is None:
            return None
        headers, _ = split(guarded.raw)
        parts = _parts(guarded.raw, problems)
    else:
        headers = tuple(
            Header(name.lower(), " ".join(str(value).split("\n")).encode("utf-8", "surrogateescape"))
            for name, value in attached.raw_items()
        )
        parts = parts_of(attached)
    written = mail_date(headers, Reception(reception.now))
    return Message(
        message_id=_message_id(headers),
        senders=senders_of(headers),
        subject=_subject(headers),
        date=written or outer_date,
        bodies=parts.bodies,
        verdict=_FORWARDED,
        problems=(*problems, *parts.problems),
    )
