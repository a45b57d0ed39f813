"""What a person does to a parcel: ``collected``, ``undo``, ``snooze``."""

from __future__ import annotations

import re
from datetime import timedelta

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.parcel_argument import found, parcel_argument
from watcher.cli.parcels import print_one

_DURATION = re.compile(r"([0-9]{1,4})([mhd])\Z")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@command("collected", examples=("konbini collected 3", "konbini collected 1234-5678"))
@parcel_argument()
@click.option("--json", "as_json", is_flag=True)
@pass_app
def collected_command(app: App, wanted: str, as_json: bool) -> None:
    from watcher.store.store import ActionKind

    with app.store() as store:
        parcel = store.act(found(app, store, wanted).id, ActionKind.COLLECT, app.now())
        if as_json:
            print_one(app, store, parcel)
    app.say(app.words.now_collected.format(parcel.id, parcel.id))


@command("undo", examples=("konbini undo 3",))
@parcel_argument()
@click.option("--json", "as_json", is_flag=True)
@pass_app
def undo_command(app: App, wanted: str, as_json: bool) -> None:
    from watcher.notify.wording import status_word
    from watcher.store.store import ActionKind

    with app.store() as store:
        parcel = store.act(found(app, store, wanted).id, ActionKind.UNDO, app.now())
        if as_json:
            print_one(app, store, parcel)
    app.say(app.words.now_undone.format(parcel.id, status_word(parcel.status, app.language)))


class Duration(click.ParamType[timedelta]):
    """``3h``, ``90m`` or ``1d`` as a timedelta."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        if isinstance(value, timedelta):
            return value
        found = _DURATION.match(str(value))
        if not found or not int(found[1]):
            self.fail(f"{value!r} is no length of time such as 3h, 90m or 1d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@command("snooze", examples=("konbini snooze 3", "konbini snooze 3 --for 90m"))
@parcel_argument()
@click.option("--for", "duration", type=Duration(), default="3h", show_default=True)
@click.option("--json", "as_json", is_flag=True)
@pass_app
def snooze_command(app: App, wanted: str, duration: timedelta, as_json: bool) -> None:
    with app.store() as store:
        parcel = found(app, store, wanted)
        moment = store.snooze(parcel.id, app.now() + duration, app.now())
        if as_json:
            print_one(app, store, parcel)
    if moment is None:
        app.say(app.words.nothing_planned.format(parcel.id))
    else:
        app.say(app.words.now_snoozed.format(parcel.id, f"{moment.astimezone():%Y-%m-%d %H:%M}"))


@command("confirm", examples=("konbini confirm 3",))
@parcel_argument()
@click.option("--json", "as_json", is_flag=True)
@pass_app
def confirm_command(app: App, wanted: str, as_json: bool) -> None:
    from watcher.store.store import ActionKind

    with app.store() as store:
        parcel = store.act(found(app, store, wanted).id, ActionKind.CONFIRM, app.now())
        if as_json:
            print_one(app, store, parcel)
    app.say(app.words.now_confirmed.format(parcel.id))
