"""Mails in files: .eml, folders of them, mbox, Maildir, and standard input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

MAX_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class MailFile:
    """One mail of a file, or why it could not be read.

    Attributes:
        source: the path exactly as given (joined with the name inside a folder); of an mbox ``path#n``.
        raw: its bytes; empty where ``error`` is set.
        received_at: when a Maildir took it, else None.
        error: a sentence, or None.
    """

    source: str
    raw: bytes = b""
    received_at: datetime | None = None
    error: str | None = None


def messages_in(path: str) -> Iterator[MailFile]:
    """Every mail of a path. A file ``*.eml`` is always one message; ``-`` is standard input.

    What cannot be read gives an entry with an error; the rest goes on.
    """
    if path == "-":
        yield from _from_stream(sys.stdin.buffer, path)
        return
    place = Path(path)
    try:
        if place.is_dir():
            yield from _folder(path, place)
        elif place.suffix.lower() == ".eml":
            yield MailFile(path, _without_from_line(place.read_bytes()))
        else:
            with place.open("rb") as stream:
                yield from _from_stream(stream, path)
    except OSError as error:
        yield MailFile(path, error=f"{path}: {error.strerror or type(error).__name__}")


def size_of(path: str) -> int | None:
    """About how many bytes :func:`messages_in` gives for a path; None where nobody knows before the end."""
    place = Path(path)
    try:
        if place.is_file():
            return place.stat().st_size
        files = (file for file in place.rglob("*") if _is_mail(file, place)) if place.is_dir() else None
        return None if files is None else sum(file.stat().st_size for file in files)
    except OSError:
        return None


def _is_mail(file: Path, place: Path) -> bool:
    return file.is_file() and (file.suffix.lower() == ".eml" or file.parent in (place / "cur", place / "new"))


def _folder(path: str, place: Path) -> Iterator[MailFile]:
    if (place / "cur").is_dir() or (place / "new").is_dir():
        for name in ("cur", "new"):
            if (place / name).is_dir():
                for file in sorted((place / name).iterdir()):
                    yield from _maildir_file(f"{path.rstrip('/')}/{name}/{file.name}", file)
        return
    for file in sorted(place.rglob("*")):
        if file.suffix.lower() == ".eml" and file.is_file():
            yield from messages_in(f"{path.rstrip('/')}/{file.relative_to(place)}")


def _maildir_file(source: str, file: Path) -> Iterator[MailFile]:
    if file.name.startswith(".") or not file.is_file():
        return
    try:
        taken = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        yield MailFile(source, file.read_bytes(), taken)
    except OSError as error:
        yield MailFile(source, error=f"{source}: {error.strerror or type(error).__name__}")


def _from_stream(stream: BinaryIO, path: str) -> Iterator[MailFile]:
    """One mail, or the members of an mbox when it begins like one."""
    first = stream.readline(MAX_LINE)
    if not first.startswith(b"From "):
        yield MailFile(path, first + stream.read())
        return
    lines: list[bytes] = []
    number, empty_before = 1, False
    for line in iter(lambda: stream.readline(MAX_LINE), b""):
        if empty_before and line.startswith(b"From "):
            yield MailFile(f"{path}#{number}", b"".join(lines))
            lines, number = [], number + 1
        else:
            lines.append(line[1:] if _is_quoted_from(line) else line)
        empty_before = not line.strip()
    yield MailFile(f"{path}#{number}", b"".join(lines))


def _is_quoted_from(line: bytes) -> bool:
    """mboxrd: a line of ``>`` and ``From `` has one ``>`` too many."""
    return line.startswith(b">") and line.lstrip(b">").startswith(b"From ")


def _without_from_line(raw: bytes) -> bytes:
    return raw.partition(b"\n")[2] if raw.startswith(b"From ") else raw
