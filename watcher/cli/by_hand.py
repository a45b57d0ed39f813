"""``add``, ``edit`` and ``note``: what the person knows better than the mails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.numbers import AUTH, CODE, DAY, INQUIRY, ORDER
from watcher.cli.parcel_argument import found, parcel_argument
from watcher.cli.parcels import print_one
from watcher.cli.words.everyday import words

if TYPE_CHECKING:
    from watcher.extractors.notice import PickupPoint, Reading

_SHOPS = ("lawson", "familymart", "ministop")


def _reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The numbers, the shop and the deadline, alike for ``add`` and ``edit``."""
    for option in (
        click.option("--deadline", type=DAY, metavar="YYYY-MM-DD"),
        click.option("--name", "shop_name", metavar="TEXT"),
        click.option("--shop", type=click.Choice(_SHOPS, case_sensitive=False)),
        click.option("--code", type=CODE, metavar="N"),
        click.option("--order", type=ORDER, metavar="N"),
        click.option("--auth", type=AUTH, metavar="N"),
        click.option("--inquiry", type=INQUIRY, metavar="N"),
    ):
        function = option(function)
    return function


@command(
    "add",
    examples=(
        "konbini add --inquiry 2874-9601-3582 --auth 5520881 --shop lawson",
        "konbini add --order 250-1234567-7654321 --shop familymart --deadline 2026-03-11",
    ),
)
@_reading_options
@click.option("--json", "as_json", is_flag=True)
@pass_app
def add_command(
    app: App,
    inquiry: str | None,
    auth: str | None,
    order: str | None,
    code: str | None,
    shop: str | None,
    shop_name: str | None,
    deadline: date | None,
    as_json: bool,
) -> None:
    from watcher.parcels.parcel import JST, Status

    said, now = words(app.language), app.now()
    if not (inquiry or order or code):
        raise click.UsageError(said.needs_a_number)
    if deadline is not None and deadline < now.astimezone(JST).date():
        raise click.UsageError(said.deadline_is_over)
    point = _point(None, shop, shop_name, konbini=inquiry is not None)
    reading = _reading(app, inquiry, auth, order, code, point, deadline)
    status = Status.READY if inquiry or code else Status.SHIPPED
    with app.store() as store:
        parcel = store.add(reading, status, now)
        if as_json:
            print_one(app, store, parcel)
    app.say(said.added.format(parcel.id, parcel.id))


@command("edit", examples=("konbini edit 3 --auth 5520881", "konbini edit 3 --shop ministop --deadline 2026-03-11"))
@parcel_argument()
@_reading_options
@click.option("--json", "as_json", is_flag=True)
@pass_app
def edit_command(
    app: App,
    wanted: str,
    inquiry: str | None,
    auth: str | None,
    order: str | None,
    code: str | None,
    shop: str | None,
    shop_name: str | None,
    deadline: date | None,
    as_json: bool,
) -> None:
    from watcher.store.store import ActionKind

    said = words(app.language)
    if all(given is None for given in (inquiry, auth, order, code, shop, shop_name, deadline)):
        raise click.UsageError(said.nothing_to_change)
    with app.store() as store:
        parcel = found(app, store, wanted)
        point = _point(parcel.pickup_point, shop, shop_name, konbini=False)
        edit = _reading(app, inquiry, auth, order, code, point, deadline)
        parcel = store.act(parcel.id, ActionKind.EDIT, app.now(), edit=edit)
        if as_json:
            print_one(app, store, parcel)
    app.say(said.edited.format(parcel.id))


def _reading(
    app: App,
    inquiry: str | None,
    auth: str | None,
    order: str | None,
    code: str | None,
    point: PickupPoint | None,
    deadline: date | None,
) -> Reading:
    from watcher.extractors.notice import AuthSource, CheckDigit, Reading
    from watcher.extractors.numbers import check_digit

    digit = check_digit(inquiry)
    if digit is CheckDigit.INVALID:
        app.say(words(app.language).check_the_number)
    return Reading(
        order_number=order,
        inquiry_number=inquiry,
        check_digit=digit,
        auth_number=auth,
        auth_source=AuthSource.PRINTED if auth else None,
        pickup_point=point,
        pickup_code=code,
        deadline=deadline,
    )


def _point(before: PickupPoint | None, shop: str | None, name: str | None, *, konbini: bool) -> PickupPoint | None:
    """The pick-up point with what was given; another chain's shop does not keep the old shop's name."""
    from watcher.extractors.notice import Chain, PickupPoint, PointKind

    if shop is None and name is None:
        return PickupPoint(PointKind.KONBINI) if konbini else None
    cleaned = (name or "").strip() or None
    if shop is not None:
        chain = Chain(shop)
        same = before is not None and before.chain is chain
        return PickupPoint(PointKind.KONBINI, chain, cleaned or (before.name if same and before else None))
    kind = before.kind if before else PointKind.KONBINI if konbini else PointKind.UNKNOWN
    return PickupPoint(kind, before.chain if before else None, cleaned)


@command("note", examples=("konbini note 3 bring the ID card", "konbini note 3", "konbini note 3 --clear"))
@parcel_argument()
@click.argument("text", nargs=-1)
@click.option("--clear", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@pass_app
def note_command(app: App, wanted: str, text: tuple[str, ...], clear: bool, as_json: bool) -> None:
    from watcher.store.store import ActionKind
    from watcher.text_safety import for_terminal

    said, note = words(app.language), " ".join(text).strip()
    if clear and note:
        raise click.UsageError(said.clear_or_text)
    if text and not note:
        raise click.UsageError(said.empty_note)
    with app.store() as store:
        parcel = found(app, store, wanted)
        if note or clear:
            parcel = store.act(parcel.id, ActionKind.NOTE, app.now(), note=note)
        if as_json:
            print_one(app, store, parcel)
    if note or clear:
        app.say((said.note_kept if note else said.note_cleared).format(parcel.id))
    elif as_json:
        return
    elif parcel.note:
        click.echo(for_terminal(parcel.note))
    else:
        app.say(said.no_note.format(parcel.id))
