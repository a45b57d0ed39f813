"""One way to write everything, so that a number or a label is found however it was set.

Order matters: NFKC would turn ① into 1 and glue it to the digits behind it, so circled digits go first;
characters without width go before anything is compared.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))))
)
_KEPT_CONTROLS = frozenset("\t\n")
_HYPHEN_BETWEEN_DIGITS = re.compile(
    "(?<=[0-9])[\u2010-\u2015\u2043\u2212\u30fc\u301c\uff0d\u02d7\u2500\u2501](?=[0-9])"
)
_SPACES = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0b\x0c]+")
_AROUND_BREAK = re.compile(" ?\n ?")
_EMPTY_LINES = re.compile("\n{3,}")


def normalise(text: str) -> str:
    """Text with one form for every character that means the same.

    Newlines and tabs are kept (a tab separates cells of a table row); other white space becomes one space.
    Digits come out as ASCII, hyphens between digits as ``-``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_table(text)))
        text = _HYPHEN_BETWEEN_DIGITS.sub("-", text)
    else:
        text = text.translate(_table(text))
    text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))
    return _EMPTY_LINES.sub("\n\n", text).strip(" \n")


def one_line(text: str) -> str:
    """Normalised text on a single line, for subjects and names."""
    return " ".join(normalise(text).split())


def _table(text: str) -> dict[int, str | None]:
    """What to replace in this text: looked up once for each character that occurs."""
    table: dict[int, str | None] = {}
    for character in set(text):
        if character in _KEPT_CONTROLS:
            continue
        category = unicodedata.category(character)
        if category in ("Cf", "Cc", "Cs") or character in _INVISIBLE:
            table[ord(character)] = None
        elif category == "No":
            table[ord(character)] = " "
        elif category in ("Zl", "Zp"):
            table[ord(character)] = "\n"
    return table
