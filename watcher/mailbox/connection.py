"""A connection that is safe to talk over: encrypted, bounded in time, read-only in spirit."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from imapclient import IMAPClient, SocketTimeout

from watcher.config import MailboxConfig
from watcher.errors import LoginError, NetworkError, ProtocolError
from watcher.mailbox.credentials import Credential

CONNECT_TIMEOUT, READ_TIMEOUT = 15.0, 30.0
COMMAND_TIMEOUT = 60.0


@cache
def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A verifying context, made once: building one costs more than a whole login."""
    context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def connect(config: MailboxConfig) -> IMAPClient:
    """A connection before its login; with ``starttls`` it is encrypted already.

    Raises:
        OSError, ssl.SSLError, IMAPClientError: as the library raises them.
        ProtocolError: the server says that we are logged in already (RFC 9051 §11.1: PREAUTH defeats STARTTLS).
    """
    for text in (config.host, config.user, *config.folders):
        refuse_control_characters(text)
    tls = config.security == "tls"
    client = IMAPClient(
        config.host,
        config.port,
        ssl=tls,
        ssl_context=tls_context(config.ca_file) if tls else None,
        timeout=SocketTimeout(CONNECT_TIMEOUT, READ_TIMEOUT),
    )
    try:
        _tune(client)
        if client.welcome.upper().startswith(b"* BYE"):
            raise NetworkError("the server sends everybody away just now")
        if client._imap.state == "AUTH":
            raise ProtocolError("the server claims that we are logged in already", "this is not your mail server")
        if config.security == "starttls":
            client.starttls(tls_context(config.ca_file))
    except BaseException:
        close(client)
        raise
    return client


def log_in(client: IMAPClient, config: MailboxConfig, secret: Credential) -> None:
    """Logs in, with whatever the server offers for this secret.

    Raises:
        LoginError: the server takes no password over this connection; nothing was sent.
        IMAPClientError: as the library raises it.
    """
    if secret.is_token:
        if client.has_capability("AUTH=OAUTHBEARER"):
            client.oauthbearer_login(config.user, secret.secret)
        else:
            client.oauth2_login(config.user, secret.secret)
        return
    if client.has_capability("LOGINDISABLED"):
        raise LoginError("the server takes no password over this connection", 'use security = "tls" or "starttls"')
    if not f"{config.user}{secret.secret}".isascii():
        client.plain_login(config.user, secret.secret)
    else:
        client.login(config.user, secret.secret)


def refuse_control_characters(text: str) -> None:
    """CR, LF and NUL would begin a second command on the wire.

    Raises:
        ValueError: there is one.
    """
    if any(sign in text for sign in "\r\n\0"):
        raise ValueError("control characters never reach the wire")


def close(client: IMAPClient) -> None:
    """Closes the socket at once; the other thread's read ends with an error."""
    with contextlib.suppress(OSError):
        client.socket().shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        client.shutdown()


@contextmanager
def within(client: IMAPClient, seconds: float = COMMAND_TIMEOUT) -> Iterator[None]:
    """Bounds the total time of a command: a server that drips one byte at a time never runs into a read timeout."""
    timer = threading.Timer(seconds, close, (client,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tune(client: IMAPClient) -> None:
    client.normalise_times = False
    # The library keeps a copy of every line for debugging: a third of the time, and bodies in memory.
    client._imap.debug = 0
    sock = client.socket()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4), ("TCP_USER_TIMEOUT", 30000)):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
