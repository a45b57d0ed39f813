"""``run`` and ``check``: the daemon, and one pass for cron."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from watcher.cli import garbage
from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.config import Config
from watcher.errors import ConfigurationError, ExportError, MailboxError, MissingExtraError, WatcherError

if TYPE_CHECKING:
    from watcher.calendar_file import CalendarFile


@command("run", examples=("konbini run", "konbini --config other.toml run"))
@pass_app
def run_command(app: App) -> None:
    from watcher.assembly import lock_path
    from watcher.lock import only_daemon
    from watcher.watch import build_daemon

    garbage.search_as_usual()
    config = watched_config(app)
    with only_daemon(lock_path(config)), app.store() as store:
        daemon = build_daemon(config, store, app.now, app.language)
        app.say(app.words.watching.format(", ".join(mailbox.name for mailbox in config.mailboxes)))
        asyncio.run(daemon.run())
    app.say(app.words.stopped)


@command("check", examples=("konbini check", "*/10 * * * * konbini check"))
@pass_app
def check_command(app: App) -> None:
    from watcher.notify.error_words import said
    from watcher.watch import alerts_of, calendar_file_of, check_mailboxes, judge_of, say_what_is_due, take_up_the_night

    config = watched_config(app)
    with app.store() as store:
        alerts = alerts_of(config, store, app.language, None)
        take_up_the_night(config, store, alerts, app.now())
        failures = check_mailboxes(config, store, app.now, alerts, patient=not sys.stderr.isatty())
        judge = judge_of(config, store, app.now)
        if judge is not None:
            judge.look()
        asyncio.run(say_what_is_due(config, store, app.now, app.language, alerts))
        calendar = calendar_file_of(config, store, app.now, app.language)
        calendar_failure = _updated(app, calendar) if calendar else None
    for mailbox in config.mailboxes:
        if mailbox.name not in failures:
            app.say(app.words.checked.format(mailbox.name))
    for name, error in failures.items():
        _say_error(app, f"{name}: {said(error, app.language)}", error)
    problems = [*failures.values(), *([calendar_failure] if calendar_failure else [])]
    if problems:
        raise click.exceptions.Exit(max(problems, key=_gravity).exit_code)


def _updated(app: App, calendar: CalendarFile) -> WatcherError | None:
    """Brings the calendar file up to date; returns what went wrong, which is already said."""
    from watcher.cli.words.exporting import words
    from watcher.notify.error_words import said

    try:
        calendar.update()
    except (ExportError, MissingExtraError) as error:
        _say_error(app, words(app.language).calendar_failed.format(said(error, app.language)), error)
        return error
    return None


def _say_error(app: App, sentence: str, error: WatcherError) -> None:
    from watcher.notify.error_words import advice

    app.say(app.words.error.format(sentence))
    hint = advice(error, app.language)
    if hint:
        app.say(app.words.hint.format(hint))


def _gravity(error: WatcherError) -> int:
    """What waiting will not cure comes first."""
    return 0 if isinstance(error, MailboxError) and error.exit_code == MailboxError.exit_code else 1


def watched_config(app: App) -> Config:
    """The configuration of somebody who wants to watch; what is missing but not wrong is said.

    Raises:
        ConfigurationError: there is no file, it has mistakes, or it names no mailbox.
    """
    from watcher.notify.error_words import in_language
    from watcher.watch import channel_names_here

    config = app.required_config
    for warning in config.warnings:
        app.say(in_language(warning, app.language))
    if not config.mailboxes:
        raise ConfigurationError((app.words.no_mailbox,), "add one; config.example.toml shows how")
    if not channel_names_here(config):
        app.say(app.words.no_channel)
    return config
