"""What stands above the parts of a help page."""

from __future__ import annotations

from watcher.cli.words.language import language_of

_JAPANESE = {"Usage:": "使い方:", "Options": "オプション", "Commands": "コマンド"}


def heading(english: str) -> str:
    """A heading of click's, in the language of the environment."""
    return _JAPANESE.get(english, english) if language_of() == "ja" else english
