"""An authorization server, a keyring for this process, a Dovecot that takes tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.conftest import needs
from tests.keyrings import FileKeyring
from tests.mailbox.oauth.authorization_server import AuthorizationServer
from tests.mailbox.oauth.oauth_dovecot import OAuthDovecot, XOAuth2Dovecot
from tests.servers import Certificates, short_folder


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    running = AuthorizationServer()
    yield running
    running.close()


@pytest.fixture
def own_keyring(tmp_path: Path) -> Iterator[FileKeyring]:
    """A keyring in a file, used by this process until the test ends."""
    before, ours = keyring.get_keyring(), FileKeyring(tmp_path / "keyring.json")
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture(params=[OAuthDovecot, XOAuth2Dovecot], ids=["both", "xoauth2"], scope="module")
def _running(request: pytest.FixtureRequest, certificates: Certificates) -> Iterator[OAuthDovecot]:
    """A Dovecot that takes tokens by OAUTHBEARER and XOAUTH2, or by the latter alone."""
    needs("dovecot", "doveadm")
    with short_folder() as folder:
        running = request.param(folder, certificates)
        yield running
        running.stop()


@pytest.fixture
def token_dovecot(_running: OAuthDovecot) -> OAuthDovecot:
    """The same with an empty account."""
    _running.doveadm("expunge", "-u", "u1", "mailbox", "INBOX", "all")
    return _running
