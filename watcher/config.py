"""The person's configuration: frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


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
    oauth: Literal["google", "microsoft"] | None = None
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX", "\\Junk")
    authserv_id: str | None = None
    lookback_days: int = 30
    forwarders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreConfig:
    """``[store]``."""

    url: str
    keep_raw_days: int = 90


@dataclass(frozen=True, slots=True)
class RemindersConfig:
    """``[reminders]``; times are ``HH:MM`` in Japan."""

    at: str = "18:00"
    days_before: tuple[int, ...] = (3, 1, 0)
    quiet: str = "22:00-07:00"
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
class Config:
    """The whole configuration."""

    store: StoreConfig
    language: Literal["ja", "en", "auto"] = "auto"
    mailboxes: tuple[MailboxConfig, ...] = ()
    reminders: RemindersConfig = field(default_factory=RemindersConfig)
    notify: NotifyConfig = field(default_factory=NotifyConfig)
    unverified: Literal["show", "hold"] = "show"
    hold: Mapping[str, int] = field(default_factory=dict)
