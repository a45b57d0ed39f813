"""A first look at a mailbox, when it is set up: does the login work, which folders, whose headers on top.

As everywhere, nothing is written: EXAMINE and BODY.PEEK only.
"""

from __future__ import annotations

import imaplib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from imapclient.exceptions import IMAPClientError

from watcher.config import MailboxConfig
from watcher.errors import MailboxError
from watcher.mailbox.connection import close, connect, log_in, within
from watcher.mailbox.credentials import Credential
from watcher.mailbox.failures import classified
from watcher.mailbox.folders import resolve
from watcher.mailbox.wire import Wire

SAMPLE = 60
"""How many mails' headers are looked at, spread over the time."""

_TROUBLE = (OSError, IMAPClientError, imaplib.IMAP4.error, MemoryError, ValueError)


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What there is.

    Attributes:
        folders: for the configuration; a junk folder by its name where the server does not say which it is.
        names: of the folders that will be watched.
        headers: raw header blocks of mails in the inbox, the newest first.
    """

    folders: tuple[str, ...]
    names: tuple[str, ...]
    headers: tuple[bytes, ...]


def first_look(config: MailboxConfig, secret: Credential, junk: Sequence[str], now: datetime) -> FirstLook:
    """Logs in and looks.

    Args:
        config: where the mailbox is; its ``lookback_days`` say how far to look.
        secret: of the login.
        junk: names that the junk folder may have here.
        now: aware.

    Raises:
        MailboxError: and its children.
    """
    try:
        client = connect(config)
    except _TROUBLE as error:
        raise classified(error, config.host) from error
    try:
        with within(client):
            log_in(client, config, secret)
        folders, names = _folders(client, config.folders, junk)
        look = FirstLook(folders, names, _headers(client, now - timedelta(days=config.lookback_days)))
        client.logout()
    except _TROUBLE as error:
        raise classified(error, config.host) from error
    else:
        return look
    finally:
        close(client)


def answering(config: MailboxConfig, hosts: Sequence[str]) -> str | None:
    """The first of these hosts that answers as an IMAP server with a certificate of its own; no login is tried."""
    for host in hosts:
        try:
            close(connect(replace(config, host=host)))
        except (*_TROUBLE, MailboxError):
            continue
        return host
    return None


def _folders(client: Wire, wanted: Sequence[str], junk: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = resolve(client, wanted)
    if "\\Junk" in wanted and len(names) == 1 and junk:
        with within(client):
            there = {str(name).lower(): str(name) for _, _, name in client.list_folders()}
        found = next((there[name.lower()] for name in junk if name.lower() in there), None)
        if found is not None:
            return (*(name for name in wanted if name != "\\Junk"), found), (*names, found)
    return tuple(wanted), tuple(names)


def _headers(client: Wire, since: datetime) -> tuple[bytes, ...]:
    with within(client):
        client.select_folder("INBOX", readonly=True)
    with within(client):
        uids = sorted((int(uid) for uid in client.search(["SINCE", since.date()])), reverse=True)
    chosen = uids[:: max(1, -(-len(uids) // SAMPLE))]
    if not chosen:
        return ()
    with within(client):
        rows = client.fetch(chosen, ["BODY.PEEK[HEADER]"])
    found = []
    for uid in chosen:
        for key, value in rows.get(uid, {}).items():
            if key.upper().startswith(b"BODY[HEADER") and isinstance(value, bytes):
                found.append(value)
    return tuple(found)
