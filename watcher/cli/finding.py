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
    from watcher.extractors.notice import Chain

ORDER_PAGE = "https://www.amazon.co.jp/gp/your-account/order-details"
"""Where Amazon.co.jp shows one order; addresses are made here and never taken from a mail."""


@command("next", examples=("konbini next", "konbini next --json"))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def next_command(app: App, as_json: bool) -> None:
    from watcher.cli.card import print_cards
    from watcher.cli.contract import parcel_object
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
        print_cards(app, [parcel], now)
    else:
        app.say(app.words.nothing_waits)
        app.say(app.words.nothing_waits_hint if app.config_file.exists() else app.words.not_set_up)


@command("search", examples=("konbini search 1234-5678", "konbini search 例町店 --json"))
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True)
@pass_app
def search_command(app: App, text: tuple[str, ...], as_json: bool) -> None:
    from watcher.cli.parcels import print_parcels

    said, sought = words(app.language), " ".join(text).strip()
    if not sought:
        raise click.UsageError(said.nothing_to_search)
    with app.store_if_any() as store:
        parcels = store.search(sought, _chains_called(sought)) if store else ()
        reminders = store.next_reminders([parcel.id for parcel in parcels]) if store else {}
    print_parcels(app, parcels, reminders, as_json)
    if not parcels and not as_json:
        app.say(said.nothing_found)


def _chains_called(text: str) -> frozenset[Chain]:
    """The chains that have this name in either language."""
    import unicodedata

    from watcher.extractors.notice import Chain
    from watcher.notify.phrasing import words_of

    plain = unicodedata.normalize("NFKC", text).casefold()
    names = {chain: (words_of("ja").chain[chain], words_of("en").chain[chain]) for chain in Chain}
    return frozenset(chain for chain, both in names.items() if plain in {name.casefold() for name in both})


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
