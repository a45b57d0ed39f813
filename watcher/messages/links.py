"""Order numbers in links; the links themselves are never shown to anyone."""

from __future__ import annotations

import re
from urllib.parse import unquote

_URL = re.compile(r"https?://[^\s<>\"'「」（）]{1,4000}", re.IGNORECASE)
_ORDER = re.compile(r"order_?-?id=([0-9A-Z]{3}-[0-9]{7}-[0-9]{7})(?![0-9-])", re.IGNORECASE)


def orders_of(url: str) -> tuple[str, ...]:
    """Order numbers named by ``orderID=`` in a link, also where it is percent-encoded (twice at most)."""
    if "order" not in url.lower():
        return ()
    return tuple(found.upper() for found in _ORDER.findall(unquote(unquote(url[:4000]))))


def without_links(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without its links, and the order numbers that stood in them."""
    found: list[str] = []

    def drop(match: re.Match[str]) -> str:
        found.extend(orders_of(match.group()))
        return " "

    return _URL.sub(drop, text), tuple(dict.fromkeys(found))
