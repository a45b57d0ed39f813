"""Looks into the folders of one connection, with as few commands as each look needs.

A folder is opened (EXAMINE) when the connection begins, when STATUS says that it moved, when the server hints at a
new UIDVALIDITY, and every half an hour. In between, the open folder is asked by ``UID SEARCH UID n:*``, which also
finds what IDLE forgot to tell, and the others by STATUS.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.config import MailboxConfig
from watcher.mailbox.connection import within
from watcher.mailbox.fetching import last_uid, outlines, search_after, search_first
from watcher.mailbox.recorder import Recorder
from watcher.mailbox.recording import record_all
from watcher.mailbox.wire import Wire
from watcher.messages.mail import Place

OPEN_FOR = 30 * 60.0
"""Seconds after which the open folder is opened anew, for a server that never tells of a new UIDVALIDITY."""
MAX_LOOKS = 10
"""Looks at one folder in a row while it keeps moving; the others want their turn."""


@dataclass(slots=True)
class _Known:
    """What this connection knows of a folder.

    Attributes:
        uidvalidity: 0 where the server gives none.
        uid: everything up to this UID was looked at.
        uidnext: as the server told when we last looked; None where it tells none.
        promised: a UIDNEXT below which a look found less than it says.
    """

    uidvalidity: int
    uid: int
    uidnext: int | None
    promised: int | None = None


class Looking:
    """The folders of one connection; used on the mailbox's thread only.

    Args:
        client: logged in.
        config: of the mailbox.
        folders: the server's names; the first one is waited at.
        recorder: takes what is new.
        clock: the present, aware.
        on_mail: called after each recorded mail.
    """

    def __init__(
        self,
        client: Wire,
        config: MailboxConfig,
        folders: Sequence[str],
        recorder: Recorder,
        clock: Callable[[], datetime],
        on_mail: Callable[[], None],
    ) -> None:
        self._client = client
        self._config = config
        self._folders = tuple(folders)
        self._recorder = recorder
        self._clock = clock
        self._on_mail = on_mail
        self._known: dict[str, _Known] = {}
        self._open: str | None = None
        self._opened_at = 0.0

    def first_look(self) -> None:
        """Opens every folder, the one to wait at last, and records what is new."""
        for folder in reversed(self._folders):
            self._open_and_look(folder)
        self._look_while_moving()

    def look(self) -> None:
        """The open folder moved: records what is new in it, also what comes meanwhile."""
        self._look()
        self._look_while_moving()

    def poll(self) -> None:
        """A look at every folder without being told: one command for each where nothing is new."""
        for folder in self._folders[1:]:
            if self._has_moved(folder):
                self._open_and_look(folder)
        if self._open != self._folders[0] or time.monotonic() - self._opened_at > OPEN_FOR:
            self._open_and_look(self._folders[0])
        else:
            self._look()
        self._look_while_moving()

    def _look_while_moving(self) -> None:
        """Dovecot tells of a mail on the answer to the very SEARCH that does not name it yet."""
        for _ in range(MAX_LOOKS):
            if self._client.take_new_uidvalidity():
                self._open_and_look(self._folders[0])
            elif self._client.take_moves():
                self._look()
            else:
                return

    def _has_moved(self, folder: str) -> bool:
        """By STATUS, whether a folder that is not open has something new; True where the server cannot tell."""
        with within(self._client):
            status = self._client.folder_status(folder, ["UIDNEXT", "UIDVALIDITY"])
        known = self._known.get(folder)
        uidnext = status.get(b"UIDNEXT")
        if known is None or known.uidnext is None or uidnext is None:
            return True
        return int(uidnext) != known.uidnext or int(status.get(b"UIDVALIDITY") or 0) != known.uidvalidity

    def _open_and_look(self, folder: str) -> None:
        self._client.forget_untagged()
        with within(self._client):
            state = self._client.select_folder(folder, readonly=True)
        self._client.forget_untagged()
        self._open, self._opened_at = folder, time.monotonic()
        uidvalidity = int(state.get(b"UIDVALIDITY") or 0)
        uidnext = int(state[b"UIDNEXT"]) if state.get(b"UIDNEXT") else None
        known = self._resumed(folder, uidvalidity, uidnext)
        if known is None:
            self._visit(folder, uidvalidity, uidnext, is_empty=state.get(b"EXISTS") == 0)
            return
        self._known[folder] = known
        is_new = uidnext is None or (uidnext != known.uidnext and uidnext - 1 > known.uid)
        known.uidnext = uidnext
        if is_new:
            self._look()
            if uidnext is not None and uidnext - 1 > known.uid and known.promised != uidnext:
                # Either that mail is gone again, or it cannot be seen yet: the next poll looks once more.
                known.promised, known.uidnext = uidnext, None

    def _resumed(self, folder: str, uidvalidity: int, uidnext: int | None) -> _Known | None:
        """What is known of a folder under this UIDVALIDITY; None where it must be looked at from the beginning."""
        known = self._known.get(folder)
        if known is None:
            cursor = self._recorder.cursor(folder)
            # Within one connection a server without UIDVALIDITY does not number its messages anew.
            if cursor is None or uidvalidity == 0:
                return None
            known = _Known(cursor.uidvalidity, cursor.uid, None)
        # A server that came back from an old copy gives UIDs out again, though it must not (RFC 9051 §2.3.1.1).
        is_reset = uidnext is not None and uidnext <= known.uid
        return None if is_reset or known.uidvalidity != uidvalidity else known

    def _visit(self, folder: str, uidvalidity: int, uidnext: int | None, *, is_empty: bool) -> None:
        """The first look at a folder, or the first one under a new UIDVALIDITY."""
        known = _Known(uidvalidity, 0, uidnext)
        last = 0 if uidnext is None else uidnext - 1
        if not is_empty:
            # Asked before the search: what comes in between is above it, and found by the next look.
            last = last_uid(self._client) if uidnext is None else last
            since = self._clock() - timedelta(days=self._config.lookback_days)
            self._take(folder, known, search_first(self._client, since.date(), self._config.forwarders))
        known.uid = max(last, known.uid)
        self._recorder.pass_over(Place(self._config.name, folder, uidvalidity, known.uid))
        self._known[folder] = known

    def _look(self) -> None:
        """Records everything above the last known UID of the open folder."""
        folder = self._open or self._folders[0]
        known = self._known[folder]
        self._take(folder, known, search_after(self._client, known.uid, known.uidnext))

    def _take(self, folder: str, known: _Known, uids: Sequence[int]) -> None:
        """Records the candidates among messages, in the order of UIDs; the cursor follows."""
        for chunk in outlines(self._client, uids):
            wanted = [item for item in chunk if item.header is None or self._recorder.is_candidate(item.header)]
            place = Place(self._config.name, folder, known.uidvalidity, 0)
            record_all(self._client, self._recorder, place, wanted, self._on_mail)
            last = max((item.uid for item in chunk), default=known.uid)
            if last > known.uid:
                known.uid = last
                if not wanted or wanted[-1].uid < last:
                    self._recorder.pass_over(Place(self._config.name, folder, known.uidvalidity, last))
