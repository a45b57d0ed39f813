"""Which parcels are fetched at once, and in which order at the kiosk."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from watcher.notify.phrasing import needs_barcode
from watcher.parcels.parcel import Parcel, Status


def fetched_together(wanted: Parcel, waiting: Iterable[Parcel], now: datetime) -> tuple[Parcel, ...]:
    """A parcel and all others that wait at the same shop, in the order in which to type them.

    First what surely waits, by urgency; then what may already have gone back; last what cannot be typed and goes to
    the register. A shop without a name is not known to be the same one.

    Args:
        wanted: the parcel that was asked for.
        waiting: all that wait, the most urgent first; ``wanted`` may be among them.
        now: the present, aware.
    """
    if wanted.status is not Status.READY or wanted.held or _shop(wanted) is None:
        return (wanted,)
    there = [parcel for parcel in waiting if parcel.id == wanted.id or _shop(parcel) == _shop(wanted)]
    if all(parcel.id != wanted.id for parcel in there):
        there.append(wanted)
    return tuple(sorted(there, key=lambda parcel: (needs_barcode(parcel), parcel.overdue(now))))


def _shop(parcel: Parcel) -> tuple[object, ...] | None:
    point = parcel.pickup_point
    if point is None or not point.name:
        return None
    name = "".join(unicodedata.normalize("NFKC", point.name).split()).casefold()
    return (point.kind, point.chain, name)
