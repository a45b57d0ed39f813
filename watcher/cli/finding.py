"""``next``, ``search`` and ``open``: to the parcel that is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.parcel_argument import found, parcel_argument
from watcher.cli.words.everyday import words
from watcher.errors import NoSuchParcelError

if TYPE_CHECKING:
    pass

ORDER_PAGE = "https://www.amazon.co.jp/gp/your-account/order-details"
"""Where Amazon.co.jp shows one order; addresses are made here and never taken from a mail."""


@command("next", examples=("konbini next", "konbini next --json"))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def next_command(app: App, as_json: bool) -> None:
    from watcher.cli.contract import parcel_object
    from watcher.cli.parcels import print_card
    from watcher.store.store import View

    now = app.now()
    with app.store_if_any() as store:
        waiting = store.parcels(View.WAITING, now) if store else ()
        # what may already have gone back comes after what surely waits
        parcel = min(waiting, key=lambda one: one.overdue(now), default=None)
        reminders = store.next_reminders([parcel.id]) if store and parcel else {}
    if as_json:
        app.print_json(parcel and parcel_object(parcel, now, reminders.get(parcel.id)))
    elif parcel:
        print_card(app, parcel, now)
    else:
        app.say(app.words.nothing_waits)
        app.say(app.words.nothing_waits_hint)


@command("open", examples=("konbini open 3", "konbini open 3 --print"))
@parcel_argument()
@click.option("--print", "only_print", is_flag=True)
@pass_app
def open_command(app: App, wanted: str, only_print: bool) -> None:
    import webbrowser

    said = words(app.language)
    with app.store() as store:
        parcel = found(app, store, wanted)
    if parcel.order_number is None:
        raise NoSuchParcelError(said.no_order.format(parcel.id), said.no_order_hint.format(parcel.id))
    address = f"{ORDER_PAGE}?{urlencode({'orderID': parcel.order_number})}"
    if only_print:
        click.echo(address)
    elif webbrowser.open(address):
        app.say(said.opened.format(parcel.id))
    else:
        click.echo(address)
        app.say(said.no_browser)
