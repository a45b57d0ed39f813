"""Whose Authentication-Results to believe, by IMAP host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.messages.message import Provider


def provider_for(host: str, authserv_id: str | None, table: Mapping[str, Any]) -> Provider:
    """The provider of a mailbox.

    Args:
        host: the IMAP host; empty for files.
        authserv_id: what the person configured, or None; it wins over the table.
        table: ``data/providers.toml``.
    """
    if authserv_id:
        return Provider((authserv_id.lower().rstrip("."),))
    name = host.lower().rstrip(".")
    for known in table.get("provider", ()):
        if any(name == wanted or name.endswith(f".{wanted}") for wanted in known["imap_hosts"]):
            return Provider(tuple(known.get("authserv_ids", ())), bool(known.get("without_id", False)))
    return Provider()
