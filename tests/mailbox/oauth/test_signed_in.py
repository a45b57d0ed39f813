"""Tokens from the keyring: exchanged in time, written back, and never told to anybody."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import keyring
import pytest

from tests.keyrings import FileKeyring, ReadOnlyKeyring
from tests.mailbox.oauth.authorization_server import CLIENT_ID, AuthorizationServer, Reply
from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import ScriptedServer
from tests.whole.test_alerts import Voice
from watcher.alerts import Alerts
from watcher.config import MailboxConfig
from watcher.errors import (
    CredentialError,
    MailboxError,
    NetworkError,
    ProtocolError,
    SignInError,
    ThrottledError,
    WatcherError,
)
from watcher.health import Connection
from watcher.mailbox.backoff import REFUSED, Backoff
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.limits import Limits
from watcher.mailbox.oauth.provider import OAuthProvider
from watcher.mailbox.oauth.signed_in import SERVICE, SignedIn, keep, kept
from watcher.mailbox.oauth.tokens import Client, Tokens

START = datetime(2026, 3, 10, tzinfo=UTC)
SECRETS = ("access-token", "refresh-token", "the-first", "the-old-access", "s3cret")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Mailbox:
    """A signed-in mailbox, its server and its clock."""

    server: AuthorizationServer
    clock: Clock = field(default_factory=Clock)
    secret_command: tuple[str, ...] | None = None

    @property
    def client(self) -> Client:
        provider = OAuthProvider("test", "Test", f"{self.server.url}/token", None, None, ("mail",))
        return Client(provider, "home", "me@example.jp", CLIENT_ID)

    def tokens(self, minutes: float, refresh: str = "the-first") -> Tokens:
        ends = self.clock.now + timedelta(minutes=minutes)
        return Tokens(f"{self.server.url}/token", CLIENT_ID, refresh, "the-old-access", ends)

    def signed_in(self) -> SignedIn:
        return SignedIn(self.client, self.secret_command, self.clock)


@pytest.fixture
def mailbox(server: AuthorizationServer, own_keyring: FileKeyring) -> Mailbox:
    assert keyring.get_keyring() is own_keyring
    server.refresh_tokens.add("the-first")
    return Mailbox(server)


@pytest.fixture
def listening(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[BaseException | None], None]]:
    """Fails when a secret was logged by anybody at any level, or stands in an error."""
    caplog.set_level(logging.DEBUG)

    def check(error: BaseException | None = None) -> None:
        said = caplog.text + ("".join(traceback.format_exception(error)) + repr(error) if error else "")
        assert not [secret for secret in SECRETS if secret in said]

    yield check
    check(None)


Listening = Callable[[BaseException | None], None]


def test_a_token_that_lasts_is_used_as_it_is(mailbox: Mailbox, listening: Listening) -> None:
    keep("home", mailbox.tokens(5))
    found = mailbox.signed_in().credential()
    assert (found.secret, found.is_token) == ("the-old-access", True)
    assert "the-old-access" not in repr(found)
    assert mailbox.server.forms == []
    listening(None)


def test_one_that_ends_in_less_than_five_minutes_is_exchanged_before(mailbox: Mailbox, listening: Listening) -> None:
    keep("home", mailbox.tokens(4.99))
    assert mailbox.signed_in().credential().secret == "access-token-1"
    found = kept("home")
    assert found is not None
    assert found.expires_at == START + timedelta(hours=1)
    assert found.refresh == "the-first", "a server that sends no other refresh token goes on taking the old one"
    mailbox.clock.now += timedelta(minutes=54)
    assert mailbox.signed_in().credential().secret == "access-token-1"
    mailbox.clock.now += timedelta(minutes=2)
    assert mailbox.signed_in().credential().secret == "access-token-2"
    listening(None)


def test_rotated_refresh_tokens_are_written_back(mailbox: Mailbox) -> None:
    mailbox.server.rotates = True
    keep("home", mailbox.tokens(0))
    for number in (1, 2, 3):
        assert mailbox.signed_in().credential().secret == f"access-token-{number}"
        mailbox.clock.now += timedelta(hours=1)
    sent = [form["refresh_token"] for form in mailbox.server.sent_to("/token")]
    assert sent == ["the-first", "refresh-token-1", "refresh-token-2"]


def test_the_clients_secret_comes_from_its_command_or_from_the_keyring(mailbox: Mailbox, listening: Listening) -> None:
    tokens = mailbox.tokens(0)
    keep(
        "home", Tokens(tokens.token_url, CLIENT_ID, tokens.refresh, tokens.access, START, client_secret="s3cret-typed")
    )
    mailbox.signed_in().credential()
    mailbox.clock.now += timedelta(hours=1)
    mailbox.secret_command = ("echo", "s3cret-of-the-command")
    mailbox.signed_in().credential()
    sent = [form["client_secret"] for form in mailbox.server.sent_to("/token")]
    assert sent == ["s3cret-typed", "s3cret-of-the-command"]
    listening(None)


def test_a_refusal_that_only_the_person_can_mend(mailbox: Mailbox, listening: Listening) -> None:
    keep("home", mailbox.tokens(0, "revoked"))
    with pytest.raises(SignInError) as caught:
        mailbox.signed_in().credential()
    assert caught.value.hint == "sign in: konbini login home --oauth test"
    assert caught.value.exit_code == 77
    assert len(mailbox.server.forms) == 1, "asked once"
    assert Backoff().wait_after(caught.value) >= REFUSED == 3600
    listening(caught.value)


def test_nobody_signed_in(mailbox: Mailbox) -> None:
    with pytest.raises(SignInError, match="nobody has signed in"):
        mailbox.signed_in().credential()


def test_tokens_go_to_no_other_server(mailbox: Mailbox) -> None:
    other = Tokens("https://elsewhere.example/token", CLIENT_ID, "the-first", "a", START)
    for tokens in (other, Tokens(f"{mailbox.server.url}/token", "another-client", "the-first", "a", START)):
        keep("home", tokens)
        with pytest.raises(SignInError, match="another client or server"):
            mailbox.signed_in().credential()
    assert mailbox.server.forms == []


@pytest.mark.usefixtures("own_keyring")
def test_what_is_in_the_keyring_may_be_anything() -> None:
    for text in ("", "{", "[]", "null", '{"token_url": 1}', '{"expires_at": 1e400}', "[" * 100_000):
        keyring.set_password(SERVICE, "home", text)
        assert kept("home") is None


BUSY: list[tuple[str, Reply, type[MailboxError]]] = [
    ("too many", (429, {"error": "slow_down"}), ThrottledError),
    ("unavailable", (503, b"<html>"), ThrottledError),
    ("internal error", (500, b""), NetworkError),
    ("temporarily unavailable", (400, {"error": "temporarily_unavailable"}), ThrottledError),
    ("a page instead of JSON", (200, b"<html>access_token=access-token-x</html>"), ProtocolError),
    ("no UTF-8", (200, b"\xff\xfe"), ProtocolError),
    ("a list", (200, b"[]"), ProtocolError),
    ("deep", (200, b"[" * 50_000), ProtocolError),
    ("no token", (200, {"token_type": "Bearer"}), ProtocolError),
    ("a token of two lines", (200, {"access_token": "access-token\r\nA1 LOGOUT"}), ProtocolError),
    ("a token that is a number", (200, {"access_token": 5}), ProtocolError),
    ("a strange lifetime", (200, {"access_token": "access-token-x", "expires_in": "soon"}), ProtocolError),
    ("a redirect", (307, b""), ProtocolError),
]


@pytest.mark.parametrize(("reply", "kind"), [row[1:] for row in BUSY], ids=[row[0] for row in BUSY])
def test_what_the_server_cannot_do_just_now_is_no_refusal(
    mailbox: Mailbox, listening: Listening, reply: Reply, kind: type[MailboxError]
) -> None:
    keep("home", mailbox.tokens(0))
    mailbox.server.token_replies.append(reply)
    with pytest.raises(kind) as caught:
        mailbox.signed_in().credential()
    assert caught.value.exit_code == 75
    assert not [path for path, _ in mailbox.server.forms if path != "/token"], "a form is not carried elsewhere"
    listening(caught.value)
    assert mailbox.signed_in().credential().secret == "access-token-1", "and then it can"


def test_no_network_is_no_refusal(mailbox: Mailbox, listening: Listening) -> None:
    keep("home", mailbox.tokens(0))
    mailbox.server.close()
    with pytest.raises(NetworkError, match=r"no connection with 127\.0\.0\.1") as caught:
        mailbox.signed_in().credential()
    assert caught.value.exit_code == 75
    listening(caught.value)


def accept_and_close(listener: socket.socket) -> None:
    listener.accept()[0].close()


def test_a_server_that_hangs_up(mailbox: Mailbox, listening: Listening) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/token"
        provider = OAuthProvider("test", "Test", url, None, None, ("mail",))
        keep("home", Tokens(url, CLIENT_ID, "the-first", "the-old-access", START))
        signed_in = SignedIn(Client(provider, "home", "u", CLIENT_ID), None, mailbox.clock)
        listener.settimeout(30)
        closing = threading.Thread(target=accept_and_close, args=(listener,))
        closing.start()
        with pytest.raises(NetworkError) as caught:
            signed_in.credential()
        closing.join()
    listening(caught.value)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"error": "invalid_client"}, "invalid_client"),
        ({"error": "unauthorized_client", "error_description": "AADSTS700016: me@example.jp"}, "AADSTS700016"),
        ({"error": "the-first \x1b[2J"}, "no reason given"),
        ({"error": ["x"]}, "no reason given"),
    ],
)
def test_a_client_that_is_not_known(
    mailbox: Mailbox, listening: Listening, error: dict[str, object], said: str
) -> None:
    keep("home", mailbox.tokens(0))
    mailbox.server.token_replies.append((401, error))
    with pytest.raises(CredentialError) as caught:
        mailbox.signed_in().credential()
    assert said in str(caught.value)
    assert "example.jp" not in str(caught.value)
    assert "oauth_client_id" in (caught.value.hint or "")
    assert not isinstance(caught.value, SignInError)
    listening(caught.value)


def test_another_process_used_the_refresh_token_up(mailbox: Mailbox) -> None:
    """The one that comes too late finds the successor in the keyring."""
    mailbox.server.rotates = True
    keep("home", mailbox.tokens(0))
    late, quick = mailbox.signed_in(), mailbox.signed_in()
    mailbox.server.meanwhile = quick.credential
    assert late.credential().secret == "access-token-1"
    sent = [form["refresh_token"] for form in mailbox.server.sent_to("/token")]
    assert sent == ["the-first", "the-first"], "and it does not ask for a third"


def test_after_a_refusal_by_the_mailbox_what_another_process_fetched_is_used(mailbox: Mailbox) -> None:
    keep("home", mailbox.tokens(60))
    refused = mailbox.signed_in().credential()
    keep("home", Tokens(f"{mailbox.server.url}/token", CLIENT_ID, "the-first", "fetched", START + timedelta(hours=1)))
    assert refused.renew is not None
    other = refused.renew()
    assert other is not None
    assert other.secret == "fetched"
    assert other.renew is None, "one more try, not two"
    assert mailbox.server.forms == []


def test_a_keyring_that_takes_nothing_costs_no_login(
    mailbox: Mailbox, own_keyring: FileKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.server.rotates = True
    keep("home", mailbox.tokens(0))
    signed_in = mailbox.signed_in()
    keyring.set_keyring(ReadOnlyKeyring(own_keyring.path))
    assert signed_in.credential().secret == "access-token-1"
    assert "could not be kept" in caplog.text
    mailbox.clock.now += timedelta(hours=1)
    assert signed_in.credential().secret == "access-token-2", "the rotated refresh token was not lost"
    keyring.set_keyring(own_keyring)
    mailbox.clock.now += timedelta(hours=1)
    signed_in.credential()
    found = kept("home")
    assert found is not None
    assert found.refresh == "refresh-token-3"


def test_no_error_shows_a_secret_by_its_repr() -> None:
    tokens = Tokens("https://a.example", "c", "refresh-token", "access-token", START, "s3cret")
    client = Client(OAuthProvider("t", "T", "https://a.example", None, None, ()), "home", "u", "c", "s3cret")
    assert not [secret for secret in SECRETS if secret in f"{tokens!r}{client!r}{tokens}{client}"]
    assert issubclass(SignInError, WatcherError)


def test_a_watched_mailbox_asks_once_says_so_once_and_hears_of_a_new_sign_in(
    mailbox: Mailbox, listening: Listening
) -> None:
    """The next attempt is an hour away, but who signs in again does not wait for it."""
    keep("home", mailbox.tokens(0, "revoked"))
    signed_in = mailbox.signed_in()
    recorder = MemoryRecorder()
    with ScriptedServer(capabilities=b"IMAP4rev1 IDLE AUTH=XOAUTH2") as imap:
        config = MailboxConfig("home", "127.0.0.1", "me@example.jp", imap.port, "plain", folders=("INBOX",))
        watched = ImapMailbox(
            config, recorder, lambda _: signed_in.credential(), mailbox.clock, Backoff(lambda: 0.0), Limits(look=0.05)
        )
        thread = threading.Thread(target=watched.watch)
        thread.start()
        try:
            recorder.wait_for(lambda: any(health.error for health in recorder.healths))
            health = recorder.healths[-1]
            assert (health.error, health.retry_at) == ("SignInError", START + timedelta(hours=1))
            assert imap.connections == 0
            assert len(mailbox.server.forms) == 1
            keep("home", mailbox.tokens(60))
            recorder.wait_for(lambda: recorder.healths[-1].connection is Connection.WATCHING)
            assert len(mailbox.server.forms) == 1, "the new token is good; the old one was not tried again"
        finally:
            watched.close()
            thread.join(10)
    alerts, channel = Alerts("en", START, sign_ins={"home": "konbini login home --oauth test"}), Voice()
    for minute in range(59):
        alerts.look_at([health], START + timedelta(minutes=minute))
    asyncio.run(alerts.say([channel]))
    assert len(channel.said) == 1
    assert "konbini login home --oauth test" in channel.said[0].body
    listening(None)
