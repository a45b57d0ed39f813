"""What is known of a person's mail provider before anything was asked: server, user name, kind of password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Security = Literal["tls", "starttls", "plain"]
UserRule = Literal["address", "local_part", "id"]
Secret = Literal["password", "app_password", "oauth"]
OAuth = Literal["google", "microsoft"]

TLS_PORT, STARTTLS_PORT = 993, 143


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """One entry of ``data/providers.toml``, which explains the fields.

    Attributes:
        notes: what a person has to know, by language.
        writes_results: whether it is known how it writes Authentication-Results.
    """

    name: str
    domains: tuple[str, ...]
    subdomains: bool
    imap_hosts: tuple[str, ...]
    user: UserRule
    secret: Secret
    secret_url: str | None
    oauth: OAuth | None
    junk: tuple[str, ...]
    notes: Mapping[str, str]
    writes_results: bool
    port: int = TLS_PORT
    security: Security = "tls"

    @property
    def host(self) -> str:
        """The server that is offered."""
        return self.imap_hosts[0]

    def user_for(self, address: str) -> str | None:
        """The user name for an address, or None where it cannot be told from it."""
        if self.user == "id":
            return None
        return address if self.user == "address" else address.rpartition("@")[0]


def providers(table: Mapping[str, Any]) -> Iterator[KnownProvider]:
    """All entries of the table."""
    for entry in table["provider"]:
        yield KnownProvider(
            name=entry["name"],
            domains=tuple(entry["domains"]),
            subdomains=entry.get("subdomains", False),
            imap_hosts=tuple(entry["imap_hosts"]),
            user=entry["user"],
            secret=entry["secret"],
            secret_url=entry.get("secret_url"),
            oauth=entry.get("oauth"),
            junk=tuple(entry.get("junk", ())),
            notes={"en": entry["en"], "ja": entry["ja"]},
            writes_results="authserv_ids" in entry or "without_id" in entry,
            port=entry.get("port", TLS_PORT),
            security=entry.get("security", "tls"),
        )


def provider_of_address(address: str, table: Mapping[str, Any]) -> KnownProvider | None:
    """The provider of a mail address, or None where it is not known."""
    domain = address.rpartition("@")[2].lower().rstrip(".")
    for known in providers(table):
        if domain in known.domains:
            return known
        if known.subdomains and any(domain.endswith(f".{each}") for each in known.domains):
            return known
    return None


def provider_of_host(host: str, table: Mapping[str, Any]) -> KnownProvider | None:
    """The provider that an IMAP host belongs to: an address of one's own may lie at a known one."""
    name = host.lower().rstrip(".")
    return next((known for known in providers(table) if name in known.imap_hosts), None)
