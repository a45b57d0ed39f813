"""``config check``, ``config path`` and ``config show``."""

from __future__ import annotations

import dataclasses

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command, group


@group("config", examples=("konbini config check", "konbini config path"))
def config_command() -> None:
    pass


@command("config check", under=config_command)
@pass_app
def config_check(app: App) -> None:
    config = app.required_config
    from watcher.notify.error_words import in_language

    for warning in config.warnings:
        app.say(in_language(warning, app.language))
    if not config.mailboxes:
        app.say(app.words.no_mailbox)
    app.say(app.words.config_good.format(config.path))


@command("config path", under=config_command)
@pass_app
def config_path(app: App) -> None:
    click.echo(app.config_file)


@command("config show", under=config_command)
@pass_app
def config_show(app: App) -> None:
    from watcher.assembly import without_secrets

    app.print_json(without_secrets(dataclasses.asdict(app.config)))
