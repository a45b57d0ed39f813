"""Which language the person reads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watcher.notify.notification import Language


def language_of(configured: str = "auto") -> Language:
    """The person's language: the configured one, or by ``LC_ALL``, ``LC_MESSAGES``, ``LANG``."""
    if configured == "ja":
        return "ja"
    if configured == "en":
        return "en"
    for name in ("KONBINI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "ja" if value.lower().startswith("ja") else "en"
    return "en"
