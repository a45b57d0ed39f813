"""Logging in with tokens at a real server, which judges them without a network."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.keyrings import FileKeyring
from tests.mailbox.oauth.authorization_server import CLIENT_ID, AuthorizationServer
from tests.mailbox.oauth.oauth_dovecot import OAuthDovecot, json_web_token
from tests.mailbox.recording import MemoryRecorder
from watcher.config import Config, MailboxConfig, OAuthServer, StoreConfig
from watcher.doctor.mailboxes import mailbox as examined
from watcher.errors import LoginError
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.oauth.signed_in import keep, kept
from watcher.mailbox.oauth.tokens import Tokens
from watcher.signing_in import secrets_of


def now() -> datetime:
    return datetime.now(UTC)


def with_command(dovecot: OAuthDovecot, *command: str) -> MailboxConfig:
    return dovecot.config(password_command=None, token_command=command)


def signed_in(dovecot: OAuthDovecot, server: AuthorizationServer, access: str) -> tuple[ImapMailbox, MemoryRecorder]:
    """A mailbox whose keyring holds an access token that looks good for an hour."""
    config, recorder = configured(dovecot, server, access), MemoryRecorder()
    return ImapMailbox(config.mailboxes[0], recorder, secrets_of(config, now)), recorder


def configured(dovecot: OAuthDovecot, server: AuthorizationServer, access: str) -> Config:
    """The same as a configuration."""
    mailbox = dovecot.config(password_command=None, oauth="test", oauth_client_id=CLIENT_ID)
    place = OAuthServer(f"{server.url}/token", None, f"{server.url}/device", ("mail",))
    config = Config(StoreConfig("sqlite://"), mailboxes=(mailbox,), oauth={"test": place})
    server.refresh_tokens.add("the-first")
    keep("home", Tokens(f"{server.url}/token", CLIENT_ID, "the-first", access, now() + timedelta(hours=1)))
    return config


def test_a_good_token_reads_mail(token_dovecot: OAuthDovecot) -> None:
    token_dovecot.deliver(1)
    recorder = MemoryRecorder()
    ImapMailbox(with_command(token_dovecot, "printf", "%s", json_web_token("u1")), recorder).check()
    assert recorder.subjects() == ["Subject: number 1"]


@pytest.mark.parametrize(
    "token",
    [json_web_token("u1", -30), json_web_token("u2"), json_web_token("u1")[:-4] + "AAAA", "garbage"],
    ids=["expired", "of somebody else", "not signed by the key", "no token at all"],
)
def test_a_refused_token_is_a_refused_login(token_dovecot: OAuthDovecot, token: str) -> None:
    with pytest.raises(LoginError) as caught:
        ImapMailbox(with_command(token_dovecot, "printf", "%s", token), MemoryRecorder()).check()
    assert token not in str(caught.value)


def test_a_refused_token_is_exchanged_once_and_the_mail_is_read(
    token_dovecot: OAuthDovecot, server: AuthorizationServer, own_keyring: FileKeyring
) -> None:
    token_dovecot.deliver(1)
    server.make_token = lambda number: json_web_token("u1", number=number)
    server.rotates = True
    mailbox, recorder = signed_in(token_dovecot, server, json_web_token("u1", -30))
    mailbox.check()
    assert recorder.subjects() == ["Subject: number 1"]
    (form,) = server.sent_to("/token")
    assert (form["grant_type"], form["refresh_token"]) == ("refresh_token", "the-first")
    found = kept("home")
    assert found is not None
    assert found.refresh == "refresh-token-1", "the rotated refresh token is written back"
    mailbox.check()
    assert len(server.sent_to("/token")) == 1, "the new token is used while it lasts"
    assert own_keyring.path.exists()


def test_a_server_that_refuses_fresh_tokens_is_not_asked_for_more(
    token_dovecot: OAuthDovecot, server: AuthorizationServer, own_keyring: FileKeyring
) -> None:
    server.make_token = lambda _: json_web_token("somebody-else")
    mailbox, _ = signed_in(token_dovecot, server, json_web_token("u1", -30))
    with pytest.raises(LoginError):
        mailbox.check()
    assert len(server.sent_to("/token")) == 1
    assert own_keyring.path.exists()


def test_a_token_command_is_asked_again_when_its_token_is_refused(token_dovecot: OAuthDovecot, tmp_path: Path) -> None:
    """The command of a helper that notices the end of a token only when it is asked."""
    token_dovecot.deliver(1)
    (tmp_path / "next").write_text(json_web_token("u1"))
    (tmp_path / "now").write_text(json_web_token("u1", -30))
    script = f"cat {tmp_path}/now; echo x >> {tmp_path}/calls; cp {tmp_path}/next {tmp_path}/now"
    recorder = MemoryRecorder()
    ImapMailbox(with_command(token_dovecot, "sh", "-c", script), recorder).check()
    assert recorder.subjects() == ["Subject: number 1"]
    assert (tmp_path / "calls").read_text() == "x\nx\n"


def test_the_doctor_logs_in_as_the_watcher_does(
    token_dovecot: OAuthDovecot, server: AuthorizationServer, own_keyring: FileKeyring
) -> None:
    server.make_token = lambda number: json_web_token("u1", number=number)
    config = configured(token_dovecot, server, json_web_token("u1", -30))
    found = {finding.check: finding for finding in examined(config, config.mailboxes[0], now())}
    assert found["mailbox.login"].fact == "login_good"
    assert found["mailbox.folders"].fact == "folders_good"
    server.make_token = lambda _: json_web_token("somebody-else")
    config = configured(token_dovecot, server, json_web_token("u1", -30))
    found = {finding.check: finding for finding in examined(config, config.mailboxes[0], now())}
    assert found["mailbox.login"].fact == "login_refused"
    assert len(server.sent_to("/token")) == 2
    own_keyring.path.unlink()
    found = {finding.check: finding for finding in examined(config, config.mailboxes[0], now())}
    assert found["mailbox.login"].fact == "no_secret"
