"""The same mails in any order of reading make the same parcels, through a real database."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

from tests.store.conftest import open_sql_store
from tests.store.mails import (
    AUTH,
    INQUIRY,
    OTHER_INQUIRY,
    OTHER_ORDER,
    a_notice,
    a_reading,
    at,
    believed,
    collected,
    mail,
    ready,
    shipped,
)
from watcher.extractors.notice import Kind
from watcher.messages.message import Trust
from watcher.parcels.parcel import Parcel, Status
from watcher.store.store import View

MAILS = (
    shipped(1, inquiry=None),
    believed(ready(2, order=None), Trust.UNVERIFIED),
    a_notice(
        Kind.REMINDER, at(5), a_reading(auth=None), a_reading(inquiry=OTHER_INQUIRY, order=OTHER_ORDER, auth=None)
    ),
    collected(6, inquiry=None),
)


def contents(parcels: tuple[Parcel, ...]) -> set[Parcel]:
    return {replace(parcel, id=0) for parcel in parcels}


def test_every_order_of_four_mails_gives_the_same_parcels(tmp_path: Path) -> None:
    results = []
    for number, order in enumerate(permutations(MAILS)):
        store = open_sql_store(tmp_path / f"{number}.sqlite3")
        for uid, notice in enumerate(order, 1):
            store.record(mail(uid), notice, "amazon.co.jp", at(7))
            store.record(mail(uid, folder="Junk"), notice, "amazon.co.jp", at(7))
        results.append(contents(tuple(store.parcels(View.ALL, at(7)))))
        store.dispose()
    assert all(result == results[0] for result in results)
    assert {(parcel.inquiry_number, parcel.auth_number, parcel.status) for parcel in results[0]} == {
        (INQUIRY, AUTH, Status.COLLECTED),
        (OTHER_INQUIRY, None, Status.READY),
    }
