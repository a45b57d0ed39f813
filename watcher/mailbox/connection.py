"""A connection that is safe to talk over: encrypted, bounded in time, read-only in spirit."""

from __future__ import annotations

import socket
import ssl
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from watcher.config import MailboxConfig
from watcher.errors import LoginError, NetworkError, ProtocolError
from watcher.mailbox.credentials import Credential
from watcher.mailbox.limits import Limits
from watcher.mailbox.sasl import log_in_with_token
from watcher.mailbox.wire import Wire


@cache
def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A verifying context, made once: building one costs more than a whole login."""
    context = ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def connect(config: MailboxConfig, limits: Limits = Limits()) -> Wire:  # noqa: B008 (frozen)
    """A connection before its login; with ``starttls`` it is encrypted already.

    Raises:
        OSError, ssl.SSLError, IMAPClientError: as the library raises them.
        ProtocolError: the server says that we are logged in already (RFC 9051 §11.1: PREAUTH defeats STARTTLS).
    """
    for text in (config.host, config.user, *config.folders, *config.forwarders):
        refuse_control_characters(text)
    tls = tls_context(config.ca_file) if config.security == "tls" else None
    client = Wire(config.host, config.port, tls, limits)
    try:
        _tune(client.socket())
        if client.welcome.upper().startswith(b"* BYE"):
            raise NetworkError("the server sends everybody away just now")
        if client.is_logged_in:
            raise ProtocolError("the server claims that we are logged in already", "this is not your mail server")
        if config.security == "starttls":
            with client.within():
                client.starttls(tls_context(config.ca_file))
    except BaseException:
        close(client)
        raise
    return client


def log_in(client: Wire, config: MailboxConfig, secret: Credential) -> None:
    """Logs in, with whatever the server offers for this secret.

    Raises:
        LoginError: the server takes no such secret over this connection; nothing was sent.
        IMAPClientError: as the library raises it.
    """
    if secret.is_token:
        log_in_with_token(client, config.user, secret.secret)
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


def close(client: Wire) -> None:
    """Closes a connection on the thread that uses it; from another one, see :meth:`Wire.interrupt`."""
    client.hang_up()


def within(client: Wire, seconds: float | None = None) -> AbstractContextManager[None]:
    """Bounds the total time of a command: a server that drips one byte at a time never runs into a read timeout."""
    return client.within(seconds)


def _tune(sock: socket.socket) -> None:
    """No waiting for more to send (Nagle), and a half-open connection is noticed within two minutes."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4), ("TCP_USER_TIMEOUT", 30000)):
        option = getattr(socket, name, None)
        if option is not None:
            sock.setsockopt(socket.IPPROTO_TCP, option, value)
