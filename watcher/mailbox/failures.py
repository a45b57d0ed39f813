"""What went wrong with a server, in classes that say how long to wait (RFC 5530)."""

from __future__ import annotations

import re
import ssl

from imapclient import exceptions as imap

from watcher.errors import (
    CertificateError,
    LoginError,
    MailboxError,
    NetworkError,
    ProtocolError,
    ThrottledError,
)

_CODE = re.compile(r"\[([A-Z-]{2,40})[\] ]")
_BUSY_CODES = frozenset({"LIMIT", "UNAVAILABLE", "INUSE", "OVERQUOTA", "THROTTLED"})
_ACCOUNT_CODES = _BUSY_CODES - {"UNAVAILABLE"}
_BUSY_WORDS = re.compile(
    r"too many|simultaneous|temporar|try again|throttl|bandwidth|quota|not connected|busy", re.IGNORECASE
)
_REFUSED_CODES = frozenset({"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "PRIVACYREQUIRED"})


def classified(error: BaseException, host: str) -> MailboxError:
    """The error of our tree for whatever a connection raised; its sentence holds nothing of a mail or login."""
    if isinstance(error, MailboxError):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateError(
            f"the certificate of {host} is not trusted: {error.verify_message}",
            "check the host name; for a private CA set ca_file",
        )
    if isinstance(error, ssl.SSLError):
        return NetworkError(f"no TLS with {host}: {error.reason or 'connection broken'}", "check port and security")
    if isinstance(error, imap.LoginError):
        return _login_error(str(error), host)
    if isinstance(error, imap.IMAPClientError | MemoryError | ValueError):
        return _protocol_or_busy(error, host)
    if isinstance(error, OSError):
        return NetworkError(f"no connection with {host}: {error.strerror or type(error).__name__}")
    return ProtocolError(f"{host} answered in an unexpected way ({type(error).__name__})")


def asks_for_patience(text: str, *, of_the_account: bool = False) -> bool:
    """Whether a server's refusal is about the present moment.

    Args:
        text: the refusal.
        of_the_account: True leaves out what some servers also say of a single message (UNAVAILABLE).
    """
    code = _CODE.search(text)
    if code:
        return code[1] in (_ACCOUNT_CODES if of_the_account else _BUSY_CODES)
    return not of_the_account and _BUSY_WORDS.search(text[:200]) is not None


def _login_error(text: str, host: str) -> MailboxError:
    code = _CODE.search(text)
    word = code[1] if code else ""
    if word in _BUSY_CODES or (word not in _REFUSED_CODES and _BUSY_WORDS.search(text)):
        return ThrottledError(f"{host} takes no login just now ({word or 'busy'})", "this is tried again by itself")
    return LoginError(
        f"{host} refused the login ({word or 'no reason given'})",
        "check user and password; many providers want an app password, or IMAP switched on in their settings",
    )


def _protocol_or_busy(error: BaseException, host: str) -> MailboxError:
    text = str(error)
    code = _CODE.search(text)
    if (code and code[1] in _BUSY_CODES) or _BUSY_WORDS.search(text[:200]):
        return ThrottledError(f"{host} asks for patience ({code[1] if code else 'busy'})")
    if isinstance(error, imap.IMAPClientAbortError):
        return NetworkError(f"{host} closed the connection")
    return ProtocolError(f"{host} answered in an unexpected way ({type(error).__name__})")
