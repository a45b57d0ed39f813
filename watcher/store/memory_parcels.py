"""Parcels and their reminders in memory, made anew from all facts after each change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from watcher.parcels.facts import Fact
from watcher.parcels.joining import Joined, join_with_facts
from watcher.parcels.parcel import OPEN, Parcel
from watcher.parcels.plan import Changes, changes, plan
from watcher.parcels.reminder import ReminderState
from watcher.parcels.rules import Rules
from watcher.store.delivering import Row, mended, opened, silenced
from watcher.store.identity import kept_ids
from watcher.store.judging import no_such_parcel
from watcher.store.mending import AHEAD

_UNSETTLED = frozenset({ReminderState.OPEN, ReminderState.SENDING})


class ParcelsInMemory:
    """Every parcel by id, with the rows of its plan.

    Attributes:
        rows: every reminder by id.
    """

    def __init__(self, rules: Rules) -> None:
        self.rows: dict[int, Row] = {}
        self._rules = rules
        self._joined: dict[int, Joined] = {}
        self._heirs: dict[int, int] = {}
        self._owners: dict[object, int] = {}
        self._last_parcel = 0
        self._last_row = 0

    def ids(self) -> list[int]:
        """The ids of all parcels."""
        return sorted(self._joined)

    def parcel(self, parcel_id: int) -> Parcel:
        """The parcel with this id."""
        return replace(self._joined[parcel_id].parcel, id=parcel_id)

    def joined(self, parcel_id: int) -> Joined:
        """The same with its facts."""
        return self._joined[parcel_id]

    def standing(self, parcel_id: int) -> int | None:
        """The id that a parcel has today, or None."""
        here = self._heirs.get(parcel_id, parcel_id)
        return here if here in self._joined else None

    def required(self, parcel_id: int) -> int:
        """The id that a parcel has today.

        Raises:
            NoSuchParcelError: there is none.
        """
        here = self.standing(parcel_id)
        if here is None:
            raise no_such_parcel()
        return here

    def owner(self, fact: object) -> int | None:
        """The parcel of a reading (message, position) or an action (id)."""
        return self._owners.get(fact)

    def renumber(self, row_id: int, kept: tuple[int, ...]) -> None:
        """Follows the readings of a message that lost some; ``kept`` holds their former positions."""
        owners = [self._owners.get((row_id, before)) for before in kept]
        for fact in [fact for fact in self._owners if isinstance(fact, tuple) and fact[0] == row_id]:
            del self._owners[fact]
        self._owners.update({(row_id, position): owner for position, owner in enumerate(owners) if owner is not None})

    def of_mail(self, row_id: int) -> tuple[int, ...]:
        """The parcels that a message speaks of."""
        return tuple(
            parcel_id
            for parcel_id, one in sorted(self._joined.items())
            if any(mail == row_id for mail, _ in one.readings)
        )

    def rows_of(self, parcel_id: int) -> list[Row]:
        """The plan of a parcel, by time."""
        found = [row for row in self.rows.values() if row.parcel_id == parcel_id]
        return sorted(found, key=lambda row: (row.reminder.due_at, row.id))

    def silence(self, parcel_id: int) -> None:
        """Stops trying other channels for what was sent."""
        self.rows.update({row.id: silenced(row) for row in self.rows_of(parcel_id)})

    def bring_up_to_date(self, facts: Iterable[Fact], acted: tuple[int, int] | None = None) -> None:
        """Makes all parcels anew; ``acted`` says to which parcel a new action belonged."""
        if acted is not None:
            self._owners[acted[0]] = acted[1]
        joined = join_with_facts(facts, self._rules)
        ids_of = [
            [self._owners[fact] for fact in (*one.readings, *one.actions) if fact in self._owners] for one in joined
        ]
        before = set(self._joined)
        self._joined, self._owners = {}, {}
        standing: dict[int, int] = {}
        for one, kept, ids in zip(joined, kept_ids(joined, ids_of), ids_of, strict=True):
            if not one.listed:
                continue
            parcel_id = kept or self._next_id()
            self._joined[parcel_id] = one
            self._owners.update(dict.fromkeys((*one.readings, *one.actions), parcel_id))
            standing = dict.fromkeys(ids, parcel_id) | standing | {parcel_id: parcel_id}
        for gone in sorted(before - set(self._joined)):
            self._retire(gone, standing.get(gone))
        for parcel_id, one in sorted(self._joined.items()):
            wanted = plan(one.parcel, self._rules.policy, one.seen_at)
            rows = self.rows_of(parcel_id)
            self.apply(parcel_id, changes([(row.reminder, row.state) for row in rows], wanted, one.again))
            if not wanted:
                self.silence(parcel_id)

    def mend(self, now: datetime) -> tuple[set[int], set[int]]:
        """Puts right the plans that got moments later than now; returns the messages and actions of their parcels."""
        mails, actions = set[int](), set[int]()
        for parcel_id, one in self._joined.items():
            rows = self.rows_of(parcel_id)
            moments = [one.seen_at, *(row.sent_at for row in rows if row.sent_at)]
            if one.parcel.status in OPEN and max(moments) - now > AHEAD:
                self.rows.update({row.id: row for row in mended(rows, now)})
                mails |= {row_id for row_id, _ in one.readings}
                actions |= set(one.actions)
        return mails, actions

    def apply(self, parcel_id: int, needed: Changes) -> None:
        """Changes the plan of a parcel."""
        rows = {row.reminder: row for row in self.rows_of(parcel_id) if row.state in _UNSETTLED}
        for new in needed.add:
            self._last_row += 1
            self.rows[self._last_row] = opened(self._last_row, parcel_id, new)
        for old, new in needed.move:
            self.rows[rows[old].id] = replace(rows[old], reminder=new, wake_at=new.due_at)
        for old in needed.drop:
            del self.rows[rows[old].id]
        for old in needed.supersede:
            self.rows[rows[old].id] = replace(rows[old], state=ReminderState.SUPERSEDED, wake_at=None)

    def _next_id(self) -> int:
        self._last_parcel += 1
        return self._last_parcel

    def _retire(self, gone: int, heir: int | None) -> None:
        for row in self.rows_of(gone):
            if heir is not None and row.state is ReminderState.SENT:
                self.rows[row.id] = replace(row, parcel_id=heir, wake_at=None)
            else:
                del self.rows[row.id]
        formers = [former for former, now in self._heirs.items() if now == gone]
        for former in (*formers, gone):
            self._heirs.pop(former, None)
            if heir is not None:
                self._heirs[former] = heir
