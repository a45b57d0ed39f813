"""The state of the mailboxes in the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from watcher.health import Connection as Doing
from watcher.health import MailboxHealth
from watcher.store.tables import health


def save(connection: Connection, now: MailboxHealth) -> None:
    """Replaces the state of a mailbox."""
    values = {name: getattr(now, name) for name in MailboxHealth.__slots__}
    connection.execute(delete(health).where(health.c.mailbox == now.mailbox))
    connection.execute(insert(health).values(values | {"connection": now.connection.value}))


def healths(connection: Connection) -> Sequence[MailboxHealth]:
    """The state of every mailbox, by name."""
    rows = connection.execute(select(health).order_by(health.c.mailbox)).mappings()
    return [MailboxHealth(**{**row, "connection": Doing(row["connection"])}) for row in rows]
