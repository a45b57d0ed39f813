"""``demo``: the whole program at work, in seconds, without an account."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command


@command("demo", examples=("konbini demo", "konbini demo --json"))
@click.option("--json", "as_json", is_flag=True)
@click.option("--desktop", is_flag=True)
@pass_app
def demo_command(app: App, as_json: bool, desktop: bool) -> None:
    from watcher import demo
    from watcher.assembly import open_store
    from watcher.cli.contract import parcel_object
    from watcher.cli.tables import print_parcels
    from watcher.cli.words.language import language_of
    from watcher.cli.words.shared import words
    from watcher.data import load
    from watcher.export.card import terminal_card
    from watcher.extractors.notice import Chain
    from watcher.notify.console import Console as ConsoleChannel
    from watcher.notify.desktop import Desktop
    from watcher.notify.notification import Channel
    from watcher.parcels.parcel import JST

    language = language_of()
    sentences = words(language)
    stream = sys.stderr if as_json else sys.stdout

    def narrate(step: str, moment: datetime) -> None:
        heading = sentences.demo_steps[step]
        click.echo(f"\n── {moment.astimezone(JST):%Y-%m-%d %H:%M} ── {heading}", file=stream)

    with demo.temporary_folder() as folder, demo.embedded_server() as port:
        config = demo.configuration(port, folder, desktop)
        store = open_store(config)
        channels: list[Channel] = [ConsoleChannel(stream)]
        if desktop:
            channels.append(Desktop())
        try:
            end = asyncio.run(demo.demonstrate(config, port, store, language, channels, narrate))
            reminders = store.next_reminders([parcel.id for parcel in end.parcels])
        finally:
            store.dispose()
    if as_json:
        app.print_json([parcel_object(parcel, end.ended_at, reminders.get(parcel.id)) for parcel in end.parcels])
        return
    click.echo(f"\n{sentences.demo_end}")
    print_parcels(end.parcels, end.ended_at, language)
    click.echo(sentences.demo_forged.format(end.forged))
    for chain in (Chain.LAWSON, Chain.FAMILYMART):
        for parcel in end.parcels:
            if parcel.pickup_point and parcel.pickup_point.chain is chain:
                app.console.print(terminal_card(parcel, end.ended_at, language, load("kiosk_steps")))
