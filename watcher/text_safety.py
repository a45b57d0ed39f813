"""Text of mails is hostile everywhere; here it is made safe, for each place where it may go.

Imports nothing of this project. Every function is total: any string in, a harmless string out.
"""

from __future__ import annotations

import unicodedata

_KEPT = frozenset("\n\t")
_FULL_WIDTH = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_ICS = str.maketrans({"\\": "＼"})


def _printable(text: str) -> str:
    """Without control characters (C0, C1, ESC), bidi overrides and isolates, and anything without width."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        sign for sign in plain if sign in _KEPT or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )


def _line(text: str) -> str:
    return "".join(" " if sign.isspace() else sign for sign in _printable(text))


def for_terminal(text: str) -> str:
    """For one line of a terminal: no escape sequence, no reordering, nothing invisible, no line break."""
    return _line(text)


def for_log(text: str) -> str:
    """For one line of a log."""
    return " ".join(_printable(text).split())


def for_notification(text: str) -> str:
    """For one line of a notification; some servers read markup, so ``<>&`` become full-width on every platform."""
    return _line(text).translate(_FULL_WIDTH)


def for_html(text: str) -> str:
    """For the text, or a quoted attribute, of an HTML document."""
    import html

    return html.escape(_printable(text), quote=True)


def for_csv(text: str) -> str:
    """For a cell of a table: a spreadsheet must not take it for a formula (CWE-1236)."""
    plain = _printable(text)
    return f"'{plain}" if plain.lstrip(" ").startswith(_FORMULA) else plain


def for_ics(text: str) -> str:
    """For one line of a TEXT value of a calendar (RFC 5545 §3.3.11); the library that writes it escapes the rest.

    A backslash becomes full-width: several readers take ``\\n`` for a line break, though it is a backslash and an n.
    """
    return _line(text).translate(_ICS)


def for_shell(text: str) -> str:
    """For a command line that a person copies: one word, whatever is in it."""
    import shlex

    return shlex.quote(for_log(text))
