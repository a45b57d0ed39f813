"""``status``: is the watcher alive, and how is each mailbox."""

from __future__ import annotations

from datetime import datetime

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command


@command("status", examples=("konbini status", "konbini status --json"))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def status_command(app: App, as_json: bool) -> None:
    from watcher.assembly import channel_names, lock_path
    from watcher.lock import is_locked
    from watcher.store.store import MessageState

    running = is_locked(lock_path(app.config))
    with app.store_if_any() as store:
        healths = store.healths() if store else ()
        counts = store.counts() if store else {}
    if as_json:
        app.print_json(
            {
                "running": running,
                "channels": list(channel_names(app.config)),
                "mailboxes": [
                    {
                        "name": health.mailbox,
                        "connection": health.connection.value if running else "stopped",
                        "connected_since": _iso(health.connected_since),
                        "reached_at": _iso(health.reached_at),
                        "last_mail_at": _iso(health.last_mail_at),
                        "error": health.error,
                        "error_text": health.error_text,
                        "retry_at": _iso(health.retry_at),
                        "uses_idle": health.uses_idle,
                        "mails": {state.value: counts.get(health.mailbox, {}).get(state, 0) for state in MessageState},
                    }
                    for health in healths
                ],
            }
        )
        return
    from watcher.notify.error_words import in_language

    words = app.words
    click.echo(words.running if running else words.not_running)
    if not channel_names(app.config):
        click.echo(words.no_channel)
    for health in healths:
        click.echo(
            words.mailbox_line.format(
                name=health.mailbox,
                connection=health.connection.value if running else "stopped",
                reached=_local(health.reached_at) or words.never,
                mail=_local(health.last_mail_at) or words.never,
            )
        )
        if health.error_text:
            click.echo(words.mailbox_error.format(in_language(health.error_text, app.language)))
        if health.retry_at and running:
            click.echo(words.mailbox_retry.format(_local(health.retry_at)))
        found = counts.get(health.mailbox, {})
        click.echo(words.mailbox_counts.format(**{state.value: found.get(state, 0) for state in MessageState}))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _local(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
