"""The keys of OAuth2: ``[oauth.NAME]``, and those of a mailbox that signs in with a provider."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from watcher.config import OAuthServer
from watcher.config_table import Table

KNOWN = ("google", "microsoft")
"""Providers of ``watcher/data/oauth.toml``."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,127}\Z")
_ENDPOINTS = ("token_url", "authorization_url", "device_url")


def server_of(name: str, table: Table) -> OAuthServer:
    """One ``[oauth.NAME]``; complains of addresses over which a token would travel in the clear."""
    urls = {key: table.text(key, "") or None for key in _ENDPOINTS}
    scopes = table.texts("scopes", ())
    for key, url in urls.items():
        if url is not None and not is_safe(url):
            table.complain(key, "must begin with https:// (http:// is for a server on this machine only)")
    if name not in KNOWN:
        if urls["token_url"] is None:
            table.complain("token_url", "is missing")
        if urls["authorization_url"] is None and urls["device_url"] is None:
            table.complain("device_url", "is missing; give it or authorization_url")
        if not scopes:
            table.complain("scopes", "is missing")
    return OAuthServer(urls["token_url"], urls["authorization_url"], urls["device_url"], scopes)


def known_as(servers: Mapping[str, OAuthServer]) -> tuple[str, ...]:
    """What a mailbox may name as ``oauth``."""
    return (*KNOWN, *(name for name in servers if name not in KNOWN))


def tenant_of(table: Table) -> str:
    """Microsoft's word for who may sign in; it becomes a part of the address."""
    tenant = table.text("oauth_tenant", "common")
    if not _TENANT.match(tenant):
        table.complain("oauth_tenant", 'must be "common", "consumers", "organizations", a domain or an id')
    return tenant


def complain_of_login(table: Table, oauth: str | None) -> None:
    """Complains where it is not clear how to log in."""
    if oauth is None:
        return
    if not table.has("oauth_client_id"):
        table.complain("oauth_client_id", "is missing; docs/oauth.md tells how to get one")
    for key in ("password_command", "token_command"):
        if table.has(key):
            table.complain(key, "give either this or oauth, not both")


def is_safe(url: str) -> bool:
    """Whether what is sent there cannot be read on the way: HTTPS, or this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))
