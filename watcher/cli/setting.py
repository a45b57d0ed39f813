"""The steps of ``init``, in the order in which a person meets them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import click

from watcher.cli.app import App
from watcher.cli.asking import Given, Questions, host_and_port, known_provider, port_and_security
from watcher.cli.settling import Settling
from watcher.cli.words.setup import words
from watcher.config import MailboxConfig
from watcher.config_file import read_config
from watcher.errors import CertificateError, CredentialError, LoginError, MailboxError
from watcher.known_providers import KnownProvider, OAuth
from watcher.mailbox.credentials import Credential, credential, variable_of
from watcher.mailbox.first_look import FirstLook, answering, first_look
from watcher.messages.learned_id import Found, Proposal
from watcher.notify.error_words import said as error_words
from watcher.setting_up import proposal_of
from watcher.text_safety import for_terminal

TRIES = 3
"""How often a wrong password or host is asked for again."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was set up.

    Attributes:
        added: the mailbox joined others, so that a running watcher has to be started again.
        starts_alone: a service finds the password by itself.
    """

    added: bool
    starts_alone: bool


class Setting:
    """One run of ``init``.

    Args:
        app: of the command line.
        given: what the options say.
    """

    def __init__(self, app: App, given: Given) -> None:
        self._app = app
        self._given = given
        self._language = given.language or app.language
        self._words = words(self._language)
        self._ask = Questions(given, self._words, self._language)
        self._path = app.config_file
        self._settling = Settling(app, given, self._words, self._ask, self._language)
        self._typed: str | None = None
        self._taken: frozenset[str] = frozenset()

    def run(self) -> Outcome | None:
        """Asks, tries, writes, reads; None where the person stopped. Until everything is known nothing is written.

        Raises:
            WatcherError: of its kind; UsageError: an option is missing.
        """
        self._ask.refuse_contradictions()
        if self._given.asks:
            self._say(self._words.welcome)
        existing = self._existing()
        if existing == "stop":
            self._say(self._words.nothing_done)
            return None
        address = self._ask.address()
        known = self._introduced(address)
        mailbox = self._mailbox(address, known, adding=existing == "add")
        if mailbox.oauth is not None or self._given.offline:
            return self._written_untried(mailbox, existing)
        mailbox, secret, look = self._tried(mailbox, known)
        mailbox = replace(mailbox, folders=look.folders, authserv_id=self._believed(mailbox, address, look))
        mailbox, where = self._settling.keep(mailbox, self._typed)
        self._settling.write(mailbox, where, existing)
        self._settling.read(mailbox, secret)
        return Outcome(existing == "add", where != "environment")

    # -- what to do with what is there

    def _existing(self) -> str:
        if not self._path.exists():
            return "new"
        choice = self._ask.add_or_replace(self._path)
        if choice == "add":
            self._taken = frozenset(each.name for each in read_config(self._path).mailboxes)
        return choice

    def _name(self, *, adding: bool, known: KnownProvider | None) -> str:
        taken = self._taken if adding else frozenset[str]()
        if self._given.name is not None:
            if self._given.name in taken:
                raise click.UsageError(self._words.name_taken.format(self._given.name))
            return self._given.name
        offered = ["home", *(["".join(filter(str.isalnum, known.name.lower()))] if known else [])]
        offered += [f"mail{number}" for number in range(2, len(taken) + 3)]
        return next(name for name in offered if name not in taken)

    # -- where the mailbox is

    def _introduced(self, address: str) -> KnownProvider | None:
        """What is known of the provider, told to the person."""
        known = known_provider(address, self._given.host)
        if known is None:
            if self._given.host is None:
                self._say(self._words.unknown.format(for_terminal(address.rpartition("@")[2])))
            return None
        self._say(self._words.known.format(name=known.name, host=known.host, port=known.port))
        self._say(known.notes[self._language])
        if known.secret_url:
            self._say(self._words.get_it_at.format(known.secret_url))
        return known

    def _mailbox(self, address: str, known: KnownProvider | None, *, adding: bool) -> MailboxConfig:
        port, security = port_and_security(self._given, known)
        mailbox = MailboxConfig(
            name=self._name(adding=adding, known=known),
            host="",
            user="",
            port=port,
            security=security,
            ca_file=self._given.ca_file and self._given.ca_file.resolve(),
            password_command=self._ask.words_of(self._given.password_command or "") or None,
            oauth=self._oauth(known),
            forwarders=(address.lower(),),
        )
        host, port = host_and_port(self._host(mailbox, address, known), mailbox.port)
        user = self._ask.user(known.user_for(address) if known else address)
        client = self._ask.client_id() if mailbox.oauth is not None else None
        return replace(mailbox, host=host, port=port, user=user, oauth_client_id=client)

    def _oauth(self, known: KnownProvider | None) -> OAuth | None:
        if self._given.oauth is not None:
            return self._given.oauth
        by_hand = self._given.password_stdin or self._given.password_command is not None
        return known.oauth if known is not None and known.secret == "oauth" and not by_hand else None  # noqa: S105

    def _host(self, mailbox: MailboxConfig, address: str, known: KnownProvider | None) -> str:
        if known is not None and self._given.host is None:
            return known.host
        domain = address.rpartition("@")[2]
        guess: str | None = None
        if self._given.host is None and self._ask.may_guess(domain):
            self._say(self._words.guessing)
            guess = answering(mailbox, (f"imap.{domain}", f"mail.{domain}"))
            self._say(self._words.guessed.format(guess) if guess else self._words.none_answered)
        return self._ask.host(guess)

    # -- trying

    def _tried(
        self, mailbox: MailboxConfig, known: KnownProvider | None
    ) -> tuple[MailboxConfig, Credential, FirstLook]:
        """The mailbox as it can be reached; what is wrong is said and asked for again."""
        junk = known.junk if known else ()
        for left in reversed(range(TRIES)):
            secret = self._secret(mailbox, known)
            self._say(self._words.trying.format(for_terminal(mailbox.host)))
            try:
                look = first_look(mailbox, secret, junk, self._app.now())
            except MailboxError as error:
                if not left or not self._given.asks:
                    raise
                mailbox = self._corrected(mailbox, known, error)
            else:
                self._say(self._words.works.format(", ".join(for_terminal(name) for name in look.names)))
                return mailbox, secret, look
        raise AssertionError("the last try ends the loop")

    def _secret(self, mailbox: MailboxConfig, known: KnownProvider | None) -> Credential:
        if mailbox.password_command is not None:
            return credential(mailbox)
        given = self._ask.given_password
        if given:
            self._typed = given
        elif self._given.asks:
            self._typed = self._ask.password(known.secret if known else "password")
        else:
            return self._stored(mailbox)
        return Credential(self._typed)

    def _stored(self, mailbox: MailboxConfig) -> Credential:
        """What the keyring or the environment has already."""
        try:
            return credential(mailbox)
        except CredentialError as error:
            raise self._ask.no_password(variable_of(mailbox.name)) from error

    def _corrected(self, mailbox: MailboxConfig, known: KnownProvider | None, error: MailboxError) -> MailboxConfig:
        """Says what went wrong and asks for what may be wrong."""
        self._say(self._app.words.error.format(error_words(error, self._language)))
        if isinstance(error, LoginError):
            self._say(self._words.refused)
            if known is not None and known.secret == "app_password":  # noqa: S105 (a kind of password)
                self._say(self._words.refused_app_password)
            if known is not None:
                self._say(known.notes[self._language])
            self._say(self._words.try_again)
            return replace(mailbox, user=self._ask.user(mailbox.user, again=True))
        distrusted = isinstance(error, CertificateError)
        self._say(self._words.not_trusted.format(for_terminal(mailbox.host)) if distrusted else self._words.unreachable)
        self._say(self._words.try_again)
        host, port = host_and_port(self._ask.host(mailbox.host, again=True), mailbox.port)
        return replace(mailbox, host=host, port=port)

    # -- whom to believe

    def _believed(self, mailbox: MailboxConfig, address: str, look: FirstLook) -> str | None:
        """The authserv-id for the configuration: given, or learned and confirmed."""
        wanted = self._given.authserv_id
        if wanted is not None and wanted.lower() not in ("auto", "none"):
            self._say(self._words.id_taken.format(for_terminal(wanted)))
            return wanted
        found = proposal_of(mailbox, address, look)
        if found.found is Found.AS_KNOWN:
            self._say(self._words.id_known.format(agreeing=found.agreeing, mails=found.mails))
            return None
        if found.authserv_id is None:
            self._say(self._words.id_none[found.found.value])
            return None
        return self._confirmed(found, found.authserv_id)

    def _confirmed(self, found: Proposal, authserv_id: str) -> str | None:
        shown = for_terminal(authserv_id)
        self._say(self._words.id_learned.format(id=shown, agreeing=found.agreeing, mails=found.mails))
        if found.found is Found.UNLIKE_TABLE:
            self._say(self._words.id_unlike)
        if not found.akin:
            self._say(self._words.id_not_akin)
        wanted = (self._given.authserv_id or "").lower()
        if not wanted and not self._given.asks:
            self._say(self._words.id_use_option.format(shown))
            return None
        # A name that belongs to nobody known is taken only by a person who says so.
        if wanted == "auto":
            taken = found.akin
        else:
            taken = wanted != "none" and self._ask.confirmed(self._words.id_ask, default=found.akin)
        self._say(self._words.id_taken.format(shown) if taken else self._words.id_not_taken)
        return authserv_id if taken else None

    # -- what is not tried

    def _written_untried(self, mailbox: MailboxConfig, existing: str) -> Outcome:
        """For a login that is made afterwards, or where nothing may be tried."""
        if self._given.authserv_id and self._given.authserv_id.lower() not in ("auto", "none"):
            mailbox = replace(mailbox, authserv_id=self._given.authserv_id)
        if mailbox.oauth is not None:
            self._say(self._words.oauth_instead)
            where = "oauth"
        else:
            mailbox, where = self._settling.keep(mailbox, self._ask.given_password or None)
        self._settling.write(mailbox, where, existing)
        if mailbox.oauth is not None:
            self._say(self._words.next_login.format(mailbox.name, mailbox.oauth))
        self._say(self._words.next_check.format(mailbox.lookback_days))
        return Outcome(existing == "add", where in ("keyring", "command") and not self._given.offline)

    def _say(self, sentence: str) -> None:
        self._ask.say(sentence)
