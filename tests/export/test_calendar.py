"""The calendar of waiting parcels, as programs that are not ours read it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from tests.export.test_card import LAWSON
from tests.test_text_safety import PAYLOADS
from watcher.export.calendar import KEPT, PRODUCT, Entry, belongs, calendar_of
from watcher.extractors.notice import PickupPoint, PointKind
from watcher.messages.message import Trust
from watcher.notify.notification import Language
from watcher.parcels.parcel import Deadline, DeadlineSource, Parcel, Status, end_of_day
from watcher.parcels.plan import plan
from watcher.parcels.reminder import Policy

ARRIVED = LAWSON.received_at
LATER = ARRIVED + timedelta(hours=3)
LANGUAGES: tuple[Language, ...] = ("ja", "en")


def entry(parcel: Parcel = LAWSON, changed_at: datetime = ARRIVED, changes: int = 0) -> Entry:
    return Entry(parcel, plan(parcel, Policy(), parcel.received_at), changed_at, changes)


def closed(parcel: Parcel = LAWSON, status: Status = Status.COLLECTED, at: datetime = LATER) -> Parcel:
    return replace(parcel, status=status, closed_at=at)


def made(
    *entries: Entry,
    now: datetime = LATER,
    language: Language = "en",
    show_numbers: bool = True,
    published: bytes | None = None,
) -> bytes:
    return calendar_of(entries, now, language, show_numbers=show_numbers, published=published)


def events(calendar: bytes) -> dict[str, Any]:
    """The events of a calendar by UID, read and checked by vobject."""
    read = vobject.readOne(calendar.decode("utf-8"), validate=True)
    return {event.uid.value: event for event in read.contents.get("vevent", [])}


def parts(calendar: bytes) -> list[Any]:
    """The events of a calendar, read by icalendar."""
    return list(Calendar.from_ical(calendar).walk("VEVENT"))


def event(calendar: bytes) -> Any:
    (only,) = events(calendar).values()
    return only


def alarms(calendar: bytes) -> list[datetime]:
    return [alarm.trigger.value for alarm in event(calendar).contents.get("valarm", [])]


def revision(calendar: bytes) -> tuple[int, datetime]:
    read = event(calendar)
    assert read.dtstamp.value == read.last_modified.value
    return int(read.sequence.value), read.last_modified.value


def test_a_parcel_is_a_day_that_blocks_no_time() -> None:
    read = event(made(entry(), language="ja"))
    assert read.uid.value == "parcel-7@konbini-watcher.invalid"
    assert (read.dtstart.value, read.dtend.value) == (date(2026, 3, 11), date(2026, 3, 12))
    assert read.summary.value == "荷物の受取期限(推定)：ローソン 架空町店"
    assert read.location.value == "ローソン 架空町店"
    assert (read.status.value, read.transp.value) == ("CONFIRMED", "TRANSPARENT")
    assert "お問い合わせ番号: 1234 5678 9013\n認証番号: 765 4321\n" in read.description.value
    assert "url" not in read.contents


def test_a_printed_deadline_is_not_called_estimated() -> None:
    printed = replace(LAWSON, deadline=Deadline(date(2026, 3, 11), DeadlineSource.PRINTED, "3/11"))
    assert event(made(entry(printed))).summary.value == "Last day to pick up: ローソン 架空町店"


def test_numbers_stay_out_where_they_shall_not_be_seen() -> None:
    for language in LANGUAGES:
        plain = made(entry(), language=language, show_numbers=False).replace(b"\r\n ", b"").decode()
        assert "konbini show 7" in plain
        assert not [part for part in ("1234", "9013", "765", "4321") if part in plain]


def test_what_cannot_be_believed_is_marked() -> None:
    assert (
        "sender could not be confirmed" in event(made(entry(replace(LAWSON, trust=Trust.UNVERIFIED)))).description.value
    )


def test_alarms_are_the_reminders_that_are_still_to_be_said() -> None:
    wanted = [
        datetime(2026, 3, 3, 9, tzinfo=UTC),
        datetime(2026, 3, 8, 9, tzinfo=UTC),
        datetime(2026, 3, 10, 9, tzinfo=UTC),
        datetime(2026, 3, 11, 1, tzinfo=UTC),
        datetime(2026, 3, 11, 9, tzinfo=UTC),
        datetime(2026, 3, 12, 1, tzinfo=UTC),
    ]
    assert alarms(made(entry())) == wanted
    assert alarms(made(entry(), now=wanted[1])) == wanted[2:]
    assert b"TRIGGER;VALUE=DATE-TIME:20260308T090000Z\r\n" in made(entry())


def test_a_parcel_without_a_deadline_stands_at_its_arrival() -> None:
    read = event(made(entry(replace(LAWSON, deadline=None))))
    assert read.dtstart.value == date(2026, 3, 1)
    assert "deadline not known" in read.summary.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_calendar_without_parcels_is_one_too(language: Language) -> None:
    plain = made(language=language).decode()
    assert events(plain.encode()) == {}
    for line in (
        f"PRODID:{PRODUCT}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "X-WR-TIMEZONE:Asia/Tokyo",
        {"ja": "X-WR-CALNAME:コンビニ受取", "en": "X-WR-CALNAME:Konbini pick-ups"}[language],
    ):
        assert f"\r\n{line}\r\n" in plain
    assert "METHOD" not in plain


# -- what becomes of it


@pytest.mark.parametrize("status", [Status.COLLECTED, Status.RETURNED, Status.CANCELLED])
def test_a_closed_parcel_is_cancelled_for_a_while_and_tells_nothing(status: Status) -> None:
    parcel = closed(status=status)
    read = event(made(entry(parcel)))
    assert read.status.value == "CANCELLED"
    assert read.dtstart.value == date(2026, 3, 11)
    assert not {"description", "location", "valarm"} & set(read.contents)
    assert "架空町" not in read.summary.value
    assert made(entry(parcel), now=LATER + KEPT - timedelta(seconds=1)).count(b"BEGIN:VEVENT") == 1
    assert made(entry(parcel), now=LATER + KEPT) == made(now=LATER + KEPT)


def test_held_forged_and_travelling_parcels_are_not_told_of() -> None:
    for hidden in (
        replace(LAWSON, held=True),
        closed(replace(LAWSON, held=True)),
        replace(LAWSON, trust=Trust.FORGED),
        replace(LAWSON, status=Status.SHIPPED),
    ):
        assert events(made(entry(hidden))) == {}


def test_a_closed_parcel_raises_both_numbers_of_the_revision() -> None:
    first = made(entry())
    second = made(entry(closed(), LATER, 1), published=first)
    assert revision(first) == (0, ARRIVED)
    assert revision(second) == (1, LATER)
    assert revision(made(entry(closed(), LATER, 1))) == (1, LATER), "also where nothing published is known"


def test_what_a_late_mail_changes_is_newer_than_what_was_published() -> None:
    """A mail that was dated before what is known already: subscribers compare, and would keep the old event."""
    first = made(entry(changed_at=LATER, changes=4))
    other = replace(LAWSON, deadline=Deadline(date(2026, 3, 8), DeadlineSource.PRINTED))
    second = made(entry(other, ARRIVED, 2), now=LATER + timedelta(minutes=1), published=first)
    assert revision(second) == (5, LATER + timedelta(minutes=1))
    third = made(entry(closed(other), ARRIVED, 2), now=LATER + timedelta(minutes=1), published=second)
    assert revision(third) == (6, LATER + timedelta(minutes=1, seconds=1)), "also within one second"


def test_fewer_alarms_are_no_significant_change() -> None:
    first = made(entry())
    now = datetime(2026, 3, 3, 9, tzinfo=UTC)
    second = made(entry(), now=now, published=first)
    assert len(alarms(second)) == len(alarms(first)) - 1
    assert revision(second) == (0, now)


def test_a_day_that_is_over_changes_what_is_said() -> None:
    over = end_of_day(date(2026, 3, 11))
    read = made(entry(), now=over + timedelta(hours=12))
    assert "may already have been returned" in event(read).description.value
    assert revision(read) == (2, over.astimezone(UTC))


def test_a_parcel_that_is_gone_is_cancelled_and_then_dropped() -> None:
    """It was forgotten, or proved to be another one; nothing of it may stay but its id and day."""
    first = made(entry(), entry(replace(LAWSON, id=8)))
    second = made(entry(), now=LATER, published=first)
    gone = events(second)["parcel-8@konbini-watcher.invalid"]
    assert gone.status.value == "CANCELLED"
    assert (gone.dtstart.value, gone.sequence.value) == (date(2026, 3, 11), "1")
    assert second.count("架空町店".encode()) < first.count("架空町店".encode())
    assert made(entry(), now=LATER, published=second) == second
    assert "parcel-8@konbini-watcher.invalid" not in events(made(entry(), now=LATER + KEPT, published=second))


def test_a_collection_that_is_forgotten_changes_nothing_more() -> None:
    first = made(entry(closed(), LATER, 1), published=made(entry()))
    assert made(now=LATER + timedelta(days=1), published=first) == first


def test_an_undone_collection_comes_back() -> None:
    second = made(entry(closed(), LATER, 1), published=made(entry()))
    third = made(entry(changed_at=LATER, changes=2), now=LATER, published=second)
    assert event(third).status.value == "CONFIRMED"
    assert revision(third)[0] > revision(second)[0]
    assert revision(third)[1] > revision(second)[1]


# -- what may stand in it


@pytest.mark.parametrize(
    "payload", [*PAYLOADS, "店\r\nBEGIN:VALARM\r\nACTION:AUDIO", "店\nATTACH;VALUE=URI:x", "C:\\new;a,b"]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_of_a_mail_adds_nothing(payload: str, language: Language) -> None:
    parcel = replace(
        LAWSON,
        pickup_point=PickupPoint(PointKind.UNKNOWN, None, payload),
        pickup_code=payload,
        inquiry_number=payload,
        auth_number=payload,
        order_number=payload,
    )
    calendar = made(entry(parcel), language=language)
    harmless = made(entry(replace(parcel, pickup_point=LAWSON.pickup_point)), language=language)
    assert set(event(calendar).contents) == set(event(harmless).contents)
    assert calendar.count(b"\r\nBEGIN:") == harmless.count(b"\r\nBEGIN:")
    text = calendar.replace(b"\r\n ", b"").decode("utf-8")
    assert not [
        sign for sign in text.replace("\r\n", "") if sign < " " or "\u202a" <= sign <= "\u202e" or sign == "\u2066"
    ]
    assert "ATTACH" not in {line.partition(":")[0].partition(";")[0] for line in text.split("\r\n")}
    (read,) = parts(calendar)
    assert str(read["LOCATION"]) == event(calendar).location.value, "two readers, one reading"


FIRST = datetime(2026, 2, 1)  # noqa: DTZ001 (hypothesis adds the zone)
names = st.text(max_size=80) | st.sampled_from(PAYLOADS)
days = st.dates(date(2026, 2, 1), date(2026, 4, 30))
parcels = st.builds(
    Parcel,
    id=st.integers(1, 12),
    status=st.sampled_from(Status),
    order_number=st.none() | names,
    inquiry_number=st.none() | names,
    check_digit=st.just(LAWSON.check_digit),
    auth_number=st.none() | names,
    auth_source=st.none(),
    pickup_point=st.none() | st.builds(PickupPoint, st.sampled_from(PointKind), st.none(), st.none() | names),
    pickup_code=st.none() | names,
    deadline=st.none()
    | st.builds(Deadline, days, st.sampled_from(DeadlineSource), st.none() | names, st.none() | days),
    trust=st.sampled_from(Trust),
    received_at=st.datetimes(FIRST, FIRST + timedelta(days=60), timezones=st.just(UTC)),
    held=st.booleans(),
    closed_at=st.none() | st.datetimes(FIRST, FIRST + timedelta(days=60), timezones=st.just(UTC)),
)
groups = st.lists(parcels, max_size=6, unique_by=lambda parcel: parcel.id)
moments = st.datetimes(FIRST, FIRST + timedelta(days=90), timezones=st.just(UTC))


def entries(found: Iterable[Parcel]) -> list[Entry]:
    return [entry(parcel, parcel.received_at) for parcel in found]


@settings(max_examples=150, deadline=None)
@given(found=groups, now=moments, language=st.sampled_from(LANGUAGES), show=st.booleans())
def test_any_parcels_give_a_calendar(found: list[Parcel], now: datetime, language: Language, show: bool) -> None:
    calendar = made(*entries(found), now=now, language=language, show_numbers=show)
    lines = calendar.split(b"\r\n")
    assert lines[-1] == b""
    assert not [line for line in lines if len(line) > 75 or b"\r" in line or b"\n" in line]
    assert [line.decode("utf-8") for line in lines]
    read = events(calendar)
    shown = {f"parcel-{parcel.id}@konbini-watcher.invalid" for parcel in found if belongs(parcel, now)}
    assert set(read) == shown
    assert calendar.count(b"BEGIN:VEVENT") == len(shown)
    waiting = [parcel for parcel in found if parcel.status is Status.READY and not parcel.held]
    for parcel in waiting:
        if parcel.trust is not Trust.FORGED and not parcel.overdue(now):
            assert read[f"parcel-{parcel.id}@konbini-watcher.invalid"].status.value == "CONFIRMED"
    assert made(*entries(found), now=now, language=language, show_numbers=show) == calendar
    again = made(*reversed(entries(found)), now=now, language=language, show_numbers=show, published=calendar)
    assert again == calendar


@settings(max_examples=100, deadline=None)
@given(before=groups, after=groups, now=moments, pause=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_changed_is_always_newer(
    before: list[Parcel], after: list[Parcel], now: datetime, pause: timedelta
) -> None:
    first = made(*entries(before), now=now)
    second = made(*entries(after), now=now + pause, published=first)
    old = {str(one["UID"]): one for one in parts(first)}
    for new in parts(second):
        if str(new["UID"]) in old:
            former = old[str(new["UID"])]
            if new.to_ical() != former.to_ical():
                assert new["LAST-MODIFIED"].dt > former["LAST-MODIFIED"].dt
                assert int(new["SEQUENCE"]) >= int(former["SEQUENCE"])
            if any(new[name].to_ical() != former[name].to_ical() for name in ("DTSTART", "STATUS", "SUMMARY")):
                assert int(new["SEQUENCE"]) > int(former["SEQUENCE"])
    assert made(*entries(after), now=now + pause, published=second) == second


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_damaged_calendar_does_no_harm(data: st.DataObject) -> None:
    whole = made(entry(), entry(replace(LAWSON, id=8)))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    damaged = whole[:start] + data.draw(st.binary(max_size=10)) + whole[end:]
    assert "parcel-7@konbini-watcher.invalid" in events(made(entry(), now=LATER, published=damaged))


def test_foreign_bytes_do_no_harm() -> None:
    for foreign in (
        b"",
        b"\0\xff",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ):
        assert made(entry(), published=foreign) == made(entry())


# -- a calendar program


class Khal:
    """khal with one calendar of its own."""

    def __init__(self, folder: Path) -> None:
        self._config = folder / "khal.conf"
        self._env = {"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "Europe/Berlin"}
        (folder / "parcels").mkdir()
        self._config.write_text(
            f"[calendars]\n[[parcels]]\npath = {folder}/parcels\n[sqlite]\npath = {folder}/khal.db\n"
            "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
            "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\ntimeformat = %H:%M\n"
        )

    def __call__(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "khal", "-c", str(self._config), *arguments],
            env=self._env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_khal_shows_what_waits_and_takes_back_what_does_not(tmp_path: Path, language: Language) -> None:
    khal, file = Khal(tmp_path), tmp_path / "konbini.ics"
    agenda = ("list", "--format", "{start-date}|{title}|{location}|{status}", "2026-03-01", "31d")
    file.write_bytes(made(entry(), entry(replace(LAWSON, id=8)), language=language))
    khal("import", "--batch", "-a", "parcels", str(file))
    title = {"ja": "荷物の受取期限(推定)", "en": "Last day to pick up (estimated)"}[language]
    between = {"ja": "：", "en": ": "}[language]
    line = f"2026-03-11|{title}{between}ローソン 架空町店|ローソン 架空町店|CONFIRMED"
    assert [shown.strip() for shown in khal(*agenda).splitlines()[1:]] == [line, line]
    assert "765 4321" in khal("list", "--format", "{description}", "2026-03-11", "1d")
    file.write_bytes(
        made(entry(), entry(closed(replace(LAWSON, id=8)), LATER, 1), language=language, published=file.read_bytes())
    )
    khal("import", "--batch", "-a", "parcels", str(file))
    assert khal(*agenda).count("CANCELLED") == 1
    assert khal(*agenda).count("CONFIRMED") == 1
