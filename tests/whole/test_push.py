"""Phones: two services shaped like ntfy, the real store and the real voice; each channel has its own success."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.store.conftest import open_sql_store
from tests.store.mails import OTHER_INQUIRY, OTHER_ORDER, a_notice, a_reading, at, mail, march, ready
from tests.whole.test_reminding import Clock, Voice
from watcher.extractors.notice import Chain, Kind, PickupPoint, PointKind
from watcher.notify.push import Push
from watcher.reminding import Reminding
from watcher.store.sql_store import SqlStore

NOW = at(2)
MINUTE = timedelta(minutes=1)


@dataclass
class Service:
    """A service: what it got, what it answers next, and whether it answers at all."""

    port: int = 0
    got: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: threading.Event | None = None

    def url(self) -> str:
        return f"ntfy://user:hunter2@127.0.0.1:{self.port}/topic"


@contextmanager
def serving(service: Service) -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.got.append(document.get("title", ""))
            if service.slow is not None:
                service.slow.wait(60)
            self.send_response(service.answers.pop(0) if service.answers else 200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        if service.slow is not None:
            service.slow.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def phone() -> Iterator[Service]:
    with serving(Service()) as service:
        yield service


@pytest.fixture
def tablet() -> Iterator[Service]:
    with serving(Service()) as service:
        yield service


@pytest.fixture
def store(sql_store: SqlStore) -> SqlStore:
    sql_store.record(mail(1), ready(2, deadline=march(12)), "amazon.co.jp", NOW)
    return sql_store


@pytest.fixture
def sql_store(tmp_path: Path) -> Iterator[SqlStore]:
    store = open_sql_store(tmp_path / "parcels.sqlite3")
    yield store
    store.dispose()


def tick(speaking: Reminding) -> None:
    asyncio.run(speaking.say_what_is_due())


def test_each_phone_gets_it_once_whatever_the_other_does(store: SqlStore, phone: Service, tablet: Service) -> None:
    clock = Clock(NOW)
    speaking = Reminding(store, [Push(phone.url(), 1), Push(tablet.url(), 2)], clock, "en")
    tablet.answers = [500, 503, 429]
    tries = []
    for minute in range(20):
        clock.now = NOW + minute * MINUTE
        before = len(tablet.got)
        tick(speaking)
        if len(tablet.got) > before:
            tries.append(minute)
    assert tries == [0, 1, 3, 7]  # pauses of 1, 2 and 4 minutes; the fourth try is taken
    assert len(phone.got) == 1
    (arrival, *_) = store.reminders(1)
    assert arrival.channels == ("ntfy-1", "ntfy-2")
    assert arrival.deliveries["ntfy-2"].tries == 3
    assert "hunter2" not in str(arrival.deliveries)


def test_a_phone_that_is_gone_is_given_up_after_a_day_and_the_next_reminder_tries_it_again(
    store: SqlStore, phone: Service, tablet: Service
) -> None:
    clock = Clock(NOW)
    speaking = Reminding(store, [Push(phone.url(), 1), Push(tablet.url(), 2)], clock, "en")
    tablet.answers = [404] * 1000
    for hours in range(40):
        clock.now = NOW + timedelta(hours=hours)
        tick(speaking)
    given_up = len(tablet.got)
    assert store.reminders(1)[0].deliveries["ntfy-2"].next_at is None
    clock.now = at(8)
    tick(speaking)
    assert len(tablet.got) == given_up
    tablet.answers = []
    clock.now = at(9, 18)
    tick(speaking)
    assert (len(phone.got), len(tablet.got)) == (2, given_up + 1)


def test_a_phone_that_does_not_answer_holds_up_nobody(store: SqlStore, phone: Service, tablet: Service) -> None:
    """Three parcels at three shops, a service that takes a request and says nothing: the others have all three long
    before anybody could have waited for the silent one three times."""
    others = ((2, OTHER_INQUIRY, OTHER_ORDER), (3, "111122223333", "503-1111111-2222222"))
    for uid, inquiry, order in others:
        shop = PickupPoint(PointKind.KONBINI, Chain.LAWSON, f"架空{uid}丁目店")
        notice = a_notice(Kind.READY, at(2), a_reading(inquiry=inquiry, order=order, point=shop), message_id=f"{uid}@x")
        store.record(mail(uid), notice, "amazon.co.jp", NOW)
    tablet.slow = threading.Event()
    desk = Voice("desk")
    speaking = Reminding(store, [Push(tablet.url(), 2), Push(phone.url(), 1), desk], Clock(NOW), "en")
    begun = time.monotonic()

    async def story() -> None:
        ticking = asyncio.create_task(speaking.say_what_is_due())
        async with asyncio.timeout(60):
            while len(desk.said) < 3 or len(phone.got) < 3:
                await asyncio.sleep(0.02)
        assert not ticking.done()
        assert not any(row.sent_at for row in store.reminders(1))
        assert tablet.slow is not None
        tablet.slow.set()
        await ticking

    asyncio.run(story())
    assert time.monotonic() - begun < 60
    assert {row.channels[0] for number in (1, 2, 3) for row in store.reminders(number) if row.channels} == {"desk"}
