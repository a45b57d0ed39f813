"""Where to sign in: the table of known providers, with the person's own additions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from watcher.config import OAuthServer


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """An authorization server (RFC 6749 §1.1).

    Attributes:
        name: as the mailbox's ``oauth`` says it.
        title: as the person knows it.
        token_url: HTTPS, or this machine; so are the others.
        authorization_url: for the browser flow, or None.
        device_url: for the device flow, or None.
        scopes: what is asked for.
        redirect_host: how the provider wants this machine to be called in a redirect.
        wants_secret: whether a client without a secret is refused.
        parameters: of the authorization request, beyond the standard.
    """

    name: str
    title: str
    token_url: str
    authorization_url: str | None
    device_url: str | None
    scopes: tuple[str, ...]
    redirect_host: str = "127.0.0.1"
    wants_secret: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)


def provider_from(name: str, table: Mapping[str, Any], own: OAuthServer | None, tenant: str) -> OAuthProvider:
    """The provider of a name.

    Args:
        name: as the mailbox's ``oauth`` says it.
        table: ``watcher/data/oauth.toml``.
        own: the person's ``[oauth.NAME]``, which comes before the table; needed for a name that is not in it.
        tenant: put in the place of ``{tenant}``.
    """
    known, own = table.get(name, {}), own or OAuthServer()

    def address(key: str) -> str | None:
        url = getattr(own, key) or known.get(key)
        return None if url is None else str(url).replace("{tenant}", tenant)

    token_url = address("token_url")
    assert token_url is not None  # noqa: S101 (the configuration refuses a name without one)
    return OAuthProvider(
        name=name,
        title=known.get("title", name),
        token_url=token_url,
        authorization_url=address("authorization_url"),
        device_url=address("device_url"),
        scopes=own.scopes or tuple(known["scopes"]),
        redirect_host=known.get("redirect_host", "127.0.0.1"),
        wants_secret=known.get("client_secret", False),
        parameters=known.get("parameters", {}),
    )
