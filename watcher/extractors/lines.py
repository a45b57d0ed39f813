"""The lines of a text, and which of them are worth a closer look."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import overload

from watcher.extractors.phrases import Phrases

MAX_TEXT, MAX_LINE = 200_000, 5_000
"""Characters of a text, and of a line, that are looked at; no mail of Amazon's comes near."""

_RUN = re.compile("[0-9][ -]?[0-9][ -]?[0-9][ -]?[0-9][ -]?[0-9]")
"""Five digits in a row: no number of a pick-up and no order number has fewer."""


class Lines:
    """A text line by line; the subject is its first line.

    Most lines of a mail say nothing: those with a long number, and those with a word of ``[triggers]``, are found
    for all lines at once, so that the expressions are tried on these alone.
    """

    def __init__(self, subject: str, text: str, phrases: Phrases) -> None:
        self._lines = [line[:MAX_LINE] for line in (subject, *text[:MAX_TEXT].split("\n"))]
        self._phrases = phrases
        lowered = [line.lower() for line in self._lines]
        self._lowered = "\n".join(lowered)
        self._starts = list(accumulate((len(line) + 1 for line in lowered), initial=0))
        self._held: dict[str, list[int]] = {}
        self.with_numbers = [at for at, line in enumerate(self._lines) if _RUN.search(line)]

    def holding(self, name: str) -> list[int]:
        """The lines, in order, with a word without which none of the labels ``name`` can stand in them."""
        if name not in self._held:
            found: set[int] = set()
            for word in self._phrases.triggers[name]:
                found.update(self._lines_with(word))
            self._held[name] = sorted(found)
        return self._held[name]

    def _lines_with(self, word: str) -> Iterator[int]:
        place = self._lowered.find(word)
        while place >= 0:
            at = bisect_right(self._starts, place) - 1
            yield at
            place = self._lowered.find(word, self._starts[at + 1])

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        return self._lines[at]
