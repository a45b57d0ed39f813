"""What the store in a SQL database can tell; :mod:`watcher.store.sql_store` adds what changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from watcher.extractors.notice import Chain
from watcher.health import MailboxHealth
from watcher.messages.mail import Place
from watcher.parcels.parcel import Parcel
from watcher.store import (
    health_query,
    messages_query,
    parcels_query,
    reminders_query,
    statistics_query,
    tables,
)
from watcher.store.delivering import stored
from watcher.store.engine import read_transaction
from watcher.store.statistics import Statistics
from watcher.store.store import (
    ChannelState,
    HistoryEntry,
    MessageState,
    StoredMessage,
    StoredReminder,
    Unjudged,
    View,
)


class SqlReading:
    """The reading half of :class:`watcher.store.sql_store.SqlStore`; each method is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def cursor(self, mailbox: str, folder: str) -> Place | None:
        with read_transaction(self._engine) as connection:
            return messages_query.cursor_of(connection, mailbox, folder)

    def unjudged(self, now: datetime, limit: int = 20) -> Sequence[Unjudged]:
        with read_transaction(self._engine) as connection:
            return messages_query.unjudged(connection, now, limit)

    def messages(self, states: frozenset[MessageState], limit: int = 100) -> Sequence[StoredMessage]:
        with read_transaction(self._engine) as connection:
            return messages_query.stored_messages(connection, states, limit)

    def raw(self, message_row: int) -> bytes | None:
        with read_transaction(self._engine) as connection:
            return messages_query.raw_of(connection, message_row)

    def parcels(self, view: View, now: datetime) -> Sequence[Parcel]:
        with read_transaction(self._engine) as connection:
            return parcels_query.parcels_in(connection, view, now)

    def find(self, wanted: str) -> Parcel:
        with read_transaction(self._engine) as connection:
            return parcels_query.find(connection, wanted)

    def search(self, text: str, chains: frozenset[Chain] = frozenset()) -> Sequence[Parcel]:
        with read_transaction(self._engine) as connection:
            return parcels_query.search(connection, text, chains)

    def next_reminders(self, parcel_ids: Sequence[int]) -> Mapping[int, datetime]:
        with read_transaction(self._engine) as connection:
            return reminders_query.next_due(connection, parcel_ids)

    def history(self, parcel_id: int) -> Sequence[HistoryEntry]:
        with read_transaction(self._engine) as connection:
            return parcels_query.history(connection, parcels_query.by_id(connection, parcel_id).id)

    def statistics(self, now: datetime) -> Statistics:
        with read_transaction(self._engine) as connection:
            return statistics_query.statistics(connection, now)

    def reminders(self, parcel_id: int) -> Sequence[StoredReminder]:
        with read_transaction(self._engine) as connection:
            one = parcels_query.by_id(connection, parcel_id)
            return [stored(row) for row in reminders_query.rows_of(connection, tables.reminder.c.parcel_id == one.id)]

    def healths(self) -> Sequence[MailboxHealth]:
        with read_transaction(self._engine) as connection:
            return health_query.healths(connection)

    def counts(self) -> Mapping[str, Mapping[MessageState, int]]:
        with read_transaction(self._engine) as connection:
            return messages_query.counts(connection)

    def cursors(self) -> Sequence[Place]:
        with read_transaction(self._engine) as connection:
            return messages_query.cursors(connection)

    def channel_states(self) -> Sequence[ChannelState]:
        with read_transaction(self._engine) as connection:
            return reminders_query.channel_states(connection)
