"""Is a mail worth fetching whole? Decided from its raw header block alone."""

from __future__ import annotations

import re

from watcher.messages.posing import posing, skeleton
from watcher.messages.sender import addresses

_FROM = re.compile(rb"^from[ \t]*:((?:[^\r\n]*)(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*)", re.IGNORECASE | re.MULTILINE)
MAX_FROM = 64 * 1024
MAX_READ = 4096


def is_candidate(header: bytes, forwarders: frozenset[str]) -> bool:
    """Whether a message may be from Amazon.co.jp, pose as it, or be forwarded by one of these addresses.

    Args:
        header: the raw header block, or only its From field.
        forwarders: addresses in lower case.
    """
    for found in _FROM.finditer(header):
        value = found[1][:MAX_FROM].replace(b"\r", b"").replace(b"\n", b"")
        if b"amazon" in value.lower():
            return True
        for address in addresses(value[:MAX_READ]):
            if address.is_amazon or str(address).lower() in forwarders:
                return True
            if "amazon" in skeleton(f"{address.name} {address.domain}") or posing(address):
                return True
    return False
