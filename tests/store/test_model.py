"""Any sequence of mails, actions, ticks and failures: the SQL store does what the plain one does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.parcels.test_joining import notices, readings
from tests.store.conftest import open_sql_store
from tests.store.mails import RULES, at, mail
from watcher.errors import NotifyError, WatcherError
from watcher.extractors.notice import Notice, Reading
from watcher.messages.message import Trust
from watcher.parcels.parcel import Status
from watcher.parcels.rules import Rules
from watcher.store.memory import MemoryStore
from watcher.store.sql_store import SqlStore
from watcher.store.store import ActionKind, Due, MessageState, Store, View

CHANNELS = ("desktop", "ntfy")
OUTCOMES = st.sampled_from([None, NotifyError("no connection"), NotifyError("refused", permanent=True)])
STEPS = st.sampled_from([0, 1, 30, 180, 60 * 7, 60 * 30])


class BothStores(RuleBasedStateMachine):
    """Does the same to both and compares all that can be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.now = at(2)
        self.uid = 0

    @initialize(held=st.booleans())
    def open(self, held: bool) -> None:
        rules = Rules(RULES.periods, RULES.policy, held)
        self.sql: SqlStore = open_sql_store(Path(self.folder.name) / "parcels.sqlite3", rules)
        self.memory = MemoryStore(rules)

    def teardown(self) -> None:
        if hasattr(self, "sql"):
            self.sql.dispose()
        self.folder.cleanup()

    @rule(notice=notices(), folder=st.sampled_from(["INBOX", "Junk"]), raw=st.sampled_from([b"a", b"b", b"c"]))
    def record(self, notice: Notice, folder: str, raw: bytes) -> None:
        self.uid += 1
        same = mail(self.uid, folder=folder, raw=raw)
        self.both(lambda store: store.record(same, notice, "amazon.co.jp", self.now))

    @rule(notice=notices())
    def record_without_dns(self, notice: Notice) -> None:
        self.uid += 1
        same = mail(self.uid)
        waiting = replace(notice, trust=Trust.UNVERIFIED, trust_reason="dns_unavailable", trust_method="own_dkim")
        self.both(lambda store: store.record(same, waiting, "amazon.co.jp", self.now))

    @rule(notice=notices(), trust=st.sampled_from([Trust.AUTHENTICATED, Trust.UNVERIFIED]), silent=st.booleans())
    def judge_again(self, notice: Notice, trust: Trust, silent: bool) -> None:
        reason = "dns_unavailable" if silent else "own_dkim"
        said = replace(notice, trust=Trust.UNVERIFIED if silent else trust, trust_reason=reason)

        def judge(store: Store) -> object:
            waiting = store.unjudged(self.now)
            return len(waiting), [store.judge(one.id, said, self.now) for one in waiting[:1]]

        self.both(judge)

    @rule(notice=notices(), back=st.integers(0, 3))
    def record_again(self, notice: Notice, back: int) -> None:
        same = mail(max(1, self.uid - back))
        self.both(lambda store: store.record(same, notice, "amazon.co.jp", self.now))

    @rule()
    def fail_to_read(self) -> None:
        self.both(lambda store: store.set_aside(mail(self.uid + 1).place, "Error", self.now))

    @rule(minutes=STEPS)
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(which=st.integers(1, 4), action=st.sampled_from(ActionKind), edit=readings())
    def act(self, which: int, action: ActionKind, edit: Reading) -> None:
        if action is not ActionKind.ADD:
            given = edit if action is ActionKind.EDIT else None
            self.both(lambda store: store.act(which, action, self.now, edit=given, note="n"))

    @rule(reading=readings(), status=st.sampled_from(Status))
    def add(self, reading: Reading, status: Status) -> None:
        self.both(lambda store: store.add(reading, status, self.now))

    @rule(which=st.integers(1, 4), minutes=STEPS)
    def snooze(self, which: int, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        self.both(lambda store: store.snooze(which, until, self.now))

    @rule(channels=st.sampled_from([CHANNELS, CHANNELS[:1], ()]))
    def tick(self, channels: tuple[str, ...]) -> None:
        due = self.sql.claim_due(self.now, channels)
        assert self.claims(due) == self.claims(self.memory.claim_due(self.now, channels))
        assert len(due) == len(self.claims(due))

    @precondition(lambda self: self.sending())
    @rule(desktop=OUTCOMES, ntfy=OUTCOMES, only_one=st.booleans())
    def close(self, desktop: NotifyError | None, ntfy: NotifyError | None, only_one: bool) -> None:
        outcomes = {"desktop": desktop} if only_one else {"desktop": desktop, "ntfy": ntfy}
        for store in (self.sql, self.memory):
            parcel_id, number = self.sending()[0]
            row = store.reminders(parcel_id)[number]
            store.close(row.id, outcomes, self.now)

    @rule(days=st.sampled_from([0, 95]))
    def purge(self, days: int) -> None:
        later = self.now + timedelta(days=days)
        assert self.sql.purge(later) == self.memory.purge(later)

    @invariant()
    def nothing_differs(self) -> None:
        if not hasattr(self, "sql"):
            return
        sql, memory = self.sql, self.memory
        for view in View:
            assert list(sql.parcels(view, self.now)) == list(memory.parcels(view, self.now))
        ids = [parcel.id for parcel in memory.parcels(View.ALL, self.now)]
        assert sql.next_reminders(ids) == memory.next_reminders(ids)
        assert sql.counts() == memory.counts()
        assert sql.messages(frozenset(MessageState)) == memory.messages(frozenset(MessageState))
        for parcel_id in ids:
            assert self.rows(sql, parcel_id) == self.rows(memory, parcel_id)
            assert self.told(sql, parcel_id) == self.told(memory, parcel_id)
        for folder in ("INBOX", "Junk"):
            assert sql.cursor("home", folder) == memory.cursor("home", folder)
        assert sql.cursors() == memory.cursors()
        assert sql.channel_states() == memory.channel_states()

    @invariant()
    def no_promise_is_broken(self) -> None:
        if not hasattr(self, "sql"):
            return
        for parcel in self.sql.parcels(View.ALL, self.now):
            rows = self.sql.reminders(parcel.id)
            waiting = [row for row in rows if row.sent_at is None and row.state.value in ("open", "sending")]
            if parcel.closed_at is not None or parcel.held:
                assert waiting == []

    def sending(self) -> list[tuple[int, int]]:
        return [
            (parcel.id, number)
            for parcel in self.memory.parcels(View.ALL, self.now)
            for number, row in enumerate(self.memory.reminders(parcel.id))
            if row.state.value == "sending"
        ]

    def both(self, do: Callable[[Store], object]) -> None:
        outcomes: list[object] = []
        for store in (self.sql, self.memory):
            try:
                outcomes.append(do(store))
            except (WatcherError, ValueError) as error:
                outcomes.append((type(error), str(error)))
        assert outcomes[0] == outcomes[1]

    @staticmethod
    def rows(store: Store, parcel_id: int) -> list[tuple[object, ...]]:
        """By everything but the row's own number."""
        return [(row.reminder, row.state, row.sent_at, row.channels) for row in store.reminders(parcel_id)]

    @staticmethod
    def told(store: Store, parcel_id: int) -> list[tuple[datetime, str, str, str]]:
        """The history; entries of one moment in any order."""
        entries = store.history(parcel_id)
        assert [entry.at for entry in entries] == sorted(entry.at for entry in entries)
        return sorted((entry.at, entry.what, entry.detail, entry.source or "") for entry in entries)

    @staticmethod
    def claims(due: Sequence[Due]) -> dict[int, tuple[object, ...]]:
        return {one.parcel.id: (one.parcel, one.reminder, one.channels) for one in due}


BothStores.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestBothStores = BothStores.TestCase
