"""The questions of ``init``: each is answered by its option, by the person, or by a default; else it is an error."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import click

from watcher.cli.choosing import one_of, yes_or_no
from watcher.cli.words.setup import SetupWords
from watcher.cli.words.shared import words as shared_words
from watcher.data import load
from watcher.known_providers import (
    STARTTLS_PORT,
    TLS_PORT,
    KnownProvider,
    provider_of_address,
    provider_of_host,
)
from watcher.notify.notification import Language


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say; None where a question is open.

    Attributes:
        asks: whether a person can be asked.
    """

    address: str | None
    name: str | None
    host: str | None
    port: int | None
    security: Literal["tls", "starttls", "plain"] | None
    user: str | None
    ca_file: Path | None
    password_stdin: bool
    password_command: str | None
    oauth: Literal["google", "microsoft"] | None
    oauth_client_id: str | None
    authserv_id: str | None
    language: Literal["ja", "en"] | None
    add: bool
    force: bool
    service: bool | None
    offline: bool
    asks: bool


class Questions:
    """Asks for what the options leave open.

    Args:
        given: the options.
        words: in the person's language.
        language: that one.
    """

    def __init__(self, given: Given, words: SetupWords, language: Language) -> None:
        self._given = given
        self._words = words
        self._language = language

    def refuse_contradictions(self) -> None:
        """Options that exclude each other.

        Raises:
            UsageError.
        """
        given = self._given
        ways = {
            "--password-stdin": given.password_stdin,
            "--password-command": given.password_command is not None,
            "--oauth": given.oauth is not None,
        }
        chosen = [name for name, there in ways.items() if there]
        chosen = chosen if len(chosen) > 1 else ["--add", "--force"] if given.add and given.force else []
        if chosen:
            raise click.UsageError(self._words.not_together.format(*chosen[:2]))

    def address(self) -> str:
        """The person's address; asked again until it is one."""
        address = self._given.address
        while True:
            if address is None:
                address = self._asked("--address", self._words.ask_address)
            address = address.strip()
            if _is_address(address):
                return address
            if self._given.address is not None or not self._given.asks:
                raise click.UsageError(self._words.no_address.format(address))
            self.say(self._words.no_address.format(address))
            address = None

    def host(self, default: str | None, *, again: bool = False) -> str:
        """The IMAP server; ``again`` asks even where an option gave a wrong one."""
        if self._given.host is not None and not again:
            return self._given.host.strip()
        if not self._given.asks and default is not None:
            return default
        return self._asked("--host", self._words.ask_host, default).strip()

    def user(self, default: str | None, *, again: bool = False) -> str:
        """The user name of the login; ``again`` as of :meth:`host`."""
        if self._given.user is not None and not again:
            return self._given.user
        if not self._given.asks and default is not None:
            return default
        return self._asked("--user", self._words.ask_user, default).strip()

    def client_id(self) -> str:
        """The id of the person's OAuth2 client."""
        if self._given.oauth_client_id is not None:
            return self._given.oauth_client_id.strip()
        if self._given.asks:
            self.say(self._words.client_id_needed)
        return self._asked("--oauth-client-id", self._words.ask_client_id).strip()

    def may_guess(self, domain: str) -> bool:
        """Whether servers may be looked for; nothing is connected to unasked."""
        return self._given.asks and self.confirmed(self._words.ask_guess.format(domain), default=True)

    @cached_property
    def given_password(self) -> str | None:
        """The first line of standard input where it was given there."""
        if not self._given.password_stdin:
            return None
        return sys.stdin.readline().rstrip("\r\n") if sys.stdin is not None else ""

    def password(self, sort: Literal["password", "app_password", "oauth"]) -> str:
        """What the person types; it is not shown."""
        text = self._words.ask_app_password if sort == "app_password" else self._words.ask_password
        typed = str(click.prompt(text, hide_input=True, err=True))
        # Google shows its app passwords in groups of four letters; the blanks are not part of them.
        return typed.replace(" ", "").replace("\u00a0", "") if sort == "app_password" else typed

    def confirmed(self, text: str, *, default: bool) -> bool:
        """A yes or no; the default where nobody can be asked."""
        return yes_or_no(text, default=default, language=self._language) if self._given.asks else default

    def command(self) -> tuple[str, ...]:
        """The command that prints the password; empty where there is none."""
        return self.words_of(click.prompt(self._words.ask_command, default="", show_default=False, err=True))

    def words_of(self, command: str) -> tuple[str, ...]:
        """A command line as words.

        Raises:
            UsageError: a quotation mark is open.
        """
        try:
            return tuple(shlex.split(command))
        except ValueError as error:
            raise click.UsageError(f"{command!r}: {error}") from error

    def add_or_replace(self, path: Path) -> Literal["add", "replace", "stop"]:
        """What to do with a configuration that is there."""
        if self._given.add or self._given.force:
            return "add" if self._given.add else "replace"
        if not self._given.asks:
            raise click.UsageError(self._words.choose_add_or_force.format(path))
        self.say(self._words.there_already.format(path))
        choices: dict[str, Literal["add", "replace", "stop"]] = {"a": "add", "r": "replace", "s": "stop", "": "add"}
        return one_of(f"{self._words.add_replace_quit} [a]", choices, shared_words(self._language).add_replace_or_stop)

    def say(self, sentence: str) -> None:
        """One sentence for the person; on a terminal it is broken between words."""
        from rich.console import Console
        from rich.text import Text

        console = Console(stderr=True, highlight=False, emoji=False, markup=False)
        console.print(Text(sentence), soft_wrap=not console.is_terminal)

    def no_password(self, variable: str) -> click.UsageError:
        """The error where no password was given at all."""
        return click.UsageError(self._words.no_password_given.format(variable))

    def _asked(self, option: str, text: str, default: str | None = None) -> str:
        if not self._given.asks:
            raise click.UsageError(self._words.missing.format(option))
        return str(click.prompt(text, default=default, err=True))


def known_provider(address: str, host: str | None) -> KnownProvider | None:
    """What the table knows, by the host where one is given, else by the address."""
    table = load("providers")
    return provider_of_host(host, table) if host else provider_of_address(address, table)


def port_and_security(given: Given, known: KnownProvider | None) -> tuple[int, Literal["tls", "starttls", "plain"]]:
    """How to connect: what is given, else what is known, else TLS on its port."""
    offered = known if known is not None and given.host in (None, *known.imap_hosts) else None
    security = given.security or (offered.security if offered and given.port is None else None)
    if security is None:
        security = "starttls" if given.port == STARTTLS_PORT else "tls"
    usual = TLS_PORT if security == "tls" else STARTTLS_PORT
    return given.port or (offered.port if offered and given.security is None else usual), security


def host_and_port(text: str, port: int) -> tuple[str, int]:
    """``imap.example.jp:1993`` as its parts; the port stays where none is named."""
    host, colon, named = text.strip().rpartition(":")
    if colon and named.isascii() and named.isdigit() and ":" not in host and 0 < int(named) < 65536:
        return host, int(named)
    return text.strip(), port


def _is_address(text: str) -> bool:
    local, at, domain = text.rpartition("@")
    return bool(at and local and "." in domain.strip(".")) and text.isprintable() and " " not in text
