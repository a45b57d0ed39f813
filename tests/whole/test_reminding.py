"""What is due is claimed, worded, sent, and closed; a failing channel holds up nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import pytest

from watcher.assembly import phrases, rules_of
from watcher.config import Config, StoreConfig
from watcher.errors import NotifyError
from watcher.extractors.extract import extract
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Provider, Reception
from watcher.messages.read import read
from watcher.notify.notification import Notification, Press
from watcher.parcels.parcel import Status
from watcher.parcels.reminder import Policy
from watcher.reminding import Reminding
from watcher.store.memory import MemoryStore
from watcher.store.store import View

NOON = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
PHRASES = phrases()


@dataclass
class Voice:
    """A channel that remembers what it said, or refuses."""

    name: str = "voice"
    refuses: bool = False
    said: list[Notification] = field(default_factory=list)

    async def send(self, notification: Notification) -> None:
        if self.refuses:
            raise NotifyError("no")
        self.said.append(notification)

    async def close(self) -> None:
        pass


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def ready(number: int, at: datetime, shop: str | None = None) -> bytes:
    eleven = 30000000000 + number
    name = shop or f"ローソン 架空{number}丁目店"
    return (
        "Authentication-Results: mx.example.jp; dmarc=pass header.from=amazon.co.jp\r\n"
        "From: order-update@amazon.co.jp\r\nSubject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=\r\n"
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{number}@example.com>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        f"受取店舗: {name}\r\nお問い合わせ番号: {eleven}{eleven % 7}\r\n認証番号: {6000000 + number}\r\n"
        f"注文番号: 250-1111111-{6000000 + number}\r\n受取期限: 2026/3/8\r\n"
    ).encode()


def store_with(*raws: bytes, at: datetime = NOON) -> MemoryStore:
    store = MemoryStore(rules_of(Config(StoreConfig("sqlite://"))))
    for uid, raw in enumerate(raws, 1):
        message = read(raw, Reception(at, provider=Provider(("mx.example.jp",))))
        store.record(Mail(raw, Place("home", "INBOX", 1, uid)), extract(message, PHRASES), "amazon.co.jp", at)
    return store


def reminding(store: MemoryStore, channels: Sequence[Voice], clock: Clock) -> Reminding:
    return Reminding(store, channels, clock, "en", policy=Policy(quiet_from=time(22), quiet_until=time(7)))


def tick(voice: Reminding) -> None:
    asyncio.run(voice.say_what_is_due())


def test_an_arrival_is_said_once() -> None:
    clock, channel = Clock(), Voice()
    speaking = reminding(store_with(ready(1, NOON)), [channel], clock)
    for _ in range(3):
        tick(speaking)
        clock.now += timedelta(minutes=1)
    assert len(channel.said) == 1
    assert "3000 0000 0016" in channel.said[0].body


def test_parcels_of_one_shop_are_one_notification() -> None:
    channel = Voice()
    mails = [ready(number, NOON, "ローソン 架空一丁目店") for number in (1, 2)]
    tick(reminding(store_with(*mails), [channel], Clock()))
    assert len(channel.said) == 1
    assert len(channel.said[0].parcel_ids) == 2


def test_many_arrivals_at_once_are_one_summary() -> None:
    channel = Voice()
    tick(reminding(store_with(*(ready(number, NOON) for number in range(1, 6))), [channel], Clock()))
    assert [notification.tag for notification in channel.said] == ["summary"]


def test_what_a_channel_has_said_is_not_said_again_with_the_many_that_came_later() -> None:
    clock, good, bad = Clock(), Voice("good"), Voice("bad", refuses=True)
    store = store_with(ready(1, NOON))
    speaking = reminding(store, [good, bad], clock)
    tick(speaking)
    for uid in range(2, 7):
        raw = ready(uid, NOON)
        message = read(raw, Reception(NOON, provider=Provider(("mx.example.jp",))))
        store.record(Mail(raw, Place("home", "INBOX", 1, uid)), extract(message, PHRASES), "amazon.co.jp", NOON)
    bad.refuses = False
    clock.now += timedelta(minutes=2)
    tick(speaking)
    assert [len(one.parcel_ids) for one in good.said] == [1, 5]
    assert sorted(len(one.parcel_ids) for one in bad.said) == [1, 5]


def test_a_failing_channel_is_tried_again_and_holds_up_nothing() -> None:
    clock, good, bad = Clock(), Voice("good"), Voice("bad", refuses=True)
    speaking = reminding(store_with(ready(1, NOON)), [good, bad], clock)
    tick(speaking)
    assert (len(good.said), len(bad.said)) == (1, 0)
    bad.refuses = False
    clock.now += timedelta(minutes=2)
    tick(speaking)
    assert (len(good.said), len(bad.said)) == (1, 1)


def test_without_a_channel_nothing_is_lost() -> None:
    clock, channel = Clock(), Voice()
    store = store_with(ready(1, NOON))
    tick(reminding(store, [], clock))
    clock.now += timedelta(minutes=5)
    tick(reminding(store, [channel], clock))
    assert len(channel.said) == 1


def test_a_late_reminder_waits_for_the_end_of_the_quiet_hours() -> None:
    night = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)  # 01:00 in Japan
    clock, channel = Clock(), Voice(refuses=True)
    speaking = reminding(store_with(ready(1, NOON)), [channel], clock)
    tick(speaking)
    channel.refuses = False
    clock.now = night
    tick(speaking)
    assert not channel.said
    clock.now = night + timedelta(hours=6, minutes=1)
    tick(speaking)
    assert len(channel.said) == 1


@pytest.mark.parametrize(("press", "status"), [(Press.COLLECTED, Status.COLLECTED), (Press.LATER, Status.READY)])
def test_buttons_reach_the_store(press: Press, status: Status) -> None:
    clock, channel = Clock(), Voice("desktop")
    store = store_with(ready(1, NOON))
    speaking = reminding(store, [channel], clock)

    async def story() -> None:
        await speaking.say_what_is_due()
        speaking.pressed(press, channel.said[0].parcel_ids)
        while speaking._presses:
            await asyncio.sleep(0)

    asyncio.run(story())
    (parcel,) = store.parcels(View.ALL, clock())
    assert parcel.status is status
    soon = store.next_reminders([1]).get(1)
    assert (soon == clock.now + timedelta(hours=3)) is (press is Press.LATER)


def test_a_collected_parcel_is_never_spoken_of_again() -> None:
    clock, channel = Clock(), Voice("desktop")
    store = store_with(ready(1, NOON))
    speaking = reminding(store, [channel], clock)

    async def story() -> None:
        await speaking.say_what_is_due()
        speaking.pressed(Press.COLLECTED, (1,))
        while speaking._presses:
            await asyncio.sleep(0)
        for _ in range(20):
            clock.now += timedelta(hours=12)
            await speaking.say_what_is_due()

    asyncio.run(story())
    assert len(channel.said) == 1
