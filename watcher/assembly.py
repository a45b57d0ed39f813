"""Puts the parts together: what the core needs from outside is loaded here, once, and passed in.

What reads mails and what opens the database is imported where it is called: most commands need one of them, or none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from watcher.config import Config, MailboxConfig, store_path
from watcher.data import load
from watcher.extractors.notice import Notice, PointKind
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Message, Provider, Reception
from watcher.messages.providers import provider_for
from watcher.parcels.periods import periods_from
from watcher.parcels.reminder import Policy
from watcher.parcels.rules import HoldPeriod, Rules

if TYPE_CHECKING:
    from watcher.extractors.phrases import Phrases
    from watcher.store.sql_store import SqlStore
    from watcher.store.store import Store

Clock = Callable[[], datetime]
"""The present, aware. Everything that needs the time gets one, so that a demo or a test can move it."""

FILES = "import"
"""The mailbox name of mails that came from files."""


def periods_of(config: Config) -> Mapping[PointKind, HoldPeriod]:
    """The hold periods of the table with the person's corrections."""
    reminders = config.reminders
    return periods_from(load("hold_periods"), config.hold, reminders.hold_days, reminders.safe_days)


def rules_of(config: Config) -> Rules:
    """What parcels and their reminders are made by."""
    reminders = config.reminders
    policy = Policy(
        at=reminders.at,
        days_before=reminders.days_before,
        quiet_from=reminders.quiet[0],
        quiet_until=reminders.quiet[1],
    )
    return Rules(periods_of(config), policy, config.unverified == "hold")


def store_exists(config: Config) -> bool:
    """Whether anything was ever stored (another database than SQLite is taken to exist)."""
    path = store_path(config)
    return path is None or path.exists()


def lock_path(config: Config) -> Path:
    """The file whose lock the daemon holds, beside the store."""
    path = store_path(config)
    if path is not None:
        return path.with_name(f"{path.name}.lock")
    from watcher.config import default_store_url

    return Path(default_store_url().removeprefix("sqlite:///")).with_name("daemon.lock")


def open_store(config: Config) -> SqlStore:
    """The store, made where there is none and migrated where it is older than the program.

    Raises:
        StoreError: and its children.
    """
    from watcher.store.engine import open_engine
    from watcher.store.migrate import upgrade
    from watcher.store.sql_store import SqlStore

    engine = open_engine(config.store.url)
    upgrade(engine)
    store = SqlStore(engine, rules_of(config), config.store.keep_raw_days)
    store.adopt_rules()
    return store


def phrases() -> Phrases:
    """Labels and phrases of the extractors."""
    from watcher.extractors.phrases import Phrases

    return Phrases.from_table(load("phrases"))


def provider_of(mailbox: MailboxConfig) -> Provider:
    """Whose Authentication-Results count for a mailbox."""
    return provider_for(mailbox.host, mailbox.authserv_id, load("providers"))


def sender_domain(message: Message) -> str | None:
    """The domain of the first sender."""
    return message.senders[0].domain if message.senders else None


def reader_of_files(authserv_id: str | None, now: datetime) -> Callable[[bytes, datetime | None], Notice]:
    """A function from raw bytes to what they say, for files: every forward is read."""
    from watcher.extractors.extract import extract
    from watcher.messages.read import read

    provider = provider_for("", authserv_id, load("providers"))
    table = phrases()

    def read_notice(raw: bytes, received_at: datetime | None) -> Notice:
        return extract(read(raw, Reception(now, received_at, provider)), table)

    return read_notice


def receiver_of_files(
    config: Config, store: Store, clock: Clock
) -> Callable[[str, bytes, datetime | None], tuple[int, ...]]:
    """A function that records one mail file and returns the ids of its parcels.

    Files carry no receiving provider, so their trust is unverified unless forged by sight.
    """
    from watcher.extractors.extract import extract
    from watcher.messages.read import read

    table = phrases()
    forwarders = frozenset(address for mailbox in config.mailboxes for address in mailbox.forwarders)
    provider = provider_of(config.mailboxes[0]) if len(config.mailboxes) == 1 else Provider()

    def receive(source: str, raw: bytes, received_at: datetime | None) -> tuple[int, ...]:
        now = clock()
        message = read(raw, Reception(now, received_at, provider, forwarders))
        mail = Mail(raw, Place(FILES, source, 0, 0), received_at)
        return store.record(mail, extract(message, table), sender_domain(message), now).parcel_ids

    return receive


def rescan(config: Config, store: SqlStore, now: datetime) -> int:
    """Reads the kept raw mails again with today's extractors; what was trusted stays as it was judged.

    Returns:
        The number of mails read.
    """
    from watcher.extractors.extract import extract
    from watcher.messages.read import read

    table = phrases()
    forwarders = frozenset(address for mailbox in config.mailboxes for address in mailbox.forwarders)

    def read_notice(raw: bytes, received_at: datetime | None) -> Notice:
        return extract(read(raw, Reception(now, received_at, Provider(), forwarders)), table)

    return store.rescan(read_notice, now)


def channel_names(config: Config) -> tuple[str, ...]:
    """The configured ways to reach the person, by name; push URLs by their scheme only."""
    names = ["desktop"] if config.notify.desktop else []
    names += [f"{urlsplit(url).scheme or 'push'}-{number}" for number, url in enumerate(config.notify.push, 1)]
    if config.notify.command:
        names.append("command")
    return tuple(names)


def without_secrets(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration as plain data that can be shown: push URLs and database passwords are cut."""
    shown = {key: _plain(value) for key, value in config.items()}
    shown["notify"]["push"] = [f"{urlsplit(url).scheme}://…" for url in shown["notify"]["push"]]
    parts = urlsplit(shown["store"]["url"])
    if parts.password:
        shown["store"]["url"] = shown["store"]["url"].replace(parts.password, "…")
    return shown


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str | int | bool) or value is None:
        return value
    return os.fspath(value) if isinstance(value, Path) else str(value)
