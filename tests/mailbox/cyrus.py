"""A Cyrus IMAP server on loopback, run from unpacked packages by an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from imapclient import IMAPClient

from tests.mailbox.family import LIMIT, UNPACKED, config_of, wait_until_it_listens
from tests.servers import NOBODY, Certificates, as_nobody, free_port
from watcher.config import MailboxConfig

ROOT = UNPACKED / "cyrus"
MASTER = ROOT / "usr/lib/cyrus/bin/master"

IMAPD = """configdirectory: {base}/conf
partition-default: {base}/spool
defaultpartition: default
proc_path: {base}/conf/proc
mboxname_lockpath: {base}/conf/lock
cyrus_user: {user}
admins: cyrus
allowplaintext: yes
altnamespace: yes
unixhierarchysep: yes
autocreate_quota: 0
autocreate_post: 1
autocreate_inbox_folders: Junk
xlist-junk: Junk
specialusealways: 1
sasl_pwcheck_method: alwaystrue
sasl_mech_list: PLAIN LOGIN
tls_server_cert: {base}/conf/srv.pem
tls_server_key: {base}/conf/srv.key
tls_client_ca_file: {base}/conf/ca.pem
syslog_prefix: cyrus
lmtpsocket: {base}/conf/socket/lmtp
idlesocket: {base}/conf/socket/idle
notifysocket: {base}/conf/socket/notify
"""
CYRUS = """START {{
  recover cmd="{bin}/ctl_cyrusdb -C {base}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {base}/imapd.conf -U 30" listen="127.0.0.1:{port}" prefork=1
  imaps cmd="{bin}/imapd -C {base}/imapd.conf -s -U 30" listen="127.0.0.1:{tls_port}" prefork=1
}}
DAEMON {{
  idled cmd="{bin}/idled -C {base}/imapd.conf"
}}
EVENTS {{
}}
"""


class Cyrus:
    """One account; every password is right."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self.folder = folder
        self.certificates = certificates
        self.port, self.tls_port = free_port(), free_port()
        self._configure()
        self.start()

    def start(self) -> None:
        libraries = [ROOT / "usr/lib/cyrus", *ROOT.glob("usr/lib/*-linux-gnu"), *ROOT.glob("lib/*-linux-gnu")]
        environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(str(path) for path in libraries)}
        command = [MASTER, "-C", self.folder / "imapd.conf", "-M", self.folder / "cyrus.conf"]
        command += ["-p", self.folder / "run/master.pid", "-D", "-L", self.folder / "log/master.log"]
        self._master = subprocess.Popen(
            [*as_nobody(), *(str(word) for word in command)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until_it_listens(self.port)
        self.client().logout()  # the account is made at its first login

    def stop(self) -> None:
        """Ends the server and its processes."""
        self._master.terminate()
        self._master.wait(LIMIT)

    def client(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.login("u1", "pw1")
        return client

    def config(self, **changes: object) -> MailboxConfig:
        return config_of(self.tls_port, {"ca_file": self.certificates.ca, **changes})

    def _configure(self) -> None:
        base = self.folder
        for name in ("conf", "conf/socket", "conf/proc", "conf/db", "conf/log", "spool", "run", "log"):
            (base / name).mkdir()
        for source, name in (
            (self.certificates.certificate, "srv.pem"),
            (self.certificates.key, "srv.key"),
            (self.certificates.ca, "ca.pem"),
        ):
            shutil.copy(source, base / "conf" / name)
        words = {
            "base": base,
            "user": "nobody" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name,
            "bin": MASTER.parent,
            "port": self.port,
            "tls_port": self.tls_port,
        }
        (base / "imapd.conf").write_text(IMAPD.format(**words))
        (base / "cyrus.conf").write_text(CYRUS.format(**words))
        if os.getuid() == 0:
            for path in (base, *base.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
