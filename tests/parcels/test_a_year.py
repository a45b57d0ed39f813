"""A year of a thousand parcels on a machine that sleeps, with a channel that fails: the plan at work.

The rows here are what a store keeps, without a store: the tick asks what is due, says the most urgent
reminder of each parcel, and closes the rest.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from watcher.extractors.notice import CheckDigit
from watcher.messages.message import Trust
from watcher.parcels.parcel import JST, Deadline, DeadlineSource, Parcel, Status
from watcher.parcels.plan import Changes, changes, may_speak, most_urgent, plan, snoozed
from watcher.parcels.reminder import Occasion, Policy, Reminder, ReminderState

YEAR = datetime(2027, 12, 1, tzinfo=JST)  # with the 29th of February and a New Year
DAYS = 366
PARCELS = 1000
POLICY = Policy()


@dataclass
class Life:
    """One parcel, its rows, and what the person was told."""

    parcel: Parcel
    arrived: datetime
    rows: list[tuple[Reminder, ReminderState]] = field(default_factory=list)
    seen_at: datetime | None = None
    collected: datetime | None = None
    said: list[tuple[datetime, Reminder, Deadline | None]] = field(default_factory=list)

    def apply(self, change: Changes) -> None:
        moved = dict(change.move)
        self.rows = [
            (moved.get(row, row), ReminderState.SUPERSEDED if row in change.supersede else state)
            for row, state in self.rows
            if row not in change.drop
        ]
        self.rows += [(row, ReminderState.OPEN) for row in change.add]

    def replan(self) -> None:
        assert self.seen_at is not None
        self.apply(changes(self.rows, plan(self.parcel, POLICY, self.seen_at)))

    def speak(self, now: datetime) -> None:
        """What a tick does: the most urgent of what is due is said, the rest is superseded."""
        due = [row for row, state in self.rows if state is ReminderState.OPEN and row.due_at <= now]
        if not due or not may_speak(self.parcel.deadline, POLICY, now):
            return
        chosen = most_urgent(due)
        self.said.append((now, chosen, self.parcel.deadline))
        self.rows = [
            (row, state) if row not in due else (row, ReminderState.SENT if row == chosen else ReminderState.SUPERSEDED)
            for row, state in self.rows
        ]


def lives(chance: random.Random) -> list[Life]:
    made = []
    for number in range(PARCELS):
        arrived = YEAR + timedelta(days=chance.randrange(DAYS - 20), minutes=chance.randrange(1440))
        day = (arrived + timedelta(days=chance.choice([2, 3, 6, 10]))).date()
        deadline = Deadline(day, DeadlineSource.PRINTED, "x")
        if chance.random() < 0.5:
            safe_by = min(day, (arrived + timedelta(days=3)).date())
            deadline = Deadline(day, DeadlineSource.ESTIMATED, None, safe_by)
        parcel = Parcel(
            id=number,
            status=Status.READY,
            order_number=None,
            inquiry_number="123456789013",
            check_digit=CheckDigit.VALID,
            auth_number=None,
            auth_source=None,
            pickup_point=None,
            pickup_code=None,
            deadline=deadline,
            trust=Trust.AUTHENTICATED,
            received_at=arrived,
        )
        made.append(Life(parcel, arrived))
    return made


def asleep(chance: random.Random) -> list[tuple[datetime, datetime]]:
    """When the machine sleeps or the only channel fails: nights, workdays, a week off."""
    spans = []
    for day in range(DAYS):
        if chance.random() < 0.6:
            begin = YEAR + timedelta(days=day, hours=chance.randrange(24))
            spans.append((begin, begin + timedelta(hours=chance.randrange(1, 15))))
    week = YEAR + timedelta(days=chance.randrange(DAYS - 10))
    return [*spans, (week, week + timedelta(days=7))]


def live(one: Life, spans: list[tuple[datetime, datetime]], chance: random.Random) -> None:
    """Ticks every half an hour from the arrival until after the deadline."""
    assert one.parcel.deadline is not None
    near = [span for span in spans if span[1] > one.arrived]
    moment = one.arrived
    end = one.parcel.deadline.ends_at + timedelta(days=3)
    happens = one.arrived + timedelta(hours=chance.randrange(24 * 12))
    fate = chance.choice(["forgets", "collects", "snoozes", "another deadline", "restarts"])
    while moment < end:
        if not any(begin <= moment < until for begin, until in near):
            if one.seen_at is None:
                one.seen_at = moment
                one.replan()
            if moment >= happens and fate != "forgets":
                happen(one, fate, moment)
                fate = "forgets"
            one.speak(moment)
        moment += timedelta(minutes=30)


def happen(one: Life, fate: str, moment: datetime) -> None:
    deadline = one.parcel.deadline
    assert deadline is not None
    if fate == "collects":
        one.parcel = replace(one.parcel, status=Status.COLLECTED, closed_at=moment)
        one.collected = moment
    elif fate == "snoozes" and one.parcel.status is Status.READY:
        one.apply(snoozed(one.rows, moment + timedelta(hours=3), deadline, POLICY))
    elif fate == "another deadline":
        later = Deadline(deadline.day + timedelta(days=1), DeadlineSource.PRINTED, "y")
        one.parcel = replace(one.parcel, deadline=later)
    one.replan()


@pytest.fixture(scope="module")
def year() -> list[Life]:
    chance = random.Random(20261124)
    spans = asleep(chance)
    everyone = lives(chance)
    for one in everyone:
        live(one, spans, chance)
    return everyone


def test_every_parcel_is_told_of_before_its_deadline(year: list[Life]) -> None:
    for one in year:
        assert one.parcel.deadline is not None
        if one.collected is None and one.seen_at is not None and one.seen_at < one.parcel.deadline.ends_at:
            assert any(at < one.parcel.deadline.ends_at for at, _, _ in one.said), one
    assert sum(bool(one.said) for one in year) > PARCELS * 0.9


def test_no_reminder_is_said_twice_and_no_two_at_once(year: list[Life]) -> None:
    for one in year:
        identities = [(said.occasion, said.about, said.days_before) for _, said, _ in one.said]
        moments = [at for at, _, _ in one.said]
        assert len(set(identities)) == len(identities)
        assert len(set(moments)) == len(moments)
        assert sum(said.occasion is Occasion.ARRIVAL for _, said, _ in one.said) <= 1


def test_nothing_is_said_after_a_collection(year: list[Life]) -> None:
    assert any(one.collected for one in year)
    for one in year:
        assert one.collected is None or all(at < one.collected for at, _, _ in one.said)


def test_nothing_is_said_in_quiet_hours_but_before_a_day_that_matters(year: list[Life]) -> None:
    nightly = [told for one in year for told in one.said if told[0].hour >= 22 or told[0].hour < 7]
    assert nightly
    for at, said, deadline in nightly:
        assert deadline is not None
        assert at.date() in (deadline.day, deadline.safe_by), (at, said, deadline)
