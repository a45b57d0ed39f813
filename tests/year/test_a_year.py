"""A year of a thousand parcels through the real store and the real voice of the daemon.

The machine sleeps, its channels fail, its clock is wrong now and then, it travels through time zones with summer
time, the program is restarted and killed. ``YEAR_SEED`` and ``YEAR_PARCELS`` choose another year.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.year.people import lives
from tests.year.weather import HOUR, Span, Spans, Weather, a_year
from tests.year.world import CHANNELS, Promise, Story, World
from watcher.parcels.parcel import JST, end_of_day
from watcher.parcels.reminder import Occasion

PARCELS = int(os.environ.get("YEAR_PARCELS", "1000"))
SEED = int(os.environ.get("YEAR_SEED", "20261124"))
ENOUGH = timedelta(minutes=75)
"""A chance: a channel that works for longer than the longest pause between two tries, on a machine that is awake."""


@pytest.fixture(scope="module")
def weather() -> Weather:
    return a_year(random.Random(SEED), CHANNELS)


@pytest.fixture(scope="module")
def year(weather: Weather) -> World:
    chance = random.Random(SEED + 1)
    zone = os.environ.get("TZ")
    memory = Path("/dev/shm")  # a year of transactions, each of which waits for the disk otherwise
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        world = World(Path(folder) / "parcels.sqlite3", lives(chance, PARCELS), weather, chance)
        asyncio.run(world.live())
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    time.tzset()
    return world


def is_quiet(moment: datetime) -> bool:
    there = moment.astimezone(JST)
    return there.hour >= 22 or there.hour < 7


def waits(story: Story) -> list[Span]:
    """When the parcel could be spoken of: from when it was seen, without the times when it was gone."""
    assert story.seen is not None
    edges = [story.seen, *story.gone]
    far = story.seen + timedelta(days=60)
    if len(edges) % 2:
        edges.append(far)
    return list(zip(edges[::2], edges[1::2], strict=True))


def had_a_chance(story: Story, weather: Weather, begin: datetime, end: datetime) -> bool:
    """Whether a channel worked long enough, at an hour at which the person may be spoken to."""
    nights = Spans(
        (
            datetime(day.year, day.month, day.day, 22, tzinfo=JST),
            datetime(day.year, day.month, day.day, 22, tzinfo=JST) + 9 * HOUR,
        )
        for day in (begin.date() + timedelta(days=number) for number in range(-2, (end - begin).days + 3))
    )
    return any(
        last - first >= ENOUGH
        for wait_begin, wait_end in waits(story)
        if max(begin, wait_begin) < min(end, wait_end)
        for channel in CHANNELS
        for free in weather.chances(max(begin, wait_begin), min(end, wait_end), channel)
        for first, last in nights.outside(*free)
    )


def said_too_early(story: Story, morning: datetime) -> bool:
    """Whether a clock that ran ahead made the program speak of the last day before it came: said is said."""
    last = (Occasion.LAST_DAY.value, Occasion.LAST_EVENING.value)
    return any(told.at < morning and told.identity[1] in last and told.at != told.machine for told in story.told)


def ends(promise: Promise) -> list[datetime]:
    deadline = promise.deadline
    days = [deadline.day] if deadline.safe_by is None else [deadline.day, deadline.safe_by]
    return [end_of_day(day) for day in days]


def test_every_parcel_is_told_of_before_its_deadline_and_before_the_safe_day(year: World, weather: Weather) -> None:
    judged = 0
    for story in year.stories.values():
        for promise in story.promises:
            for end in ends(promise):
                if had_a_chance(story, weather, promise.since, end):
                    judged += 1
                    assert any(told.at < end for told in story.told), (story, end)
    assert judged > PARCELS


def test_the_last_day_is_spoken_of_on_that_day(year: World, weather: Weather) -> None:
    judged = 0
    for story in year.stories.values():
        for promise, then in zip(story.promises, [*story.promises[1:], None], strict=True):
            morning = end_of_day(promise.deadline.day) - 14 * HOUR
            end = end_of_day(promise.deadline.day)
            if (
                not said_too_early(story, morning)
                and promise.since < morning
                and (then is None or then.since > end)
                and had_a_chance(story, weather, morning, end)
            ):
                judged += 1
                assert any(morning <= told.at < end for told in story.told), (story, promise)
    assert judged > PARCELS / 4


def test_no_reminder_is_said_twice_over_a_channel_but_by_a_killed_program(year: World) -> None:
    allowed = Counter(year.doubled)
    said = Counter((told.channel, told.identity) for story in year.stories.values() for told in story.told)
    assert {key: count for key, count in said.items() if count > 1 + allowed[key]} == {}
    arrivals = Counter(
        (channel, identity[0], identity[4])
        for (channel, identity), _ in said.items()
        if identity[1] == Occasion.ARRIVAL.value
    )
    assert max(arrivals.values()) == 1
    assert any(story.resent for story in year.stories.values())
    assert year.kills > 20
    assert any(count > 1 for count in said.values())


def test_nothing_is_said_of_a_parcel_that_is_gone(year: World) -> None:
    assert sum(bool(story.gone) for story in year.stories.values()) > PARCELS / 3
    for story in year.stories.values():
        spans = waits(story)
        for told in story.told:
            assert any(begin <= told.at <= end for begin, end in spans), (story, told)


def test_nothing_is_said_in_quiet_hours_but_before_a_day_that_matters_is_over(year: World) -> None:
    nightly = [told for story in year.stories.values() for told in story.told if is_quiet(told.machine)]
    assert nightly
    for told in nightly:
        there = told.machine.astimezone(JST)
        assert told.deadline is not None
        assert there.hour >= 22, told
        assert there.date() in (told.deadline.day, told.deadline.safe_by), told
