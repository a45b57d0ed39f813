"""``config check``, ``config path`` and ``config show``."""

from __future__ import annotations

import dataclasses

import click

from watcher.cli.app import App, pass_app
from watcher.cli.words import language_of, words

_WORDS = words(language_of())


@click.group("config", help=_WORDS.config)
def config_command() -> None:
    pass


@config_command.command("check", help=_WORDS.config_check)
@pass_app
def config_check(app: App) -> None:
    config = app.required_config
    for warning in config.warnings:
        app.say(warning)
    if not config.mailboxes:
        app.say(app.words.no_mailbox)
    app.say(app.words.config_good.format(config.path))


@config_command.command("path", help=_WORDS.config_path)
@pass_app
def config_path(app: App) -> None:
    click.echo(app.config_file)


@config_command.command("show", help=_WORDS.config_show)
@pass_app
def config_show(app: App) -> None:
    from watcher.assembly import without_secrets

    app.print_json(without_secrets(dataclasses.asdict(app.config)))
