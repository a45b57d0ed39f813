"""A thousand parcels and what becomes of them: mails, presses, commands."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tests.year.weather import BEGIN, DAY, DAYS, HOUR, MINUTE
from watcher.extractors.notice import AuthSource, CheckDigit, Kind, Notice, PickupPoint, PointKind, Reading
from watcher.messages.message import Trust

SHOPS = 60


class Fate(StrEnum):
    """What happens to a parcel once it waits."""

    FORGOTTEN = "forgotten"
    COLLECTED = "collected by command"
    PRESSED = "collected by button"
    MAILED = "collected by mail"
    RETURNED = "returned"
    SNOOZED = "snoozed"
    UNDONE = "collected by mistake, and undone"
    MOVED = "another deadline"


@dataclass(frozen=True)
class Life:
    """One parcel.

    Attributes:
        number: of the order, the mails and the shop.
        arrives: when its mail comes, in true time.
        point: where it waits.
        printed: the day that the mail prints, or None.
        fate: what happens, at ``happens`` in true time.
    """

    number: int
    arrives: datetime
    point: PickupPoint
    printed: date | None
    fate: Fate
    happens: datetime

    @property
    def order(self) -> str:
        return f"250-{self.number:07d}-{self.number:07d}"

    def notice(self, kind: Kind, when: datetime, deadline: date | None) -> Notice:
        said = Reading(
            order_number=self.order,
            inquiry_number=f"{self.number:012d}",
            check_digit=CheckDigit.VALID,
            auth_number=f"{self.number:07d}",
            auth_source=AuthSource.PRINTED,
            pickup_point=self.point,
            deadline=deadline,
            deadline_text=None if deadline is None else f"{deadline:%m/%d}",
        )
        name = f"{kind.value}.{self.number}.{when.timestamp():.0f}@example.jp"
        return Notice(name, when, kind, Trust.AUTHENTICATED, "dmarc_pass", (self.order,), (said,))


def lives(chance: random.Random, count: int) -> list[Life]:
    """Parcels that arrive through the year, by arrival."""
    found = [_life(chance, number) for number in range(1, count + 1)]
    return sorted(found, key=lambda one: one.arrives)


def _life(chance: random.Random, number: int) -> Life:
    arrives = BEGIN + timedelta(days=chance.randrange(DAYS - 30), minutes=chance.randrange(1440))
    kind = chance.choices(
        [PointKind.KONBINI, PointKind.LOCKER, PointKind.COUNTER, PointKind.CARRIER_OFFICE, PointKind.POST_OFFICE],
        [10, 2, 2, 1, 1],
    )[0]
    length = chance.choice([0, 1, 2, 3, 6, 10])
    printed = (arrives + length * DAY).date() if chance.random() < 0.5 else None
    return Life(
        number,
        arrives,
        PickupPoint(kind, None, f"架空{number % SHOPS}丁目店"),
        printed,
        chance.choice([*Fate]),
        arrives + chance.randrange(1, 12 * 24 * 60) * MINUTE + HOUR,
    )
