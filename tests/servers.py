"""Certificates of our own, and a Dovecot on loopback."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from imapclient import IMAPClient

from watcher.config import MailboxConfig

NOBODY = 65534


def let_in(folder: Path) -> None:
    """Lets the user that a server runs as enter a folder of the tests, and those above it."""
    top = Path(tempfile.gettempdir())
    for parent in (folder, *folder.parents):
        if parent == top or not parent.is_relative_to(top):
            return
        parent.chmod(parent.stat().st_mode | 0o055)


@dataclass(frozen=True)
class Certificates:
    """A CA and a certificate of it for localhost."""

    ca: Path
    certificate: Path
    key: Path


def make_certificates(folder: Path) -> Certificates:
    """A CA and a certificate for localhost, good for two days."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl(
        folder, "req", "-x509", *curve, "-days", "2", "-subj", "/CN=test CA", "-keyout", "ca.key", "-out", "ca.pem",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign",
    )  # fmt: skip
    openssl(folder, "req", *curve, "-subj", "/CN=localhost", "-keyout", "srv.key", "-out", "srv.csr")
    (folder / "ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl(
        folder, "x509", "-req", "-in", "srv.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
        "-extfile", "ext", "-out", "srv.pem",
    )  # fmt: skip
    let_in(folder)
    return Certificates(folder / "ca.pem", folder / "srv.pem", folder / "srv.key")


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


class Dovecot:
    """A Dovecot with one account, run as an ordinary user, in a folder of its own."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self.folder = folder
        self.certificates = certificates
        self.port, self.tls_port = free_port(), free_port()
        self._configure()
        self.start()

    def start(self) -> None:
        # Not captured: the server would keep the pipes open and nobody would ever read their end.
        subprocess.run(
            [*as_nobody(), "/usr/sbin/dovecot", "-c", str(self.folder / "dovecot.conf")],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("Dovecot does not listen")

    def stop(self) -> None:
        """Ends the server; a master that waits for its children is not waited for."""
        if not (self.folder / "run" / "master.pid").exists():
            return
        pid = int((self.folder / "run" / "master.pid").read_text())
        os.kill(pid, signal.SIGTERM)
        for _ in range(50):
            if not (self.folder / "run" / "master.pid").exists():
                return
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(os.getpgid(pid), signal.SIGKILL)
        (self.folder / "run" / "master.pid").unlink(missing_ok=True)

    def doveadm(self, *arguments: str) -> str:
        command = [*as_nobody(), "doveadm", "-c", str(self.folder / "dovecot.conf"), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def client(self) -> IMAPClient:
        """A connection that is logged in; a login process that is just ending takes some and serves none."""
        until = time.monotonic() + 10
        while True:
            try:
                client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
                client.login("u1", "pw1")
            except IMAPClient.AbortError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return client

    def deliver(self, number: int, folder: str = "INBOX", sender: str = "order-update@amazon.co.jp") -> None:
        raw = f"From: {sender}\r\nSubject: number {number}\r\nMessage-ID: <{number}@example.com>\r\n\r\nhello\r\n"
        client = self.client()
        client.append(folder, raw.encode(), msg_time=datetime.now(UTC))
        client.logout()

    def config(self, **changes: object) -> MailboxConfig:
        standard: dict[str, object] = {
            "name": "home",
            "host": "localhost",
            "port": self.tls_port,
            "user": "u1",
            "password_command": ("printf", "pw1"),
            "ca_file": self.certificates.ca,
            "folders": ("INBOX", "\\Junk"),
        }
        return MailboxConfig(**{**standard, **changes})  # type: ignore[arg-type]

    def _configure(self) -> None:
        user = "nobody" if os.getuid() == 0 else str(os.getuid())
        group = "nogroup" if os.getuid() == 0 else str(os.getgid())
        for name in ("run", "lib", "mail", "log"):
            (self.folder / name).mkdir()
        (self.folder / "passwd").write_text("u1:{PLAIN}pw1\n")
        # Copies: an ordinary user may not be let into the folder of the certificates.
        certificate, key = self.folder / "srv.pem", self.folder / "srv.key"
        shutil.copy(self.certificates.certificate, certificate)
        shutil.copy(self.certificates.key, key)
        key.chmod(0o600)
        base = self.folder
        (base / "dovecot.conf").write_text(f"""
base_dir = {base}/run
state_dir = {base}/lib
log_path = {base}/log/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_fsync = never
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{key}
mail_location = maildir:{base}/mail/%u/Maildir
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {base}/passwd
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Spam {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
""")
        if os.getuid() == 0:
            for path in (base, *base.rglob("*")):
                os.chown(path, NOBODY, NOBODY)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder for a server, whose sockets may have 107 characters (unix(7)), wherever the folder of the tests is;
    an ordinary user is let in."""
    with tempfile.TemporaryDirectory(prefix="srv-", dir="/tmp", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def as_nobody() -> list[str]:
    """imap-login refuses to run as root."""
    if os.getuid():
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
