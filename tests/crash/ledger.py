"""What the store holds, read beside a running watcher, and what it must hold."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.notify.fake_desktop import Shown


def ready_mail(number: int) -> bytes:
    """A mail that announces the parcel of this number, waiting at a shop of the same number."""
    eleven = 40000000000 + number
    now = datetime.now(UTC)
    return (
        'From: "Amazon.co.jp" <order-update@amazon.co.jp>\r\nTo: taro@example.jp\r\n'
        "Subject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=\r\n"
        f"Date: {now:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{number}@example.com>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"商品が店舗に到着しました。\r\n受取店舗: ローソン 架空{number}丁目店\r\n"
        f"お問い合わせ番号: {eleven}{eleven % 7}\r\n認証番号: {5000000 + number}\r\n"
        f"注文番号: 250-1234567-{5000000 + number}\r\n受取期限: {now + timedelta(days=20):%Y/%m/%d}\r\n"
    ).encode()


def strange_mail(number: int) -> bytes:
    """A mail that is nobody's business."""
    return f"From: friend@example.com\r\nSubject: hello\r\nMessage-ID: <s{number}@example.com>\r\n\r\nhi\r\n".encode()


@dataclass(frozen=True)
class Ledger:
    """The state of a store at one moment.

    Attributes:
        uids: of the recorded messages of one folder, sorted.
        cursor: UIDVALIDITY and UID, or None.
        shops: the number of each parcel's shop, sorted.
        saying: the shops whose reminder is claimed and not closed.
        said: the shops whose arrival was taken by the desktop.
    """

    uids: tuple[int, ...] = ()
    cursor: tuple[int, int] | None = None
    shops: tuple[int, ...] = ()
    saying: frozenset[int] = frozenset()
    said: frozenset[int] = frozenset()


def read_ledger(store: Path, folder: str = "INBOX") -> Ledger:
    """What is committed; an empty ledger where there is no store, or none with tables, yet."""
    if not store.exists():
        return Ledger()
    with closing(sqlite3.connect(store, timeout=30)) as connection:
        tables = {name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")}
        if "reminder" not in tables:
            return Ledger()
        connection.execute("begin")
        uids = connection.execute("select uid from message where folder = ? order by uid", [folder]).fetchall()
        cursor = connection.execute("select uidvalidity, uid from cursor where folder = ?", [folder]).fetchone()
        shops = {row: number_of(name) for row, name in connection.execute("select id, point_name from parcel")}
        arrivals = connection.execute("select parcel_id, state from reminder where occasion = 'arrival'").fetchall()
    in_state = {
        state: frozenset(shops[row] for row, word in arrivals if word == state) for state in ("sending", "sent")
    }
    return Ledger(
        tuple(uid for (uid,) in uids),
        None if cursor is None else (cursor[0], cursor[1]),
        tuple(sorted(shops.values())),
        in_state["sending"],
        in_state["sent"],
    )


def number_of(text: str) -> int:
    """The number of the shop that a text names."""
    return int(text.partition("架空")[2].partition("丁目店")[0])


def check_announcements(screen: list[Shown], ever: list[Shown], excused: Counter[int], shops: set[int]) -> int:
    """Every shop was announced once; once more for each kill that excuses it, in the first one's place.

    Args:
        screen: what stands on the desktop.
        ever: all that was shown, in its order.
        excused: how often a kill fell between the desktop's answer and the commit, by shop.
        shops: that must have been announced.

    Returns:
        How many were repeated.
    """
    assert Counter(number_of(shown.title) for shown in screen) == Counter(shops)
    times = Counter(number_of(shown.title) for shown in ever)
    assert set(times) == shops
    for shop, count in times.items():
        assert 1 <= count <= 1 + excused[shop], f"shop {shop} was announced {count} times, excused {excused[shop]}"
        assert len({shown.tag for shown in ever if number_of(shown.title) == shop}) == 1
    return sum(times.values()) - len(shops)
