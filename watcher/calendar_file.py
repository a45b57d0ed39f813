"""The calendar file for subscribers: what is in it comes from the store, and it is written whole or not at all."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watcher.alerts import Alerts
from watcher.assembly import Clock
from watcher.errors import ExportError, StoreError, WatcherError
from watcher.export.calendar import PRODUCT, Entry, belongs, calendar_of
from watcher.notify.notification import Language
from watcher.parcels.parcel import Parcel
from watcher.parcels.reminder import ReminderState
from watcher.private_file import former, write_whole
from watcher.store.store import HistoryEntry, Store, View

log = logging.getLogger(__name__)

_OPEN = frozenset({ReminderState.OPEN, ReminderState.SENDING})


def entries_in(store: Store | None, now: datetime) -> list[Entry]:
    """Every parcel of the calendar at ``now`` (aware); none where nothing was ever stored.

    Raises:
        StoreError.
    """
    if store is None:
        return []
    return [_entry(store, parcel) for parcel in store.parcels(View.RECENT, now) if belongs(parcel, now)]


def _entry(store: Store, parcel: Parcel) -> Entry:
    history = store.history(parcel.id)
    reminders = tuple(row.reminder for row in store.reminders(parcel.id) if row.state in _OPEN)
    changed_at = max((entry.at for entry in history), default=parcel.received_at)
    return Entry(parcel, reminders, changed_at, max(sum(map(_is_a_fact, history)) - 1, 0))


def _is_a_fact(entry: HistoryEntry) -> bool:
    """Whether a line of the history is a mail or an action, not a reminder that was sent."""
    return entry.source is not None or entry.what != "reminder"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """One calendar file.

    Attributes:
        path: absolute; a link is followed.
        store: whose parcels it shows, or None where nothing was ever stored.
        clock: the present.
        language: of the sentences.
        show_numbers: False leaves the numbers out.
    """

    path: Path
    store: Store | None
    clock: Clock
    language: Language
    show_numbers: bool = True

    def update(self) -> bool:
        """Writes the file if it is not as it should be; a reader sees the old file or the new one.

        Returns:
            Whether it was written.

        Raises:
            ExportError: it cannot be written, or a file that is not ours is in the way.
            MissingExtraError: the extra ``calendar`` is not installed.
            StoreError.
        """
        now = self.clock()
        entries = entries_in(self.store, now)
        path = Path(os.path.realpath(self.path))
        published, mode = _read(path)
        wanted = calendar_of(entries, now, self.language, show_numbers=self.show_numbers, published=published)
        if wanted == published:
            return False
        write_whole(path, wanted, mode)
        return True


@dataclass(frozen=True, slots=True)
class KeptCalendarFile:
    """A calendar file that the daemon keeps; what goes wrong is told once and tried again.

    Attributes:
        alerts: what the person is told about the watcher itself.
    """

    file: CalendarFile
    alerts: Alerts

    def keep(self) -> None:
        """Brings the file up to date.

        Raises:
            StoreError.
        """
        name = str(self.file.path)
        try:
            self.file.update()
        except StoreError:
            raise
        except WatcherError as error:
            if self.alerts.calendar(name, failed=True):
                log.warning("the calendar is not up to date: %s", error)
        except Exception as error:
            # whatever it is, reminders go on
            if self.alerts.calendar(name, failed=True):
                log.exception("the calendar cannot be made (%s)", type(error).__name__)
        else:
            self.alerts.calendar(name, failed=False)


def _read(path: Path) -> tuple[bytes | None, int]:
    """A former calendar, or None where there is none, and the mode to keep.

    Raises:
        ExportError: it cannot be read, or it is not ours.
    """
    content, mode = former(path)
    if content and PRODUCT.encode() not in content:
        raise ExportError(
            f"{path} is there and is no calendar of this program; it is left as it is", "name another file"
        )
    return content, mode
