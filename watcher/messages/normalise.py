"""One way to write everything, so that a number or a label is found however it was set.

Order matters: NFKC would turn ① into 1 and glue it to the digits behind it, so circled digits go first;
characters without width go before anything is compared.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))))
)
_KEPT_CONTROLS = frozenset("\t\n")
_HYPHEN_BETWEEN_DIGITS = re.compile(
    "(?<=[0-9])[\u2010-\u2015\u2043\u2212\u30fc\u301c\uff0d\u02d7\u2500\u2501](?=[0-9])"
)
_SPACE = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\x0b\x0c"
_SPACES = re.compile(f" *[{_SPACE}][ {_SPACE}]*| {{2,}}")
_AROUND_BREAK = re.compile(" \n ?|\n ")
_EMPTY_LINES = re.compile("\n{3,}")


def normalise(text: str) -> str:
    """Text with one form for every character that means the same.

    Newlines and tabs are kept (a tab separates cells of a table row); other white space becomes one space.
    Digits come out as ASCII, hyphens between digits as ``-``.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _replaced().search(text):
        text = text.translate({ord(character): _instead(character) for character in set(text)})
    if not text.isascii():
        text = _HYPHEN_BETWEEN_DIGITS.sub("-", unicodedata.normalize("NFKC", text))
    text = _SPACES.sub(" ", text)
    if " \n" in text or "\n " in text:
        text = _AROUND_BREAK.sub("\n", text)
    return (_EMPTY_LINES.sub("\n\n", text) if "\n\n\n" in text else text).strip(" \n")


def one_line(text: str) -> str:
    """Normalised text on a single line, for subjects and names."""
    return " ".join(normalise(text).split())


@cache
def _replaced() -> re.Pattern[str]:
    """Finds characters that do not stand for themselves; all beyond the basic plane are looked at one by one."""
    characters = "".join(character for character in map(chr, range(0x10000)) if _instead(character) != character)
    return re.compile(f"[{re.escape(characters)}\U00010000-\U0010ffff]")


def _instead(character: str) -> str:
    """What stands for a character: itself, a blank for a number sign, a newline, or nothing."""
    if character in _KEPT_CONTROLS:
        return character
    category = unicodedata.category(character)
    if category in ("Cf", "Cc", "Cs") or character in _INVISIBLE:
        return ""
    return {"No": " ", "Zl": "\n", "Zp": "\n"}.get(category, character)
