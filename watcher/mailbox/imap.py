"""A mailbox on an IMAP server, watched on a thread of its own.

Nothing is ever written to it: folders are opened with EXAMINE, messages read with BODY.PEEK.
"""

from __future__ import annotations

import imaplib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from watcher.config import MailboxConfig
from watcher.errors import CredentialError, MailboxError, StoreError, WatcherError
from watcher.health import Connection, MailboxHealth
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.connection import close, connect, log_in, within
from watcher.mailbox.credentials import Credential, credential
from watcher.mailbox.failures import classified
from watcher.mailbox.fetching import MAX_MESSAGE, Outline, bodies, outlines, search_after, search_first
from watcher.mailbox.folders import resolve
from watcher.mailbox.idle import forget_moves, idle_round
from watcher.mailbox.recorder import Recorder
from watcher.messages.mail import Mail, Place

log = logging.getLogger(__name__)

_TROUBLE = (OSError, IMAPClientError, imaplib.IMAP4.error, MemoryError, ValueError)
STORE_PATIENCE = 5.0


class ImapMailbox:
    """One mailbox.

    Args:
        config: where it is.
        recorder: takes its mails.
        secret: gives the password or token at each login; raises CredentialError.
        clock: the present, aware; decides how far a first look goes back.
        backoff: how long to wait after errors.
    """

    def __init__(
        self,
        config: MailboxConfig,
        recorder: Recorder,
        secret: Callable[[MailboxConfig], Credential] = credential,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        backoff: Backoff | None = None,
    ) -> None:
        self._config = config
        self._recorder = recorder
        self._secret = secret
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._client: IMAPClient | None = None
        self._health = MailboxHealth(config.name, Connection.CONNECTING)

    @property
    def name(self) -> str:
        return self._config.name

    def check(self) -> None:
        """One look at every folder.

        Raises:
            MailboxError, CredentialError, StoreError.
        """
        client = self._connected()
        try:
            for folder in resolve(client, self._config.folders):
                self._sync(client, folder)
            self._report(Connection.STOPPED, connected_since=None)
            client.logout()
        except _TROUBLE as error:
            raise classified(error, self._config.host) from error
        finally:
            self._release(client)

    def watch(self) -> None:
        """Watches until :meth:`close`; connects anew after every error, as patiently as its class demands."""
        while not self._stop.is_set():
            started = time.monotonic()
            error = self._session()
            if self._health.connected_since is not None:
                self._backoff.succeeded(time.monotonic() - started)
            if self._stop.is_set() or error is None:
                continue
            wait = STORE_PATIENCE if isinstance(error, StoreError) else self._backoff.wait_after(error)
            log.warning("%s: %s; next attempt in %.0f s", self.name, error, wait)
            self._report_error(error, wait)
            self._stop.wait(wait)
        self._health = replace(self._health, connection=Connection.STOPPED, connected_since=None)
        self._report_if_possible()

    def close(self) -> None:
        """Ends :meth:`watch` at once; called from another thread."""
        self._stop.set()
        with self._lock:
            if self._client is not None:
                close(self._client)

    def _session(self) -> WatcherError | None:
        """One connection, from login to its end; returns what ended it."""
        self._health = replace(self._health, connected_since=None)
        client: IMAPClient | None = None
        try:
            client = self._connected()
            self._stay(client)
        except (MailboxError, CredentialError, StoreError) as error:
            return error
        except Exception as error:
            if not isinstance(error, _TROUBLE):
                log.exception("%s: unexpected %s", self.name, type(error).__name__)
            return classified(error, self._config.host)
        finally:
            if client is not None:
                self._release(client)
        return None

    def _connected(self) -> IMAPClient:
        secret = self._secret(self._config)
        try:
            client = connect(self._config)
        except _TROUBLE as error:
            raise classified(error, self._config.host) from error
        with self._lock:
            self._client = client
        try:
            with within(client):
                log_in(client, self._config, secret)
        except _TROUBLE as error:
            self._release(client)
            raise classified(error, self._config.host) from error
        except BaseException:
            self._release(client)
            raise
        now = self._clock()
        self._report(
            Connection.WATCHING, connected_since=now, error=None, error_text=None, retry_at=None,
            uses_idle=client.has_capability("IDLE"),
        )  # fmt: skip
        return client

    def _release(self, client: IMAPClient) -> None:
        with self._lock:
            self._client = None
        close(client)

    def _stay(self, client: IMAPClient) -> None:
        """Looks at every folder, then waits at the first one; the others are looked at in between."""
        folders = resolve(client, self._config.folders)
        while not self._stop.is_set():
            for folder in reversed(folders):
                self._sync(client, folder)
            self._report(Connection.WATCHING)
            poll_ends = time.monotonic() + self._config.poll_minutes * 60
            while not self._stop.is_set() and (left := poll_ends - time.monotonic()) > 0:
                if not self._moved(client, left):
                    break
                self._sync(client, folders[0])

    def _moved(self, client: IMAPClient, seconds: float) -> bool:
        """Waits for the selected folder to move; False when it is time to look at all of them."""
        if client.has_capability("IDLE"):
            return idle_round(client, min(seconds, self._config.idle_minutes * 60))
        self._stop.wait(seconds)
        return False

    def _sync(self, client: IMAPClient, folder: str) -> None:
        """Records everything new in a folder, in the order of UIDs."""
        with within(client):
            state = client.select_folder(folder, readonly=True)
        forget_moves(client)
        uidvalidity = int(state.get(b"UIDVALIDITY") or 0)
        cursor = self._recorder.cursor(folder)
        known = cursor is not None and cursor.uidvalidity == uidvalidity and uidvalidity != 0
        if cursor is not None and known:
            uids = search_after(client, cursor.uid)
            last = max(uids, default=cursor.uid)
        else:
            since = self._clock() - timedelta(days=self._config.lookback_days)
            last = int(state.get(b"UIDNEXT") or 0) - 1
            uids = search_first(client, since.date(), self._config.forwarders)
            last = max(last, max(uids, default=0))
        wanted = [outline for outline in outlines(client, uids) if self._recorder.is_candidate(outline.header)]
        self._record_all(client, folder, uidvalidity, wanted)
        if not known or (cursor is not None and last > cursor.uid):
            self._recorder.pass_over(Place(self.name, folder, uidvalidity, last))
        self._report(Connection.WATCHING, reached_at=self._clock())

    def _record_all(self, client: IMAPClient, folder: str, uidvalidity: int, wanted: list[Outline]) -> None:
        small = [outline for outline in wanted if outline.size <= MAX_MESSAGE]
        fetched = {outline.uid: raw for outline, raw in bodies(client, small)}
        for outline in wanted:
            place = Place(self.name, folder, uidvalidity, outline.uid)
            if outline.size > MAX_MESSAGE:
                self._give_up(place, "too_large")
            else:
                self._record(client, place, outline, fetched.pop(outline.uid, b""))

    def _record(self, client: IMAPClient, place: Place, outline: Outline, raw: bytes) -> None:
        """Records one mail; one that cannot be recorded is tried again, then set aside, and the rest goes on."""
        while True:
            try:
                if not raw:
                    raise ValueError("no body")
                self._recorder.record(Mail(raw, place, outline.received_at))
                self._health = replace(self._health, last_mail_at=self._clock())
                return
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 (one mail must never stop the watcher)
                if self._recorder.set_aside(place, type(error).__name__):
                    return
            _, raw = next(iter(bodies(client, [outline])))

    def _give_up(self, place: Place, reason: str) -> None:
        while not self._recorder.set_aside(place, reason):
            pass

    def _report(self, connection: Connection, **changes: object) -> None:
        self._health = replace(self._health, connection=connection, **changes)  # type: ignore[arg-type]
        self._recorder.report(self._health)

    def _report_error(self, error: WatcherError, wait: float) -> None:
        self._health = replace(
            self._health,
            connection=Connection.WAITING,
            error=type(error).__name__,
            error_text=str(error),
            retry_at=self._clock() + timedelta(seconds=wait),
        )
        self._report_if_possible()

    def _report_if_possible(self) -> None:
        try:
            self._recorder.report(self._health)
        except StoreError as failure:
            log.warning("%s: the store does not take the mailbox's state (%s)", self.name, failure)
