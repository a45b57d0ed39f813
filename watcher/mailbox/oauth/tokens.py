"""The tokens of a mailbox, as they lie in the keyring, and how a server's answer becomes some."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from watcher.errors import CredentialError, MissingExtraError, SignInError, ThrottledError
from watcher.mailbox.oauth.endpoint import Answer, post, unexpected
from watcher.mailbox.oauth.provider import OAuthProvider

MARGIN = timedelta(minutes=5)
"""A token that ends sooner is exchanged before it is used."""

_WORD = re.compile(r"[a-z_]{1,40}\Z")
_AADSTS = re.compile(r"AADSTS[0-9]{3,8}")
_AGAIN = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
"""Only the person can help: RFC 6749 §5.2, OpenID Connect Core §3.1.2.6."""
_BUSY = frozenset({"temporarily_unavailable", "server_error"})
_VISIBLE = re.compile(r"[\x21-\x7e]+\Z")


@dataclass(frozen=True, slots=True)
class Client:
    """Who we are to an authorization server.

    Attributes:
        provider: the server.
        mailbox: the name of the mailbox that is signed in.
        user: the account, a hint for the person at the browser.
        id: the client id that the person registered.
        secret: of a client that has one.
    """

    provider: OAuthProvider
    mailbox: str
    user: str
    id: str
    secret: str | None = None

    def __repr__(self) -> str:
        return f"Client({self.mailbox!r}, {self.provider.name!r})"

    def send(self, url: str, form: str) -> Answer:
        """Posts a form to one of the server's addresses; raises as :func:`~.endpoint.post`."""
        return post(url, form, host_of(url))


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a mailbox was granted; no part of it is ever shown.

    Attributes:
        token_url: where the refresh token may be sent; nowhere else.
        client_id: whom it was granted to.
        refresh: the refresh token.
        access: the access token.
        expires_at: end of the access token, aware.
        client_secret: typed by the person at sign-in, where no command gives it.
    """

    token_url: str
    client_id: str
    refresh: str
    access: str
    expires_at: datetime
    client_secret: str | None = None

    def __repr__(self) -> str:
        return "Tokens(…)"

    def lasts(self, now: datetime) -> bool:
        """Whether the access token can be used for a while."""
        return self.expires_at - now >= MARGIN

    def to_json(self) -> str:
        """As it is kept."""
        fields = {
            "token_url": self.token_url,
            "client_id": self.client_id,
            "refresh_token": self.refresh,
            "access_token": self.access,
            "expires_at": int(self.expires_at.timestamp()),
            "client_secret": self.client_secret,
        }
        return json.dumps({key: value for key, value in fields.items() if value is not None})

    @classmethod
    def from_json(cls, text: str) -> Tokens | None:
        """What was kept; None where it is not ours."""
        try:
            kept = json.loads(text)
            return cls(
                token_url=str(kept["token_url"]),
                client_id=str(kept["client_id"]),
                refresh=str(kept["refresh_token"]),
                access=str(kept["access_token"]),
                expires_at=datetime.fromtimestamp(int(kept["expires_at"]), UTC),
                client_secret=kept.get("client_secret"),
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, OSError, RecursionError):
            return None


def oauth2() -> ModuleType:
    """The library that knows the protocol.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import oauthlib.oauth2
    except ImportError:
        raise MissingExtraError(
            "signing in with OAuth2 needs an extra", "install it: pip install 'konbini-watcher[oauth]'"
        ) from None
    module: ModuleType = oauthlib.oauth2
    return module


def refreshed(client: Client, tokens: Tokens, now: datetime) -> Tokens:
    """A new access token; the refresh token is the new one where the server rotates it (RFC 6749 §6).

    Raises:
        SignInError: the server takes the refresh token no longer.
        MailboxError, CredentialError, MissingExtraError: as :func:`granted`.
    """
    form = (
        oauth2()
        .Client(client.id)
        .prepare_refresh_body(
            refresh_token=tokens.refresh,
            scope=list(client.provider.scopes),
            client_id=client.id,
            client_secret=client.secret,
        )
    )
    fresh = granted(client, client.send(tokens.token_url, form), now, tokens.refresh)
    return replace(fresh, client_secret=tokens.client_secret)


def granted(client: Client, answer: Answer, now: datetime, refresh: str | None = None) -> Tokens:
    """The tokens of an answer of the token endpoint (RFC 6749 §5).

    Args:
        client: whom they are granted to.
        answer: of the server.
        now: aware.
        refresh: what stays valid where the answer brings no other refresh token.

    Raises:
        SignInError, ThrottledError, CredentialError: the server refused.
        ProtocolError: the answer cannot be used.
    """
    if not answer.ok:
        refuse(client, answer.fields)
    host = host_of(client.provider.token_url)
    try:
        # Without the scopes: the library raises where a server words them differently, as Microsoft's does.
        found: dict[str, Any] = oauth2().Client(client.id).parse_request_body_response(answer.text)
        seconds = int(found.get("expires_in") or 0)
        ends = now + timedelta(seconds=max(0, min(seconds, 366 * 86400)))
        access, renewed = found["access_token"], found.get("refresh_token") or refresh
    except (oauth2().OAuth2Error, ValueError, TypeError, KeyError):
        raise unexpected(host, "no token") from None
    if not isinstance(access, str) or not _VISIBLE.match(access):
        raise unexpected(host, "a token that cannot be used")
    if not isinstance(renewed, str) or not renewed:
        raise CredentialError(
            f"{client.provider.title} gave no refresh token, so you would have to sign in every hour",
            "see docs/oauth.md: the client must be of the right kind",
        )
    return Tokens(client.provider.token_url, client.id, renewed, access, ends)


def refuse(client: Client, fields: dict[str, Any]) -> NoReturn:
    """Raises what an error answer means (RFC 6749 §5.2); the server's own words are left out, they may name people.

    Raises:
        SignInError, ThrottledError, CredentialError.
    """
    word = str(fields.get("error"))
    word = word if _WORD.match(word) else "no reason given"
    code = _AADSTS.search(str(fields.get("error_description", "")))
    reason = f"{word}, {code[0]}" if code else word
    title = client.provider.title
    if word in _AGAIN:
        raise SignInError(
            f"{title} takes the sign-in of {client.mailbox!r} no longer ({reason})", how_to_sign_in(client)
        )
    if word in _BUSY:
        raise ThrottledError(f"{title} hands out no token just now ({reason})")
    raise CredentialError(
        f"{title} refused ({reason})", "check oauth_client_id, its secret and oauth_tenant; see docs/oauth.md"
    )


def how_to_sign_in(client: Client) -> str:
    """The command to type."""
    return f"sign in: konbini login {shlex.quote(client.mailbox)} --oauth {client.provider.name}"


def host_of(url: str) -> str:
    """The server of an address, for people."""
    return urlsplit(url).hostname or "the server"
