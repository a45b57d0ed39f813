"""What waits, at a glance: for a shell between two presses of Tab, which cannot wait for SQLAlchemy.

The only place that reads the database in another way than :class:`watcher.store.sql_store.SqlStore`; a test holds
the two together. Nothing is made, migrated or written, and nothing else of this project is imported.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

PATIENCE = 0.25
"""Seconds to wait for another process's transaction."""

_JAPAN = timezone(timedelta(hours=9))  # no summer time since 1951
_STAYS_LISTED = timedelta(days=14)
_QUERY = """
SELECT id, point_kind, point_chain, point_name, deadline, deadline_source, status FROM parcel
WHERE status IN ('ready', 'shipped') AND NOT held AND (deadline IS NULL OR deadline >= ?)
ORDER BY deadline IS NULL, deadline, received_at, id
"""


class Glimpse(NamedTuple):
    """One parcel without its numbers, as it is stored."""

    id: int
    kind: str | None
    chain: str | None
    name: str | None
    deadline: str | None
    source: str | None
    status: str


def glance(path: Path, now: datetime) -> list[Glimpse]:
    """The parcels of the default list, the most urgent first.

    Args:
        path: of the SQLite file.
        now: aware.

    Raises:
        sqlite3.Error: the file cannot be read as it is.
    """
    first_day = (now.astimezone(_JAPAN) - _STAYS_LISTED).date().isoformat()
    with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", timeout=PATIENCE, uri=True)) as connection:
        return [Glimpse(*row) for row in connection.execute(_QUERY, (first_day,))]
