"""``init``: from an address to a mailbox that is watched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command

if TYPE_CHECKING:
    from watcher.cli.asking import Given
    from watcher.cli.setting import Outcome

_SECURITY = click.Choice(("tls", "starttls", "plain"))


@command(
    "init",
    examples=(
        "konbini init",
        "konbini init --address taro@example.jp --host imap.example.jp",
        "pass show mail/imap | konbini init --no-input --address taro@example.jp --host imap.example.jp "
        "--password-stdin --authserv-id auto --no-service",
    ),
)
@click.option("--address")
@click.option("--name", "mailbox_name")
@click.option("--host")
@click.option("--port", type=click.IntRange(1, 65535))
@click.option("--security", type=_SECURITY)
@click.option("--user")
@click.option("--ca-file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--password-stdin", is_flag=True)
@click.option("--password-command", metavar="COMMAND")
@click.option("--oauth", "signs_in", type=click.Choice(("google", "microsoft")))
@click.option("--oauth-client-id", metavar="ID")
@click.option("--authserv-id", metavar="ID|auto|none")
@click.option("--language", "speaks", type=click.Choice(("ja", "en")))
@click.option("--add", "add_mailbox", is_flag=True)
@click.option("--force", is_flag=True)
@click.option("--service/--no-service", "with_service", default=None)
@click.option("--offline", is_flag=True)
@click.option("--no-input", is_flag=True)
@pass_app
@click.pass_context
def init_command(
    context: click.Context,
    app: App,
    address: str | None,
    mailbox_name: str | None,
    host: str | None,
    port: int | None,
    security: Literal["tls", "starttls", "plain"] | None,
    user: str | None,
    ca_file: Path | None,
    password_stdin: bool,
    password_command: str | None,
    signs_in: Literal["google", "microsoft"] | None,
    oauth_client_id: str | None,
    authserv_id: str | None,
    speaks: Literal["ja", "en"] | None,
    add_mailbox: bool,
    force: bool,
    with_service: bool | None,
    offline: bool,
    no_input: bool,
) -> None:
    from watcher.cli.asking import Given
    from watcher.cli.setting import Setting

    given = Given(
        address=address,
        name=mailbox_name,
        host=host,
        port=port,
        security=security,
        user=user,
        ca_file=ca_file,
        password_stdin=password_stdin,
        password_command=password_command,
        oauth=signs_in,
        oauth_client_id=oauth_client_id,
        authserv_id=authserv_id,
        language=speaks,
        add=add_mailbox,
        force=force,
        service=with_service,
        offline=offline,
        asks=app.can_ask and not no_input and not password_stdin,
    )
    outcome = Setting(app, given).run()
    if outcome is not None:
        _offer_service(context, app, given, outcome)


def _offer_service(context: click.Context, app: App, given: Given, outcome: Outcome) -> None:
    """The last question; a service that cannot be installed does not undo what was set up."""
    from watcher.cli.choosing import yes_or_no
    from watcher.cli.service import service_install
    from watcher.cli.words.setup import words
    from watcher.errors import WatcherError
    from watcher.notify import error_words

    said = words(given.language or app.language)
    if outcome.added:
        app.say(said.restart_service)
    wanted = given.service
    if wanted is None and given.asks and outcome.starts_alone:
        wanted = yes_or_no(said.ask_service, default=True, language=given.language or app.language)
    if not wanted:
        app.say(said.later_service)
        return
    if not outcome.starts_alone:
        app.say(said.service_needs_password)
        return
    try:
        context.invoke(service_install)
    except WatcherError as error:
        if not given.asks:
            raise
        app.say(app.words.error.format(error_words.said(error, app.language)))
        hint = error_words.advice(error, app.language)
        if hint:
            app.say(app.words.hint.format(hint))
        app.say(said.later_service)
