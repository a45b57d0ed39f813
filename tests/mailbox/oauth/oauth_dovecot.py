"""A Dovecot that takes tokens: JSON Web Tokens of a key that it knows, checked without a network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time

from tests.servers import NOBODY, Dovecot

KEY = b"the key of a test, thirty-two by"
ISSUER = "https://issuer.example"


def json_web_token(user: str, seconds: int = 3600, number: int = 0) -> str:
    """A token for a user that ends in so many seconds (RFC 7519, HS256); ``number`` makes it another one."""
    now = int(time.time())
    claims = {"sub": user, "iss": ISSUER, "iat": now - 60, "nbf": now - 60, "exp": now + seconds, "jti": str(number)}
    signed = b".".join(_part(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
    return (signed + b"." + _part(hmac.new(KEY, signed, hashlib.sha256).digest())).decode()


def _part(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


class OAuthDovecot(Dovecot):
    """Beside the password of ``u1``, tokens are taken by ``mechanisms``."""

    mechanisms = "xoauth2 oauthbearer"

    def _configure(self) -> None:
        super()._configure()
        base = self.folder
        # <key id of the token, else "default">/<algorithm>/<azp of the token, else "default">
        keys = base / "keys" / "default" / "HS256"
        keys.mkdir(parents=True)
        (keys / "default").write_bytes(base64.b64encode(KEY))
        (base / "oauth2.conf.ext").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={base}/keys/\n"
            f"username_attribute = sub\nissuers = {ISSUER}\n"
        )
        settings = (base / "dovecot.conf").read_text()
        settings = settings.replace("auth_mechanisms = plain login", f"auth_mechanisms = plain {self.mechanisms}")
        settings += f"""
passdb {{
  driver = oauth2
  mechanisms = {self.mechanisms}
  args = {base}/oauth2.conf.ext
}}
"""
        (base / "dovecot.conf").write_text(settings)
        if os.getuid() == 0:
            for path in (base, *base.rglob("*")):
                os.chown(path, NOBODY, NOBODY)


class XOAuth2Dovecot(OAuthDovecot):
    """As Outlook: XOAUTH2 and nothing else."""

    mechanisms = "xoauth2"
