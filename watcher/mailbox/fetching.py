"""Brings what is new in a folder, little of it, and never one by one (RFC 9051 §6.4.4, §6.4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from imapclient import IMAPClient

from watcher.mailbox.connection import refuse_control_characters, within

HEADER_CHUNK = 200
BODY_CHUNK = 50
BODY_BYTES = 16 * 1024 * 1024
MAX_MESSAGE = 5 * 1024 * 1024
MARGIN = timedelta(days=2)
"""SINCE compares days of the server's zone; a mail of the Japanese morning is yesterday's in UTC."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A message before its text is fetched."""

    uid: int
    header: bytes
    size: int
    received_at: datetime | None


def search_first(client: IMAPClient, since: date, forwarders: Sequence[str]) -> list[int]:
    """UIDs of what may concern us since a day, by one search in ASCII."""
    senders = ["amazon", *(address for address in forwarders if address.isascii())]
    for sender in senders:
        refuse_control_characters(sender)
    criteria: list[Any] = ["SINCE", since - MARGIN]
    criteria += ["OR"] * (len(senders) - 1)
    for sender in senders:
        criteria += ["FROM", sender]
    with within(client):
        return sorted(int(uid) for uid in client.search(criteria))


def search_after(client: IMAPClient, uid: int) -> list[int]:
    """UIDs above ``uid``; servers answer ``n:*`` with the last message even where n is beyond it."""
    with within(client):
        found = client.search(["UID", f"{uid + 1}:*"])
    return sorted(int(number) for number in found if int(number) > uid)


def outlines(client: IMAPClient, uids: Sequence[int]) -> Iterator[Outline]:
    """Headers of messages, in chunks; those that vanished meanwhile are absent."""
    for chunk in _chunks(uids, HEADER_CHUNK):
        with within(client):
            rows = client.fetch(chunk, ["BODY.PEEK[HEADER.FIELDS (FROM)]", "RFC822.SIZE", "INTERNALDATE"])
        for uid in chunk:
            row = rows.get(uid)
            if row is not None:
                yield Outline(uid, _literal(row, b"BODY[HEADER"), int(row.get(b"RFC822.SIZE") or 0), _moment(row))


def bodies(client: IMAPClient, wanted: Sequence[Outline]) -> Iterator[tuple[Outline, bytes]]:
    """Whole messages, in chunks bounded by number and size; empty bytes where the server gives none."""
    for chunk in _by_size(wanted):
        with within(client):
            rows = client.fetch([outline.uid for outline in chunk], ["BODY.PEEK[]"])
        for outline in chunk:
            row = rows.get(outline.uid)
            yield outline, b"" if row is None else _literal(row, b"BODY[]")


def _chunks(uids: Sequence[int], size: int) -> Iterator[list[int]]:
    for start in range(0, len(uids), size):
        yield list(uids[start : start + size])


def _by_size(wanted: Sequence[Outline]) -> Iterator[list[Outline]]:
    chunk: list[Outline] = []
    size = 0
    for outline in wanted:
        if chunk and (len(chunk) >= BODY_CHUNK or size + outline.size > BODY_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(outline)
        size += outline.size
    if chunk:
        yield chunk


def _literal(row: Mapping[bytes, Any], prefix: bytes) -> bytes:
    """The value under a key that each server spells in its own way."""
    for key, value in row.items():
        if key.upper().startswith(prefix):
            return value if isinstance(value, bytes) else b""
    return b""


def _moment(row: Mapping[bytes, Any]) -> datetime | None:
    value = row.get(b"INTERNALDATE")
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
