"""What happens to a mail of a watched mailbox: read, extracted, recorded."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from watcher.alerts import Alerts
from watcher.assembly import Clock, sender_domain
from watcher.config import MailboxConfig
from watcher.extractors.extract import extract
from watcher.extractors.notice import Kind, Notice
from watcher.extractors.phrases import Phrases
from watcher.health import MailboxHealth
from watcher.heartbeat import Heartbeat
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Provider, Reception, TxtLookup
from watcher.messages.read import read
from watcher.messages.triage import is_candidate
from watcher.store.judging import state_of
from watcher.store.store import MessageState, Store

log = logging.getLogger(__name__)

TRIES = 3
"""How often a message that cannot be recorded is tried before the cursor may pass it."""

LONGEST_SILENCE = 1800.0
"""Seconds within which a mailbox's thread calls its recorder while it works: more than all time limits of one look
at a folder together (secret, connection, login, list, selection, search, and the bodies of a first look in chunks
over a slow line)."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The recorder of one mailbox (see :class:`watcher.mailbox.recorder.Recorder`).

    Attributes:
        on_recorded: called, on the mailbox's thread, when there is something to say.
        alerts: what the person is told about mails that could not be used.
        lookup_txt: DNS for our own DKIM check, or None.
        heartbeat: every call is a sign of life of the mailbox's thread.
        longest_silence: seconds that it may work without one.
        reports_health: False for one look beside a daemon, which itself tells how the mailbox is doing.
    """

    mailbox: MailboxConfig
    store: Store
    provider: Provider
    phrases: Phrases
    clock: Clock
    on_recorded: Callable[[], None]
    alerts: Alerts
    lookup_txt: TxtLookup | None = None
    heartbeat: Heartbeat = field(default_factory=Heartbeat)
    longest_silence: float = LONGEST_SILENCE
    reports_health: bool = True

    def cursor(self, folder: str) -> Place | None:
        self._beat()
        return self.store.cursor(self.mailbox.name, folder)

    def is_candidate(self, header: bytes) -> bool:
        self._beat()
        return is_candidate(header, frozenset(self.mailbox.forwarders))

    def record(self, mail: Mail) -> None:
        self._beat()
        now = self.clock()
        reception = Reception(
            now=now,
            received_at=mail.received_at,
            provider=self.provider,
            forwarders=frozenset(self.mailbox.forwarders),
            lookup_txt=self.lookup_txt,
        )
        message = read(mail.raw, reception)
        notice = extract(message, self.phrases)
        recorded = self.store.record(mail, notice, sender_domain(message), now)
        if notice.kind is not Kind.NOT_AMAZON:
            log.info(
                "%s: recorded a mail of kind %s (%s), parcels %s",
                self.mailbox.name,
                notice.kind,
                notice.trust,
                list(recorded.parcel_ids),
            )
        told = False
        if not recorded.known and notice.kind is not Kind.NOT_AMAZON:
            told = self._alert(notice, now)
        if (recorded.parcel_ids and not recorded.known) or told:
            self.on_recorded()

    def _alert(self, notice: Notice, now: datetime) -> bool:
        suspicious = self.store.messages(frozenset({MessageState.SUSPICIOUS}), limit=2)
        return self.alerts.recorded(state_of(notice), suspicious, now)

    def pass_over(self, place: Place) -> None:
        self._beat()
        self.store.move_cursor(place)

    def set_aside(self, place: Place, reason: str) -> bool:
        self._beat()
        tries = self.store.set_aside(place, reason, self.clock())
        log.warning("%s: a mail could not be recorded (%s), attempt %d", self.mailbox.name, reason, tries)
        return tries >= TRIES

    def report(self, health: MailboxHealth) -> None:
        now = self.clock()
        self._beat((health.retry_at - now).total_seconds() if health.retry_at is not None else 0.0)
        if health.error is not None:
            health = replace(health, failed_at=now, failure=health.error_text)
        if self.reports_health:
            self.store.save_health(health)

    def _beat(self, pause: float = 0.0) -> None:
        """A sign of life; the next comes after the pause that the thread announced, or after a wait for mail."""
        self.heartbeat.beat(max(pause, self.mailbox.poll_minutes * 60) + self.longest_silence)
