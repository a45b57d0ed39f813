"""``list`` and ``show``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.parcel_argument import found, parcel_argument

if TYPE_CHECKING:
    from watcher.parcels.parcel import Parcel
    from watcher.store.store import Store


@command("list", examples=("konbini list", "konbini list --all --json | jq '.[].inquiry_number'"))
@click.option("--all", "everything", is_flag=True)
@click.option("--problems", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_app
def list_command(app: App, everything: bool, problems: bool, as_json: bool) -> None:
    from watcher.cli.mails import print_mails
    from watcher.store.store import MessageState, View

    now = app.now()
    with app.store_if_any() as store:
        if problems:
            states = frozenset({MessageState.NOT_UNDERSTOOD, MessageState.FAILED})
            print_mails(app, store.messages(states) if store else (), as_json)
            return
        parcels = store.parcels(View.ALL if everything else View.CURRENT, now) if store else ()
        reminders = store.next_reminders([parcel.id for parcel in parcels]) if store else {}
    print_parcels(app, parcels, reminders, as_json)
    if not parcels and not as_json:
        app.say(app.words.nothing_waits)
        app.say(app.words.nothing_waits_hint if app.config_file.exists() else app.words.not_set_up)


def print_parcels(app: App, parcels: Sequence[Parcel], reminders: Mapping[int, datetime], as_json: bool) -> None:
    """Parcels as a table, or as the JSON array of the contract; no table where there are none."""
    from watcher.cli import tables
    from watcher.cli.contract import parcel_object

    now = app.now()
    if as_json:
        app.print_json([parcel_object(parcel, now, reminders.get(parcel.id)) for parcel in parcels])
    elif parcels:
        tables.print_parcels(parcels, now, app.language)


def print_one(app: App, store: Store, parcel: Parcel) -> None:
    """A parcel as the JSON object of the contract: what a command made of it, for scripts."""
    from watcher.cli.contract import parcel_object

    app.print_json(parcel_object(parcel, app.now(), store.next_reminders([parcel.id]).get(parcel.id)))


@command("show", examples=("konbini show 3", "konbini show 1234 --history"))
@parcel_argument()
@click.option("--history", is_flag=True)
@click.option("--html", "page", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option("--json", "as_json", is_flag=True)
@pass_app
def show_command(app: App, wanted: str, history: bool, page: Path | None, as_json: bool) -> None:
    from watcher.cli.card import print_cards, write_page
    from watcher.cli.contract import parcel_object
    from watcher.cli.history import history_lines, history_objects

    now = app.now()
    with app.store() as store:
        parcel = found(app, store, wanted)
        if as_json:
            found_object = parcel_object(parcel, now, store.next_reminders([parcel.id]).get(parcel.id))
            if history:
                found_object["history"] = history_objects(store, parcel.id)
            app.print_json(found_object)
            return
        if history:
            for line in history_lines(store, parcel.id, app.language):
                app.console.print(line, soft_wrap=True)
            return
    if page is not None:
        write_page(app, page, [parcel], now)
        return
    print_cards(app, [parcel], now)
