"""Searching, in both stores."""

from __future__ import annotations

import pytest

from tests.store.mails import (
    INQUIRY,
    ORDER,
    OTHER_INQUIRY,
    OTHER_ORDER,
    a_notice,
    a_reading,
    at,
    mail,
    march,
    ready,
)
from watcher.extractors.notice import Chain, Kind, PickupPoint, PointKind
from watcher.store.store import ActionKind, Store

DOMAIN = "amazon.co.jp"


@pytest.fixture
def filled(store: Store) -> Store:
    """Parcel 1 waits at a Lawson, 2 is collected at a shop with odd letters, 3 waits in a locker."""
    odd = PickupPoint(PointKind.KONBINI, Chain.MINISTOP, "ＭＫ５０％_店")
    locker = a_reading(inquiry=None, order="503-0000000-1234567", auth=None, code="482913", point=None)
    store.record(mail(1), ready(2, deadline=march(20)), DOMAIN, at(2))
    other = ready(2, inquiry=OTHER_INQUIRY, order=OTHER_ORDER, auth="1112223", point=odd, deadline=march(9))
    store.record(mail(2), other, DOMAIN, at(2))
    store.record(mail(3), a_notice(Kind.READY, at(2), locker, orders=("503-0000000-1234567", "503-2")), DOMAIN, at(2))
    store.act(2, ActionKind.COLLECT, at(3))
    store.act(1, ActionKind.NOTE, at(3), note="Bring 100% of the coupons_")
    return store


def ids(store: Store, text: str, *chains: Chain) -> list[int]:
    return [parcel.id for parcel in store.search(text, frozenset(chains))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (INQUIRY, [1]),
        ("1234-5678", [1]),
        ("８９０１－３", [1]),
        ("789 0", [1]),
        (ORDER, [1]),
        ("12345677654321", [1]),
        (OTHER_INQUIRY, [2]),
        ("1112223", [2]),
        ("482913", [3]),
        ("503-2", [3]),
        ("例町", [1]),
        ("COUPONS", [1]),
        ("ｃｏｕｐｏｎｓ", [1]),
        ("mk50", [2]),
        ("lawson", [1]),
        ("250-", [2, 1]),
        ("nothing", []),
        ("999999999999", []),
        ("", []),
        (" ", []),
    ],
)
def test_parcels_are_found_by_what_is_known_of_them(filled: Store, text: str, expected: list[int]) -> None:
    assert ids(filled, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%", [2, 1]), ("_", [2, 1]), ("1%4", []), ("100% of", [1]), ("\\", []), ("'", []), ("-", [])],
)
def test_every_character_stands_for_itself(filled: Store, text: str, expected: list[int]) -> None:
    assert ids(filled, text) == expected


def test_parcels_of_a_chain_are_found_too(filled: Store) -> None:
    assert ids(filled, "ミニストップ", Chain.MINISTOP) == [2]
    assert ids(filled, "例町", Chain.MINISTOP) == [2, 1]
