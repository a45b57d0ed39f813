"""How a mailbox is doing, as ``konbini status`` tells it. Imports nothing of this project."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Connection(StrEnum):
    CONNECTING = "connecting"
    WATCHING = "watching"
    WAITING = "waiting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class MailboxHealth:
    """The state of one mailbox's thread.

    Attributes:
        mailbox: the configured name.
        connection: what it is doing.
        connected_since: aware, or None while there is no connection.
        reached_at: when the server last answered, aware.
        last_mail_at: when the last message of Amazon was recorded, aware.
        error: class name of the last error, e.g. ``LoginError``; None when all is well.
        error_text: its sentence, without secrets.
        retry_at: when the next attempt is made, aware; None while connected.
        uses_idle: whether the server pushes (RFC 2177); None while unknown.
        failed_at: when the last error happened, also one that is over, aware; None where there never was one.
        failure: its sentence.
        failing_since: when the outage that lasts began, aware; None where there is none. Kept by the store.
        told: what the person was told of this outage, a word of :mod:`watcher.alerts`. Kept by the store.
    """

    mailbox: str
    connection: Connection
    connected_since: datetime | None = None
    reached_at: datetime | None = None
    last_mail_at: datetime | None = None
    error: str | None = None
    error_text: str | None = None
    retry_at: datetime | None = None
    uses_idle: bool | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    failing_since: datetime | None = None
    told: str | None = None


def succeeding(before: MailboxHealth | None, now: MailboxHealth) -> MailboxHealth:
    """A new state with what only the one before it knew: a thread that just started has seen neither mail nor error."""
    if before is None:
        return replace(now, failing_since=now.failed_at if now.error else None)
    over = now.error is None and now.reached_at not in (None, before.reached_at)  # a login alone ends no outage
    return replace(
        now,
        reached_at=now.reached_at or before.reached_at,
        last_mail_at=now.last_mail_at or before.last_mail_at,
        failed_at=now.failed_at or before.failed_at,
        failure=now.failure or before.failure,
        failing_since=None if over else before.failing_since or (now.failed_at if now.error else None),
        told=None if over else before.told,
    )
