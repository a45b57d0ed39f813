"""A mailbox on an IMAP server, watched on a thread of its own.

Nothing is ever written to it: folders are opened with EXAMINE, messages read with BODY.PEEK.
"""

from __future__ import annotations

import imaplib
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from imapclient.exceptions import IMAPClientError

from watcher.config import MailboxConfig
from watcher.errors import (
    CredentialError,
    FolderError,
    LoginError,
    MailboxError,
    MissingExtraError,
    SignInError,
    StoreError,
    WatcherError,
)
from watcher.mailbox.backoff import Backoff
from watcher.mailbox.connection import close, connect, log_in, within
from watcher.mailbox.credentials import Credential, credential
from watcher.mailbox.failures import classified
from watcher.mailbox.folders import resolve
from watcher.mailbox.idle import Nap, Wake, WallClock, idle_round, wait_quietly
from watcher.mailbox.limits import Limits
from watcher.mailbox.looking import Looking
from watcher.mailbox.memory import give_back
from watcher.mailbox.recorder import Recorder
from watcher.mailbox.reporting import Reporter
from watcher.mailbox.wire import Wire

log = logging.getLogger(__name__)

_TROUBLE = (OSError, IMAPClientError, imaplib.IMAP4.error, MemoryError, ValueError)
STORE_PATIENCE = 5.0


class ImapMailbox:
    """One mailbox.

    Args:
        config: where it is.
        recorder: takes its mails.
        secret: gives the password or token at each login; raises CredentialError, MailboxError, MissingExtraError.
        clock: the present, aware; decides how far a first look goes back.
        backoff: how long to wait after errors.
        limits: how long a server may take.
        wall_clock: seconds since the epoch; tells that the machine slept.
    """

    def __init__(
        self,
        config: MailboxConfig,
        recorder: Recorder,
        secret: Callable[[MailboxConfig], Credential] = credential,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        backoff: Backoff | None = None,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        wall_clock: WallClock = time.time,
    ) -> None:
        self._config = config
        self._recorder = recorder
        self._secret = secret
        self._clock = clock
        self._backoff = backoff or Backoff()
        self._limits = limits
        self._wall_clock = wall_clock
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._client: Wire | None = None
        self._reporter = Reporter(config.name, recorder)

    @property
    def name(self) -> str:
        return self._config.name

    def check(self) -> None:
        """One look at every folder; a failure is reported too.

        Raises:
            MailboxError, CredentialError, StoreError, MissingExtraError.
        """
        try:
            self._check()
        except (MailboxError, CredentialError, MissingExtraError) as error:
            self._reporter.failed(error, self._clock(), None)
            raise

    def _check(self) -> None:
        client = self._connected()
        try:
            self._looking(client).first_look()
            self._reporter.reached(self._clock())
            self._reporter.stopped()
            with within(client):
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
            if self._reporter.is_connected:
                self._backoff.succeeded(time.monotonic() - started)
            if self._stop.is_set() or error is None:
                continue
            wait = STORE_PATIENCE if isinstance(error, StoreError) else self._backoff.wait_after(error)
            log.warning("%s: %s; next attempt in %.0f s", self.name, error, wait)
            self._reporter.failed(error, self._clock(), wait)
            if isinstance(error, SignInError):
                self._await_sign_in(wait, error)
            else:
                self._pause(wait, refused=isinstance(error, LoginError | CredentialError | FolderError))
        self._reporter.stopped()

    def close(self) -> None:
        """Ends :meth:`watch` at once; called from another thread."""
        self._stop.set()
        with self._lock:
            if self._client is not None:
                self._client.interrupt()

    def _pause(self, seconds: float, *, refused: bool) -> None:
        """Waits before the next attempt; a machine that slept meanwhile tries at once, unless it was refused."""
        until, nap = self._wall_clock() + seconds, Nap(self._wall_clock)
        while wait_quietly(self._stop, seconds, self._limits.look, nap) is Wake.SLEPT:
            seconds = min(seconds, until - self._wall_clock())
            if not refused or seconds <= 0:
                return

    def _await_sign_in(self, seconds: float, error: SignInError) -> None:
        """Waits before the next attempt; who signs in meanwhile need not wait for its end."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._stop.wait(min(left, self._limits.look)):
            if error.mended():
                return

    def _session(self) -> WatcherError | None:
        """One connection, from login to its end; returns what ended it, None where nothing is wrong."""
        self._reporter.disconnected()
        client: Wire | None = None
        try:
            client = self._connected()
            self._stay(client)
        except (MailboxError, CredentialError, StoreError, MissingExtraError) as error:
            return error
        except Exception as error:
            if not isinstance(error, _TROUBLE):
                log.exception("%s: unexpected %s", self.name, type(error).__name__)
            return classified(error, self._config.host)
        finally:
            if client is not None:
                self._release(client)
        return None

    def _connected(self) -> Wire:
        """A connection, logged in; a refused token is exchanged once, and tried over a new connection."""
        secret = self._secret(self._config)
        try:
            return self._logged_in(secret)
        except LoginError:
            other = secret.renew() if secret.renew else None
            if other is None:
                raise
            return self._logged_in(other)

    def _logged_in(self, secret: Credential) -> Wire:
        try:
            client = connect(self._config, self._limits)
        except _TROUBLE as error:
            raise classified(error, self._config.host) from error
        with self._lock:
            self._client = client
        try:
            if self._stop.is_set():
                raise ConnectionAbortedError("stopped")
            with within(client):
                log_in(client, self._config, secret)
                uses_idle = client.has_capability("IDLE")
            self._reporter.connected(self._clock(), uses_idle=uses_idle)
        except _TROUBLE as error:
            self._release(client)
            raise classified(error, self._config.host) from error
        except BaseException:
            self._release(client)
            raise
        return client

    def _release(self, client: Wire) -> None:
        with self._lock:
            self._client = None
        close(client)

    def _looking(self, client: Wire) -> Looking:
        folders = resolve(client, self._config.folders)
        return Looking(client, self._config, folders, self._recorder, self._clock, self._mail_recorded)

    def _mail_recorded(self) -> None:
        self._reporter.mail(self._clock())

    def _stay(self, client: Wire) -> None:
        """Looks at every folder, then waits at the first one; returns when the machine slept."""
        nap = Nap(self._wall_clock)
        looking = self._looking(client)
        looking.first_look()
        give_back()
        while not self._stop.is_set():
            self._reporter.reached(self._clock())
            poll_at = time.monotonic() + self._config.poll_minutes * 60
            while not self._stop.is_set() and (left := poll_at - time.monotonic()) > 0:
                wake = self._wait(client, left, nap)
                if wake is Wake.SLEPT:
                    log.info("%s: the machine slept; connecting anew", self.name)
                    return
                if wake is Wake.MOVED:
                    looking.look()
                    self._reporter.reached(self._clock())
            if not self._stop.is_set():
                looking.poll()

    def _wait(self, client: Wire, seconds: float, nap: Nap) -> Wake:
        """Waits for the open folder to move, at most ``seconds``."""
        if client.has_capability("IDLE"):
            wake = idle_round(client, min(seconds, self._config.idle_minutes * 60), nap)
            if wake is not Wake.REFUSED:
                return wake
        return wait_quietly(self._stop, seconds, self._limits.look, nap)
