"""Which parcel keeps which id when parcels are made anew from their facts. Pure; both stores ask here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from watcher.parcels.joining import Joined


def kept_ids(joined: Sequence[Joined], ids_of: Sequence[Iterable[int]]) -> list[int | None]:
    """For each parcel the smallest id that its facts had before and no other parcel keeps.

    Args:
        joined: the parcels as they are now; one that is not listed has no id.
        ids_of: for each of them the ids that its facts had before.

    Returns:
        An id for each, or None where it has none or needs a new one.
    """
    kept: list[int | None] = []
    taken: set[int] = set()
    for one, ids in zip(joined, ids_of, strict=True):
        free = sorted(set(ids) - taken) if one.listed else []
        kept.append(free[0] if free else None)
        taken.update(free[:1])
    return kept
