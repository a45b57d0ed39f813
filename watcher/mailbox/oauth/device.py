"""The device flow (RFC 8628): the person types a code into a browser anywhere, we ask until it is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from watcher.errors import CredentialError, NetworkError, ThrottledError
from watcher.mailbox.oauth.endpoint import Answer, unexpected
from watcher.mailbox.oauth.tokens import Client, Tokens, granted, host_of, oauth2, refuse

INTERVAL, SLOWER = 5.0, 5.0
"""Seconds between two questions where the server names none, and what "slow_down" adds (RFC 8628 §3.5)."""
LONGEST_INTERVAL = 60.0
LONGEST = 3600.0


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person needs.

    Attributes:
        user_code: to type.
        address: where to type it.
        whole_address: the same with the code in it, or None.
        device_code: ours, for the questions; a secret.
        interval: seconds between two questions.
        lifetime: until the code ends.
    """

    user_code: str
    address: str
    whole_address: str | None
    device_code: str
    interval: float
    lifetime: timedelta

    def __repr__(self) -> str:
        return f"DeviceCode({self.address!r})"


def device_code(client: Client) -> DeviceCode:
    """Asks for a code.

    Raises:
        MailboxError, CredentialError, MissingExtraError.
    """
    oauth2()
    from oauthlib.common import add_params_to_qs

    url = client.provider.device_url
    assert url is not None  # noqa: S101 (the caller looked)
    form = add_params_to_qs("", [("client_id", client.id), ("scope", " ".join(client.provider.scopes))])
    answer = client.send(url, form)
    if not answer.ok:
        refuse(client, answer.fields)
    fields = answer.fields
    # Google and others of the draft's time say verification_url.
    address = fields.get("verification_uri") or fields.get("verification_url")
    whole = fields.get("verification_uri_complete")
    texts = [text for text in (fields.get("user_code"), address, fields.get("device_code")) if _is_text(text)]
    if len(texts) != 3:
        raise unexpected(host_of(url), "no code")
    return DeviceCode(
        user_code=texts[0],
        address=texts[1],
        whole_address=whole if _is_text(whole) else None,
        device_code=texts[2],
        interval=min(_seconds(fields.get("interval"), INTERVAL), LONGEST_INTERVAL),
        lifetime=timedelta(seconds=min(_seconds(fields.get("expires_in"), 900.0), LONGEST)),
    )


def sign_in(client: Client, code: DeviceCode, clock: Callable[[], datetime], wait: Callable[[float], None]) -> Tokens:
    """Asks until the person has said yes or no, as patiently as the server wants.

    Args:
        client: who asks.
        code: of :func:`device_code`.
        clock: the present, aware.
        wait: for so many seconds.

    Raises:
        CredentialError: the person said no, or the code ended.
        MailboxError, MissingExtraError.
    """
    interval, end = code.interval, clock() + code.lifetime
    form = (
        oauth2()
        .DeviceClient(client.id)
        .prepare_request_body(device_code=code.device_code, include_client_id=True, client_secret=client.secret)
    )
    while clock() < end:
        wait(interval)
        try:
            answer = client.send(client.provider.token_url, form)
        except (NetworkError, ThrottledError):
            interval = min(interval * 2, LONGEST_INTERVAL)  # RFC 8628 §3.5
            continue
        word = None if answer.ok else answer.fields.get("error")
        if word == "slow_down":
            interval = min(interval + SLOWER, LONGEST_INTERVAL)
        elif word != "authorization_pending":
            return _ended(client, answer, clock())
    raise _too_late()


def _ended(client: Client, answer: Answer, now: datetime) -> Tokens:
    word = None if answer.ok else answer.fields.get("error")
    if word in ("access_denied", "authorization_declined"):
        raise CredentialError("the sign-in was declined", "run `konbini login` again if that was a mistake")
    if word in ("expired_token", "code_expired"):
        raise _too_late()
    return granted(client, answer, now)


def _too_late() -> CredentialError:
    return CredentialError("the code ended before it was used", "run `konbini login` again")


def _is_text(value: object) -> TypeGuard[str]:
    """Whether a server's word can be shown on a terminal as it is."""
    return isinstance(value, str) and bool(value) and value.isprintable()


def _seconds(value: object, otherwise: float) -> float:
    """A number that a server gave, or ours."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else otherwise
