"""The pick-up card on a terminal; Japanese letters are two columns wide, and rich knows it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from watcher.export.codes import QUIET_SQUARES, qr_modules
from watcher.export.content import Card, Item, Number, Section
from watcher.export.lines import wrapped

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
"""Dark halves of a cell: upper, lower."""


class Prose:
    """Text that is broken into lines as Japanese is: anywhere but before a closing mark or after an opening
    one; words of other languages stay whole where a line can hold them."""

    def __init__(self, text: str, style: str = "") -> None:
        self._text = text
        self._style = style

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in wrapped(self._text, options.max_width):
            yield Text(line, style=self._style, no_wrap=True, overflow="ignore")


def render(card: Card, *, codes: bool = False) -> RenderableType:
    """A card as a framed block; text of mails must be harmless already. ``codes`` adds what a camera can read."""
    parts: list[RenderableType] = []
    for item in card.items:
        parts += _item(item, card)
    for section in card.sections:
        parts += _section(section, card.words.colon)
    if card.slip:
        parts.append(Padding(Prose(card.slip, "bold"), (0, 0, 1, 0)))
    parts += [_paragraph(line) for line in card.advice]
    parts += _titled(card.words.card_after, card.after)
    parts += _titled(card.words.card_where, card.where)
    if codes:
        parts += _codes(card)
    several = f"[{card.items[0].id}] " if len(card.items) == 1 else ""
    return Panel(Group(*parts), title=Text(f"{several}{card.place}", style="bold"), title_align="left")


def _item(item: Item, card: Card) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if len(card.items) > 1:
        parts.append(Text(f"[{item.id}]", style="bold"))
    deadline = f"{item.deadline or card.words.unknown} {item.left}".rstrip()
    style = "bold red" if item.urgent else "bold"
    parts.append(Text(card.words.card_deadline))
    parts.append(Padding(Prose(deadline, style), (0, 0, 1, 2)))
    if item.instead:
        parts.append(Padding(Prose(item.instead, "bold"), (0, 0, 1, 0)))
    for number in item.numbers:
        parts += _number(number)
    parts += [_paragraph(remark) for remark in item.remarks]
    return parts


def _number(number: Number) -> list[RenderableType]:
    label = number.label if number.remark is None else f"{number.label} ({number.remark})"
    return [Prose(label), Padding(Text("   ".join(number.groups), style="bold cyan"), (0, 0, 1, 2))]


def _section(section: Section, colon: str) -> list[RenderableType]:
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    for count, step in enumerate(section.steps, 1):
        line = f"{step.text}{colon}{step.value}" if step.value else step.text
        grid.add_row(f"{count}.", Prose(line))
    return [Prose(section.heading, "bold"), Padding(grid, (0, 0, 1, 0))]


def _titled(heading: str, text: str) -> list[RenderableType]:
    return [Prose(heading, "bold"), _paragraph(text)]


def _paragraph(text: str) -> RenderableType:
    return Padding(Prose(text), (0, 0, 1, 0))


class Square:
    """A QR code of half blocks, dark on light whatever the terminal's colours; nothing where it has no room."""

    def __init__(self, caption: str, modules: Sequence[Sequence[bool]]) -> None:
        empty = [False] * (len(modules) + 2 * QUIET_SQUARES)
        rows = [[False] * QUIET_SQUARES + list(row) + [False] * QUIET_SQUARES for row in modules]
        self._rows = [empty] * QUIET_SQUARES + rows + [empty] * QUIET_SQUARES
        self._caption = caption

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < len(self._rows):
            return
        yield Prose(self._caption)
        for upper, lower in zip_longest(self._rows[::2], self._rows[1::2], fillvalue=[False] * len(self._rows)):
            line = "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
            yield Text(line, style="#000000 on #ffffff", no_wrap=True)


def _codes(card: Card) -> list[RenderableType]:
    """One square for each parcel, and the words that say whose they are."""
    squares: list[RenderableType] = []
    for item in card.items:
        modules = qr_modules("\n".join(item.copied))
        if modules is not None:
            caption = " / ".join(number.label for number in item.numbers)
            squares.append(Square(f"[{item.id}] {caption}" if len(card.items) > 1 else caption, modules))
    return [*_titled(card.words.card_copy, card.words.card_codes), *squares] if squares else []
