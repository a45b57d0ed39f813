"""What happens to a mail of a watched mailbox: read, extracted, recorded."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from watcher.alerts import Alerts
from watcher.assembly import Clock, sender_domain
from watcher.config import MailboxConfig
from watcher.extractors.extract import extract
from watcher.extractors.notice import Kind, Notice
from watcher.extractors.phrases import Phrases
from watcher.health import MailboxHealth
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Provider, Reception, TxtLookup
from watcher.messages.read import read
from watcher.messages.triage import is_candidate
from watcher.store.judging import state_of
from watcher.store.store import MessageState, Store

log = logging.getLogger(__name__)

TRIES = 3
"""How often a message that cannot be recorded is tried before the cursor may pass it."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The recorder of one mailbox (see :class:`watcher.mailbox.recorder.Recorder`).

    Attributes:
        on_recorded: called, on the mailbox's thread, when there is something to say.
        alerts: what the person is told about mails that could not be used.
    """

    mailbox: MailboxConfig
    store: Store
    provider: Provider
    phrases: Phrases
    clock: Clock
    on_recorded: Callable[[], None]
    alerts: Alerts
    lookup_txt: TxtLookup | None = None

    def cursor(self, folder: str) -> Place | None:
        return self.store.cursor(self.mailbox.name, folder)

    def is_candidate(self, header: bytes) -> bool:
        return is_candidate(header, frozenset(self.mailbox.forwarders))

    def record(self, mail: Mail) -> None:
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
        self.store.move_cursor(place)

    def set_aside(self, place: Place, reason: str) -> bool:
        tries = self.store.set_aside(place, reason, self.clock())
        log.warning("%s: a mail could not be recorded (%s), attempt %d", self.mailbox.name, reason, tries)
        return tries >= TRIES

    def report(self, health: MailboxHealth) -> None:
        self.store.save_health(health)
