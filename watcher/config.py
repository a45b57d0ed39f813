"""The person's configuration: frozen data, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Literal

from watcher.locations import APP, ENVIRONMENT, config_path, default_store_url, sqlite_file, sqlite_url

__all__ = [
    "APP",
    "ENVIRONMENT",
    "CalendarConfig",
    "Config",
    "MailboxConfig",
    "NotifyConfig",
    "RemindersConfig",
    "StoreConfig",
    "config_path",
    "default_store_url",
    "sqlite_url",
    "store_path",
]


@dataclass(frozen=True, slots=True)
class MailboxConfig:
    """One ``[[mailbox]]`` table; see ``config.example.toml`` for the meaning of each key."""

    name: str
    host: str
    user: str
    port: int = 993
    security: Literal["tls", "starttls", "plain"] = "tls"
    password_command: tuple[str, ...] | None = None
    token_command: tuple[str, ...] | None = None
    oauth: str | None = None
    oauth_client_id: str | None = None
    oauth_client_secret_command: tuple[str, ...] | None = None
    oauth_tenant: str = "common"
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX", "\\Junk")
    authserv_id: str | None = None
    lookback_days: int = 30
    forwarders: tuple[str, ...] = ()
    idle_minutes: float = 9
    poll_minutes: float = 5


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """``[store]``: any SQLAlchemy URL, and how long raw messages are kept after their parcel is closed."""

    url: str
    keep_raw_days: int = 90


@dataclass(frozen=True, slots=True)
class RemindersConfig:
    """``[reminders]``; times of day are Japan's. Equal quiet times mean no quiet hours."""

    at: time = time(18)
    days_before: tuple[int, ...] = (3, 1, 0)
    quiet: tuple[time, time] = (time(22), time(7))
    hold_days: int = 11
    safe_days: int = 4


@dataclass(frozen=True, slots=True)
class NotifyConfig:
    """``[notify]``."""

    desktop: bool = True
    push: tuple[str, ...] = ()
    show_numbers: bool = True
    command: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CalendarConfig:
    """``[calendar]``: the file that subscribers read, or None for no calendar."""

    file: Path | None = None


@dataclass(frozen=True, slots=True)
class OAuthServer:
    """``[oauth.NAME]``: where to sign in; what is None or empty is as in the table of known providers."""

    token_url: str | None = None
    authorization_url: str | None = None
    device_url: str | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration.

    Attributes:
        path: the file it was read from, or None for the defaults.
        oauth: places to sign in that are not in the table of known providers, or differ from it, by name.
        hold: hold periods in days that override the table, by kind of pick-up point.
        warnings: what is not wrong but should be known, e.g. a file that others can read.
    """

    store: StoreConfig
    language: Literal["ja", "en", "auto"] = "auto"
    mailboxes: tuple[MailboxConfig, ...] = ()
    reminders: RemindersConfig = field(default_factory=RemindersConfig)
    notify: NotifyConfig = field(default_factory=NotifyConfig)
    calendar: CalendarConfig = field(default_factory=CalendarConfig)
    oauth: Mapping[str, OAuthServer] = field(default_factory=dict)
    unverified: Literal["show", "hold"] = "show"
    hold: Mapping[str, int] = field(default_factory=dict)
    path: Path | None = None
    warnings: tuple[str, ...] = ()


def store_path(config: Config) -> Path | None:
    """The SQLite file of the store, or None for another database."""
    return sqlite_file(config.store.url)
