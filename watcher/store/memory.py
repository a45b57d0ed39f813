"""The store in memory: for tests, and to say in the plainest way what a store does.

It keeps the whole contract but forgets everything with the process. After each change all parcels are made
anew from all facts, so that it also proves what the SQL store does with only some of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.errors import NotifyError
from watcher.extractors.notice import Notice, Reading
from watcher.health import MailboxHealth, succeeding
from watcher.messages.mail import Mail, Place
from watcher.parcels.facts import Acted, ActionKind, orders_of
from watcher.parcels.parcel import Parcel, Status
from watcher.parcels.plan import plan, snoozed, speaks_from
from watcher.parcels.reminder import Policy
from watcher.parcels.rules import Rules
from watcher.store.delivering import claim, closed, put_off
from watcher.store.judging import (
    forgotten,
    is_nobodys,
    numbers_in,
    numbers_named,
    numbers_of,
    require_numbers,
)
from watcher.store.memory_reading import MemoryReading
from watcher.store.store import (
    Due,
    Recorded,
)


class MemoryStore(MemoryReading):
    """Keeps the contract of :class:`watcher.store.store.Store` in memory; arguments as of the SQL store."""

    def __init__(self, rules: Rules, keep_raw_days: int = 90) -> None:
        super().__init__(rules)
        self._keep_raw = timedelta(days=keep_raw_days)
        self._last_action = 0

    # -- mails

    def move_cursor(self, place: Place) -> None:
        with self._lock:
            self._mails.move_cursor(place)

    def record(self, mail: Mail, notice: Notice, sender_domain: str | None, now: datetime) -> Recorded:
        with self._lock:
            if mail.place.uid > 0:
                self._mails.move_cursor(mail.place)
                self._mails.forget_failures(mail.place)
            if is_nobodys(notice):
                return Recorded((), known=False)
            if self._mails.is_forgotten(mail, notice):
                return Recorded((), known=True)
            known = self._mails.known(mail, notice)
            if known is not None:
                return Recorded(self._kept.of_mail(known), known=True)
            row_id = self._mails.add(mail, notice, sender_domain, now)
            self._bring_up_to_date()
            return Recorded(self._kept.of_mail(row_id), known=False)

    def judge(self, message_row: int, notice: Notice, now: datetime) -> Recorded:
        with self._lock:
            waited = self._mails.judge(message_row, notice, now)
            if waited:
                self._bring_up_to_date()
            return Recorded(self._kept.of_mail(message_row), known=not waited)

    def set_aside(self, place: Place, reason: str, now: datetime) -> int:
        with self._lock:
            return self._mails.set_aside(place, reason, now)

    def purge(self, now: datetime) -> int:
        """Drops the raw bytes of messages whose parcels were closed long ago; returns of how many."""
        before = now - self._keep_raw
        dropped = 0
        with self._lock:
            for one in self._mails.all:
                parcels = [self._kept.parcel(each) for each in self._kept.of_mail(one.stored.id)]
                old = one.stored.recorded_at < before and all(forgotten(each, before) for each in parcels)
                if one.raw is not None and old:
                    one.raw = None
                    dropped += 1
        return dropped

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
        with self._lock:
            here = self._kept.required(parcel_id)
            one = self._kept.joined(here)
            anchor = numbers_of(one.parcel)
            number = self._next_action()
            acted = Acted(number, action, now, anchor, one.began, one.latest, reading=edit, note=note)
            return self._take(acted, here)

    def add(self, reading: Reading, status: Status, now: datetime) -> Parcel:
        require_numbers(reading)
        with self._lock:
            number = self._next_action()
            anchor = numbers_in(reading)
            return self._take(Acted(number, ActionKind.ADD, now, anchor, reading=reading, status=status), None)

    def forget(self, parcel_id: int) -> tuple[str, ...]:
        with self._lock:
            here = self._kept.required(parcel_id)
            mine, others = set[str](), set[str]()
            loose: list[tuple[tuple[int, int], set[str]]] = []
            gone: list[tuple[int, int]] = []
            for fact in self._mails.facts():
                for position, said in enumerate(fact.notice.readings):
                    numbers = numbers_named(said, orders_of(fact.notice, said))
                    owner = self._kept.owner((fact.id, position))
                    if owner is None:
                        loose.append(((fact.id, position), numbers))
                    elif owner == here:
                        gone.append((fact.id, position))
                        mine |= numbers
                    else:
                        others |= numbers
            named = {
                acted.id: {number for said in (acted.anchor, acted.reading) if said for number in numbers_named(said)}
                for acted in self._actions
            }
            mine.update(
                number for each, numbers in named.items() if self._kept.owner(each) == here for number in numbers
            )
            gone += [reading for reading, numbers in loose if numbers & (mine - others)]
            for row_id, kept in self._mails.forget(gone, frozenset(mine - others)).items():
                self._kept.renumber(row_id, kept)
            owners = {each: self._kept.owner(each) for each in named}
            undone = {each for each, owner in owners.items() if owner is None and named[each] & (mine - others)}
            self._actions = [one for one in self._actions if owners[one.id] != here and one.id not in undone]
            self._bring_up_to_date()
            return ()

    def snooze(self, parcel_id: int, until: datetime, now: datetime) -> datetime | None:
        with self._lock:
            one = self._kept.parcel(self._kept.required(parcel_id))
            if not plan(one, self._rules.policy, self._kept.joined(one.id).seen_at):
                return None
            rows = self._kept.rows_of(one.id)
            existing = [(row.reminder, row.state) for row in rows]
            needed = snoozed(existing, max(until, now), one.deadline, self._rules.policy)
            self._kept.apply(one.id, needed)
            self._kept.silence(one.id)
            return needed.add[0].due_at if needed.add else self.next_reminders([one.id]).get(one.id)

    # -- reminders

    def claim_due(self, now: datetime, channels: Sequence[str], policy: Policy | None = None) -> Sequence[Due]:
        claimed: list[Due] = []
        if not channels:
            return claimed
        with self._lock:
            for parcel_id in self._kept.ids():
                rows, deadline = self._kept.rows_of(parcel_id), self._kept.parcel(parcel_id).deadline
                morning = now if policy is None else speaks_from(deadline, policy, now)
                if morning > now:
                    self._kept.rows.update({row.id: row for row in put_off(rows, morning, now)})
                    continue
                chosen = claim(rows, channels, now)
                self._kept.rows.update({row.id: row for row in chosen.others})
                if chosen.row is not None:
                    row = self._kept.rows[chosen.row.id] = chosen.row
                    claimed.append(Due(row.id, row.reminder, self._kept.parcel(parcel_id), chosen.channels))
        return claimed

    def close(self, reminder_id: int, outcomes: Mapping[str, NotifyError | None], now: datetime) -> None:
        with self._lock:
            if reminder_id in self._kept.rows:
                self._kept.rows[reminder_id] = closed(self._kept.rows[reminder_id], outcomes, now)

    def mend_times(self, now: datetime) -> None:
        with self._lock:
            mails, actions = self._kept.mend(now)
            self._mails.mend(mails, now)
            self._actions = [replace(one, at=min(one.at, now)) if one.id in actions else one for one in self._actions]
            self._bring_up_to_date()

    # -- health

    def save_health(self, health: MailboxHealth) -> None:
        with self._lock:
            self._health[health.mailbox] = succeeding(self._health.get(health.mailbox), health)

    def remember_told(self, mailbox: str, word: str) -> None:
        with self._lock:
            if mailbox in self._health:
                self._health[mailbox] = replace(self._health[mailbox], told=word)

    def ping(self) -> None:
        """Memory always answers."""

    def dispose(self) -> None:
        """There is nothing to close."""

    # -- parts

    def _take(self, acted: Acted, parcel_id: int | None) -> Parcel:
        self._actions.append(acted)
        self._bring_up_to_date(None if parcel_id is None else (acted.id, parcel_id))
        return self._kept.parcel(self._kept.owner(acted.id) or 0)

    def _next_action(self) -> int:
        self._last_action += 1
        return self._last_action

    def _bring_up_to_date(self, acted: tuple[int, int] | None = None) -> None:
        self._kept.bring_up_to_date([*self._mails.facts(), *self._actions], acted)
