"""What goes over the wire at a login with a token, and what a server may answer."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import Behave, ScriptedServer, Session
from watcher.config import MailboxConfig
from watcher.errors import LoginError, MailboxError
from watcher.mailbox.credentials import Credential
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.sasl import oauthbearer

REASONS = base64.b64encode(b'{"status":"401","schemes":"bearer","scope":"https://mail.google.com/"}')


def authenticating(answers: list[bytes], challenges: list[bytes], verdict: bytes) -> Behave:
    """Answers AUTHENTICATE: the challenges one after the other, then the verdict."""
    left: list[bytes] = []

    def behave(session: Session, tag: bytes, command: bytes, _: bytes) -> bool:
        if command == b"AUTHENTICATE":
            left[:] = [*challenges, tag + b" " + verdict]
            session.send(b"+ " + left.pop(0))
            return True
        if left:
            answers.append(tag)  # the answer of the client is the line itself
            challenge = left.pop(0)
            session.send(challenge if not left else b"+ " + challenge)
            return True
        return False

    return behave


def mailbox(server: ScriptedServer, user: str = "me@example.jp", secret: Credential | None = None) -> ImapMailbox:
    config = MailboxConfig("home", "127.0.0.1", user, server.port, "plain", folders=("INBOX",))
    return ImapMailbox(config, MemoryRecorder(), lambda _: secret or Credential("t0ken", is_token=True))


@pytest.mark.parametrize(
    ("offered", "mechanism", "sent"),
    [
        (b"AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER", b"OAUTHBEARER", b"n,a=me@example.jp,\1auth=Bearer t0ken\1\1"),
        (b"AUTH=PLAIN AUTH=XOAUTH2", b"XOAUTH2", b"user=me@example.jp\1auth=Bearer t0ken\1\1"),
    ],
)
def test_the_token_goes_out_once_in_the_form_of_the_mechanism(offered: bytes, mechanism: bytes, sent: bytes) -> None:
    answers: list[bytes] = []
    behave = authenticating(answers, [b""], b"OK welcome")
    with ScriptedServer(behave, capabilities=b"IMAP4rev1 IDLE SASL-IR " + offered) as server:
        mailbox(server).check()
        assert [line.split()[1:] for line in server.log if b"AUTHENTICATE" in line] == [[b"AUTHENTICATE", mechanism]]
    assert [base64.b64decode(answer) for answer in answers] == [sent]


@pytest.mark.parametrize(
    ("offered", "farewell"), [(b"AUTH=OAUTHBEARER", b"\1"), (b"AUTH=XOAUTH2", b"")], ids=["OAUTHBEARER", "XOAUTH2"]
)
def test_a_server_that_gives_its_reasons_gets_the_answer_it_waits_for(offered: bytes, farewell: bytes) -> None:
    """Google and Dovecot say NO only after it; a client that sends its token again, or nothing, would hang."""
    answers: list[bytes] = []
    behave = authenticating(answers, [b"", REASONS], b"NO [AUTHENTICATIONFAILED] Invalid credentials t0ken")
    with ScriptedServer(behave, capabilities=b"IMAP4rev1 IDLE " + offered) as server:
        with pytest.raises(LoginError) as caught:
            mailbox(server).check()
        assert "t0ken" not in str(caught.value)
    assert base64.b64decode(answers[1]) == farewell


def test_a_server_that_asks_and_asks_is_left() -> None:
    answers: list[bytes] = []
    behave = authenticating(answers, [b"", REASONS, REASONS, REASONS], b"NO no")
    with ScriptedServer(behave, capabilities=b"IMAP4rev1 IDLE AUTH=XOAUTH2") as server, pytest.raises(MailboxError):
        mailbox(server).check()
    assert answers[2:3] == [b"*"]


@pytest.mark.parametrize("reasons", [b"!!!", b"e", b"\xff"])
def test_reasons_that_are_no_base64(reasons: bytes) -> None:
    behave = authenticating([], [b"", reasons], b"NO no")
    with ScriptedServer(behave, capabilities=b"IMAP4rev1 IDLE AUTH=XOAUTH2") as server, pytest.raises(MailboxError):
        mailbox(server).check()


def test_a_server_without_oauth_never_sees_the_token() -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 IDLE AUTH=PLAIN") as server:
        with pytest.raises(LoginError, match="offers no login with OAuth2"):
            mailbox(server).check()
        assert server.commands() == ["CAPABILITY"]


@pytest.mark.parametrize("token", ["a b", "a\r\nA1 LOGOUT", "a\1", "", "トークン"])
def test_a_token_that_would_end_its_field_is_not_sent(token: str) -> None:
    with ScriptedServer(capabilities=b"IMAP4rev1 IDLE AUTH=XOAUTH2") as server:
        with pytest.raises(MailboxError):
            mailbox(server, secret=Credential(token, is_token=True)).check()
        assert server.commands() == ["CAPABILITY"]


@given(st.text(alphabet=string.ascii_letters + string.digits + "@.,=+ -", min_size=1))
def test_a_name_can_be_read_back_from_oauthbearer(user: str) -> None:
    """The header has two commas, whatever the name has (RFC 5801 §4)."""
    sent = oauthbearer(user, "t0ken")(b"")
    assert sent is not None
    header = sent.decode().partition("\1")[0]
    parts = header.split(",")
    assert (parts[0], parts[2:]) == ("n", [""])
    assert parts[1].removeprefix("a=").replace("=2C", ",").replace("=3D", "=") == user
