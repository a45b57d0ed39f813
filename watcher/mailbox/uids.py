"""Sets of UIDs as they go on the wire: short lines, neighbours as ranges (RFC 9051 §9, RFC 7162 §4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MAX_SET = 7_500
"""Bytes of one set: RFC 7162 §4 asks for command lines of at most 8,192, and the rest of ours is short."""


def uid_sets(uids: Sequence[int], most: int) -> Iterator[tuple[list[int], str]]:
    """Cuts UIDs into sets of at most ``most`` messages and ``MAX_SET`` bytes.

    Args:
        uids: ascending, without doubles.
        most: messages of one set.

    Yields:
        The UIDs of a set, and the set as it is written.
    """
    chunk: list[int] = []
    ranges: list[str] = []
    size = 0
    for first, last in _runs(uids, most):
        text = str(first) if first == last else f"{first}:{last}"
        if chunk and (len(chunk) + last - first + 1 > most or size + len(text) > MAX_SET):
            yield chunk, ",".join(ranges)
            chunk, ranges, size = [], [], 0
        chunk.extend(range(first, last + 1))
        ranges.append(text)
        size += len(text) + 1
    if chunk:
        yield chunk, ",".join(ranges)


def uid_set(uids: Sequence[int]) -> str:
    """One set of a few UIDs, ascending."""
    return ",".join(str(a) if a == b else f"{a}:{b}" for a, b in _runs(uids, len(uids)))


def _runs(uids: Sequence[int], most: int) -> Iterator[tuple[int, int]]:
    """Neighbours as (first, last), at most ``most`` in one."""
    first = last = 0
    for uid in uids:
        if first and uid == last + 1 and last - first + 1 < most:
            last = uid
            continue
        if first:
            yield first, last
        first = last = uid
    if first:
        yield first, last
