"""The header block of a message: fields from raw bytes (RFC 5322 §2.2), and their text (RFC 2047)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from watcher.messages.charset import decode

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:")
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_BREAK = re.compile(rb"[\r\n]+")


@dataclass(frozen=True, slots=True)
class Header:
    """One field: its name in lower case, and its raw value, unfolded."""

    name: str
    value: bytes


def split(raw: bytes) -> tuple[tuple[Header, ...], bytes]:
    """The fields of a message and its raw body.

    Any line end is understood; an mbox ``From `` line before the fields is dropped; the block ends at the
    first empty line, or at the first line that is no field, as in Python's own parser.
    """
    headers: list[Header] = []
    name, parts = "", list[bytes]()
    at = 0
    for line in _LINE.finditer(raw):
        text = line.group().rstrip(b"\r\n")
        if not text:
            at = line.end()
            break
        found = None if text[:1] in (b" ", b"\t") else _FIELD.match(text)
        if text[:1] in (b" ", b"\t") and parts:
            parts.append(text)
        elif found:
            if parts:
                headers.append(Header(name, b"".join(parts)))
            name, parts = found[1].decode("ascii").lower(), [text[found.end() :].lstrip(b" \t")]
        elif headers or parts or not text.startswith(b"From "):
            at = line.start()
            break
        at = line.end()
    if parts:
        headers.append(Header(name, b"".join(parts)))
    return tuple(headers), raw[at:]


def values(headers: tuple[Header, ...], name: str) -> Iterator[bytes]:
    """The raw values of every field of this (lower-case) name, from the top."""
    return (header.value for header in headers if header.name == name)


def decode_text(value: bytes) -> str:
    """The text of an unstructured field or a phrase; never raises.

    Encoded words are read wherever they stand, also inside quotes, folded, or cut inside a character: words
    of one charset that follow each other are joined as bytes first. Raw 8-bit text and raw ISO-2022-JP are
    recognised.
    """
    out: list[str] = []
    pending, charset, at = bytearray(), "", 0
    for word in _WORD.finditer(value):
        between = value[at : word.start()]
        follows = bool(charset) and not between.strip()
        label = word[1].decode("ascii", "replace").split("*")[0].lower()
        if not (follows and label == charset):
            out.append(decode(bytes(pending), charset or None))
            pending.clear()
        if not follows:
            out.append(decode(between, None))
        charset = label
        pending += _base64(word[3]) if word[2] in b"bB" else _quoted(word[3])
        at = word.end()
    out.append(decode(bytes(pending), charset or None))
    out.append(decode(value[at:], None))
    return _BREAK.sub(b" ", "".join(out).encode("utf-8", "replace")).decode("utf-8")


def _base64(text: bytes) -> bytes:
    clean = _NOT_BASE64.sub(b"", text)
    clean = clean[: len(clean) - 1] if len(clean) % 4 == 1 else clean
    try:
        return base64.b64decode(clean + b"=" * (-len(clean) % 4))
    except binascii.Error:
        return b""


def _quoted(text: bytes) -> bytes:
    plain = _BREAK.sub(b"", text).replace(b"_", b" ")
    return _HEX.sub(lambda found: bytes((int(found[1], 16),)), plain)
