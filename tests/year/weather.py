"""What a year does to a machine: sleep, broken channels, wrong clocks, foreign time zones, sudden ends."""

from __future__ import annotations

import bisect
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from watcher.parcels.parcel import JST

BEGIN = datetime(2027, 12, 1, tzinfo=JST)
"""A year with a New Year and a 29th of February."""
DAYS = 366
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONES = ("Asia/Tokyo", "America/New_York", "Australia/Lord_Howe", "Europe/London", "Pacific/Apia")
"""Summer time on both sides of the equator, one of half an hour."""

Span = tuple[datetime, datetime]


class Spans:
    """Times that do not overlap, to be asked quickly."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._edges: list[datetime] = []
        for begin, end in sorted(spans):
            if self._edges and begin <= self._edges[-1]:
                self._edges[-1] = max(self._edges[-1], end)
            else:
                self._edges += [begin, end]

    def __contains__(self, moment: object) -> bool:
        assert isinstance(moment, datetime)
        return bisect.bisect_right(self._edges, moment) % 2 == 1

    def end_after(self, moment: datetime) -> datetime:
        """When the span that holds a moment ends."""
        return self._edges[bisect.bisect_right(self._edges, moment)]

    def outside(self, begin: datetime, end: datetime) -> list[Span]:
        """What is left of a time when these spans are taken out."""
        inner = [edge for edge in self._edges if begin < edge < end]
        edges = [begin, *inner, end]
        return [(first, last) for first, last in pairwise(edges) if first not in self]


@dataclass(frozen=True)
class Weather:
    """Attributes:
    asleep: when the machine is off, or its lid closed.
    broken: by channel, when it takes nothing.
    wrong: spans with what the machine's clock is off by.
    restarts: when the program is started anew, on purpose.
    kills: after how many messages to a channel the program is killed.
    """

    asleep: Spans
    broken: dict[str, Spans]
    wrong: tuple[tuple[Span, timedelta], ...]
    restarts: tuple[datetime, ...]
    kills: frozenset[int]

    def off_by(self, moment: datetime) -> timedelta:
        return next((off for (begin, end), off in self.wrong if begin <= moment < end), timedelta())

    def chances(self, begin: datetime, end: datetime, channel: str) -> list[Span]:
        """When a channel works, the machine is awake and its clock is right."""
        wrong = Spans((first, last + HOUR) for (first, last), _ in self.wrong)
        found = [(begin, end)]
        for bad in (self.asleep, self.broken[channel], wrong):
            found = [free for span in found for free in bad.outside(*span)]
        return found


def a_year(chance: random.Random, channels: tuple[str, ...]) -> Weather:
    """The weather of one year."""
    asleep = [_span(chance, day, 1, 15) for day in range(DAYS) if chance.random() < 0.5]
    for length in (7, 3, 2):
        day = chance.randrange(DAYS - 10)
        asleep.append((BEGIN + day * DAY, BEGIN + (day + length) * DAY))
    broken = {
        channel: Spans(
            [_span(chance, day, 1, 20) for day in range(DAYS) if chance.random() < 0.15]
            + [_blink(chance) for _ in range(200)]
        )
        for channel in channels
    }
    restarts = tuple(sorted(BEGIN + chance.randrange(DAYS * 1440) * MINUTE for _ in range(60)))
    return Weather(
        Spans(asleep), broken, _wrong_clocks(chance), restarts, frozenset(chance.sample(range(20, 5000), 60))
    )


def _span(chance: random.Random, day: int, shortest: int, longest: int) -> Span:
    begin = BEGIN + day * DAY + chance.randrange(1440) * MINUTE
    return begin, begin + chance.randrange(shortest * 60, longest * 60) * MINUTE


def _blink(chance: random.Random) -> Span:
    begin = BEGIN + chance.randrange(DAYS * 1440) * MINUTE
    return begin, begin + chance.randrange(1, 12) * MINUTE


def _wrong_clocks(chance: random.Random) -> tuple[tuple[Span, timedelta], ...]:
    """Once in three weeks, for some hours: a little or a lot, ahead or behind."""
    found = []
    offs = [-2 * DAY, 40 * DAY, -3 * HOUR, 5 * HOUR, 2 * DAY, -20 * MINUTE, 400 * DAY, -30 * DAY, 9 * DAY]
    for number, day in enumerate(range(10, DAYS - 20, 21)):
        found.append((_span(chance, day, 1, 6), offs[number % len(offs)]))
    return tuple(found)
