"""A mailbox that is signed in: its tokens come from the keyring at each login, refreshed where they must be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from watcher.errors import CredentialError, KeyringError, MissingExtraError, SignInError
from watcher.mailbox import keyring
from watcher.mailbox.credentials import Credential, run_command
from watcher.mailbox.oauth.tokens import Client, Tokens, how_to_sign_in, refreshed

log = logging.getLogger(__name__)

SERVICE = "konbini-watcher-oauth"
"""Beside that of passwords, so that no mailbox's name can reach the other's secrets."""
_WITHOUT = "token_command works without a keyring: a command that prints an access token; see docs/oauth.md"


class SignedIn:
    """The tokens of one mailbox. Used by one thread at a time; other processes may use the same tokens.

    Args:
        client: who we are; its secret may be missing here.
        secret_command: prints the client's secret, or None.
        clock: the present, aware.
    """

    def __init__(self, client: Client, secret_command: tuple[str, ...] | None, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._secret_command = secret_command
        self._clock = clock
        self._unsaved: Tokens | None = None

    def credential(self) -> Credential:
        """An access token that lasts for five minutes at least; refused by the mailbox, it is exchanged once.

        Raises:
            SignInError: the person must sign in (again).
            CredentialError: no keyring, or the server refuses for another reason.
            MailboxError: the server cannot be asked just now.
            MissingExtraError: the extra ``oauth`` is not installed.
        """
        with self._noticing_a_new_sign_in():
            tokens = self._kept()
            if not tokens.lasts(self._clock()):
                return self._exchanged(tokens)
            return Credential(tokens.access, is_token=True, renew=lambda: self._instead_of(tokens.access))

    def keep(self, tokens: Tokens) -> None:
        """Puts what was granted at sign-in into the keyring.

        Raises:
            CredentialError: the keyring does not take it.
        """
        self._unsaved = None
        keep(self._client.mailbox, tokens)

    def _instead_of(self, refused: str) -> Credential:
        """After a refusal: what another process has fetched meanwhile, else a new token."""
        with self._noticing_a_new_sign_in():
            tokens = self._kept()
            if tokens.access != refused and tokens.lasts(self._clock()):
                return Credential(tokens.access, is_token=True)
            return self._exchanged(tokens)

    @contextmanager
    def _noticing_a_new_sign_in(self) -> Iterator[None]:
        """Tells a SignInError how it will be known that somebody has signed in."""
        try:
            yield
        except SignInError as error:
            seen = _seen(self._client.mailbox)
            error.mended = lambda: _seen(self._client.mailbox) not in (seen, None)
            raise

    def _exchanged(self, tokens: Tokens) -> Credential:
        try:
            fresh = self._refreshed(tokens)
        except SignInError:
            # Another process may have used the refresh token up and kept its successor, or the person signed in again.
            self._unsaved = None
            newer = self._kept()
            if newer.refresh == tokens.refresh:
                raise
            fresh = newer if newer.lasts(self._clock()) else self._refreshed(newer)
        return Credential(fresh.access, is_token=True)

    def _refreshed(self, tokens: Tokens) -> Tokens:
        secret = self._secret_command
        client_secret = run_command(secret, "oauth_client_secret_command") if secret else tokens.client_secret
        fresh = refreshed(replace(self._client, secret=client_secret), tokens, self._clock())
        self._save(fresh)
        return fresh

    def _save(self, tokens: Tokens) -> None:
        """Writes tokens back; a keyring that does not take them costs no login, only a warning."""
        try:
            self.keep(tokens)
        except CredentialError as error:
            self._unsaved = tokens
            log.warning("%s: the new token could not be kept (%s)", self._client.mailbox, error)

    def _kept(self) -> Tokens:
        if self._unsaved is not None:
            return self._unsaved
        client = self._client
        tokens = kept(client.mailbox)
        if tokens is None:
            raise SignInError(
                f"nobody has signed in at {client.provider.title} for {client.mailbox!r}", how_to_sign_in(client)
            )
        if (tokens.token_url, tokens.client_id) != (client.provider.token_url, client.id):
            raise SignInError(
                f"the sign-in of {client.mailbox!r} was with another client or server", how_to_sign_in(client)
            )
        return tokens


def kept(mailbox: str, patience: float = keyring.PATIENCE) -> Tokens | None:
    """The tokens in the keyring, or None where there are none.

    Raises:
        CredentialError: there is no keyring, or it is locked (KeyringError).
        MissingExtraError: its package is not installed.
    """
    try:
        text = keyring.read(SERVICE, mailbox, patience)
    except KeyringError:
        raise
    except CredentialError as error:
        raise CredentialError(f"the tokens cannot be kept: {error}", _WITHOUT) from None
    return None if text is None else Tokens.from_json(text)


def _seen(mailbox: str) -> Tokens | None:
    """The tokens in the keyring, or None where they cannot be seen just now."""
    try:
        return kept(mailbox)
    except (CredentialError, MissingExtraError):
        return None


def keep(mailbox: str, tokens: Tokens, patience: float = keyring.PATIENCE) -> None:
    """Puts tokens into the keyring; raises as :func:`kept`."""
    try:
        keyring.write(SERVICE, mailbox, tokens.to_json(), patience)
    except KeyringError:
        raise
    except CredentialError as error:
        raise CredentialError(f"the tokens cannot be kept: {error}", _WITHOUT) from None
