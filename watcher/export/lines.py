"""Breaking text into lines as Japanese is broken; words of other languages stay whole where a line can hold them."""

from __future__ import annotations

from collections.abc import Callable

Measure = Callable[[str], float]
"""How wide a text is: in columns of a terminal, or in pixels of a font."""

_NEVER_FIRST = frozenset("、。，．・：；？！）」』】〉》ー々ゃゅょっャュョッぁぃぅぇぉァィゥェォ,.:;!?)]}…")
_NEVER_LAST = frozenset("（「『【〈《([{")
"""Letters that begin or end no line in Japanese typesetting (JIS X 4051 §8.1)."""


def columns(text: str) -> int:
    """How many columns of a terminal a text of ours takes: Japanese and Latin letters, without emoji or accents apart;
    exact for those, and it needs no package."""
    return sum(1 + _is_wide(letter) for letter in text)


def wrapped(text: str, width: float, measure: Measure | None = None) -> list[str]:
    """Lines that are at most ``width`` wide; a single letter may be wider than a very narrow place.

    Args:
        text: one paragraph.
        width: in the unit of ``measure``.
        measure: by default the columns of a terminal, as rich counts them.
    """
    if measure is None:
        from rich.cells import cell_len

        measure = cell_len
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, width, measure):
        if line and measure(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _pieces(text: str, width: float, measure: Measure) -> list[str]:
    """The smallest parts that no line break may divide; too long ones are divided all the same."""
    pieces: list[str] = []
    for letter in text:
        last = pieces[-1] if pieces else ""
        stays = bool(last) and _belongs(last[-1], letter)
        if stays and measure(last + letter) <= width:
            pieces[-1] += letter
        else:
            pieces.append(letter)
    return pieces


def _belongs(before: str, letter: str) -> bool:
    if letter.isspace() or letter in _NEVER_FIRST or before in _NEVER_LAST:
        return True
    return not before.isspace() and not _is_wide(before) and not _is_wide(letter)


def _is_wide(letter: str) -> bool:
    """Whether it is of the scripts of East Asia, half-width forms aside (UAX #11)."""
    return "\u2e80" <= letter < "\uff61" or letter > "\uffdc"
