"""Who wrote a mail: every address of every From header, read from the raw bytes (RFC 5322 §3.4).

A display name is never an address, a comment is never an address, and whoever writes two is two.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from watcher.messages.headers import Header, decode_text, values
from watcher.messages.message import Address
from watcher.messages.normalise import one_line

MAX_FROM = 4096
MAX_ADDRESSES = 20

_TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"?'  # quoted string, also one that never ends
    r"|\\."
    r"|[<>,;:()]"
    r"|\[[^\]\[]*\]"
    r"|[^\"\\<>,;:()\[]+"
    r"|."
)


def senders_of(headers: tuple[Header, ...]) -> tuple[Address, ...]:
    """Every address of every From header; none where a header is longer than any honest one."""
    found: list[Address] = []
    for value in values(headers, "from"):
        if len(value) <= MAX_FROM:
            found.extend(addresses(value))
    return tuple(found[:MAX_ADDRESSES])


@dataclass(slots=True)
class _Mailbox:
    """One address being read: what stands outside brackets, in brackets, and in comments."""

    words: list[str] = field(default_factory=list)
    angles: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def addresses(self) -> Iterator[Address]:
        """The addresses that were read; several where the writer put several in brackets."""
        words, comments = _text(" ".join(self.words)), _text("".join(self.comments))
        beside = f"({comments})" if comments else ""
        if self.angles:
            for angle in self.angles:
                yield _address(angle, f"{words} {beside}".strip())
        elif any("@" in word for word in self.words):
            yield _address("".join(self.words), beside)


def addresses(value: bytes) -> tuple[Address, ...]:
    """The addresses of one raw field value; groups and routes are opened, comments are dropped."""
    found: list[Address] = []
    mailbox, depth = _Mailbox(), 0
    angle: str | None = None
    for match in _TOKEN.finditer(value.decode("latin-1")):
        piece = match.group()
        if depth or piece == "(":
            depth += (piece == "(") - (piece == ")")
            mailbox.comments.append(piece if piece not in "()" else " ")
        elif angle is not None:
            if piece == ">":
                mailbox.angles.append(angle)
                angle = None
            else:
                angle += piece
        elif piece == "<":
            angle = ""
        elif piece == ":":
            mailbox = _Mailbox(comments=mailbox.words)  # a group's name is text like a comment
        elif piece in ",;":
            found.extend(mailbox.addresses())
            mailbox = _Mailbox()
        else:
            mailbox.words.append(piece)
    if angle:
        mailbox.angles.append(angle)
    found.extend(mailbox.addresses())
    return tuple(found)


def _address(text: str, name: str) -> Address:
    route = text.rpartition(":")[2] if text.lstrip().startswith("@") else text
    local, _, domain = "".join(route.split()).rpartition("@")
    return Address(name, local.strip('"'), _domain(domain))


def _domain(text: str) -> str:
    """Lower case, without a final dot; 8-bit domains as UTF-8 where they are."""
    with contextlib.suppress(UnicodeDecodeError, UnicodeEncodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.lower().rstrip(".")


def _text(raw: str) -> str:
    return one_line(decode_text(raw.encode("latin-1"))).strip('"').replace('\\"', '"').strip()
