"""The calendar file follows the store; what keeps it from being written is said once and stops nothing."""

from __future__ import annotations

import asyncio
import logging
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.export.test_calendar import events
from tests.whole.test_reminding import NOON, PHRASES, Clock, Voice, ready, reminding, store_with
from watcher.alerts import Alerts
from watcher.calendar_file import CalendarFile, KeptCalendarFile
from watcher.daemon import Daemon
from watcher.errors import ExportError, MissingExtraError
from watcher.extractors.extract import extract
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Provider, Reception
from watcher.messages.read import read
from watcher.store.memory import MemoryStore
from watcher.store.store import ActionKind, Store


def states(file: Path) -> dict[str, str]:
    """The status of each event, by the id of its parcel."""
    read_events = events(file.read_bytes())
    return {uid.partition("@")[0].removeprefix("parcel-"): one.status.value for uid, one in read_events.items()}


def kept(path: Path, store: Store, clock: Clock) -> CalendarFile:
    return CalendarFile(path, store, clock, "en")


def record(store: MemoryStore, uid: int, raw: bytes, at: datetime) -> None:
    message = read(raw, Reception(at, provider=Provider(("mx.example.jp",))))
    store.record(Mail(raw, Place("home", "INBOX", 1, uid)), extract(message, PHRASES), "amazon.co.jp", at)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "konbini.ics"


def test_it_is_written_when_something_changed_and_only_then(file: Path) -> None:
    clock, store = Clock(), store_with(ready(1, NOON), ready(2, NOON))
    calendar = kept(file, store, clock)
    assert calendar.update()
    assert states(file) == {"1": "CONFIRMED", "2": "CONFIRMED"}
    assert file.stat().st_mode & 0o777 == 0o600
    first = file.stat()
    clock.now += timedelta(minutes=1)
    assert not calendar.update()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    store.act(1, ActionKind.COLLECT, clock.now)
    assert calendar.update()
    assert states(file) == {"1": "CANCELLED", "2": "CONFIRMED"}
    store.act(1, ActionKind.UNDO, clock.now)
    store.forget(2)
    assert calendar.update()
    assert states(file) == {"1": "CONFIRMED", "2": "CANCELLED"}
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_alarms_go_with_the_reminders(file: Path) -> None:
    clock, store = Clock(), store_with(ready(1, NOON))
    kept(file, store, clock).update()
    (event,) = events(file.read_bytes()).values()
    planned = [row.reminder.due_at.astimezone(UTC) for row in store.reminders(1) if row.reminder.due_at > clock.now]
    assert [alarm.trigger.value for alarm in event.valarm_list] == planned
    store.snooze(1, clock.now + timedelta(hours=4), clock.now)
    assert kept(file, store, clock).update()
    (later,) = events(file.read_bytes()).values()
    assert clock.now + timedelta(hours=4) in [alarm.trigger.value for alarm in later.valarm_list]
    assert later.last_modified.value > event.last_modified.value


def test_a_parcel_that_proves_to_be_another_one_is_cancelled(file: Path) -> None:
    both = ready(1, NOON)
    lines = both.split(b"\r\n")
    labels = ("お問い合わせ番号".encode(), "認証番号".encode(), "注文番号".encode())

    def without(number: int, *left_out: bytes) -> bytes:
        raw = b"\r\n".join(line for line in lines if not line.startswith(left_out))
        return raw.replace(b"<1@", f"<{number}@".encode())

    clock = Clock()
    store = store_with(without(8, *labels[1:]), without(9, *labels[:2]))
    calendar = kept(file, store, clock)
    calendar.update()
    assert states(file) == {"1": "CONFIRMED", "2": "CONFIRMED"}
    record(store, 3, both, clock.now)
    calendar.update()
    assert states(file) == {"1": "CONFIRMED", "2": "CANCELLED"}


def test_the_mode_that_a_person_gave_is_kept_and_links_are_followed(tmp_path: Path, file: Path) -> None:
    clock, store = Clock(), store_with(ready(1, NOON))
    (tmp_path / "shown").symlink_to(file)
    calendar = kept(tmp_path / "shown", store, clock)
    calendar.update()
    file.chmod(0o644)
    store.act(1, ActionKind.COLLECT, clock.now)
    assert calendar.update()
    assert file.stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "shown").is_symlink()


def test_somebody_elses_calendar_is_left_as_it_is(file: Path) -> None:
    mine = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:mine\r\nEND:VCALENDAR\r\n"
    file.write_bytes(mine)
    with pytest.raises(ExportError, match="no calendar of this program"):
        kept(file, store_with(ready(1, NOON)), Clock()).update()
    assert file.read_bytes() == mine
    with pytest.raises(ExportError):
        kept(file.parent, store_with(ready(1, NOON)), Clock()).update()


@contextmanager
def no_space() -> Iterator[None]:
    """Files cannot grow beyond a few bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_the_old_file(file: Path) -> None:
    clock, store = Clock(), store_with(ready(1, NOON))
    calendar = kept(file, store, clock)
    calendar.update()
    before = file.read_bytes()
    store.act(1, ActionKind.COLLECT, clock.now)
    with no_space(), pytest.raises(ExportError, match="cannot be written"):
        calendar.update()
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert calendar.update()


def test_a_missing_package_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtraError) as caught:
        kept(file, store_with(ready(1, NOON)), Clock()).update()
    assert "konbini-watcher[calendar]" in (caught.value.hint or "")


def test_the_daemon_keeps_it_and_says_once_when_it_cannot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock, voice, store = Clock(), Voice(), store_with(ready(1, NOON))
    file = tmp_path / "shared" / "konbini.ics"
    speaking = reminding(store, [voice], clock)
    speaking.alerts = Alerts("en", clock())
    keeping = KeptCalendarFile(kept(file, store, clock), speaking.alerts)
    daemon = Daemon(store, [voice], speaking, clock, speaking.alerts, "en", keeping)

    def ticks(count: int) -> None:
        for _ in range(count):
            asyncio.run(daemon.tick())
            clock.now += timedelta(minutes=1)

    with caplog.at_level(logging.WARNING, "watcher.calendar_file"):
        ticks(4)
    assert [notification.tag for notification in voice.said] == ["parcel-1", "calendar"]
    assert str(file) in voice.said[1].body
    assert len(caplog.records) == 1
    file.parent.mkdir()
    ticks(1)
    assert states(file) == {"1": "CONFIRMED"}
    store.act(1, ActionKind.COLLECT, clock.now)
    ticks(2)
    assert states(file) == {"1": "CANCELLED"}
    file.write_text("something else")
    ticks(4)
    assert [notification.tag for notification in voice.said] == ["parcel-1", "calendar", "calendar"]
    assert file.read_text() == "something else"
