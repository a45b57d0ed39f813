"""The daemon as a process, signed in at a real server: its token is exchanged, and is nowhere to be read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.fixtures import ROOT
from tests.keyrings import FILE, FileKeyring
from tests.mailbox.oauth.authorization_server import CLIENT_ID, AuthorizationServer, wait_until
from tests.mailbox.oauth.oauth_dovecot import OAuthDovecot, json_web_token
from watcher.mailbox.oauth.signed_in import keep
from watcher.mailbox.oauth.tokens import Tokens


def configuration(folder: Path, dovecot: OAuthDovecot, server: AuthorizationServer) -> Path:
    path = folder / "config.toml"
    path.write_text(
        f'[store]\npath = "{folder}/parcels.sqlite3"\n[notify]\ndesktop = false\n'
        f'[[mailbox]]\nname = "home"\nhost = "localhost"\nport = {dovecot.tls_port}\nuser = "u1"\n'
        f'ca_file = "{dovecot.certificates.ca}"\noauth = "test"\noauth_client_id = "{CLIENT_ID}"\n'
        f'oauth_client_secret_command = ["echo", "s3cret"]\n{server.config()}'
    )
    path.chmod(0o600)
    return path


def test_the_daemon_reads_mail_and_its_tokens_stay_in_the_keyring(
    token_dovecot: OAuthDovecot, server: AuthorizationServer, own_keyring: FileKeyring, tmp_path: Path
) -> None:
    server.make_token = lambda number: json_web_token("u1", number=number)
    server.rotates = True
    server.refresh_tokens.add("refresh-token-0")
    stale = json_web_token("u1", -30)
    ends = datetime.now(UTC) + timedelta(hours=1)
    keep("home", Tokens(f"{server.url}/token", CLIENT_ID, "refresh-token-0", stale, ends))
    token_dovecot.deliver(1)
    command = [
        sys.executable, "-W", "error", "-m", "watcher", "--verbose", "--config",
        str(configuration(tmp_path, token_dovecot, server)),
    ]  # fmt: skip
    environment = {
        "HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C", FILE: str(own_keyring.path),
        "PYTHON_KEYRING_BACKEND": "tests.keyrings.FileKeyring",
    }  # fmt: skip

    def said(*arguments: str) -> str:
        done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, capture_output=True, check=True)
        return (done.stdout + done.stderr).decode()

    def has_read_the_mail() -> bool:
        mailboxes = json.loads(said("status", "--json"))["mailboxes"]
        return any(mailbox["last_mail_at"] for mailbox in mailboxes)

    with (tmp_path / "log").open("wb") as log:
        daemon = subprocess.Popen([*command, "run"], cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_until(has_read_the_mail)
        finally:
            daemon.terminate()
            daemon.wait(30)
    everything = (tmp_path / "log").read_text() + said("config", "show") + said("status") + " ".join(command)
    everything += "".join(path.read_bytes().decode("latin-1") for path in tmp_path.glob("parcels.sqlite3*"))
    assert len(server.sent_to("/token")) == 1
    granted = [json.loads(text)["access_token"] for text in json.loads(own_keyring.path.read_text()).values()]
    assert len(granted) == 1
    for secret in (stale, *granted, "refresh-token", "s3cret"):
        assert secret not in everything.replace('"s3cret"', "")  # its command is shown, as it stands in the file
