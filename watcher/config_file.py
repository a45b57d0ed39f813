"""Reads the configuration file and says all that is wrong with it at once."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any, Literal, cast

from watcher.config import (
    CalendarConfig,
    Config,
    MailboxConfig,
    NotifyConfig,
    RemindersConfig,
    StoreConfig,
    config_path,
    default_store_url,
    sqlite_url,
)
from watcher.config_oauth import complain_of_login, known_as, server_of, tenant_of
from watcher.config_table import Table
from watcher.errors import ConfigurationError

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_POINTS = ("konbini", "locker", "counter", "carrier_office", "post_office", "unknown")
_SECRETS = (
    "password", "token", "secret", "client_secret", "oauth_client_secret", "access_token", "refresh_token",
)  # fmt: skip
_HINT = "correct the file; `konbini config check` reads it again, and config.example.toml explains every key"
_UNREADABLE = "it must be a file of UTF-8 text that you may read"
_REFUSAL = (
    "give password_command (of an OAuth2 client: oauth_client_secret_command), or store it with `konbini login`, "
    "or set KONBINI_PASSWORD_<NAME>; a secret in this file is refused"
)


def read_config(chosen: Path | None = None, *, required: bool = True) -> Config:
    """The configuration of the person.

    Args:
        chosen: the file named by ``--config``, or None.
        required: False gives the defaults where the file does not exist and none was named.

    Raises:
        ConfigurationError: with every mistake of the file, or because it cannot be read.
    """
    import tomllib

    path = config_path(chosen)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        if required or chosen is not None:
            raise ConfigurationError(
                (f"there is no configuration at {path}",),
                "run `konbini init`, or name another file with --config",
            ) from None
        return Config(StoreConfig(default_store_url()))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError((f"{path} cannot be read: {type(error).__name__}",), _UNREADABLE) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError((f"{path} is no TOML: {error}",), "see https://toml.io") from error
    return parse_config(data, path)


def parse_config(data: dict[str, Any], path: Path | None = None) -> Config:
    """A configuration from a TOML table.

    Raises:
        ConfigurationError: with every mistake.
    """
    problems: list[str] = []
    root = Table(data, "", problems)
    hold = root.table("hold")
    servers = {name: server_of(name, table) for name, table in root.named_tables("oauth").items()}
    config = Config(
        store=_store(root.table("store")),
        language=cast(Literal["ja", "en", "auto"], root.one_of("language", ("ja", "en", "auto"), "auto")),
        mailboxes=_mailboxes(root, known_as(servers)),
        reminders=_reminders(root.table("reminders")),
        notify=_notify(root.table("notify")),
        calendar=_calendar(root.table("calendar")),
        oauth=servers,
        unverified=cast(Literal["show", "hold"], root.table("trust").one_of("unverified", ("show", "hold"), "show")),
        hold={point: hold.number(point, 1, 1, 60) for point in _POINTS if hold.has(point)},
        path=path,
        warnings=_warnings(path),
    )
    root.refuse_unknown()
    if problems:
        where = f"{path}: " if path else ""
        raise ConfigurationError(tuple(f"{where}{problem}" for problem in problems), _HINT)
    return config


def _warnings(path: Path | None) -> tuple[str, ...]:
    if path is None or not path.exists():
        return ()
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return (f"{path} can be read by others; `chmod 600` it",)
    return ()


def _store(table: Table) -> StoreConfig:
    path, url = table.text("path", ""), table.text("url", "")
    if path and url:
        table.complain("url", "give either path or url, not both")
    if path:
        url = sqlite_url(Path(path).expanduser())
    return StoreConfig(url or default_store_url(), table.number("keep_raw_days", 90, 0, 3650))


def _reminders(table: Table) -> RemindersConfig:
    standard = RemindersConfig()
    return RemindersConfig(
        at=table.time_of_day("at", standard.at),
        days_before=table.numbers("days_before", standard.days_before, 0, 30),
        quiet=table.time_range("quiet", standard.quiet),
        hold_days=table.number("hold_days", standard.hold_days, 1, 60),
        safe_days=table.number("safe_days", standard.safe_days, 1, 60),
    )


def _notify(table: Table) -> NotifyConfig:
    return NotifyConfig(
        desktop=table.flag("desktop", True),
        push=table.texts("push", ()),
        show_numbers=table.flag("show_numbers", True),
        command=table.command("command"),
    )


def _calendar(table: Table) -> CalendarConfig:
    name = table.text("file", "")
    if not name.strip():
        return CalendarConfig()
    file = Path(name).expanduser()
    if not file.is_absolute():
        table.complain("file", "must be a whole path, e.g. ~/calendar/konbini.ics; a service starts in another folder")
    elif file.is_dir():
        table.complain("file", "is a folder; name a file in it, e.g. konbini.ics")
    return CalendarConfig(file)


def _mailboxes(root: Table, providers: tuple[str, ...]) -> tuple[MailboxConfig, ...]:
    mailboxes = tuple(_mailbox(table, providers) for table in root.tables("mailbox"))
    names = [mailbox.name for mailbox in mailboxes]
    for name in sorted({name for name in names if names.count(name) > 1}):
        root.complain("mailbox", f"two mailboxes are named {name!r}")
    return mailboxes


def _mailbox(table: Table, providers: tuple[str, ...]) -> MailboxConfig:
    for key in _SECRETS:
        if table.has(key):
            table.complain(key, _REFUSAL)
    security = table.one_of("security", ("tls", "starttls", "plain"), "tls")
    host = table.text("host", None)
    if security == "plain" and host not in _LOOPBACK:
        table.complain("security", "plain is for a server on this machine only; use tls or starttls")
    user = table.text("user", None)
    oauth = table.one_of("oauth", providers, "") or None
    ca_file = table.text("ca_file", "")
    if ca_file and not Path(ca_file).expanduser().is_file():
        table.complain("ca_file", "there is no such file")
    own_address = (user,) if "@" in user else ()
    complain_of_login(table, oauth)
    return MailboxConfig(
        name=table.text("name", host or "mail"),
        host=host,
        user=user,
        port=table.number("port", 993 if security == "tls" else 143, 1, 65535),
        security=cast(Literal["tls", "starttls", "plain"], security),
        password_command=table.command("password_command"),
        token_command=table.command("token_command"),
        oauth=oauth,
        oauth_client_id=table.text("oauth_client_id", "") or None,
        oauth_client_secret_command=table.command("oauth_client_secret_command"),
        oauth_tenant=tenant_of(table),
        ca_file=Path(ca_file).expanduser() if ca_file else None,
        folders=table.texts("folders", ("INBOX", "\\Junk"), at_least=1),
        authserv_id=table.text("authserv_id", "") or None,
        lookback_days=table.number("lookback_days", 30, 1, 365),
        forwarders=tuple(address.lower() for address in table.texts("forwarders", own_address)),
        idle_minutes=table.number("idle_minutes", 9, 1, 29),
        poll_minutes=table.number("poll_minutes", 5, 1, 60),
    )
