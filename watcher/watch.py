"""Builds what watches: channels, mailboxes, the daemon."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from watcher.alerts import Alerts
from watcher.assembly import Clock, lock_path, phrases, provider_of, rules_of
from watcher.calendar_file import CalendarFile, KeptCalendarFile
from watcher.config import Config, MailboxConfig
from watcher.daemon import Daemon
from watcher.errors import CredentialError, LoginError, MailboxError, MissingExtraError, WatcherError
from watcher.heartbeat import Heartbeat
from watcher.judging_again import JudgingAgain
from watcher.lock import is_locked
from watcher.mailbox.backoff import REFUSED
from watcher.mailbox.dns import txt_lookup
from watcher.mailbox.imap import ImapMailbox
from watcher.messages.dkim_check import is_installed
from watcher.notify.console import Console
from watcher.notify.desktop import Desktop
from watcher.notify.hook import Hook
from watcher.notify.notification import Channel, Language, Press
from watcher.notify.push import Push
from watcher.parcels.parcel import JST
from watcher.parcels.plan import may_speak
from watcher.receiving import LONGEST_SILENCE, Receiver
from watcher.reminding import Reminding
from watcher.signing_in import secrets_of
from watcher.store.store import MessageState, Store

OnPress = Callable[[Press, tuple[int, ...]], None]


def channels_of(config: Config, on_press: OnPress | None = None) -> list[Channel]:
    """The ways to reach the person here: the desktop where it is wanted, the console on a terminal."""
    channels: list[Channel] = []
    if config.notify.desktop:
        channels.append(Desktop(on_press))
    channels += [Push(url, number) for number, url in enumerate(config.notify.push, 1)]
    if config.notify.command:
        channels.append(Hook(config.notify.command))
    if sys.stderr.isatty():
        channels.append(Console(sys.stderr))
    return channels


def channel_names_here(config: Config) -> tuple[str, ...]:
    """The names of the ways to reach the person here."""
    return tuple(channel.name for channel in channels_of(config))


def build_daemon(
    config: Config, store: Store, clock: Clock, language: Language, channels: Sequence[Channel] | None = None
) -> Daemon:
    """The daemon for a configuration.

    Args:
        config: what to watch and how to speak.
        store: open.
        clock: the present.
        language: of the sentences.
        channels: ways to reach the person instead of the configured ones.
    """
    reminding = _reminding(config, store, (), clock, language)
    reminding.alerts = alerts = alerts_of(config, store, language, clock())
    reminding.channels = channels_of(config, reminding.pressed) if channels is None else channels
    calendar = calendar_file_of(config, store, clock, language)
    kept = None if calendar is None else KeptCalendarFile(calendar, alerts)
    judge = judge_of(config, store, clock)
    daemon = Daemon(store, reminding.channels, reminding, clock, alerts, language, kept, judge)
    daemon.watch(mailboxes_of(config, store, clock, alerts, daemon.wake))
    return daemon


def calendar_file_of(config: Config, store: Store, clock: Clock, language: Language) -> CalendarFile | None:
    """The configured calendar file, or None."""
    file = config.calendar.file
    return None if file is None else CalendarFile(file, store, clock, language, config.notify.show_numbers)


def judge_of(config: Config, store: Store, clock: Clock) -> JudgingAgain | None:
    """What looks again at mails whose key DNS did not give; None without the extra ``dkim``."""
    lookup = txt_lookup()
    if lookup is None or not is_installed():
        return None
    forwarders = frozenset(address for mailbox in config.mailboxes for address in mailbox.forwarders)
    return JudgingAgain(store, phrases(), lookup, forwarders, clock)


def _reminding(
    config: Config, store: Store, channels: Sequence[Channel], clock: Clock, language: Language
) -> Reminding:
    return Reminding(store, channels, clock, language, config.notify.show_numbers, rules_of(config).policy)


@dataclass(frozen=True, slots=True)
class Watched:
    """A mailbox and the sign of life of the thread that watches it, which its recorder gives."""

    mailbox: ImapMailbox
    heartbeat: Heartbeat

    @property
    def name(self) -> str:
        return self.mailbox.name

    def watch(self) -> None:
        self.heartbeat.beat(LONGEST_SILENCE)
        self.mailbox.watch()

    def close(self) -> None:
        self.mailbox.close()


def mailboxes_of(
    config: Config,
    store: Store,
    clock: Clock,
    alerts: Alerts,
    on_recorded: Callable[[], None],
    heartbeat: Callable[[], Heartbeat] = Heartbeat,
    *,
    reports_health: bool = True,
) -> tuple[Watched, ...]:
    """The configured mailboxes, each with its recorder and a heartbeat of its own."""
    table, secret = phrases(), secrets_of(config, clock)

    def watched(mailbox: MailboxConfig) -> Watched:
        receiver = Receiver(
            mailbox, store, provider_of(mailbox), table, clock, on_recorded, alerts, txt_lookup(), heartbeat(),
            reports_health=reports_health,
        )  # fmt: skip
        return Watched(ImapMailbox(mailbox, receiver, secret, clock), receiver.heartbeat)

    return tuple(watched(mailbox) for mailbox in config.mailboxes)


def alerts_of(config: Config, store: Store, language: Language, started_at: datetime | None) -> Alerts:
    """What is said about the watcher itself, for a configuration; what was told before is not told again.

    Args:
        started_at: as :class:`Alerts` takes it.
    """
    alerts = Alerts(language, started_at, [mailbox.name for mailbox in config.mailboxes], sign_ins_of(config))
    alerts.adopt(store.channel_states())
    alerts.resume(store.healths())
    return alerts


def sign_ins_of(config: Config) -> dict[str, str]:
    """The command that signs in anew, by mailbox; for those with ``oauth``."""
    return {
        mailbox.name: shlex.join(("konbini", "login", mailbox.name, "--oauth", mailbox.oauth))
        for mailbox in config.mailboxes
        if mailbox.oauth
    }


def take_up_the_night(config: Config, store: Store, alerts: Alerts, now: datetime) -> None:
    """Before one look among many: what the looks of the quiet hours recorded and could not tell of.

    The last look is known by what it wrote of its mailboxes; one outside the quiet hours told of everything itself.
    """
    policy = rules_of(config).policy
    looks = (moment for health in store.healths() for moment in (health.reached_at, health.failed_at))
    last = max((moment for moment in looks if moment is not None), default=None)
    if last is None or may_speak(None, policy, last):
        return
    evening = datetime.combine(last.astimezone(JST), policy.quiet_from, JST)
    began = evening if evening <= last else evening - timedelta(days=1)
    found = store.messages(frozenset({MessageState.NOT_UNDERSTOOD, MessageState.SUSPICIOUS}))
    alerts.unsaid((message for message in found if message.recorded_at >= began), now)


def check_mailboxes(
    config: Config, store: Store, clock: Clock, alerts: Alerts, *, patient: bool = False
) -> dict[str, WatcherError]:
    """One look at every mailbox; returns the errors by mailbox. One that fails does not stop the others.

    How a mailbox is doing is for a daemon to tell where one runs: its password may be there and not here.

    Args:
        patient: whether a login that was refused is left alone for an hour, as the watcher does: cron would try it
            again and again until the provider locks the account.
    """
    failures: dict[str, WatcherError] = {}
    alone = not is_locked(lock_path(config))
    refused = _refused(store, clock()) if patient else {}
    for watched in mailboxes_of(config, store, clock, alerts, lambda: None, reports_health=alone):
        if watched.name in refused:
            failures[watched.name] = LoginError(
                f"the login was refused at {refused[watched.name].astimezone():%H:%M} and is tried again an hour later",
                "correct the password, then run `konbini check` on a terminal, which tries at once",
            )
            continue
        try:
            watched.mailbox.check()
        except (MailboxError, CredentialError, MissingExtraError) as error:
            failures[watched.name] = error
    return failures


def _refused(store: Store, now: datetime) -> dict[str, datetime]:
    """The mailboxes that refused the login within the last hour, and when."""
    return {
        health.mailbox: health.failed_at
        for health in store.healths()
        if health.error == LoginError.__name__
        and health.failed_at is not None
        and timedelta() <= now - health.failed_at < timedelta(seconds=REFUSED)
    }


async def say_what_is_due(config: Config, store: Store, clock: Clock, language: Language, alerts: Alerts) -> None:
    """One look at what is due, over the configured channels."""
    channels = channels_of(config)
    reminding = _reminding(config, store, channels, clock, language)
    reminding.alerts = alerts
    await reminding.say_what_is_due()
    for channel in channels:
        await channel.close()
