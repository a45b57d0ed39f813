"""The state of the mailboxes in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from watcher.health import Connection as Doing
from watcher.health import MailboxHealth, succeeding
from watcher.store.tables import health


def save(connection: Connection, now: MailboxHealth) -> None:
    """Replaces the state of a mailbox; what the new one does not know is kept."""
    here = health.c.mailbox == now.mailbox
    before = connection.execute(select(health).where(here)).mappings().first()
    now = succeeding(None if before is None else _health(before), now)
    values = {name: getattr(now, name) for name in MailboxHealth.__slots__}
    connection.execute(delete(health).where(here))
    connection.execute(insert(health).values(values | {"connection": now.connection.value}))


def remember_told(connection: Connection, mailbox: str, word: str) -> None:
    """Notes what the person was told of the outage of a mailbox."""
    connection.execute(update(health).where(health.c.mailbox == mailbox).values(told=word))


def healths(connection: Connection) -> Sequence[MailboxHealth]:
    """The state of every mailbox, by name."""
    rows = connection.execute(select(health).order_by(health.c.mailbox)).mappings()
    return [_health(row) for row in rows]


def _health(row: RowMapping) -> MailboxHealth:
    return MailboxHealth(**{**row, "connection": Doing(row["connection"])})
