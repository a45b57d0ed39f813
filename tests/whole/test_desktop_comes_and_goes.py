"""A desktop that is not there yet, restarts, changes its notification server: no reminder is lost, buttons work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import StartBus
from tests.notify.fake_desktop import FakeDesktop
from tests.notify.test_desktop import until
from tests.store.conftest import open_sql_store
from tests.store.mails import at, mail, march, ready
from tests.whole.test_reminding import Clock
from watcher.notify.desktop import Desktop
from watcher.parcels.parcel import Status
from watcher.parcels.reminder import Occasion
from watcher.reminding import Reminding
from watcher.store.sql_store import SqlStore

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_sql_store(tmp_path / "parcels.sqlite3")
    store.record(mail(1), ready(2, deadline=march(12)), "amazon.co.jp", at(2))
    yield store
    store.dispose()


def said(store: SqlStore) -> list[Occasion]:
    return [row.reminder.occasion for row in store.reminders(1) if row.channels]


@pytest.mark.usefixtures("bus_address")
def test_no_reminder_is_lost_and_buttons_work_on_whatever_server_there_is(store: SqlStore, start_bus: StartBus) -> None:
    async def story() -> None:
        clock = Clock(at(2))
        speaking = Reminding(store, [], clock, "ja")
        desktop = Desktop(speaking.pressed)
        speaking.channels = [desktop]

        await speaking.say_what_is_due()  # no session bus
        bus = start_bus()
        clock.now += MINUTE
        await speaking.say_what_is_due()  # a bus, and no notification server
        assert said(store) == []
        screen = await FakeDesktop().start()
        clock.now += 2 * MINUTE
        await speaking.say_what_is_due()
        assert said(store) == [Occasion.ARRIVAL]
        assert [shown.urgency for shown in screen.shown.values()] == [1]

        await screen.stop()  # the person logs out and in again
        bus.terminate()
        bus.wait()
        start_bus()
        screen = await FakeDesktop().start()
        clock.now = at(9, 18)
        await speaking.say_what_is_due()
        assert said(store) == [Occasion.ARRIVAL, Occasion.DAYS_BEFORE]

        await screen.stop()  # the notification server dies on the evening before the last day
        clock.now = at(11, 18)
        await speaking.say_what_is_due()
        assert len(said(store)) == 2
        screen = await FakeDesktop().start()
        clock.now += MINUTE
        await speaking.say_what_is_due()
        assert len(said(store)) == 3
        clock.now = at(12, 10)
        await speaking.say_what_is_due()
        (shown,) = screen.shown.values()  # the newer one took the older one's place
        assert (shown.urgency, shown.title.partition("：")[0]) == (2, "受取期限は本日です")

        await screen.press("later")
        await until(lambda: store.next_reminders([1]).get(1) == at(12, 13))
        clock.now = at(12, 13)
        await speaking.say_what_is_due()
        await screen.press("collected")
        await until(lambda: store.find("1").status is Status.COLLECTED)
        await speaking.settled()
        clock.now = at(13, 12)
        await speaking.say_what_is_due()
        assert said(store).count(Occasion.OVERDUE) == 0
        await desktop.close()
        await screen.stop()

    asyncio.run(story())
