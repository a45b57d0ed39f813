"""Logging in with an access token: OAUTHBEARER (RFC 7628), or XOAUTH2, its forerunner at Google and Microsoft."""

from __future__ import annotations

import re

from imapclient import IMAPClient

from watcher.errors import LoginError

_TOKEN = re.compile(r"[\x21-\x7e]+\Z")
_END = "\x01"


class Bearer:
    """The client's side of either mechanism.

    The token is the answer to the first, empty challenge. A server that refuses it sends a second one with its
    reasons, and says NO only after the answer that its mechanism wants; the token is not sent a second time.

    Args:
        token: with what the mechanism puts around it.
        farewell: the answer to the reasons: ``%x01`` (RFC 7628 §3.2.3), or nothing (Google's XOAUTH2).
    """

    def __init__(self, token: bytes, farewell: bytes) -> None:
        self._answers = [token, farewell]

    def __call__(self, _challenge: bytes) -> bytes | None:
        """The next answer; None ends an exchange that goes on and on (``*``)."""
        return self._answers.pop(0) if self._answers else None


def oauthbearer(user: str, token: str) -> Bearer:
    """OAUTHBEARER; the user as an authorization identity (RFC 5801 §4)."""
    identity = user.replace("=", "=3D").replace(",", "=2C")
    return Bearer(f"n,a={identity},{_END}auth=Bearer {token}{_END}{_END}".encode(), _END.encode())


def xoauth2(user: str, token: str) -> Bearer:
    """XOAUTH2."""
    return Bearer(f"user={user}{_END}auth=Bearer {token}{_END}{_END}".encode(), b"")


def log_in_with_token(client: IMAPClient, user: str, token: str) -> None:
    """Logs in with what the server offers; the standard comes first.

    Raises:
        LoginError: the server offers neither mechanism; nothing was sent.
        ValueError: user or token hold what would end their field.
        IMAPClientError: as the library raises it.
    """
    if not _TOKEN.match(token) or _END in user:
        raise ValueError("control characters never reach the wire")
    if client.has_capability("AUTH=OAUTHBEARER"):
        client.sasl_login("OAUTHBEARER", oauthbearer(user, token))
    elif client.has_capability("AUTH=XOAUTH2"):
        client.sasl_login("XOAUTH2", xoauth2(user, token))
    else:
        raise LoginError(
            "the server offers no login with OAuth2", "use password_command, or the keyring (`konbini login`), instead"
        )
