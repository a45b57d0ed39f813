"""Looks at raw bytes, in linear time, before any parser does.

The limits come from measurements: the parsers underneath need quadratic time or deep recursion for what lies
beyond them (CPython issue 136063), and no honest mail comes near.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.messages.message import Problem

MAX_MESSAGE = 5 * 1024 * 1024
MAX_HEADER_BLOCK = 256 * 1024
MAX_HEADERS = 1000
MAX_HEADER = 64 * 1024
MAX_CONTENT_HEADER = 4 * 1024
MAX_ENCODED_WORDS = 500
MAX_BOUNDARY_LINES = 2000
MAX_MULTIPARTS = 100
MAX_MESSAGE_PARTS = 50

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*(?:\r\n|\r|\n|\Z)")
_BLOCK_END = re.compile(rb"\r\n\r\n|\n\n|\r\r")
_CONTENT = re.compile(rb"content-[a-z-]+[ \t]*:[^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*")
_NEVER_DROPPED = (b"from", b"content-", b"authentication-results")


@dataclass(frozen=True, slots=True)
class Guarded:
    """What may be parsed, and what was found; ``raw`` is None where the mail is refused."""

    raw: bytes | None
    problems: tuple[Problem, ...]


def guard(raw: bytes) -> Guarded:
    """Refuses what would harm a parser; drops one oversized field that nobody needs, not the mail."""
    if not raw.strip():
        return Guarded(None, (Problem.EMPTY,))
    if len(raw) > MAX_MESSAGE:
        return Guarded(None, (Problem.TOO_LARGE,))
    kept = _without_oversized_fields(raw)
    if kept is None or _is_too_complex(kept):
        return Guarded(None, (Problem.TOO_COMPLEX,))
    return Guarded(kept, (Problem.HEADER_DROPPED,) if kept is not raw else ())


def _without_oversized_fields(raw: bytes) -> bytes | None:
    """The message without oversized fields; None where one is needed for trust or structure."""
    end = _BLOCK_END.search(raw)
    block = raw[: end.start()] if end else raw
    if len(block) <= MAX_CONTENT_HEADER:
        return raw
    parts: list[bytes] = []
    at, fields = 0, 0
    for field in _FIELD.finditer(block):
        fields += 1
        size = field.end() - field.start()
        words = field.group().count(b"=?") if size > MAX_ENCODED_WORDS else 0
        if size > MAX_HEADER or words > 2 * MAX_ENCODED_WORDS:
            if field[1].lower().startswith(_NEVER_DROPPED):
                return None
            parts.append(block[at : field.start()])
            at = field.end()
    if fields > MAX_HEADERS:
        return None
    if not parts:
        return raw if len(block) <= MAX_HEADER_BLOCK else None
    kept = b"".join((*parts, block[at:]))
    return None if len(kept) > MAX_HEADER_BLOCK else kept + raw[len(block) :]


def _is_too_complex(raw: bytes) -> bool:
    if raw.count(b"--") > MAX_BOUNDARY_LINES and raw.count(b"\n--") + raw.count(b"\r--") > MAX_BOUNDARY_LINES:
        return True
    multiparts = messages = 0
    for field in _content_fields(raw.lower()):
        multiparts += b"multipart/" in field
        messages += b"message/rfc822" in field
        if len(field) > MAX_CONTENT_HEADER or multiparts > MAX_MULTIPARTS or messages > MAX_MESSAGE_PARTS:
            return True
    return False


def _content_fields(lower: bytes) -> Iterator[bytes]:
    """Every Content field of the message and its parts, from bytes in lower case."""
    at = lower.find(b"content-")
    while at >= 0:
        found = _CONTENT.match(lower, at) if at == 0 or lower[at - 1] in b"\r\n" else None
        if found:
            yield found.group()
        at = lower.find(b"content-", found.end() if found else at + 1)
