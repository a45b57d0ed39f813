"""Tells the person what the watcher cannot do by itself: once, and quietly."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from watcher.errors import CredentialError, KeyringError, LoginError, SignInError
from watcher.health import MailboxHealth
from watcher.notify import notices
from watcher.notify.fan_out import send_all
from watcher.notify.notification import Channel, Language, Notification
from watcher.parcels.parcel import JST
from watcher.store.store import MessageState, StoredMessage

SILENT_FOR = timedelta(hours=1)
"""How long a mailbox may be out of reach before the person is told."""

_REFUSED = frozenset(kind.__name__ for kind in (LoginError, CredentialError, SignInError, KeyringError))


class Alerts:
    """Waiting alerts, and the memory of what was already told.

    Args:
        language: of the sentences.
        started_at: when the watcher began, aware; a mailbox never reached is out of reach since then.
        sign_ins: the command that signs in anew, by mailbox; for those that are signed in with a provider.
    """

    def __init__(self, language: Language, started_at: datetime, sign_ins: Mapping[str, str] | None = None) -> None:
        self._language = language
        self._started_at = started_at
        self._sign_ins = sign_ins or {}
        self._waiting: deque[Notification] = deque()
        self._told: set[tuple[str, str]] = set()

    def recorded(self, state: MessageState, suspicious: Iterable[StoredMessage], now: datetime) -> bool:
        """Notes what a newly recorded mail calls for; safe on any thread.

        Args:
            state: of the new mail.
            suspicious: the newest suspicious mails, the new one included.
            now: aware.

        Returns:
            True when there is something to tell: a mail that was not understood, or the day's first forged one.
        """
        if state is MessageState.NOT_UNDERSTOOD:
            self._waiting.append(notices.not_understood(self._language))
            return True
        if state is MessageState.SUSPICIOUS:
            today = now.astimezone(JST).date()
            if sum(message.recorded_at.astimezone(JST).date() == today for message in suspicious) == 1:
                self._waiting.append(notices.suspicious(self._language))
                return True
        return False

    def look_at(self, healths: Sequence[MailboxHealth], now: datetime) -> None:
        """Notes mailboxes that refuse the login, or were not reached for an hour; each outage once."""
        for health in healths:
            refusal, silence = (health.mailbox, "refused"), (health.mailbox, "silent")
            if health.error is None:
                self._told -= {refusal, silence}
                continue
            reached = max(health.reached_at or self._started_at, self._started_at)
            if health.error in _REFUSED:
                if refusal not in self._told:
                    self._told.add(refusal)
                    self._waiting.append(self._refusal(health))
            elif now - reached >= SILENT_FOR and silence not in self._told:
                self._told.add(silence)
                self._waiting.append(notices.unreachable(health.mailbox, reached, self._language))

    def _refusal(self, health: MailboxHealth) -> Notification:
        """What only the person can mend, in the words of its cause."""
        if health.error == KeyringError.__name__:
            return notices.keyring_locked(health.mailbox, self._language)
        if health.error == SignInError.__name__ and health.mailbox in self._sign_ins:
            return notices.sign_in(health.mailbox, self._sign_ins[health.mailbox], self._language)
        return notices.refused(health.mailbox, self._language)

    def calendar(self, file: str, *, failed: bool) -> bool:
        """Notes whether the calendar file could be brought up to date; returns True where an outage is new."""
        outage = (file, "calendar")
        if not failed:
            self._told.discard(outage)
        elif outage not in self._told:
            self._told.add(outage)
            self._waiting.append(notices.calendar_failed(file, self._language))
            return True
        return False

    async def say(self, channels: Sequence[Channel]) -> None:
        """Sends what waits; what no channel took waits on."""
        for _ in range(len(self._waiting)):
            notification = self._waiting.popleft()
            outcomes = await send_all(channels, notification)
            if outcomes and all(error is not None for error in outcomes.values()):
                self._waiting.append(notification)
