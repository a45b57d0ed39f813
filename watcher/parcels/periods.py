"""Hold periods by pick-up point: ``watcher/data/hold_periods.toml`` with the person's corrections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.extractors.notice import PointKind
from watcher.parcels.rules import HoldPeriod


def periods_from(
    table: Mapping[str, Any], overrides: Mapping[str, int], hold_days: int, safe_days: int
) -> Mapping[PointKind, HoldPeriod]:
    """The hold period of each kind of pick-up point.

    Args:
        table: one table for each kind, with ``days``, ``counts_arrival_day`` and perhaps ``safe_days``.
        overrides: the person's ``[hold]``: days by kind. A corrected period is the person's own knowledge,
            so it has no shorter report beside it.
        hold_days: ``[reminders] hold_days``, for konbini.
        safe_days: ``[reminders] safe_days``, for konbini; of no effect unless shorter than ``hold_days``.

    Returns:
        Periods; a kind that stands in no table has none.

    Raises:
        ValueError: a table or an override names no kind of pick-up point.
        KeyError: a table lacks one of its values.
    """
    periods = {PointKind(kind): _period(row) for kind, row in table.items()}
    konbini = periods[PointKind.KONBINI]
    periods[PointKind.KONBINI] = HoldPeriod(
        hold_days, konbini.counts_arrival_day, safe_days if safe_days < hold_days else None
    )
    for kind, days in overrides.items():
        point = PointKind(kind)
        known = periods.get(point)
        periods[point] = HoldPeriod(days, known is None or known.counts_arrival_day)
    return periods


def _period(row: Mapping[str, Any]) -> HoldPeriod:
    safe_days = row.get("safe_days")
    return HoldPeriod(int(row["days"]), bool(row["counts_arrival_day"]), None if safe_days is None else int(safe_days))
