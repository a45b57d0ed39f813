"""``status``: is the watcher alive, how is each mailbox, and does each channel reach the person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command

if TYPE_CHECKING:
    from watcher.config import Config
    from watcher.health import MailboxHealth
    from watcher.messages.mail import Place
    from watcher.store.sql_store import SqlStore
    from watcher.store.store import ChannelState, MessageState

_SILENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store remembers; empty where there is none."""

    healths: Mapping[str, MailboxHealth] = field(default_factory=dict)
    counts: Mapping[str, Mapping[MessageState, int]] = field(default_factory=dict)
    cursors: Sequence[Place] = ()
    channels: Mapping[str, ChannelState] = field(default_factory=dict)


@command("status", examples=("konbini status", "konbini status --json"))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def status_command(app: App, as_json: bool) -> None:
    from watcher.assembly import channel_names, lock_path
    from watcher.lock import is_locked

    running, config = is_locked(lock_path(app.config)), app.config
    with app.store_if_any() as store:
        known = _known(store)
    names = [mailbox.name for mailbox in config.mailboxes]
    names += [name for name in sorted(known.healths) if name not in names]
    if as_json:
        app.print_json(
            {
                "running": running,
                "channels": list(channel_names(config)),
                "mailboxes": [_mailbox_object(name, config, known, running=running) for name in names],
                "channel_states": [_channel_object(name, known) for name in channel_names(config)],
                "calendar": _calendar_object(config),
            }
        )
        return
    stopped = app.words.not_running if app.config_file.exists() else app.words.not_set_up
    click.echo(app.words.running if running else stopped)
    if not channel_names(config):
        click.echo(app.words.no_channel)
    for name in names:
        _echo(_mailbox_lines(app, name, known, running=running))
    for name in channel_names(config):
        _echo(_channel_lines(app, name, known))
    _echo(_calendar_lines(app))


def _known(store: SqlStore | None) -> _Known:
    if store is None:
        return _Known()
    return _Known(
        {health.mailbox: health for health in store.healths()},
        store.counts(),
        store.cursors(),
        {state.name: state for state in store.channel_states()},
    )


def _counts(name: str, known: _Known) -> dict[str, int]:
    from watcher.store.store import MessageState

    found = known.counts.get(name, {})
    return {state.value: found.get(state, 0) for state in MessageState}


def _mailbox_object(name: str, config: Config, known: _Known, *, running: bool) -> dict[str, Any]:
    from watcher.health import Connection, MailboxHealth

    health = known.healths.get(name) or MailboxHealth(name, Connection.STOPPED)
    return {
        "name": name,
        "connection": health.connection.value if running else "stopped",
        "connected_since": _iso(health.connected_since) if running else None,
        "reached_at": _iso(health.reached_at),
        "last_mail_at": _iso(health.last_mail_at),
        "error": health.error,
        "error_text": health.error_text,
        "retry_at": _iso(health.retry_at),
        "uses_idle": health.uses_idle,
        "mails": _counts(name, known),
        "configured": name in [mailbox.name for mailbox in config.mailboxes],
        "failed_at": _iso(health.failed_at),
        "failure": health.failure,
        "failing_since": _iso(health.failing_since),
        "cursors": [
            {"folder": place.folder, "uidvalidity": place.uidvalidity, "uid": place.uid}
            for place in known.cursors
            if place.mailbox == name
        ],
    }


def _channel_object(name: str, known: _Known) -> dict[str, Any]:
    from watcher.store.store import ChannelState

    state = known.channels.get(name) or ChannelState(name)
    return {
        "name": name,
        "sent_at": _iso(state.sent_at),
        "failing_since": _iso(state.failing_since),
        "error": state.error,
        "retry_at": _iso(state.retry_at),
        "given_up": state.given_up,
    }


def _calendar_object(config: Config) -> dict[str, Any] | None:
    file = config.calendar.file
    return None if file is None else {"file": str(file), "written_at": _iso(_written(file))}


def _mailbox_lines(app: App, name: str, known: _Known, *, running: bool) -> Iterator[str]:
    from watcher.cli.words.status import words
    from watcher.health import Connection, MailboxHealth
    from watcher.notify.error_words import in_language
    from watcher.notify.phrasing import words_of

    said = words(app.language)
    health = known.healths.get(name) or MailboxHealth(name, Connection.STOPPED)
    config = next((mailbox for mailbox in app.config.mailboxes if mailbox.name == name), None)
    connection = words_of(app.language).connection[health.connection if running else Connection.STOPPED]
    since = said.since.format(_local(health.connected_since)) if running and health.connected_since else ""
    yield f"{said.head.format(name=name, connection=connection)}{since}"
    if config is None:
        yield said.not_configured
    elif running and health.uses_idle is not None:
        yield said.idle if health.uses_idle else said.polls.format(config.poll_minutes)
    yield said.reached.format(_local(health.reached_at)) if health.reached_at else said.never_reached
    poll = timedelta(minutes=0 if config is None else config.poll_minutes)
    if running and health.reached_at is not None and app.now() - health.reached_at > _SILENT + poll:
        yield said.silent
    yield said.last_mail.format(_local(health.last_mail_at)) if health.last_mail_at else said.no_mail
    if health.failure and health.failed_at:
        sentence = said.error if health.error else said.last_error
        began = health.failing_since if health.error and health.failing_since else health.failed_at
        yield sentence.format(at=_local(began), text=in_language(health.failure, app.language))
    if health.retry_at and running:
        yield said.retry.format(_local(health.retry_at))
    for place in known.cursors:
        if place.mailbox == name:
            yield said.cursor.format(folder=place.folder, uidvalidity=place.uidvalidity, uid=place.uid)
    yield said.counts.format(**_counts(name, known))


def _channel_lines(app: App, name: str, known: _Known) -> Iterator[str]:
    from watcher.cli.words.status import words
    from watcher.notify.error_words import in_language

    said, state = words(app.language), known.channels.get(name)
    if state is None or (state.sent_at is None and state.failing_since is None):
        yield said.channel_unused.format(name=name)
        return
    if state.sent_at is not None:
        yield said.channel_good.format(name=name, at=_local(state.sent_at))
    if state.failing_since is not None:
        error = in_language(state.error or "", app.language)
        yield said.channel_failing.format(name=name, at=_local(state.failing_since), error=error)
    if state.retry_at is not None:
        yield said.channel_retry.format(_local(state.retry_at))
    if state.given_up:
        yield said.channel_given_up.format(state.given_up)


def _calendar_lines(app: App) -> Iterator[str]:
    from watcher.cli.words.status import words

    file = app.config.calendar.file
    if file is None:
        return
    said, written = words(app.language), _written(file)
    yield said.calendar.format(file=file, at=_local(written)) if written else said.calendar_absent.format(file=file)


def _echo(lines: Iterator[str]) -> None:
    """A heading and what belongs to it; names of folders and mailboxes come from outside."""
    from watcher.text_safety import for_terminal

    for number, line in enumerate(lines):
        click.echo(for_terminal(f"  {line}" if number else line))


def _written(file: Path) -> datetime | None:
    from datetime import UTC

    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError:
        return None


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _local(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
