"""Errors in the person's language.

An error is raised with its sentence in English: that is what the source, the log and ``--json`` say, and what the
database keeps of a mailbox's last failure. Its Japanese is found by the words that do not change
(:mod:`watcher.notify.errors_ja`), and what was filled in is put into it. So a raise statement stays one line that can
be read, and a sentence that was stored by another version is still said. A sentence nobody translated is said in
English rather than not at all.
"""

from __future__ import annotations

import re
from functools import cache

from watcher.errors import WatcherError
from watcher.notify.errors_ja import REASONS, SENTENCES, USAGE
from watcher.notify.installing import here
from watcher.notify.notification import Language

_FIELD = re.compile(r"\\{(\w+)\\}")


def said(error: WatcherError, language: Language) -> str:
    """What went wrong; several mistakes of a configuration are one line each."""
    return "\n".join(in_language(line, language) for line in str(error).split("\n"))


def advice(error: WatcherError, language: Language) -> str | None:
    """What the person can do next, or None where nothing can be done."""
    return here(in_language(error.hint, language)) if error.hint else None


def in_language(sentence: str, language: Language) -> str:
    """The sentence of an error in a language."""
    return sentence if language == "en" else _japanese(sentence)


def _japanese(sentence: str) -> str:
    if sentence in REASONS:
        return REASONS[sentence]
    for pattern, japanese in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            return japanese.format(**{name: _japanese(value) for name, value in found.groupdict().items()})
    return sentence


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Every English sentence as a pattern, the one with the most fixed words first."""
    known = {**USAGE, **SENTENCES}
    ordered = sorted(known, key=lambda english: len(re.sub(r"{\w+}", "", english)), reverse=True)
    return tuple((_pattern(english), known[english]) for english in ordered)


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_FIELD.sub(r"(?P<\1>.*?)", re.escape(english)), re.DOTALL)
