"""Tells the person what the watcher cannot do by itself: once, and quietly."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.errors import CredentialError, KeyringError, LoginError, SignInError
from watcher.health import MailboxHealth
from watcher.notify import notices
from watcher.notify.fan_out import send_all
from watcher.notify.notification import Channel, Language, Notification
from watcher.parcels.parcel import JST
from watcher.store.store import ChannelState, MessageState, StoredMessage

SILENT_FOR = timedelta(hours=1)
"""How long a mailbox may be out of reach before the person is told."""

STORE_SILENT_FOR = timedelta(minutes=10)
"""How long the store may refuse to work before the person is told."""

_SLEPT = timedelta(minutes=10)
"""The daemon looks every minute; after a longer gap the machine slept, and the network gets as long to come back."""

_REFUSED = frozenset(kind.__name__ for kind in (LoginError, CredentialError, SignInError, KeyringError))


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An alert on its way.

    Attributes:
        beside: names the channel that it is about and that does not get it.
        outage: the mailbox that it is about, and the word for what is told of it.
    """

    notification: Notification
    beside: str | None = None
    outage: tuple[str, str] | None = None


class Alerts:
    """Waiting alerts, and the memory of what was already told.

    Args:
        language: of the sentences.
        started_at: when the watcher began, aware; a mailbox never reached is out of reach since then. None for one
            look among many (``check`` from cron): an outage then began with the first look that failed.
        mailboxes: the configured ones; the store also remembers others. None for all.
        sign_ins: the command that signs in anew, by mailbox; for those that are signed in with a provider.
    """

    def __init__(
        self,
        language: Language,
        started_at: datetime | None,
        mailboxes: Collection[str] | None = None,
        sign_ins: Mapping[str, str] | None = None,
    ) -> None:
        self._language = language
        self._started_at = started_at
        self._mailboxes = mailboxes
        self._sign_ins = sign_ins or {}
        self._looked_at = self._awake_since = started_at
        self._store_failed_at: datetime | None = None
        self._waiting: deque[_Waiting] = deque()
        self._told: set[tuple[str, str]] = set()
        self._taken: list[tuple[str, str]] = []

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
            self._wait(notices.not_understood(self._language))
            return True
        if state is MessageState.SUSPICIOUS:
            today = now.astimezone(JST).date()
            if sum(message.recorded_at.astimezone(JST).date() == today for message in suspicious) == 1:
                self._wait(notices.suspicious(self._language))
                return True
        return False

    def unsaid(self, messages: Iterable[StoredMessage], now: datetime) -> None:
        """Notes mails that came while nobody could be told; a forged one of another day is worth no hint any more."""
        today = now.astimezone(JST).date()
        for message in messages:
            if message.state is MessageState.NOT_UNDERSTOOD:
                self._wait(notices.not_understood(self._language))
            elif message.state is MessageState.SUSPICIOUS and message.recorded_at.astimezone(JST).date() == today:
                self._wait(notices.suspicious(self._language))

    def look_at(self, healths: Sequence[MailboxHealth], now: datetime) -> None:
        """Notes mailboxes that refuse the login, or were not reached for an hour; each outage once."""
        if self._looked_at is not None and not timedelta() <= now - self._looked_at <= _SLEPT:
            self._awake_since = now
        self._looked_at = now if self._looked_at is not None else None
        for health in healths:
            if self._mailboxes is not None and health.mailbox not in self._mailboxes:
                continue
            refusal, silence = (health.mailbox, "refused"), (health.mailbox, "silent")
            if health.error is None:
                self._told -= {refusal, silence}
                continue
            since = self._started_at or health.failing_since
            known = (moment for moment in (health.reached_at, since) if moment is not None)
            reached = max((moment for moment in known if moment <= now), default=now)  # the clock may be set back
            awake = self._awake_since is None or now - self._awake_since >= _SLEPT
            silent = now - reached >= SILENT_FOR and awake
            if health.error in _REFUSED:
                self._tell_once(refusal, self._refusal(health), outage=refusal)
            elif silent:
                self._tell_once(silence, notices.unreachable(health.mailbox, reached, self._language), outage=silence)

    def stuck(self, mailboxes: Collection[str]) -> None:
        """Notes the mailboxes that nobody watches any more; each once, until it is watched again."""
        self._told -= {told for told in self._told if told[1] == "stuck" and told[0] not in mailboxes}
        for name in mailboxes:
            self._tell_once((name, "stuck"), notices.stuck(name, self._language))

    def adopt(self, states: Iterable[ChannelState]) -> None:
        """Takes it that the person knows of channels given up before the watcher began."""
        self._told |= {(state.name, "channel") for state in states if state.given_up}

    def resume(self, healths: Iterable[MailboxHealth]) -> None:
        """Takes up what a watcher before this one had told of outages that last."""
        self._told |= {(health.mailbox, health.told) for health in healths if health.told is not None}

    def taken(self) -> Sequence[tuple[str, str]]:
        """The mailboxes whose outage a channel took since the last call, each with the word to remember it by."""
        taken, self._taken = self._taken, []
        return taken

    def channels(self, states: Iterable[ChannelState]) -> None:
        """Notes channels that a reminder was given up on, to be told over the others; each once, until it works."""
        for state in states:
            outage = (state.name, "channel")
            if not state.given_up:
                self._told.discard(outage)
            else:
                self._tell_once(outage, notices.channel_given_up(state.name, self._language), beside=state.name)

    def store(self, now: datetime, *, failed: bool) -> None:
        """Notes that the store worked, or did not; told once it has not for ten minutes."""
        if not failed:
            self._store_failed_at = None
            self._told.discard(("", "store"))
            return
        self._store_failed_at = self._store_failed_at or now
        if now - self._store_failed_at >= STORE_SILENT_FOR:
            self._tell_once(("", "store"), notices.store_failed(self._language))

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
            return False
        return self._tell_once(outage, notices.calendar_failed(file, self._language))

    async def say(self, channels: Sequence[Channel]) -> None:
        """Sends what waits, the same words once, and one beside the other: a channel that does not answer is waited
        for once, not once for each. What no channel took waits on."""
        waiting = dict.fromkeys(self._waiting.popleft() for _ in range(len(self._waiting)))
        by_tag: dict[str, list[_Waiting]] = {}
        for one in waiting:
            by_tag.setdefault(one.notification.tag, []).append(one)
        await asyncio.gather(*(self._say_in_turn(some, channels) for some in by_tag.values()))

    async def _say_in_turn(self, waiting: Iterable[_Waiting], channels: Sequence[Channel]) -> None:
        """What is about one matter, the newest last, which takes the place of the others on the screen."""
        for one in waiting:
            others = [channel for channel in channels if channel.name != one.beside]
            outcomes = await send_all(others, one.notification)
            if outcomes and all(error is not None for error in outcomes.values()):
                self._waiting.append(one)
            elif outcomes and one.outage is not None:
                self._taken.append(one.outage)

    def _tell_once(
        self,
        told: tuple[str, str],
        notification: Notification,
        beside: str | None = None,
        outage: tuple[str, str] | None = None,
    ) -> bool:
        if told in self._told:
            return False
        self._told.add(told)
        self._waiting.append(_Waiting(notification, beside, outage))
        return True

    def _wait(self, notification: Notification) -> None:
        self._waiting.append(_Waiting(notification))
