"""An authorization server, a keyring for this process, a Dovecot that takes tokens."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest

from tests.conftest import needs
from tests.keyrings import FileKeyring
from tests.mailbox.oauth.authorization_server import AuthorizationServer
from tests.mailbox.oauth.oauth_dovecot import OAuthDovecot, XOAuth2Dovecot
from tests.servers import Certificates


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
    """A Dovecot that takes tokens by OAUTHBEARER and XOAUTH2, or by the latter alone.

    Its folder has a short name of its own: the sockets in it may have 107 characters (unix(7)), wherever the
    folder of the tests is.
    """
    needs("dovecot", "doveadm")
    for parent in certificates.ca.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o055)
    with tempfile.TemporaryDirectory(prefix="dc-", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        running = request.param(Path(name), certificates)
        yield running
        running.stop()


@pytest.fixture
def token_dovecot(_running: OAuthDovecot) -> OAuthDovecot:
    """The same with an empty account."""
    _running.doveadm("expunge", "-u", "u1", "mailbox", "INBOX", "all")
    return _running
