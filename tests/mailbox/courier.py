"""A Courier IMAP server on loopback, run from unpacked packages in namespaces of its own.

Its programs know their folders by heart, so that they need mounts: root, and a system that allows them.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from pathlib import Path

from imapclient import IMAPClient

from tests.mailbox.family import LIMIT, UNPACKED, config_of, wait_until_it_listens
from tests.servers import NOBODY, free_port
from watcher.config import MailboxConfig

ROOT = UNPACKED / "courier"
TCPD = ROOT / "usr/sbin/couriertcpd"
MOUNTED = (Path("/run/courier"), Path("/usr/lib/courier"), Path("/etc/courier"))
LOCK = Path(tempfile.gettempdir()) / "konbini-watcher-courier.lock"
"""One at a time on a machine: whoever takes away the folders to mount on, takes them from another one's mounts too."""

UP = r"""set -eu
mount -t tmpfs none /run/courier
mkdir /run/courier/authdaemon
cp -r "$ROOT/etc/courier/." "$BASE/etc/"
sed -i -e 's/^authmodulelist=.*/authmodulelist="authuserdb"/' -e 's/^DEFAULTOPTIONS=.*/DEFAULTOPTIONS=""/' \
  "$BASE/etc/authdaemonrc"
mount --bind "$ROOT/usr/lib/courier" /usr/lib/courier
mount --bind "$BASE/etc" /etc/courier
password=$(openssl passwd -1 pw1)
export LD_LIBRARY_PATH="$LIBRARIES"
"$ROOT/usr/bin/maildirmake.courier" "$BASE/home/Maildir"
chown -R 65534:65534 "$BASE/home"
printf 'u1\thome=%s|mail=%s|uid=65534|gid=65534|systempw=%s|imappw=%s\n' \
  "$BASE/home" "$BASE/home/Maildir" "$password" "$password" >/etc/courier/userdb
chmod 700 /etc/courier/userdb
perl "$ROOT/usr/sbin/makeuserdb"
"$ROOT/usr/lib/courier/courier-authlib/authdaemond" &
for _ in $(seq 500); do [ -S /run/courier/authdaemon/socket ] && break; sleep 0.02; done
set -a
. /etc/courier/imapd
set +a
export IMAPDEBUGFILE= IMAP_CHECK_ALL_FOLDERS=0 IMAP_USELOCKS=0 TLS_CERTFILE=
"$ROOT/usr/sbin/couriertcpd" -address=127.0.0.1 -maxprocs=40 -maxperip=40 -nodnslookup -noidentlookup "$LISTEN_ON" \
  "$ROOT/usr/lib/courier/courier/imaplogin" "$ROOT/usr/bin/imapd" Maildir
"""


def why_not() -> str | None:
    """Why there can be no Courier here, or None."""
    if os.getuid():
        return "Courier needs root"
    if subprocess.run(["unshare", "-m", "-p", "-f", "true"], capture_output=True, check=False).returncode:
        return "Courier needs a mount namespace, and this system allows none"
    return None


class Courier:
    """One account, without TLS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._turn = LOCK.open("w")
        fcntl.flock(self._turn, fcntl.LOCK_EX)
        for name in ("etc", "home"):
            (folder / name).mkdir()
        os.chown(folder / "home", NOBODY, NOBODY)
        self._made = [path for path in MOUNTED if not path.exists()]
        for path in self._made:
            path.mkdir(parents=True)
        self._start()

    def stop(self) -> None:
        """Ends it; with its first process, all of its namespace's end."""
        self._process.kill()
        self._process.wait(LIMIT)
        for path in self._made:
            path.rmdir()
        self._turn.close()

    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.login("u1", "pw1")
        return client

    def config(self, **changes: object) -> MailboxConfig:
        return config_of(self.port, {"security": "plain", **changes})

    def _start(self) -> None:
        libraries = [*ROOT.glob("usr/lib/*-linux-gnu"), *ROOT.glob("lib/*-linux-gnu")]
        libraries += [ROOT / "usr/lib", ROOT / "usr/lib/courier-authlib"]
        environment = {
            **os.environ,
            "ROOT": str(ROOT),
            "BASE": str(self.folder),
            "LISTEN_ON": str(self.port),
            "LIBRARIES": ":".join(str(path) for path in libraries),
        }
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                ["unshare", "-m", "-p", "-f", "--kill-child", "bash", "-c", UP],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        wait_until_it_listens(self.port)
