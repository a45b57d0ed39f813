"""A small authorization server on loopback: device, authorization and token endpoint, and a log of what it was sent."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

Form = dict[str, str]
Reply = tuple[int, dict[str, object] | bytes]
"""Status, and JSON or raw bytes."""

CLIENT_ID = "client-of-the-test"


@dataclass
class AuthorizationServer:
    """Grants what is asked for, unless ``token_replies`` has something to say first.

    Attributes:
        make_token: gives the access token of the n-th grant, from 1.
        lifetime: of an access token, in seconds.
        rotates: whether a refresh brings a new refresh token and ends the old one.
        token_replies: replies of the token endpoint to come, before it answers by itself.
        device_fields: what the device endpoint says differently.
        meanwhile: done once while a request to the token endpoint is on its way, or None.
        forms: what each endpoint was sent, in order.
        refresh_tokens: those that are taken.
    """

    make_token: Callable[[int], str] = lambda number: f"access-token-{number}"
    lifetime: int = 3600
    rotates: bool = False
    token_replies: list[Reply] = field(default_factory=list)
    device_fields: dict[str, object] = field(default_factory=dict)
    meanwhile: Callable[[], object] | None = None
    forms: list[tuple[str, Form]] = field(default_factory=list)
    refresh_tokens: set[str] = field(default_factory=set)
    grants: int = 0

    def __post_init__(self) -> None:
        self._codes: dict[str, Form] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """The person at the browser says yes: back to where the request wants it."""
                query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
                self.send_response(302)
                self.send_header("Location", outer.approved(query))
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {key: values[0] for key, values in parse_qs(body).items()}
                status, reply = outer.answer(self.path, form)
                raw = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"{outer.url}/elsewhere")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def sent_to(self, path: str) -> list[Form]:
        return [form for to, form in list(self.forms) if to == path]

    def config(self) -> str:
        """The lines of a configuration that make it known as ``test``."""
        return (
            f'[oauth.test]\ntoken_url = "{self.url}/token"\nauthorization_url = "{self.url}/authorize"\n'
            f'device_url = "{self.url}/device"\nscopes = ["mail", "offline_access"]\n'
        )

    def approved(self, query: Form) -> str:
        """Where the browser is sent after the person said yes."""
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return f"{query['redirect_uri']}/?{urlencode({'code': code, 'state': query['state']})}"

    def answer(self, path: str, form: Form) -> Reply:
        self.forms.append((path, form))
        if path == "/device":
            fields: dict[str, object] = {
                "device_code": "the-device-code", "user_code": "ABCD-EFGH", "verification_uri": f"{self.url}/enter",
                "expires_in": 900, "interval": 0,
            }  # fmt: skip
            return 200, fields | self.device_fields
        if path != "/token":
            return 404, {"error": "not_found"}
        if self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        if self.token_replies:
            return self.token_replies.pop(0)
        refusal = self._refusal(form)
        return (400, {"error": refusal}) if refusal else (200, self._granted(form))

    def _refusal(self, form: Form) -> str | None:
        if form.get("client_id") != CLIENT_ID:
            return "invalid_client"
        kind = form["grant_type"]
        if kind == "refresh_token":
            return None if form["refresh_token"] in self.refresh_tokens else "invalid_grant"
        if kind == "authorization_code":
            asked = self._codes.pop(form["code"], None)
            return None if asked and _proves(form, asked) else "invalid_grant"
        known = kind == "urn:ietf:params:oauth:grant-type:device_code" and form["device_code"] == "the-device-code"
        return None if known else "invalid_grant"

    def _granted(self, form: Form) -> dict[str, object]:
        self.grants += 1
        fields: dict[str, object] = {
            "access_token": self.make_token(self.grants), "token_type": "Bearer", "expires_in": self.lifetime,
            "scope": "mail",
        }  # fmt: skip
        if self.rotates or form["grant_type"] != "refresh_token":
            self.refresh_tokens.discard(form.get("refresh_token", ""))
            fields["refresh_token"] = f"refresh-token-{self.grants}"
            self.refresh_tokens.add(f"refresh-token-{self.grants}")
        return fields


def _proves(form: Form, asked: Form) -> bool:
    """Whether a code is redeemed by whom it was made for (RFC 7636 §4.6)."""
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return challenge == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]


def wait_until(condition: Callable[[], bool], limit: float = 60.0) -> None:
    """Waits for something that another process does; the clock is a limit, never a measure."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
