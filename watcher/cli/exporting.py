"""``export``: parcels for other programs."""

from __future__ import annotations

from pathlib import Path

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command, group
from watcher.cli.words.exporting import words


@group("export", examples=("konbini export ics --output ~/konbini.ics",))
def export_command() -> None:
    pass


@command(
    "export ics",
    under=export_command,
    examples=("konbini export ics > konbini.ics", "konbini export ics --output ~/konbini.ics"),
)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@pass_app
def export_ics(app: App, output: Path | None) -> None:
    from watcher.calendar_file import CalendarFile, entries_in
    from watcher.export.calendar import calendar_of

    said, show_numbers = words(app.language), app.config.notify.show_numbers
    with app.store_if_any() as store:
        if output is None:
            now = app.now()
            made = calendar_of(entries_in(store, now), now, app.language, show_numbers=show_numbers)
            click.echo(made, nl=False)
            return
        written = CalendarFile(output.absolute(), store, app.now, app.language, show_numbers).update()
    app.say((said.written if written else said.unchanged).format(output))
