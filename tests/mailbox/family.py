"""What the tests ask of any real server, and where the unpacked ones lie (``.ci/imap-servers``)."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Protocol

from imapclient import IMAPClient

from watcher.config import MailboxConfig

UNPACKED = Path(os.environ.get("KONBINI_IMAP_SERVERS", Path(__file__).parent.parent.parent / ".cache" / "imap-servers"))
LIMIT = 30.0


class Server(Protocol):
    """A running server with one account."""

    def client(self) -> IMAPClient:
        """Another client, logged in, that may write."""

    def config(self, **changes: object) -> MailboxConfig:
        """How the watcher reaches the account."""


def mail(number: int, sender: str = "order-update@amazon.co.jp") -> bytes:
    return f"From: {sender}\r\nSubject: number {number}\r\nMessage-ID: <{number}@example.com>\r\n\r\nhello\r\n".encode()


def config_of(port: int, changes: dict[str, object]) -> MailboxConfig:
    """A configuration for a server on loopback."""
    standard: dict[str, object] = {
        "name": "home",
        "host": "localhost",
        "port": port,
        "user": "u1",
        "password_command": ("printf", "pw1"),
        "folders": ("INBOX", "\\Junk"),
    }
    return MailboxConfig(**{**standard, **changes})  # type: ignore[arg-type]


def wait_until_it_listens(port: int) -> None:
    """Waits for the greeting; a listening socket alone does not say that anybody answers."""
    end = time.monotonic() + LIMIT
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as sock:
                if sock.recv(4) == b"* OK":
                    return
        except OSError:
            pass
        assert time.monotonic() < end, "the server does not answer"
        time.sleep(0.05)
