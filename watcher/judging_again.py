"""Judges mails again whose DKIM key could not be looked up when they came: silence of DNS says nothing of a mail.

Only our own check is made again, and only where it waits for DNS; every other verdict stands as it was reached.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import datetime

from watcher.assembly import Clock
from watcher.extractors.extract import extract
from watcher.extractors.notice import Notice
from watcher.extractors.phrases import Phrases
from watcher.messages.message import Provider, Reception, Trust, TxtLookup
from watcher.messages.read import read
from watcher.store.judging import NO_KEY_YET
from watcher.store.store import Store, Unjudged

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JudgingAgain:
    """One look after another at what waits.

    Attributes:
        store: where the mails are kept.
        lookup_txt: DNS.
        forwarders: whose forwards are read.
        clock: the present.
    """

    store: Store
    phrases: Phrases
    lookup_txt: TxtLookup
    forwarders: frozenset[str]
    clock: Clock
    _left_alone: set[int] = field(default_factory=set)

    def look(self) -> bool:
        """Judges what is due; ends at the first mail for which DNS is still silent, since it is silent for all.

        A mail that cannot be judged is left alone until the next start: it must not stop the others, nor the tick.

        Returns:
            Whether a mail is believed now, so that its parcels changed.

        Raises:
            StoreError.
        """
        believed = False
        for waiting in self.store.unjudged(self.clock()):
            now = self.clock()
            notice = self._read_again(waiting, now)
            if notice is None:
                continue
            self.store.judge(waiting.id, notice, now)
            log.info("mail %d was judged again: %s (%s)", waiting.id, notice.trust, notice.trust_reason)
            if notice.trust_reason == NO_KEY_YET:
                break
            believed = believed or notice.trust is Trust.AUTHENTICATED
        return believed

    def _read_again(self, waiting: Unjudged, now: datetime) -> Notice | None:
        if waiting.id in self._left_alone:
            return None
        # No provider: what the own check found is all that may change a verdict that was stored.
        reception = Reception(now, waiting.received_at, Provider(), self.forwarders, self.lookup_txt)
        try:
            return extract(read(waiting.raw, reception), self.phrases)
        except Exception as error:
            log.exception("mail %d cannot be judged again (%s)", waiting.id, type(error).__name__)
            self._left_alone.add(waiting.id)
            return None
