"""Sets of UIDs on the wire."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.mailbox.uids import MAX_SET, uid_set, uid_sets

UIDS = st.sets(st.integers(1, 2**32 - 1) | st.integers(1, 300), max_size=400).map(sorted)


def expanded(text: str) -> list[int]:
    found: list[int] = []
    for item in text.split(","):
        first, _, last = item.partition(":")
        found += range(int(first), int(last or first) + 1)
    return found


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # on a busy machine
@given(UIDS, st.integers(1, 250))
def test_every_uid_goes_out_once_in_order_and_within_bounds(uids: list[int], most: int) -> None:
    chunks = list(uid_sets(uids, most))
    assert [uid for chunk, _ in chunks for uid in chunk] == uids
    for chunk, text in chunks:
        assert expanded(text) == chunk
        assert 0 < len(chunk) <= most
        assert len(text) <= MAX_SET


def test_neighbours_become_a_range_and_lines_stay_short() -> None:
    assert uid_set([1, 2, 3, 7, 9, 10]) == "1:3,7,9:10"
    assert [text for _, text in uid_sets(range(1, 20_001), 1000)][:2] == ["1:1000", "1001:2000"]
    spread = list(range(4_000_000_000, 4_000_020_000, 10))
    lines = [text for _, text in uid_sets(spread, 1000)]
    assert len(lines) == 3
    assert max(len(line) for line in lines) + 200 < 8_000
