"""The browser flow: PKCE, and a redirect to this machine that nobody else can answer (RFC 7636, RFC 8252)."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.mailbox.oauth.authorization_server import CLIENT_ID, AuthorizationServer
from watcher.data import load
from watcher.errors import CredentialError
from watcher.mailbox.oauth.browser import Loopback, redeem, request
from watcher.mailbox.oauth.provider import OAuthProvider, provider_from
from watcher.mailbox.oauth.tokens import Client

START = datetime(2026, 3, 10, tzinfo=UTC)
PAGE = "<p>You are signed in."


def client_of(server: AuthorizationServer) -> Client:
    provider = OAuthProvider("test", "Test", f"{server.url}/token", f"{server.url}/authorize", None, ("mail",))
    return Client(provider, "home", "me@example.jp", CLIENT_ID, "s3cret")


def opened(url: str) -> str:
    """What a browser shows in the end."""
    with urllib.request.urlopen(url, timeout=30) as response:
        return str(response.read().decode())


def test_from_the_browser_to_the_tokens(server: AuthorizationServer) -> None:
    client, loopback = client_of(server), Loopback(PAGE)
    asked = request(client, loopback.port)
    with loopback.waiting_for(asked):
        assert opened(asked.url) == PAGE
        came_to = loopback.answer(30)
    tokens = redeem(client, asked, came_to, START)
    assert (tokens.access, tokens.refresh) == ("access-token-1", "refresh-token-1")
    assert tokens.expires_at == START + timedelta(hours=1)
    (form,) = server.sent_to("/token")
    assert form["client_secret"] == "s3cret"
    assert form["code_verifier"] == asked.verifier not in repr(asked)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", loopback.port), 5)


def test_it_listens_on_this_machine_only(server: AuthorizationServer) -> None:
    loopback = Loopback(PAGE)
    asked = request(client_of(server), loopback.port)
    assert urlsplit(asked.redirect_uri).hostname == "127.0.0.1"
    with loopback.waiting_for(asked):
        socket.create_connection(("127.0.0.1", loopback.port), 5).close()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.2", loopback.port), 5)


def test_others_who_knock_are_turned_away(server: AuthorizationServer) -> None:
    client, loopback = client_of(server), Loopback(PAGE)
    asked = request(client, loopback.port)
    here = f"http://127.0.0.1:{loopback.port}"
    with loopback.waiting_for(asked), socket.create_connection(("127.0.0.1", loopback.port), 5):
        for path in ("/favicon.ico", "/?code=x&state=guessed", "/?code=x", f"/?state={asked.state}"):
            with pytest.raises(urllib.error.HTTPError) as caught:
                opened(here + path)
            assert caught.value.code == 404
            caught.value.close()
        with pytest.raises(CredentialError, match="nobody signed in"):
            loopback.answer(0.0)
        opened(asked.url)
        assert redeem(client, asked, loopback.answer(30), START).access == "access-token-1"


def test_a_pasted_address(server: AuthorizationServer) -> None:
    client = client_of(server)
    asked = request(client, 12345)
    query = {key: values[0] for key, values in parse_qs(urlsplit(asked.url).query).items()}
    came_to = server.approved(query)
    assert came_to.startswith("http://127.0.0.1:12345/?code=")
    assert redeem(client, asked, f"  {came_to}\r\n", START).access == "access-token-1"


@pytest.mark.parametrize(
    "pasted",
    ["", "hello", "http://127.0.0.1:12345/?code=x", "http://127.0.0.1:12345/?code=x&state=of-another-attempt"],
)
def test_what_is_not_the_answer_is_sent_nowhere(server: AuthorizationServer, pasted: str) -> None:
    client = client_of(server)
    with pytest.raises(CredentialError, match="not the answer"):
        redeem(client, request(client, 12345), pasted, START)
    assert server.forms == []


@pytest.mark.parametrize(
    ("error", "said"), [("access_denied", "declined"), ("invalid_scope", "invalid_scope"), ("odd_word", "odd_word")]
)
def test_the_person_or_the_server_says_no(server: AuthorizationServer, error: str, said: str) -> None:
    client = client_of(server)
    asked = request(client, 12345)
    with pytest.raises(CredentialError, match=said):
        redeem(client, asked, f"/?error={error}&state={asked.state}&error_description=me%40example.jp", START)
    assert server.forms == []


def test_a_code_that_somebody_else_redeems_is_worth_nothing(server: AuthorizationServer) -> None:
    client = client_of(server)
    asked, other = request(client, 12345), request(client, 12345)
    query = {key: values[0] for key, values in parse_qs(urlsplit(asked.url).query).items()}
    code = parse_qs(urlsplit(server.approved(query)).query)["code"][0]
    with pytest.raises(CredentialError):
        redeem(client, other, f"/?code={code}&state={other.state}", START)
    assert server.grants == 0


def test_what_google_and_microsoft_want_is_in_their_requests() -> None:
    """Google gives a refresh token for access_type=offline only; Microsoft wants "localhost"."""
    found = {}
    for name in ("google", "microsoft"):
        provider = provider_from(name, load("oauth"), None, "consumers")
        asked = request(Client(provider, "home", "me@example.jp", CLIENT_ID), 12345)
        found[name] = {key: values[0] for key, values in parse_qs(urlsplit(asked.url).query).items()}
        assert asked.url.startswith("https://")
    assert found["google"]["access_type"] == "offline"
    assert found["google"]["prompt"] == "consent"
    assert found["google"]["scope"] == "https://mail.google.com/"
    assert found["google"]["redirect_uri"] == "http://127.0.0.1:12345"
    assert found["microsoft"]["redirect_uri"] == "http://localhost:12345"
    assert found["microsoft"]["scope"] == "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
    assert {query["login_hint"] for query in found.values()} == {"me@example.jp"}


def test_the_table_of_providers() -> None:
    table = load("oauth")
    google = provider_from("google", table, None, "common")
    microsoft = provider_from("microsoft", table, None, "example.jp")
    assert google.device_url is None, "Google's device flow does not grant mail"
    assert google.wants_secret
    assert microsoft.device_url == "https://login.microsoftonline.com/example.jp/oauth2/v2.0/devicecode"
    assert not microsoft.wants_secret
    assert all(entry["source"] and entry["year"] >= 2024 for entry in table.values())
