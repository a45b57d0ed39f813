"""``mails`` and ``rescan``: what was not understood, looks forged, or failed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command, group
from watcher.errors import NoSuchParcelError

if TYPE_CHECKING:
    from watcher.store.store import StoredMessage


@group("mails", examples=("konbini mails --suspicious", "konbini mails export 12 --redacted > mail.eml"), alone=True)
@click.option("--not-understood", is_flag=True)
@click.option("--suspicious", is_flag=True)
@click.option("--failed", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def mails_command(context: click.Context, not_understood: bool, suspicious: bool, failed: bool, as_json: bool) -> None:
    if context.invoked_subcommand is not None:
        return
    app = context.find_object(App)
    assert app is not None  # noqa: S101 (the command line made it)
    from watcher.store.store import MessageState

    chosen = {
        MessageState.NOT_UNDERSTOOD: not_understood,
        MessageState.SUSPICIOUS: suspicious,
        MessageState.FAILED: failed,
    }
    states = frozenset(state for state, wanted in chosen.items() if wanted) or frozenset(chosen)
    with app.store_if_any() as store:
        print_mails(app, store.messages(states) if store else (), as_json)


@command("mails export", under=mails_command)
@click.argument("number", type=int)
@click.option("--redacted", is_flag=True)
@pass_app
def mails_export(app: App, number: int, redacted: bool) -> None:
    with app.store() as store:
        raw = store.raw(number)
    if raw is None:
        raise NoSuchParcelError(app.words.no_raw.format(number), "`konbini mails` lists the ids")
    if redacted:
        from watcher.export import redaction

        raw = redaction.redacted(raw)
    sys.stdout.buffer.write(raw)


def print_mails(app: App, messages: Sequence[StoredMessage], as_json: bool) -> None:
    """Recorded messages as a table or as JSON; never their text."""
    from watcher.cli.tables import print_messages
    from watcher.cli.words.reasons import reason_words

    if as_json:
        app.print_json(
            [
                {
                    "id": message.id,
                    "mailbox": message.place.mailbox,
                    "folder": message.place.folder,
                    "message_id": message.message_id,
                    "date": message.date.isoformat() if message.date else None,
                    "recorded_at": message.recorded_at.isoformat(),
                    "state": message.state.value,
                    "kind": message.kind.value,
                    "trust": message.trust.value,
                    "reason": message.reason,
                    "explanation": reason_words(message.reason, app.language),
                    "method": message.method,
                    "judged_at": message.judged_at.isoformat() if message.judged_at else None,
                    "sender_domain": message.sender_domain,
                    "problems": list(message.problems),
                }
                for message in messages
            ]
        )
    elif messages:
        print_messages(messages, app.language)
    else:
        app.say(app.words.no_mails)


@command("rescan", examples=("konbini rescan",))
@click.option("--json", "as_json", is_flag=True)
@pass_app
def rescan_command(app: App, as_json: bool) -> None:
    from watcher.assembly import rescan

    with app.store() as store:
        read = rescan(app.config, store, app.now())
    if as_json:
        app.print_json({"mails": read})
    app.say(app.words.rescanned.format(read))
