"""Invented mails for tests, put together from raw header lines."""

from __future__ import annotations

from datetime import UTC, datetime

from watcher.messages.message import Message, Provider, Reception, TxtLookup
from watcher.messages.read import read

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
OWN = Provider(("mx.example.jp",))
GENUINE_FROM = 'From: "Amazon.co.jp" <order-update@amazon.co.jp>'
REST = (
    "To: taro@example.jp",
    "Subject: test",
    "Date: Tue, 10 Mar 2026 01:00:00 +0000",
    "Message-ID: <t1@example.com>",
    "Content-Type: text/plain; charset=utf-8",
)


def mail(*fields: str, body: str = "hello\r\n", rest: tuple[str, ...] = REST) -> bytes:
    """A raw mail: the given fields on top, ordinary ones below."""
    return "\r\n".join((*fields, *rest, "", body)).encode()


def received(
    raw: bytes,
    provider: Provider = OWN,
    received_at: datetime | None = None,
    forwarders: frozenset[str] | None = None,
    lookup_txt: TxtLookup | None = None,
) -> Message:
    """The mail as it is read on 10 March 2026."""
    return read(raw, Reception(NOW, received_at, provider, forwarders, lookup_txt))
