"""The device flow: as often as the server wants, until the person said yes or no (RFC 8628)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from tests.mailbox.oauth.authorization_server import CLIENT_ID, AuthorizationServer, Reply
from watcher.errors import CredentialError, ProtocolError
from watcher.mailbox.oauth.device import device_code, sign_in
from watcher.mailbox.oauth.provider import OAuthProvider
from watcher.mailbox.oauth.tokens import Client

START = datetime(2026, 3, 10, tzinfo=UTC)
PENDING: Reply = (400, {"error": "authorization_pending"})
SLOW_DOWN: Reply = (400, {"error": "slow_down"})


@dataclass
class Patience:
    """A clock that moves only by waiting."""

    now: datetime = START
    waits: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=max(seconds, 0.001))


def client_of(server: AuthorizationServer, **changes: object) -> Client:
    provider = OAuthProvider(
        "test", "Test", f"{server.url}/token", None, f"{server.url}/device", ("mail", "offline_access")
    )
    return Client(provider, "home", "me@example.jp", CLIENT_ID, **changes)  # type: ignore[arg-type]


def test_from_the_code_to_the_tokens(server: AuthorizationServer) -> None:
    server.device_fields = {"interval": 5}
    server.token_replies = [PENDING, PENDING]
    client, patience = client_of(server), Patience()
    code = device_code(client)
    assert (code.user_code, code.address) == ("ABCD-EFGH", f"{server.url}/enter")
    assert "the-device-code" not in repr(code)
    tokens = sign_in(client, code, patience.clock, patience.wait)
    assert (tokens.access, tokens.refresh) == ("access-token-1", "refresh-token-1")
    assert tokens.expires_at == START + timedelta(seconds=15, hours=1)
    assert patience.waits == [5.0, 5.0, 5.0]
    assert server.sent_to("/device") == [{"client_id": CLIENT_ID, "scope": "mail offline_access"}]
    assert server.sent_to("/token")[0] == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": CLIENT_ID,
        "device_code": "the-device-code",
    }


def test_a_server_that_wants_to_be_asked_less_often_is(server: AuthorizationServer) -> None:
    server.device_fields = {"interval": None}
    server.token_replies = [SLOW_DOWN, PENDING, SLOW_DOWN, (503, b""), (500, b"")]
    client, patience = client_of(server), Patience()
    sign_in(client, device_code(client), patience.clock, patience.wait)
    assert patience.waits == [5.0, 10.0, 10.0, 15.0, 30.0, 60.0]


ENDS: list[tuple[str, Reply, str]] = [
    ("no", (400, {"error": "access_denied"}), "declined"),
    ("no, says Microsoft", (400, {"error": "authorization_declined"}), "declined"),
    ("too late", (400, {"error": "expired_token"}), "ended before"),
    ("an unknown client", (401, {"error": "invalid_client"}), "refused"),
    ("no refresh token", (200, {"access_token": "a", "expires_in": 1}), "no refresh token"),
]


@pytest.mark.parametrize(("reply", "said"), [row[1:] for row in ENDS], ids=[row[0] for row in ENDS])
def test_what_ends_it(server: AuthorizationServer, reply: Reply, said: str) -> None:
    server.token_replies = [PENDING, reply]
    client, patience = client_of(server), Patience()
    with pytest.raises(CredentialError, match=said) as caught:
        sign_in(client, device_code(client), patience.clock, patience.wait)
    assert caught.value.hint
    assert len(patience.waits) == 2


def test_a_code_that_nobody_enters_ends(server: AuthorizationServer) -> None:
    server.device_fields = {"expires_in": 60, "interval": 10}
    server.token_replies = [PENDING] * 50
    client, patience = client_of(server), Patience()
    with pytest.raises(CredentialError, match="ended before"):
        sign_in(client, device_code(client), patience.clock, patience.wait)
    assert len(patience.waits) == 6


@pytest.mark.parametrize(
    "fields",
    [
        {"user_code": None},
        {"user_code": "\x1b[2Jfake"},
        {"verification_uri": None},
        {"device_code": ["x"]},
        {"verification_uri": "https://a.example/\n"},
    ],
)
def test_what_cannot_be_shown_is_not_shown(server: AuthorizationServer, fields: dict[str, object]) -> None:
    server.device_fields = fields
    with pytest.raises(ProtocolError):
        device_code(client_of(server))


def test_google_of_the_drafts_time(server: AuthorizationServer) -> None:
    server.device_fields = {"verification_uri": None, "verification_url": "https://a.example/device"}
    assert device_code(client_of(server)).address == "https://a.example/device"


def test_a_client_with_a_secret_sends_it(server: AuthorizationServer) -> None:
    client, patience = client_of(server, secret="s3cret"), Patience()
    sign_in(client, device_code(client), patience.clock, patience.wait)
    assert server.sent_to("/token")[0]["client_secret"] == "s3cret"
    assert "client_secret" not in server.sent_to("/device")[0]
