"""Where each mailbox gets its password or token: puts configuration, table of providers and keyring together."""

from __future__ import annotations

from collections.abc import Callable

from watcher.assembly import Clock
from watcher.config import Config, MailboxConfig
from watcher.data import load
from watcher.mailbox.credentials import Credential, credential
from watcher.mailbox.oauth.provider import provider_from
from watcher.mailbox.oauth.signed_in import SignedIn
from watcher.mailbox.oauth.tokens import Client


def secrets_of(config: Config, clock: Clock) -> Callable[[MailboxConfig], Credential]:
    """A function that gives the secret of a configured mailbox at each login.

    It raises CredentialError (and its children), MissingExtraError, and MailboxError where a token had to be
    exchanged and the provider could not be asked.
    """
    signed_in = {mailbox.name: signed_in_of(config, mailbox, clock) for mailbox in config.mailboxes if mailbox.oauth}

    def secret(mailbox: MailboxConfig) -> Credential:
        found = signed_in.get(mailbox.name)
        return credential(mailbox) if found is None else found.credential()

    return secret


def signed_in_of(config: Config, mailbox: MailboxConfig, clock: Clock) -> SignedIn:
    """The tokens of a mailbox with ``oauth``."""
    return SignedIn(client_of(config, mailbox), mailbox.oauth_client_secret_command, clock)


def client_of(config: Config, mailbox: MailboxConfig) -> Client:
    """Who we are to the provider of a mailbox with ``oauth``; without the client's secret."""
    assert mailbox.oauth is not None  # noqa: S101 (the caller looked)
    provider = provider_from(mailbox.oauth, load("oauth"), config.oauth.get(mailbox.oauth), mailbox.oauth_tenant)
    return Client(provider, mailbox.name, mailbox.user, mailbox.oauth_client_id or "")
