"""The store in a SQL database."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select

from watcher.errors import NotifyError
from watcher.extractors.notice import Notice, Reading
from watcher.health import MailboxHealth
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.facts import Acted, ActionKind, sought_keys
from watcher.parcels.parcel import Parcel, Status
from watcher.parcels.plan import plan, snoozed, speaks_from
from watcher.parcels.reminder import Policy
from watcher.parcels.rules import Rules
from watcher.store import (
    facts_query,
    forgetting,
    health_query,
    mending,
    messages_query,
    parcels_query,
    reminders_query,
    rules_query,
    tables,
    wiping,
)
from watcher.store.codec import digest_of, parcel_from
from watcher.store.delivering import closed
from watcher.store.engine import read_transaction, write_transaction
from watcher.store.judging import TRIES, is_nobodys, no_such_parcel, numbers_in, numbers_of, require_numbers
from watcher.store.recompute import bring_up_to_date, parcel_row
from watcher.store.sql_reading import SqlReading
from watcher.store.store import (
    Due,
    Recorded,
)

_BATCH = 100
"""How many messages are read again in one transaction."""


class SqlStore(SqlReading):
    """Keeps the contract of :class:`watcher.store.store.Store`.

    Args:
        engine: from :func:`watcher.store.engine.open_engine`, upgraded; the store disposes of it.
        rules: what parcels and their plans are made by.
        keep_raw_days: how long raw messages are kept after their parcel was closed.
    """

    def __init__(self, engine: Engine, rules: Rules, keep_raw_days: int = 90) -> None:
        super().__init__(engine)
        self._rules = rules
        self._keep_raw = timedelta(days=keep_raw_days)

    # -- mails

    def move_cursor(self, place: Place) -> None:
        with write_transaction(self._engine) as connection:
            messages_query.move_cursor(connection, place)

    def record(self, mail: Mail, notice: Notice, sender_domain: str | None, now: datetime) -> Recorded:
        with write_transaction(self._engine) as connection:
            if mail.place.uid > 0:
                messages_query.move_cursor(connection, mail.place)
                messages_query.forget_failures(connection, mail.place)
            if is_nobodys(notice):
                return Recorded((), known=False)
            known = messages_query.known_row(connection, mail, notice)
            if known is not None:
                return Recorded(messages_query.parcels_of(connection, known), known=True)
            row_id = messages_query.write_message(connection, mail, notice, sender_domain, now)
            if notice.trust is Trust.FORGED:
                return Recorded((), known=False)
            messages_query.write_raw(connection, row_id, mail.raw)
            facts_query.write_notice(connection, row_id, notice, mail.raw)
            if notice.readings:
                bring_up_to_date(connection, [f"mail:{row_id}"], self._rules)
            return Recorded(messages_query.parcels_of(connection, row_id), known=False)

    def judge(self, message_row: int, notice: Notice, now: datetime) -> Recorded:
        with write_transaction(self._engine) as connection:
            if not messages_query.write_verdict(connection, message_row, notice, now):
                return Recorded(messages_query.parcels_of(connection, message_row), known=True)
            self._reread(connection, [(message_row, "", notice)])
            return Recorded(messages_query.parcels_of(connection, message_row), known=False)

    def set_aside(self, place: Place, reason: str, now: datetime) -> int:
        with write_transaction(self._engine) as connection:
            tries = messages_query.count_attempt(connection, place)
            if tries >= TRIES:
                messages_query.write_failed(connection, place, reason, now)
                messages_query.move_cursor(connection, place)
            return tries

    def purge(self, now: datetime) -> int:
        """Drops the raw bytes of messages whose parcels were closed long ago; returns of how many."""
        with write_transaction(self._engine) as connection:
            return messages_query.purge(connection, now, self._keep_raw)

    def rescan(self, read_notice: Callable[[bytes, datetime | None], Notice], now: datetime) -> int:
        """Reads the kept messages again. Ids, actions, trust and what was sent stay.

        Args:
            read_notice: from raw bytes and INTERNALDATE to what they say today; its trust is not used.
            now: the present, aware.

        Returns:
            How many messages were read.
        """
        self.purge(now)
        read, last = 0, 0
        while True:
            with read_transaction(self._engine) as connection:
                rows = messages_query.kept_after(connection, last, _BATCH)
            if not rows:
                return read
            fresh: list[tuple[int, str, Notice]] = []
            for row in rows:
                said = read_notice(zlib.decompress(row["packed"]), row["received_at"])
                said = replace(said, trust=Trust(row["trust"]), trust_reason=row["reason"])
                fresh.append((row["id"], row["digest"], said))
            with write_transaction(self._engine) as connection:
                self._reread(connection, fresh)
            read, last = read + len(rows), int(rows[-1]["id"])

    # -- the person

    def act(
        self,
        parcel_id: int,
        action: ActionKind,
        now: datetime,
        *,
        edit: Reading | None = None,
        note: str | None = None,
    ) -> Parcel:
        with write_transaction(self._engine) as connection:
            row = parcel_row(connection, parcel_id)
            if row is None:
                raise no_such_parcel()
            acted = Acted(
                id=0,
                kind=action,
                at=now,
                anchor=numbers_of(parcel_from(row)),
                began=row["began"],
                follows=row["latest_at"],
                reading=edit,
                note=note,
            )
            return self._take(connection, acted, row["id"])

    def add(self, reading: Reading, status: Status, now: datetime) -> Parcel:
        require_numbers(reading)
        acted = Acted(0, ActionKind.ADD, now, numbers_in(reading), reading=reading, status=status)
        with write_transaction(self._engine) as connection:
            return self._take(connection, acted, None)

    def forget(self, parcel_id: int) -> tuple[str, ...]:
        with read_transaction(self._engine) as connection:
            traces = forgetting.traces_of(connection, parcel_id)
        deleted = wiping.wipe_copies(self._engine, traces)
        with write_transaction(self._engine) as connection:
            wiping.overwrite_what_is_deleted(connection)
            forgetting.forget(connection, forgetting.traces_of(connection, parcel_id), self._rules)
        self.sweep()
        return deleted

    def sweep(self) -> None:
        """Rewrites the database file so that nothing that was deleted can be read in it.

        Raises:
            StoreBusyError: another process kept it from doing so; to be tried again.
        """
        wiping.sweep(self._engine)

    def snooze(self, parcel_id: int, until: datetime, now: datetime) -> datetime | None:
        with write_transaction(self._engine) as connection:
            row = parcel_row(connection, parcel_id)
            if row is None:
                raise no_such_parcel()
            one = parcel_from(row)
            if not plan(one, self._rules.policy, row["seen_at"]):
                return None
            rows = reminders_query.rows_of(connection, tables.reminder.c.parcel_id == one.id)
            existing = [(each.reminder, each.state) for each in rows]
            needed = snoozed(existing, max(until, now), one.deadline, self._rules.policy)
            reminders_query.apply_changes(connection, one.id, rows, needed)
            reminders_query.silence(connection, rows)
            if needed.add:
                return needed.add[0].due_at
            return reminders_query.next_due(connection, [one.id]).get(one.id)

    # -- reminders

    def claim_due(self, now: datetime, channels: Sequence[str], policy: Policy | None = None) -> Sequence[Due]:
        with read_transaction(self._engine) as connection:
            if not channels or not reminders_query.anything_due(connection, now):
                return ()
        with write_transaction(self._engine) as connection:
            due: list[Due] = []
            for parcel_id, rows in reminders_query.begun(connection, now).items():
                one = parcels_query.by_id(connection, parcel_id)
                morning = now if policy is None else speaks_from(one.deadline, policy, now)
                if morning > now:
                    reminders_query.hold_back(connection, rows, morning, now)
                elif claimed := reminders_query.claim_one(connection, rows, channels, now):
                    due.append(Due(claimed[0].id, claimed[0].reminder, one, claimed[1]))
            return due

    def close(self, reminder_id: int, outcomes: Mapping[str, NotifyError | None], now: datetime) -> None:
        with write_transaction(self._engine) as connection:
            # a reminder that is gone was dropped meanwhile, with a collected parcel for instance
            for row in reminders_query.rows_of(connection, tables.reminder.c.id == reminder_id):
                reminders_query.save(connection, row, closed(row, outcomes, now))

    def mend_times(self, now: datetime) -> None:
        with read_transaction(self._engine) as connection:
            if not mending.parcels_from_the_future(connection, now):
                return
        with write_transaction(self._engine) as connection:
            keys = mending.mend(connection, now)
            if keys:
                bring_up_to_date(connection, keys, self._rules)

    # -- health

    def save_health(self, health: MailboxHealth) -> None:
        with write_transaction(self._engine) as connection:
            health_query.save(connection, health)

    def remember_told(self, mailbox: str, word: str) -> None:
        with write_transaction(self._engine) as connection:
            health_query.remember_told(connection, mailbox, word)

    def ping(self) -> None:
        # a writing transaction that writes nothing: a store that can only be read loses every mail
        with write_transaction(self._engine) as connection:
            connection.execute(select(tables.cursor.c.mailbox).limit(1)).first()

    def dispose(self) -> None:
        self._engine.dispose()

    # -- rules

    def adopt_rules(self) -> bool:
        """Makes open parcels and their plans anew if the person changed the rules since they were made.

        Returns whether that was so. What was sent stays sent.
        """
        with read_transaction(self._engine) as connection:
            if rules_query.are_in_force(connection, self._rules):
                return False
        with write_transaction(self._engine) as connection:
            keys = rules_query.put_in_force(connection, self._rules)
            bring_up_to_date(connection, keys, self._rules)
            return True

    # -- parts

    def _take(self, connection: Connection, acted: Acted, parcel_id: int | None) -> Parcel:
        stored = facts_query.write_action(connection, acted, parcel_id)
        bring_up_to_date(connection, sought_keys(stored), self._rules)
        owner = connection.execute(
            select(tables.action.c.parcel_id).where(tables.action.c.id == stored.id)
        ).scalar_one()
        return parcels_query.by_id(connection, owner)

    def _reread(self, connection: Connection, fresh: Sequence[tuple[int, str, Notice]]) -> None:
        """Takes in what messages are now known to say, where it differs from what has this digest.

        A message whose bytes are gone was forgotten since they were read, and stays so.
        """
        keys, lost = set[str](), set[int]()
        kept = messages_query.still_kept(connection, [row_id for row_id, _, _ in fresh])
        for row_id, digest, said in fresh:
            if row_id in kept and digest_of(said) != digest:
                keys |= facts_query.keys_of_mail(connection, row_id)
                lost |= set(messages_query.parcels_of(connection, row_id))
                facts_query.write_notice(connection, row_id, said, None)
                messages_query.write_reread(connection, row_id, said)
                keys |= facts_query.keys_of_mail(connection, row_id)
        if keys:
            bring_up_to_date(connection, keys, self._rules, lost)
