"""One form posted to an authorization server, and its answer; what either holds is never in an error."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from watcher.errors import CertificateError, MailboxError, NetworkError, ProtocolError, ThrottledError

TIMEOUT = 15.0
MAX_ANSWER = 256 * 1024
_BUSY = frozenset({429, 503})
_ADDRESSES = "check the addresses in [oauth], or a proxy in between"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: a JSON object, and whether it means success."""

    ok: bool
    text: str
    fields: dict[str, Any]

    def __repr__(self) -> str:
        return f"Answer(ok={self.ok})"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A form with a refresh token goes where it was meant to go, or nowhere."""

    def redirect_request(self, *_: object) -> None:
        return None


def post(url: str, form: str, host: str) -> Answer:
    """Posts a form (``application/x-www-form-urlencoded``).

    Args:
        url: HTTPS, or this machine; the configuration sees to it.
        form: encoded.
        host: the server's name, for the errors.

    Returns:
        A success, or a refusal in the form of RFC 6749 §5.2.

    Raises:
        NetworkError, CertificateError, ThrottledError, ProtocolError.
    """
    request = urllib.request.Request(  # noqa: S310 (see url)
        url,
        data=form.encode(),
        headers={"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
        method="POST",
    )
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            return _answer(response.read(MAX_ANSWER), host, ok=True)
    except urllib.error.HTTPError as error:
        with error:
            return _refusal(error, host)
    except (OSError, http.client.HTTPException, ValueError) as error:
        # No cause: urllib's exceptions may quote the server, and ours end in logs.
        raise _failure(error, host) from None


def _refusal(error: urllib.error.HTTPError, host: str) -> Answer:
    status = f"HTTP {error.code}"
    if error.code in _BUSY:
        raise ThrottledError(f"{host} asks for patience ({status})")
    if error.code >= 500:
        raise NetworkError(f"{host} is out of order just now ({status})")
    if error.code < 400:
        raise ProtocolError(f"{host} sends us elsewhere ({status})", _ADDRESSES)
    try:
        text = error.read(MAX_ANSWER)
    except (OSError, http.client.HTTPException) as broken:
        raise _failure(broken, host) from None
    return _answer(text, host, ok=False)


def _answer(raw: bytes, host: str, *, ok: bool) -> Answer:
    try:
        text = raw.decode("utf-8")
        fields = json.loads(text)
    except (ValueError, RecursionError):
        raise unexpected(host, "no JSON") from None
    if not isinstance(fields, dict):
        raise unexpected(host, "no JSON")
    return Answer(ok and "error" not in fields, text, fields)


def unexpected(host: str, what: str) -> ProtocolError:
    """The error for an answer that is none."""
    return ProtocolError(f"{host} answered in an unexpected way ({what})", _ADDRESSES)


def _failure(error: Exception, host: str) -> MailboxError:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return CertificateError(f"the certificate of {host} is not trusted: {reason.verify_message}")
    if isinstance(reason, ssl.SSLError):
        return NetworkError(f"no TLS with {host}: {reason.reason or 'connection broken'}")
    if isinstance(reason, OSError):
        return NetworkError(f"no connection with {host}: {reason.strerror or type(reason).__name__}")
    if isinstance(reason, http.client.HTTPException):
        return NetworkError(f"{host} closed the connection")
    return unexpected(host, type(reason).__name__)
