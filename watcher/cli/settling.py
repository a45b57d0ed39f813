"""The last steps of ``init``: the password gets its place, the configuration is written, the mails are read."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

from watcher.cli.app import App
from watcher.cli.asking import Given, Questions
from watcher.cli.words.setup import SetupWords, parcels_counted
from watcher.config import MailboxConfig
from watcher.config_file import read_config
from watcher.config_writing import add_to, render, write
from watcher.errors import CredentialError, MailboxError, MissingExtraError, StoreError, WatcherError
from watcher.mailbox.credentials import Credential, credential, forget_password, store_password, variable_of
from watcher.mailbox.first_look import first_look
from watcher.mailbox.keyring import PATIENCE as KEYRING_PATIENCE
from watcher.notify.error_words import said
from watcher.notify.installing import here
from watcher.notify.notification import Language
from watcher.setting_up import Gathered, read_mailbox
from watcher.text_safety import for_terminal

PATIENCE = 120.0
"""Seconds for the keyring: the person sits here and may have to unlock it."""


class Settling:
    """What is left behind.

    Args:
        app: of the command line.
        given: what the options say.
        words, language: of the person.
        ask: for the one question that is left where there is no keyring.
    """

    def __init__(self, app: App, given: Given, words: SetupWords, ask: Questions, language: Language) -> None:
        self._app = app
        self._given = given
        self._words = words
        self._ask = ask
        self._language = language
        self._path = app.config_file
        self._in_keyring = False

    def keep(self, mailbox: MailboxConfig, typed: str | None) -> tuple[MailboxConfig, str]:
        """Where the password is from now on: ``keyring``, ``environment`` or ``command``.

        Args:
            mailbox: whose password.
            typed: the password, or None where it is found by itself.
        """
        if mailbox.password_command is not None:
            return mailbox, "command"
        if typed is None:
            return mailbox, "environment" if variable_of(mailbox.name) in os.environ else "keyring"
        try:
            store_password(mailbox.name, typed, PATIENCE if self._given.asks else KEYRING_PATIENCE)
        except (CredentialError, MissingExtraError) as error:
            return self._without_keyring(mailbox, error)
        self._in_keyring = True
        return mailbox, "keyring"

    def _without_keyring(self, mailbox: MailboxConfig, error: WatcherError) -> tuple[MailboxConfig, str]:
        variable = variable_of(mailbox.name)
        self._ask.say(self._words.no_keyring)
        if isinstance(error, MissingExtraError):
            self._ask.say(here(self._words.no_keyring_extra))
        self._ask.say(self._words.no_keyring_environment.format(variable))
        self._ask.say(self._words.no_keyring_systemd.format(f"konbini-{mailbox.name}"))
        while self._given.asks and (command := self._ask.command()):
            commanded = replace(mailbox, password_command=command)
            if self._works(commanded):
                return commanded, "command"
        self._ask.say(self._words.in_environment.format(variable))
        return mailbox, "environment"

    def _works(self, mailbox: MailboxConfig) -> bool:
        """Whether what the command prints is taken; not tried where nothing may be."""
        if self._given.offline:
            return True
        try:
            first_look(mailbox, credential(mailbox), (), self._app.now())
        except (CredentialError, MailboxError) as failure:
            self._ask.say(self._app.words.error.format(said(failure, self._language)))
            self._ask.say(self._words.try_again)
            return False
        self._ask.say(self._words.command_works)
        return True

    def write(self, mailbox: MailboxConfig, where: str, existing: str) -> None:
        """Writes the configuration; the keyring forgets the password again should that fail.

        Raises:
            ConfigurationError.
        """
        comments = self._words.comments
        try:
            if existing == "add":
                text = add_to(self._path.read_text("utf-8"), mailbox, where, comments, self._path)
            else:
                text = render(mailbox, self._given.language or "auto", where, comments)
            former = write(self._path, text, replace=existing != "new")
            read_config(self._path)
        except BaseException:
            if self._in_keyring:
                forget_password(mailbox.name)
            raise
        if self._in_keyring:
            self._ask.say(self._words.kept_in_keyring)
        if existing == "add":
            self._ask.say(self._words.added.format(self._path, for_terminal(mailbox.name)))
        else:
            self._ask.say(self._words.written.format(self._path))
        if former is not None:
            self._ask.say(self._words.former.format(former))

    def read(self, mailbox: MailboxConfig, secret: Credential) -> None:
        """The first reading goes into the store; should it fail, the configuration stands nevertheless."""
        self._ask.say(self._words.reading.format(mailbox.lookback_days))
        app = App(self._path, self._app.verbose)
        stored = next(each for each in app.config.mailboxes if each.name == mailbox.name)
        try:
            with app.store() as store:
                gathered = read_mailbox(stored, store, app.now, self._language, secret)
        except (MailboxError, StoreError) as error:
            self._ask.say(self._words.reading_failed.format(said(error, self._language)))
            return
        self._tell(gathered, mailbox.lookback_days)

    def _tell(self, gathered: Gathered, days: int) -> None:
        if not gathered.parcels:
            self._ask.say(self._words.found_none.format(days))
        else:
            counted = parcels_counted(gathered.parcels, self._language)
            self._ask.say(self._words.found.format(days=days, parcels=counted, waiting=len(gathered.waiting)))
        if gathered.waiting:
            from watcher.cli.tables import print_parcels

            sys.stderr.flush()
            print_parcels(gathered.waiting, self._app.now(), self._language)
        if gathered.not_understood:
            self._ask.say(self._words.not_understood.format(gathered.not_understood))
        if gathered.suspicious:
            self._ask.say(self._words.suspicious.format(gathered.suspicious))
