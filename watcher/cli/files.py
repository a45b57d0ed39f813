"""``extract`` and ``import``: mail files instead of a mailbox."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.words.everyday import words


@command(
    "extract",
    examples=(
        "konbini extract mail.eml",
        "konbini extract --json --authserv-id mx.google.com ~/Maildir",
        "cat mail.eml | konbini extract --json -",
    ),
)
@click.option("--json", "as_json", is_flag=True)
@click.option("--authserv-id", metavar="ID")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=str))
@pass_app
def extract_command(app: App, as_json: bool, authserv_id: str | None, paths: tuple[str, ...]) -> None:
    from watcher.assembly import periods_of, reader_of_files
    from watcher.cli.contract import message_object
    from watcher.mailbox.files import messages_in
    from watcher.notify.error_words import in_language

    read_notice = reader_of_files(authserv_id, app.now())
    periods = periods_of(app.config_or_defaults)
    complete = True
    for path in paths:
        for found in messages_in(path):
            if found.error is not None:
                app.say(app.words.error.format(in_language(found.error, app.language)))
                complete = False
                continue
            line = message_object(found.source, read_notice(found.raw, found.received_at), periods)
            if as_json:
                click.echo(json.dumps(line, ensure_ascii=False))
            else:
                _print_message(app, line)
    if not complete:
        raise click.exceptions.Exit(1)


@command("import", examples=("konbini import ~/Downloads/mail.eml", "konbini import ~/Maildir"))
@click.option("--json", "as_json", is_flag=True)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=str))
@pass_app
def import_command(app: App, as_json: bool, paths: tuple[str, ...]) -> None:
    from watcher.assembly import receiver_of_files
    from watcher.mailbox.files import messages_in
    from watcher.notify.error_words import in_language

    mails, failed, parcels = 0, 0, set[int]()
    with app.store() as store, _progress(words(app.language).importing, paths) as advance:
        receive = receiver_of_files(app.config, store, app.now)
        for path in paths:
            for found in messages_in(path):
                if found.error is not None:
                    app.say(app.words.error.format(in_language(found.error, app.language)))
                    failed += 1
                    continue
                parcels.update(receive(found.source, found.raw, found.received_at))
                mails += 1
                advance(len(found.raw))
    if as_json:
        app.print_json({"mails": mails, "parcels": sorted(parcels), "failed": failed})
    app.say(app.words.imported.format(mails=mails, parcels=len(parcels), failed=failed))
    if failed:
        raise click.exceptions.Exit(1)


@contextmanager
def _progress(sentence: str, paths: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """A bar on standard error, on a terminal only; it is told the size of each mail that was read."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description} {task.fields[mails]}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(sentence, total=_size(paths) if console.is_terminal else None, mails=0)
        count = 0

        def advance(size: int) -> None:
            nonlocal count
            count += 1
            progress.update(task, advance=size, mails=count)

        yield advance


def _size(paths: Sequence[str]) -> int | None:
    """How many bytes there are to read; None where that is not known."""
    from watcher.mailbox.files import size_of

    total = 0
    for size in map(size_of, paths):
        if size is None:
            return None
        total += size
    return total


def _print_message(app: App, line: dict[str, object]) -> None:
    from watcher.cli.tables import message_lines

    for text in message_lines(line, app.language):
        app.console.print(text)
