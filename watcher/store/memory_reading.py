"""What the store in memory can tell; :mod:`watcher.store.memory` adds what changes it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime

from watcher.extractors.notice import Chain
from watcher.health import MailboxHealth
from watcher.messages.mail import Place
from watcher.parcels.facts import Acted
from watcher.parcels.parcel import Parcel
from watcher.parcels.reminder import ReminderState
from watcher.parcels.rules import Rules
from watcher.store.delivering import states_of_channels, stored
from watcher.store.judging import (
    answers_to,
    in_view,
    no_such_parcel,
    speaks_of,
    too_many_parcels,
    wanted_number,
)
from watcher.store.memory_messages import MessagesInMemory
from watcher.store.memory_parcels import ParcelsInMemory
from watcher.store.statistics import Statistics, counted
from watcher.store.store import (
    ChannelState,
    HistoryEntry,
    MessageState,
    StoredMessage,
    StoredReminder,
    Unjudged,
    View,
)


class MemoryReading:
    """The reading half of :class:`watcher.store.memory.MemoryStore`."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._lock = threading.RLock()
        self._mails = MessagesInMemory()
        self._actions: list[Acted] = []
        self._health: dict[str, MailboxHealth] = {}
        self._kept = ParcelsInMemory(rules)

    def cursor(self, mailbox: str, folder: str) -> Place | None:
        with self._lock:
            return self._mails.cursors.get((mailbox, folder))

    def unjudged(self, now: datetime, limit: int = 20) -> Sequence[Unjudged]:
        with self._lock:
            return self._mails.unjudged(now)[:limit]

    def messages(self, states: frozenset[MessageState], limit: int = 100) -> Sequence[StoredMessage]:
        with self._lock:
            return self._mails.listed(states, limit)

    def raw(self, message_row: int) -> bytes | None:
        with self._lock:
            return next((one.raw for one in self._mails.all if one.stored.id == message_row), None)

    def parcels(self, view: View, now: datetime) -> Sequence[Parcel]:
        with self._lock:
            found = [one for each in self._kept.ids() if in_view(one := self._kept.parcel(each), view, now)]
        return _by_urgency(found)

    def search(self, text: str, chains: frozenset[Chain] = frozenset()) -> Sequence[Parcel]:
        with self._lock:
            found = [one for each in self._kept.ids() if speaks_of(one := self._kept.parcel(each), text, chains)]
        return _by_urgency(found)

    def find(self, wanted: str) -> Parcel:
        plain = wanted_number(wanted)
        with self._lock:
            if plain.isdigit() and not plain.startswith("0") and (here := self._kept.standing(int(plain))):
                return self._kept.parcel(here)
            ids = [each for each in self._kept.ids() if answers_to(self._kept.parcel(each), plain)]
            if not ids:
                raise no_such_parcel()
            if len(ids) > 1:
                raise too_many_parcels(ids)
            return self._kept.parcel(ids[0])

    def next_reminders(self, parcel_ids: Sequence[int]) -> Mapping[int, datetime]:
        wanted = set(parcel_ids)
        found: dict[int, datetime] = {}
        with self._lock:
            for row in self._kept.rows.values():
                if row.parcel_id in wanted and row.state is ReminderState.OPEN:
                    moments = (found.get(row.parcel_id, row.reminder.due_at), row.reminder.due_at)
                    found[row.parcel_id] = min(moments)
        return found

    def history(self, parcel_id: int) -> Sequence[HistoryEntry]:
        with self._lock:
            one = self._kept.joined(self._kept.required(parcel_id))
            mails = {row_id for row_id, _ in one.readings}
            entries = [_of_mail(each.stored) for each in self._mails.all if each.stored.id in mails]
            entries += [
                HistoryEntry(acted.at, acted.kind.value, acted.note or "", None)
                for acted in self._actions
                if acted.id in one.actions
            ]
            entries += [
                HistoryEntry(row.sent_at, "reminder", " ".join((row.reminder.occasion.value, *row.channels)), None)
                for row in self._kept.rows_of(self._kept.required(parcel_id))
                if row.state is ReminderState.SENT and row.sent_at is not None
            ]
        return sorted(entries, key=lambda entry: entry.at)

    def statistics(self, now: datetime) -> Statistics:
        with self._lock:
            return counted((self._kept.parcel(each) for each in self._kept.ids()), now)

    def reminders(self, parcel_id: int) -> Sequence[StoredReminder]:
        with self._lock:
            return [stored(row) for row in self._kept.rows_of(self._kept.required(parcel_id))]

    def healths(self) -> Sequence[MailboxHealth]:
        with self._lock:
            return [self._health[name] for name in sorted(self._health)]

    def counts(self) -> Mapping[str, Mapping[MessageState, int]]:
        with self._lock:
            return self._mails.counts()

    def cursors(self) -> Sequence[Place]:
        with self._lock:
            return [self._mails.cursors[key] for key in sorted(self._mails.cursors)]

    def channel_states(self) -> Sequence[ChannelState]:
        with self._lock:
            return states_of_channels(
                (name, done, row.wake_at is not None)
                for row in self._kept.rows.values()
                for name, done in row.deliveries.items()
            )


def _of_mail(stored: StoredMessage) -> HistoryEntry:
    return HistoryEntry(
        at=stored.date or stored.recorded_at,
        what=stored.kind.value,
        detail=" ".join((stored.trust.value, *stored.problems)),
        source=stored.message_id or f"{stored.place.mailbox}/{stored.place.folder}",
    )


def _by_urgency(found: list[Parcel]) -> list[Parcel]:
    dated = [one for one in found if one.deadline is not None]
    dated.sort(key=lambda one: (one.deadline.day if one.deadline else None, one.received_at, one.id))
    rest = sorted((one for one in found if one.deadline is None), key=lambda one: (one.received_at, one.id))
    return [*dated, *rest]
