"""A machine that lives through a year: the real store, the real voice, and channels that fail."""

from __future__ import annotations

import asyncio
import heapq
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, func, select

from tests.year.people import Fate, Life
from tests.year.weather import BEGIN, DAY, DAYS, HOUR, MINUTE, ZONES, Weather
from watcher.assembly import rules_of
from watcher.config import Config, StoreConfig
from watcher.errors import NotifyError
from watcher.extractors.notice import Kind, Notice
from watcher.messages.mail import Mail, Place
from watcher.notify.notification import Notification, Press
from watcher.parcels.parcel import OPEN, Deadline
from watcher.parcels.reminder import Policy
from watcher.reminding import Reminding
from watcher.store.engine import open_engine, read_transaction
from watcher.store.migrate import upgrade
from watcher.store.sql_store import SqlStore
from watcher.store.store import ActionKind, Due
from watcher.store.tables import reminder

CHANNELS = ("desktop", "ntfy-1")
END = BEGIN + DAYS * DAY
Identity = tuple[int, str, date | None, int, int]
"""Which reminder: the parcel's number, the occasion, the day it speaks of, which of its kind, and of which pick-up."""


class KilledError(BaseException):
    """The process is gone, whatever it was doing."""


@dataclass(frozen=True)
class Told:
    """One thing said over one channel, at a true time and by the machine's clock."""

    at: datetime
    machine: datetime
    channel: str
    identity: Identity
    deadline: Deadline | None


@dataclass(frozen=True)
class Promise:
    """From when on a parcel had a deadline, in true time."""

    since: datetime
    deadline: Deadline


@dataclass
class Story:
    """What became of one parcel, in true time.

    Attributes:
        gone: when it was collected or returned, perhaps with when that was undone or it came again.
        resent: how often it came again.
    """

    life: Life
    seen: datetime | None = None
    promises: list[Promise] = field(default_factory=list)
    gone: list[datetime] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    resent: int = 0


@dataclass
class Channel:
    """A channel that is broken when the weather says so."""

    name: str
    world: World

    async def send(self, notification: Notification) -> None:
        self.world.say(self.name, notification)

    async def close(self) -> None:
        pass


class OverheardStore(SqlStore):
    """The real store; what it hands out is noted, so that a message can be told by its reminder."""

    def __init__(self, engine: Engine, heard: dict[int, Due]) -> None:
        super().__init__(engine, rules_of(Config(StoreConfig("sqlite://"))))
        self._heard = heard

    def claim_due(self, now: datetime, channels: Sequence[str], policy: Policy | None = None) -> Sequence[Due]:
        found = super().claim_due(now, channels, policy)
        self._heard.update({due.parcel.id: due for due in found})
        return found


class World:
    """Time, and all that happens in it.

    Attributes:
        stories: by the number of the parcel.
        doubled: what a killed program had said without having noted it.
        ticks, kills: how often.
    """

    def __init__(self, path: Path, people: list[Life], weather: Weather, chance: random.Random) -> None:
        self.moment = BEGIN
        self.stories = {life.number: Story(life) for life in people}
        self.doubled: list[tuple[str, Identity]] = []
        self.ticks = self.kills = 0
        self._path, self._weather, self._chance = path, weather, chance
        self._uid = self._said = 0
        self._due: dict[int, Due] = {}
        self._events: list[tuple[datetime, int, Callable[[], object]]] = []
        self._engine: Engine | None = None
        for life in people:
            self._at(life.arrives, partial(self._arrive, life))
            self._at(life.happens, partial(self._happen, life))
        for when in weather.restarts:
            self._at(when, self._restart)
        for (begin, end), _ in weather.wrong:
            for edge in (begin, end):
                for pause in range(0, 200, 20):
                    self._at(edge + pause * MINUTE, lambda: None)

    def clock(self) -> datetime:
        """The machine's own time, in a zone of its choice."""
        return (self.moment + self._weather.off_by(self.moment)).astimezone()

    async def live(self) -> None:
        """Lives through the year."""
        self._restart()
        while self.moment < END and self._events:
            await self._tick()
            self.moment = max(self._next(), self.moment)
            while self.moment in self._weather.asleep:
                self.moment = self._weather.asleep.end_after(self.moment)
            while self._events and self._events[0][0] <= self.moment:
                event = heapq.heappop(self._events)[2]()
                if asyncio.iscoroutine(event):
                    await event
        self._store.dispose()

    def say(self, channel: str, notification: Notification) -> None:
        """What a channel does with a notification.

        Raises:
            NotifyError: it is broken just now.
            KilledError: the program was killed, before or after the channel took it.
        """
        if self.moment in self._weather.broken[channel]:
            raise NotifyError("broken")
        self._said += 1
        killed = self._said in self._weather.kills
        if killed and self._said % 2:
            raise KilledError
        for parcel_id in notification.parcel_ids:
            due = self._due[parcel_id]
            number = int((due.parcel.order_number or "")[4:11])
            one = due.reminder
            identity = (number, one.occasion.value, one.about, one.days_before, self.stories[number].resent)
            told = Told(self.moment, self.clock(), channel, identity, due.parcel.deadline)
            self.stories[number].told.append(told)
            if killed:
                self.doubled.append((channel, identity))
        if killed:
            raise KilledError

    def _at(self, when: datetime, what: Callable[[], object]) -> None:
        heapq.heappush(self._events, (when, len(self._events) + self._uid * 100_000, what))

    async def _tick(self) -> None:
        self.ticks += 1
        before = {number: len(story.told) for number, story in self.stories.items()} if self._killable() else {}
        try:
            await self._voice.say_what_is_due()
        except KilledError:
            self.kills += 1
            self.doubled += [
                (told.channel, told.identity)
                for number, story in self.stories.items()
                for told in story.told[before[number] :]
            ]
            self._restart()

    def _killable(self) -> bool:
        return any(self._said + more in self._weather.kills for more in range(1, 400))

    def _next(self) -> datetime:
        """The next whole minute at which a tick has something to do, or the next event."""
        assert self._engine is not None
        with read_transaction(self._engine) as connection:
            wake_at = connection.execute(select(func.min(reminder.c.wake_at))).scalar()
        event = self._events[0][0] if self._events else END
        soon = self.moment + MINUTE
        if wake_at is None:
            return event
        due = wake_at - self._weather.off_by(self.moment)
        return min(event, soon if due <= soon else due + (BEGIN - due) % MINUTE)

    def _restart(self) -> None:
        """The program is started anew: nothing is left of it but its file. The machine may be elsewhere now."""
        if self._engine is not None:
            self._engine.dispose()
        os.environ["TZ"] = self._chance.choice(ZONES)
        time.tzset()
        self._engine = open_engine(f"sqlite:///{self._path}")
        upgrade(self._engine)
        self._store = OverheardStore(self._engine, self._due)
        self._store.adopt_rules()
        channels = [Channel(name, self) for name in CHANNELS]
        self._voice = Reminding(self._store, channels, self.clock, "ja")

    def _arrive(self, life: Life) -> None:
        self._record(life, life.notice(Kind.READY, life.arrives, life.printed))

    def _record(self, life: Life, notice: Notice) -> None:
        self._uid += 1
        mail = Mail(b"invented", Place("home", "INBOX", 1, self._uid))
        self._store.record(mail, notice, "amazon.co.jp", self.clock())
        story = self.stories[life.number]
        story.seen = story.seen or self.moment
        parcel = self._store.find(life.order)
        if parcel.status in OPEN and parcel.deadline is not None:
            story.promises.append(Promise(self.moment, parcel.deadline))
        elif parcel.status not in OPEN and len(story.gone) % 2 == 0:
            story.gone.append(self.moment)

    async def _happen(self, life: Life) -> None:
        story = self.stories[life.number]
        parcel = self._store.find(life.order)
        match life.fate:
            case Fate.COLLECTED | Fate.UNDONE:
                self._store.act(parcel.id, ActionKind.COLLECT, self.clock())
                story.gone.append(self.moment)
                if life.fate is Fate.UNDONE:
                    self._at(self.moment + self._chance.randrange(1, 40) * HOUR, lambda: self._undo(story, parcel.id))
            case Fate.PRESSED:
                self._voice.pressed(Press.COLLECTED, (parcel.id,))
                await self._voice.settled()
                story.gone.append(self.moment)
            case Fate.SNOOZED:
                self._voice.pressed(Press.LATER, (parcel.id,))
                await self._voice.settled()
            case Fate.MAILED:
                self._record(life, life.notice(Kind.COLLECTED, self.moment, None))
            case Fate.RETURNED:
                self._record(life, life.notice(Kind.RETURNED, self.moment, None))
                if self._chance.random() < 0.5:
                    self._at(self.moment + self._chance.randrange(20, 80) * HOUR, lambda: self._come_again(story))
            case Fate.MOVED:
                day = (self.moment + self._chance.choice([0, 1, 2, 5]) * DAY).date()
                self._record(life, life.notice(Kind.REMINDER, self.moment, day))
            case Fate.FORGOTTEN:
                pass

    def _come_again(self, story: Story) -> None:
        story.resent += 1
        story.gone.append(self.moment)
        self._record(story.life, story.life.notice(Kind.READY, self.moment, None))

    def _undo(self, story: Story, parcel_id: int) -> None:
        self._store.act(parcel_id, ActionKind.UNDO, self.clock())
        story.gone.append(self.moment)
