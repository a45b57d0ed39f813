"""What parcels are built by: hold periods, the reminder policy, and what to do with unverified mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from watcher.extractors.notice import PointKind
from watcher.parcels.reminder import Policy


@dataclass(frozen=True, slots=True)
class HoldPeriod:
    """How long a pick-up point keeps a parcel.

    Attributes:
        days: length of the period.
        counts_arrival_day: True where the day of the mail is day 1, False where the day after it is.
        safe_days: the shortest period reported, counted likewise; None where all reports agree.
    """

    days: int
    counts_arrival_day: bool
    safe_days: int | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Attributes:
    periods: the hold period of each kind of pick-up point; a kind without one has no estimated deadline.
    policy: when to remind.
    hold_unverified: True when the person wants to confirm parcels of unverified mails first.
    """

    periods: Mapping[PointKind, HoldPeriod] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    hold_unverified: bool = False
