"""Rows and columns on standard output: aligned by what a terminal shows of each cell, folded where it is too narrow.

A table that fits, and one that goes into a pipe, is written as it is; rich folds the others. Most fit, and rich takes
longer to import than the database to answer.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from typing import NamedTuple

import click

_GAP = "  "
NARROW = 70
"""Columns of a terminal below which rows cannot be told from each other: their cells stand under each other instead."""

_LEAST = 8
"""Columns that a cell keeps where it is folded; rich drops wide letters from a cell of one column."""

_SGR = {"bold": "1", "bold red": "1;31", "yellow": "33", "dim": "2"}
"""Style, as rich names it → select graphic rendition (ECMA-48 §8.3.117)."""


class Row(NamedTuple):
    """The cells of a row, harmless and of one line each, and how they look."""

    cells: tuple[str, ...]
    style: str = ""


def print_grid(heads: Sequence[str], rows: Sequence[Row]) -> None:
    """Writes a table to standard output; colour on a terminal only and never against NO_COLOR."""
    from rich.cells import cell_len

    lines = [Row(tuple(heads), "bold"), *rows]
    sizes = [[cell_len(cell) for cell in line.cells] for line in lines]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    terminal = sys.stdout.isatty()
    room = shutil.get_terminal_size().columns
    coloured = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    if terminal and sum(widths) + len(_GAP) * (len(widths) - 1) > room:
        if room < NARROW:
            _print_stacked(heads, rows, coloured=coloured)
        else:
            _print_folded(heads, rows, widths)
        return
    written = [
        _styled(
            _GAP.join(cell + " " * (width - size) for cell, size, width in zip(line.cells, cells, widths, strict=True)),
            line.style if coloured else "",
        )
        for line, cells in zip(lines, sizes, strict=True)
    ]
    click.echo("\n".join(written), color=coloured)


def _styled(text: str, style: str) -> str:
    plain = text.rstrip()
    return f"\x1b[{_SGR[style]}m{plain}\x1b[0m" if style else plain


def _print_stacked(heads: Sequence[str], rows: Sequence[Row], *, coloured: bool) -> None:
    """A row as lines of ``head: cell``, which the terminal may break where it likes; what is empty is left out."""
    blocks = (
        "\n".join(
            _styled(f"{head}: {cell}", row.style if coloured else "")
            for head, cell in zip(heads, row.cells, strict=True)
            if cell
        )
        for row in rows
    )
    click.echo("\n\n".join(blocks), color=coloured)


def _print_folded(heads: Sequence[str], rows: Sequence[Row], widths: Sequence[int]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head, width in zip(heads, widths, strict=True):
        table.add_column(head, overflow="fold", min_width=min(width, _LEAST))
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.cells), style=row.style)
    Console(highlight=False, emoji=False, markup=False).print(table)
