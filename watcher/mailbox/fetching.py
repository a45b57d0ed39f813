"""Brings what is new in a folder, little of it, and never one by one (RFC 9051 §6.4.4, §6.4.5)."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from watcher.errors import ThrottledError
from watcher.mailbox.connection import refuse_control_characters, within
from watcher.mailbox.failures import asks_for_patience
from watcher.mailbox.large import fetch_texts
from watcher.mailbox.uids import uid_sets
from watcher.mailbox.wire import Wire

OUTLINES = 1000
"""Headers of one command: only the From field is fetched, some 200 bytes a message."""
BODIES = 200
BODY_BYTES = 16 * 1024 * 1024
LARGE = 1024 * 1024
"""Bytes above which only the texts of a message are fetched; notices of Amazon have a tenth."""
SEARCHED = 100_000
"""UIDs of one search: the library refuses a line above 1,000,000 bytes."""
MARGIN = timedelta(days=2)
"""SINCE compares days of the server's zone; a mail of the Japanese morning is yesterday's in UTC."""

_OUTLINE = ("BODY.PEEK[HEADER.FIELDS (FROM)]", "RFC822.SIZE", "INTERNALDATE")


@dataclass(frozen=True, slots=True)
class Outline:
    """A message before its text is fetched; ``header`` is None where the server does not give it."""

    uid: int
    header: bytes | None
    size: int
    received_at: datetime | None


def search_first(client: Wire, since: date, forwarders: Sequence[str]) -> list[int]:
    """UIDs of what may concern us since a day, by one search in ASCII.

    Some servers refuse to search senders, others find nobody: then everything since that day is named, and who wrote
    it is seen by the headers.
    """
    senders = ["amazon", *(address for address in forwarders if address.isascii())]
    for sender in senders:
        refuse_control_characters(sender)
    criteria: list[Any] = ["SINCE", since - MARGIN]
    named = [*criteria, *["OR"] * (len(senders) - 1)]
    for sender in senders:
        named += ["FROM", sender]
    try:
        found = _search(client, named)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if asks_for_patience(str(error)):
            raise
        found = []
    return found or _search(client, criteria)


def search_after(client: Wire, uid: int, uidnext: int | None = None) -> list[int]:
    """UIDs above ``uid``; servers answer ``n:*`` with the last message even where n is beyond it.

    Args:
        client: with the folder selected.
        uid: the last one known.
        uidnext: of the folder, where the server tells; a huge number of new messages is then searched in pieces.
    """
    found: list[int] = []
    first = uid + 1
    while uidnext is not None and uidnext - first > SEARCHED:
        found += _search(client, ["UID", f"{first}:{first + SEARCHED - 1}"])
        first += SEARCHED
    found += _search(client, ["UID", f"{first}:*"])
    return [number for number in found if number > uid]


def last_uid(client: Wire) -> int:
    """The UID of the last message of a folder, 0 where it is empty; for servers that give no UIDNEXT."""
    return max(_search(client, ["UID", "*"]), default=0)


def outlines(client: Wire, uids: Sequence[int]) -> Iterator[list[Outline]]:
    """Headers of messages, in chunks; those that vanished meanwhile are absent."""
    for chunk, _ in uid_sets(uids, OUTLINES):
        rows, refused = fetch(client, chunk, _OUTLINE)
        yield [
            Outline(uid, None, 0, None) if uid in refused else _outline(uid, rows[uid])
            for uid in chunk
            if uid in refused or uid in rows
        ]


def chunks_by_size(wanted: Sequence[Outline]) -> Iterator[list[Outline]]:
    """What to fetch together: at most ``BODIES`` messages and ``BODY_BYTES``; a large one stands alone."""
    chunk: list[Outline] = []
    size = 0
    for outline in wanted:
        large = outline.size > LARGE
        if chunk and (large or len(chunk) >= BODIES or size + outline.size > BODY_BYTES):
            yield chunk
            chunk, size = [], 0
        if large:
            yield [outline]
            continue
        chunk.append(outline)
        size += outline.size
    if chunk:
        yield chunk


def bodies(client: Wire, chunk: Sequence[Outline]) -> tuple[dict[int, bytes], dict[int, str]]:
    """The messages of one chunk.

    Returns:
        Bytes by UID (empty where the server gives none; absent where the message vanished), and what the server
        says of those that it refuses to give.
    """
    if len(chunk) == 1 and chunk[0].size > LARGE:
        whole = fetch_texts(client, chunk[0].uid, chunk[0].size)
        return ({} if whole is None else {chunk[0].uid: whole}), {}
    found: dict[int, bytes] = {}
    refused: dict[int, str] = {}
    size = sum(outline.size for outline in chunk)
    for uids, _ in uid_sets([outline.uid for outline in chunk], BODIES):
        rows, no = fetch(client, uids, ("BODY.PEEK[]",), size)
        found |= {uid: literal(row, b"BODY[]") for uid, row in rows.items()}
        refused |= no
    return found, refused


def fetch(
    client: Wire, uids: Sequence[int], items: Sequence[str], size: int = 0
) -> tuple[dict[int, Mapping[bytes, Any]], dict[int, str]]:
    """FETCH of a set that fits one command; what one message spoils does not touch the others.

    A server that says NO may have sent some rows (RFC 2180 §4.1.2). Those count; of the rest, what is still there
    is asked for again by halves, until the refused ones stand alone. ``size`` is how many bytes are asked for, where
    that may take longer than an ordinary command.

    Returns:
        Rows by UID, and what the server says of those that are there and refused.

    Raises:
        ThrottledError: the server refuses everything for the time being.
    """
    rows: dict[int, Mapping[bytes, Any]] = {}
    refused: dict[int, str] = {}
    waiting = [list(uids)]
    while waiting:
        part = waiting.pop()
        for chunk, text in uid_sets(part, len(part)):
            with within(client, client.limits.patience(size)):
                answer = client.fetch_rows(text, items)
            wanted = {uid: row for uid, row in answer.rows.items() if _is_answer(row, items)}
            rows |= wanted
            missing = [uid for uid in chunk if uid not in wanted]
            if answer.refusal is None or not missing:
                continue
            if asks_for_patience(answer.refusal, of_the_account=True):
                raise ThrottledError("the server gives no more messages just now", "this is tried again by itself")
            missing = still_there(client, missing)
            if len(chunk) == 1:
                refused.update(dict.fromkeys(missing, answer.refusal))
            elif missing:
                middle = (len(missing) + 1) // 2
                waiting += [half for half in (missing[middle:], missing[:middle]) if half]
    return rows, refused


def still_there(client: Wire, uids: Sequence[int]) -> list[int]:
    """Those of a few UIDs whose messages still exist."""
    with within(client):
        client.noop()
    found: set[int] = set()
    for _, text in uid_sets(uids, len(uids)):
        found.update(_search(client, ["UID", text]))
    return [uid for uid in uids if uid in found]


def literal(row: Mapping[bytes, Any], prefix: bytes) -> bytes:
    """The value under a key that each server spells in its own way."""
    for key, value in row.items():
        if key.upper().startswith(prefix):
            return value if isinstance(value, bytes) else b""
    return b""


def _search(client: Wire, criteria: list[Any]) -> list[int]:
    with within(client):
        return sorted({int(uid) for uid in client.search(criteria)})


def _is_answer(row: Mapping[bytes, Any], items: Sequence[str]) -> bool:
    """Whether a row answers us; a server may tell of flags at any time, even without a UID."""
    prefix = items[0].replace(".PEEK", "").partition(" ")[0].rstrip("]").encode()
    return any(key.upper().startswith(prefix) for key in row)


def _outline(uid: int, row: Mapping[bytes, Any]) -> Outline:
    return Outline(uid, literal(row, b"BODY[HEADER"), int(row.get(b"RFC822.SIZE") or 0), _moment(row))


def _moment(row: Mapping[bytes, Any]) -> datetime | None:
    value = row.get(b"INTERNALDATE")
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
