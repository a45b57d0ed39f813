"""The browser flow: authorization code with PKCE (RFC 7636), the answer comes to this machine (RFC 8252 §7.3)."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from watcher.errors import CredentialError
from watcher.mailbox.oauth.tokens import Client, Tokens, granted, oauth2, refuse

PATIENCE = 600.0
"""Seconds that the person has at the browser."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request for authorization.

    Attributes:
        url: for the person's browser.
        redirect_uri: where the browser is sent afterwards.
        state: ties the answer to this request.
        verifier: proves that the answer came to us; a secret.
    """

    url: str
    redirect_uri: str
    state: str
    verifier: str

    def __repr__(self) -> str:
        return f"Request({self.redirect_uri!r})"


def request(client: Client, port: int) -> Request:
    """Makes a request; nothing is sent.

    Args:
        client: who asks.
        port: of this machine, where the answer shall come to.

    Raises:
        MissingExtraError.
    """
    oauth2()
    from oauthlib.common import add_params_to_uri, generate_token

    provider, library = client.provider, oauth2().WebApplicationClient(client.id)
    assert provider.authorization_url is not None  # noqa: S101 (the caller looked)
    verifier, state = library.create_code_verifier(64), generate_token(32)
    challenge = library.create_code_challenge(verifier, "S256")
    redirect_uri = f"http://{provider.redirect_host}:{port}"
    url = add_params_to_uri(
        provider.authorization_url,
        [
            ("response_type", "code"),
            ("client_id", client.id),
            ("redirect_uri", redirect_uri),
            ("scope", " ".join(provider.scopes)),
            ("state", state),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
            ("login_hint", client.user),
            *provider.parameters.items(),
        ],
    )
    return Request(url, redirect_uri, state, verifier)


def redeem(client: Client, asked: Request, came_to: str, now: datetime) -> Tokens:
    """Exchanges the code of an answer for tokens.

    Args:
        client: who asked.
        asked: the request.
        came_to: the address that the browser was sent to, with its query.
        now: aware.

    Raises:
        CredentialError: the person said no, or the address is not the answer to this request.
        MailboxError, MissingExtraError.
    """
    library = oauth2()
    query = urlsplit(came_to.strip()).query
    try:
        # The library wants HTTPS, which a redirect to this machine is not (RFC 8252 §8.3); only the query counts.
        found = library.WebApplicationClient(client.id).parse_request_uri_response(
            f"https://localhost/?{query}", state=asked.state
        )
    except library.MismatchingStateError:
        raise _not_ours() from None
    except library.AccessDeniedError:
        raise CredentialError("the sign-in was declined", "run `konbini login` again if that was a mistake") from None
    except library.OAuth2Error as error:
        if error.error == "missing_code":
            raise _not_ours() from None
        refuse(client, {"error": error.error, "error_description": error.description or ""})
    form = library.WebApplicationClient(client.id).prepare_request_body(
        code=found["code"],
        redirect_uri=asked.redirect_uri,
        code_verifier=asked.verifier,
        client_secret=client.secret,
    )
    return granted(client, client.send(client.provider.token_url, form), now)


def _not_ours() -> CredentialError:
    return CredentialError(
        "that address is not the answer to this sign-in",
        "copy the whole address from the browser's address bar, of the newest attempt",
    )


class Loopback:
    """Waits on this machine for the browser; what else knocks is turned away.

    Args:
        page: what the browser shows in the end, as HTML.
    """

    def __init__(self, page: str) -> None:
        self._came: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._state = ""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10.0

            def do_GET(self) -> None:
                ours = outer._is_answer(self.path)
                body = page.encode() if ours else b""
                self.send_response(200 if ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(body)
                if ours:
                    outer._came.put(self.path)

            def log_message(self, *_: object) -> None:
                """Says nothing: the address holds the code."""

        # A thread for each connection: browsers open some in advance and leave them silent.
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @contextmanager
    def waiting_for(self, asked: Request) -> Iterator[None]:
        """Serves while the block runs."""
        self._state = asked.state
        thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            thread.join()
            self.close()

    def close(self) -> None:
        self._server.server_close()

    def answer(self, seconds: float = PATIENCE) -> str:
        """The path and query that the browser came to.

        Raises:
            CredentialError: nobody came.
        """
        with contextlib.suppress(queue.Empty):
            return self._came.get(timeout=seconds)
        raise CredentialError("nobody signed in", "run `konbini login` again")

    def _is_answer(self, path: str) -> bool:
        found = parse_qs(urlsplit(path).query)
        return found.get("state") == [self._state] and bool(found.keys() & {"code", "error"})
