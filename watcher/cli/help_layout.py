"""How a help page is set: click counts letters, and most letters of Japanese take two columns."""

from __future__ import annotations

from collections.abc import Iterable

import click

from watcher.cli.words.headings import heading as said

_AS_IT_STANDS = "\b\n"
"""Before a paragraph that click must not break again."""


class HelpLayout(click.HelpFormatter):
    """Click's layout, with lines that end where the terminal does, and headings in the person's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{said('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(said(heading))

    def write_text(self, text: str) -> None:
        super().write_text(_broken(text, self.width - self.current_indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((len(term) for term, _ in rows), default=0), col_max) + col_spacing
        width = max(self.width - first - self.current_indent, 10)
        super().write_dl([(term, _broken(sentence, width)) for term, sentence in rows], col_max, col_spacing)


class HelpContext(click.Context):
    """What makes click use :class:`HelpLayout`."""

    formatter_class = HelpLayout


def _broken(text: str, width: int) -> str:
    """A text whose lines fit; one without wide letters is left to click."""
    if text.isascii():
        return text
    from watcher.export.lines import columns, wrapped

    paragraphs = (" ".join(paragraph.split("\n")) for paragraph in text.split("\n\n"))
    return "\n\n".join(_AS_IT_STANDS + "\n".join(wrapped(paragraph, width, columns)) for paragraph in paragraphs)
