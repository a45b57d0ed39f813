"""``card``: everything that is needed at the shop, on the terminal, as a page, or as a picture."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.parcel_argument import found, parcel_argument
from watcher.cli.words.exporting import words
from watcher.errors import ExportError

if TYPE_CHECKING:
    from watcher.parcels.parcel import Parcel

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
_STANDARD_OUTPUT = Path("-")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A form of the card that goes to a file.

    Attributes:
        ours: what every such file of this program begins with or holds.
        make: its content.
        is_text: whether a terminal may show it.
    """

    ours: bytes
    make: Callable[[Sequence[Parcel], datetime, App], bytes]
    is_text: bool


@command(
    "card",
    examples=(
        "konbini card 3",
        "konbini card 3 --html card.html",
        "konbini card 3 --png card.png",
        "konbini card 3 --json",
        "konbini card 3 --html - | ssh phone 'cat > card.html'",
    ),
)
@parcel_argument()
@click.option("--html", "page", type=_FILE, metavar="FILE")
@click.option("--png", "picture", type=_FILE, metavar="FILE")
@click.option("--terminal", is_flag=True)
@click.option("--alone", is_flag=True)
@click.option("--force", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_app
def card_command(
    app: App,
    wanted: str,
    page: Path | None,
    picture: Path | None,
    terminal: bool,
    alone: bool,
    force: bool,
    as_json: bool,
) -> None:
    from watcher.cli.parcels import print_parcels
    from watcher.export.together import fetched_together
    from watcher.store.store import View

    files = [(file, kind) for file, kind in ((page, _PAGE), (picture, _PICTURE)) if file is not None]
    _only_one_at_standard_output(app, files, terminal + as_json)
    now = app.now()
    with app.store() as store:
        parcel = found(app, store, wanted)
        parcels = (parcel,) if alone else fetched_together(parcel, store.parcels(View.WAITING, now), now)
        reminders = store.next_reminders([one.id for one in parcels]) if as_json else {}
    for file, kind in files:
        _write(app, file, kind, kind.make(parcels, now, app), force)
    if as_json:
        print_parcels(app, parcels, reminders, as_json=True)
    elif terminal or not files:
        print_cards(app, parcels, now, codes=True)


def print_cards(app: App, parcels: Sequence[Parcel], now: datetime, *, codes: bool = False) -> None:
    """The card on the terminal, and the person's notes below it; ``codes`` adds those for copying the numbers."""
    from watcher.cli.words.everyday import words as everyday
    from watcher.data import load
    from watcher.export.card import terminal_card
    from watcher.text_safety import for_terminal

    codes = codes and app.console.is_terminal and not app.console.no_color
    app.console.print(terminal_card(parcels, now, app.language, load("kiosk_steps"), codes=codes))
    for parcel in parcels:
        if parcel.note:
            app.console.print(everyday(app.language).note_line.format(for_terminal(parcel.note)))


def write_page(app: App, file: Path, parcels: Sequence[Parcel], now: datetime, *, force: bool = False) -> None:
    """The card as a page in a file.

    Raises:
        ExportError: it cannot be written, or a file that is not ours is in the way.
    """
    _write(app, file, _PAGE, _page(parcels, now, app), force)


def _page(parcels: Sequence[Parcel], now: datetime, app: App) -> bytes:
    from watcher.data import load
    from watcher.export.card import html_card

    return html_card(parcels, now, app.language, load("kiosk_steps")).encode()


def _picture(parcels: Sequence[Parcel], now: datetime, app: App) -> bytes:
    from watcher.data import load
    from watcher.export.card import png_card
    from watcher.japanese_fonts import japanese_typeface

    return png_card(parcels, now, app.language, load("kiosk_steps"), japanese_typeface())


_PAGE = _Kind(b'<meta name="generator" content="konbini-watcher">', _page, is_text=True)
_PICTURE = _Kind(b"Software\0konbini-watcher", _picture, is_text=False)


def _only_one_at_standard_output(app: App, files: Sequence[tuple[Path, _Kind]], others: int) -> None:
    """Refuses what would mix on standard output, or what a terminal cannot show; ``others`` go there too.

    Raises:
        click.UsageError.
    """
    there = [kind for file, kind in files if file == _STANDARD_OUTPUT]
    if len(there) + others > 1:
        raise click.UsageError(words(app.language).only_one_at_standard_output)
    if any(not kind.is_text for kind in there) and sys.stdout.isatty():
        raise click.UsageError(words(app.language).no_picture_on_terminal)


def _write(app: App, file: Path, kind: _Kind, content: bytes, force: bool) -> None:
    """Hands a card to a file or to standard output.

    Raises:
        ExportError.
    """
    from watcher.private_file import former, write_whole

    if file == _STANDARD_OUTPUT:
        click.echo(content, nl=False)
        return
    path = Path(os.path.realpath(file))
    before, _ = former(path)
    if before and kind.ours not in before and not force:
        raise ExportError(words(app.language).not_our_card.format(file), words(app.language).name_another_file)
    write_whole(path, content)
    app.say(words(app.language).written.format(file))
