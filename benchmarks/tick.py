"""A tick with ten due reminders costs the same over 1,000, 100,000 and 1,000,000 parcels.

Run ``python -m benchmarks.tick [PARCELS …]``. Each database is filled with invented parcels, nearly all of them
collected long ago. Then every operation is done in turn over all sizes, many times, so that whatever else the machine
does meets all of them; the quickest counts, since it was disturbed the least. The tick, alone and with the calendar
file, is held to 1.5 times its cost over the smallest number of parcels.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from watcher.calendar_file import entries_in
from watcher.extractors.notice import AuthSource, CheckDigit, Kind, Notice, PickupPoint, PointKind, Reading
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Trust
from watcher.parcels.rules import HoldPeriod, Rules
from watcher.store.codec import reading_to_json
from watcher.store.engine import open_engine, write_transaction
from watcher.store.migrate import upgrade
from watcher.store.sql_store import SqlStore
from watcher.store.store import ActionKind, View
from watcher.store.tables import message, message_key, notice, parcel, reading, reminder

SIZES = (1_000, 100_000, 1_000_000)
DUE = 10
OPEN = 30
AT_ONCE = 10_000
REPEATS = 15
ALLOWED = 1.5
Operation = tuple[str, Callable[[int], object]]
Operations = Callable[[SqlStore, int], Iterator[Operation]]
HELD = ("tick", "idle tick", "calendar")

LONG_AGO = datetime(2025, 1, 5, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
RULES = Rules(periods={PointKind.KONBINI: HoldPeriod(11, True, 4)})


def main(sizes: tuple[int, ...]) -> int:
    """Prints a line for each size; returns 1 when a tick grows with the number of parcels."""
    with tempfile.TemporaryDirectory() as folder:
        stores = [filled(Path(folder) / f"{size}.sqlite3", size) for size in sizes]
        taken = measured(stores, sizes, looks) | measured(stores, sizes, changes)
        for store in stores:
            store.dispose()
    for number, size in enumerate(sizes):
        figures = " · ".join(f"{name} {times[number]:6.2f} ms" for name, times in taken.items())
        print(f"{size:>9,} parcels: {figures}", flush=True)
    return max(max(taken[name]) > ALLOWED * taken[name][0] for name in HELD)


def filled(path: Path, size: int) -> SqlStore:
    """A store with so many parcels."""
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    fill(engine, size)
    return SqlStore(engine, RULES)


def measured(stores: list[SqlStore], sizes: tuple[int, ...], operations: Operations) -> dict[str, list[float]]:
    """By operation, the quickest in milliseconds over each store; the first round warms up and does not count."""
    taken: dict[str, list[list[float]]] = {}
    for number in range(REPEATS + 1):
        for place, (store, size) in enumerate(zip(stores, sizes, strict=True)):
            for name, action in operations(store, size):
                start = time.perf_counter()
                action(number)
                spent = time.perf_counter() - start
                if number:
                    taken.setdefault(name, [[] for _ in stores])[place].append(spent)
    return {name: [min(times) * 1000 for times in each] for name, each in taken.items()}


def looks(store: SqlStore, size: int) -> Iterator[Operation]:
    """What leaves the parcels as they are."""
    yield "tick", lambda number: tick(store, number)
    yield "idle tick", lambda _: store.claim_due(LONG_AGO, ["desktop"])
    yield "calendar", lambda _: entries_in(store, NOW)
    yield "start", lambda _: store.mend_times(NOW)
    yield "list", lambda _: store.parcels(View.CURRENT, NOW)
    yield "find", lambda number: store.find(f"{size - OPEN - number:012d}")
    yield "counts", lambda _: store.counts()


def changes(store: SqlStore, size: int) -> Iterator[Operation]:
    """What makes parcels, or changes them."""
    yield "record", lambda number: store.record(a_mail(number), a_notice(number), "amazon.co.jp", NOW)
    yield "collect", lambda number: store.act(size - OPEN - number, ActionKind.COLLECT, NOW)


def tick(store: SqlStore, number: int) -> None:
    """Claims ten reminders; a claim runs out after two minutes."""
    due = store.claim_due(NOW + timedelta(minutes=3 * number), ["desktop"])
    if len(due) != DUE:
        raise AssertionError(f"{len(due)} reminders were due, not {DUE}")


def a_mail(number: int) -> Mail:
    return Mail(b"invented %d" % number, Place("home", "INBOX", 9, number + 1))


def a_notice(number: int) -> Notice:
    point = PickupPoint(PointKind.KONBINI)
    order = f"251-{number:07d}-{number:07d}"
    said = Reading(order, f"9{number:011d}", CheckDigit.VALID, f"{number:07d}", None, point)
    return Notice(f"new{number}@example.jp", NOW, Kind.READY, Trust.AUTHENTICATED, "dmarc_pass", (order,), (said,))


def fill(engine: Engine, size: int) -> None:
    """Parcels with a mail and two reminders each; the last ones wait, ten of them with a reminder that is due."""
    for start in range(1, size + 1, AT_ONCE):
        with write_transaction(engine) as connection:
            fill_some(connection, range(start, min(start + AT_ONCE, size + 1)), size)


def fill_some(connection: Connection, numbers: range, size: int) -> None:
    connection.execute(insert(parcel), [parcel_row(number, waits=number > size - OPEN) for number in numbers])
    connection.execute(insert(message), [message_row(number) for number in numbers])
    connection.execute(
        insert(notice),
        [{"message_row": number, "digest": str(number), "raw_digest": "", "orders": "[]"} for number in numbers],
    )
    connection.execute(
        insert(reading),
        [
            {"message_row": number, "position": 0, "parcel_id": number, "data": reading_to_json(a_reading(number))}
            for number in numbers
        ],
    )
    keys = ("inquiry:{0:012d}", "order:250-{0:07d}-{0:07d}", "tail:{0:07d}")
    connection.execute(
        insert(message_key),
        [{"key": key.format(number), "message_row": number} for number in numbers for key in keys],
    )
    connection.execute(insert(reminder), [row for number in numbers for row in reminder_rows(number, size)])


def a_reading(number: int) -> Reading:
    order = f"250-{number:07d}-{number:07d}"
    return Reading(order, f"{number:012d}", CheckDigit.VALID, f"{number:07d}", AuthSource.PRINTED)


def parcel_row(number: int, *, waits: bool) -> dict[str, object]:
    return {
        "id": number,
        "status": "ready" if waits else "collected",
        "order_number": f"250-{number:07d}-{number:07d}",
        "inquiry_number": f"{number:012d}",
        "check_digit": "valid",
        "auth_number": f"{number:07d}",
        "auth_source": "printed",
        "deadline": date(2026, 3, 12) if waits else date(2025, 1, 15),
        "deadline_source": "printed",
        "trust": "authenticated",
        "received_at": LONG_AGO,
        "mailbox": "home",
        "orders": "[]",
        "ambiguous": False,
        "held": False,
        "closed_at": None if waits else LONG_AGO,
        "seen_at": LONG_AGO,
        "latest_at": LONG_AGO,
        "began": f"mail:{number}",
    }


def message_row(number: int) -> dict[str, object]:
    return {
        "id": number,
        "mailbox": "home",
        "folder": "INBOX",
        "uidvalidity": 1,
        "uid": number,
        "message_id": f"{number}@example.jp",
        "date": LONG_AGO,
        "recorded_at": LONG_AGO,
        "state": "understood",
        "kind": "ready",
        "trust": "authenticated",
        "reason": "dmarc_pass",
        "problems": "[]",
    }


def reminder_rows(number: int, size: int) -> Iterator[dict[str, object]]:
    waits = number > size - OPEN
    due_at = NOW if number > size - DUE else NOW + timedelta(days=9)
    row = {"parcel_id": number, "about": date(2026, 3, 12), "days_before": 0}
    yield row | {
        "occasion": "arrival",
        "due_at": LONG_AGO,
        "state": "sent",
        "wake_at": None,
        "sent_at": LONG_AGO,
    }
    yield row | {
        "occasion": "last_day",
        "due_at": due_at,
        "state": "open" if waits else "superseded",
        "wake_at": due_at if waits else None,
        "sent_at": None,
    }


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
