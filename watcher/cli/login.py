"""``login``: a password into the keyring, or signing in with the mail provider (OAuth2)."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.command import command
from watcher.cli.words.login import LoginWords, words
from watcher.errors import ConfigurationError, CredentialError

if TYPE_CHECKING:
    from watcher.config import MailboxConfig
    from watcher.mailbox.oauth.tokens import Client, Tokens

PATIENCE = 120.0
"""Seconds for the keyring: the person sits here and may have to unlock it."""


@command(
    "login",
    examples=("konbini login", "konbini login home", "konbini login home --oauth google"),
)
@click.argument("mailbox", required=False)
@click.option("--oauth", metavar="google|microsoft")
@click.option("--browser", is_flag=True)
@click.option("--paste", is_flag=True)
@pass_app
def login_command(app: App, mailbox: str | None, oauth: str | None, browser: bool, paste: bool) -> None:
    chosen = _chosen(app, mailbox, oauth)
    if chosen.oauth:
        _sign_in(app, chosen, browser=browser, paste=paste)
    elif browser or paste:
        raise click.UsageError(words(app.language).only_oauth)
    else:
        _keep_password(app, chosen.name)


def _chosen(app: App, name: str | None, oauth: str | None) -> MailboxConfig:
    """The mailbox that is meant; with ``--oauth`` the only one of that provider may stay unnamed.

    Raises:
        UsageError: it is not clear which.
        ConfigurationError: it is not configured for that provider.
    """
    mailboxes = app.required_config.mailboxes
    candidates = [found for found in mailboxes if name == found.name or (name is None and oauth in (None, found.oauth))]
    if name is None and oauth and not candidates and len(mailboxes) == 1:
        candidates = list(mailboxes)
    if len(candidates) != 1:
        raise click.UsageError(app.words.which_mailbox.format(", ".join(found.name for found in mailboxes)))
    (chosen,) = candidates
    if oauth and oauth != chosen.oauth:
        raise ConfigurationError(
            (f'the mailbox {chosen.name!r} is not set up for it: give oauth = "{oauth}" and oauth_client_id',),
            "docs/oauth.md tells how to get a client id",
        )
    return chosen


def _keep_password(app: App, mailbox: str) -> None:
    from watcher.mailbox.credentials import store_password

    store_password(mailbox, _password(app), PATIENCE)
    app.say(words(app.language).login_kept.format(mailbox))


def _password(app: App) -> str:
    """The password that the person types, or the first line of what a program gives.

    Raises:
        UsageError: there is neither.
    """
    said = words(app.language)
    if app.can_ask:
        return str(click.prompt(said.ask_login, hide_input=True, err=True))
    given = sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""
    if not given:
        raise click.UsageError(said.nothing_to_keep)
    return given


def _sign_in(app: App, mailbox: MailboxConfig, *, browser: bool, paste: bool) -> None:
    """Signs in, by the device flow where the provider has one, else in the browser; keeps the tokens."""
    from watcher.mailbox.oauth import signed_in
    from watcher.mailbox.oauth.tokens import oauth2
    from watcher.signing_in import client_of

    oauth2()
    said = words(app.language)
    # Before the person goes through it all: is there a keyring, and what does it know of the client?
    before = signed_in.kept(mailbox.name, PATIENCE)
    client = client_of(app.config, mailbox)
    client = replace(client, secret=_client_secret(app, client, mailbox, before))
    if client.provider.authorization_url is None and (browser or paste):
        raise click.UsageError(said.no_browser_flow.format(client.provider.title))
    by_device = client.provider.device_url is not None and not browser and not paste
    tokens = _by_device(app, client, said) if by_device else _by_browser(app, client, said, paste=paste)
    if client.secret and mailbox.oauth_client_secret_command is None:
        tokens = replace(tokens, client_secret=client.secret)
    signed_in.keep(mailbox.name, tokens, PATIENCE)
    app.say(said.signed_in.format(mailbox.name, client.provider.title))


def _client_secret(app: App, client: Client, mailbox: MailboxConfig, before: Tokens | None) -> str | None:
    """The client's secret: by the command, as it was last time, or typed where the provider wants one."""
    from watcher.mailbox.credentials import run_command

    if mailbox.oauth_client_secret_command:
        return run_command(mailbox.oauth_client_secret_command, "oauth_client_secret_command")
    known = _secret_of(before, client)
    if known is None and not client.provider.wants_secret:
        return None
    if app.can_ask:
        said = words(app.language)
        question = said.ask_for_client if known is None else said.ask_for_client_again
        typed = str(click.prompt(question, default="", show_default=False, hide_input=True, err=True)).strip()
        return typed or known
    if known is None:
        raise CredentialError(
            f"{client.provider.title} wants the client's secret, and there is no terminal to ask on",
            "give oauth_client_secret_command",
        )
    return known


def _secret_of(before: Tokens | None, client: Client) -> str | None:
    """The secret that was typed when the same client was last signed in."""
    if before is None or (before.client_id, before.token_url) != (client.id, client.provider.token_url):
        return None
    return before.client_secret


def _by_device(app: App, client: Client, said: LoginWords) -> Tokens:
    from watcher.mailbox.oauth.device import device_code, sign_in
    from watcher.text_safety import for_terminal

    code = device_code(client)
    app.say(said.enter_code.format(address=for_terminal(code.address), code=for_terminal(code.user_code)))
    app.say(said.waiting)
    return sign_in(client, code, app.now, time.sleep)


def _by_browser(app: App, client: Client, said: LoginWords, *, paste: bool) -> Tokens:
    from watcher.mailbox.oauth.browser import Loopback, redeem, request

    loopback = Loopback(said.page)
    asked = request(client, loopback.port)
    if paste or not _browser_here():
        loopback.close()
        app.say(said.open_elsewhere.format(asked.url))
        return redeem(client, asked, _pasted(app, said), app.now())
    import webbrowser

    with loopback.waiting_for(asked):
        app.say(said.open_here.format(asked.url))
        webbrowser.open(asked.url)
        app.say(said.waiting)
        came_to = loopback.answer()
    return redeem(client, asked, came_to, app.now())


def _browser_here() -> bool:
    """Whether a browser of this machine is one that the person sees."""
    if "SSH_CONNECTION" in os.environ:
        return False
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))


def _pasted(app: App, said: LoginWords) -> str:
    """The address at which the browser ended.

    Raises:
        UsageError: there is nobody to paste it.
    """
    if app.can_ask:
        # Not hidden: the code in it is of no use to anybody without what only this process knows (RFC 7636).
        return str(click.prompt(said.ask_address, err=True))
    app.say(said.ask_address)
    given = sys.stdin.readline() if sys.stdin is not None else ""
    if not given.strip():
        raise click.UsageError(said.no_address)
    return given
