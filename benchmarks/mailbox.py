"""What the watcher costs on a mailbox, as ratios to a raw TLS socket in the same run, on a real Dovecot.

    python -m benchmarks.mailbox [MAILS] [REPETITIONS] [IDLE_SECONDS]

Needs Dovecot and openssl, and about 600 MB in the temporary folder. Every repetition takes the raw socket and ours in
turn, so that a machine whose speed drifts slows both; medians are compared.
"""

from __future__ import annotations

import base64
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.servers import Dovecot, make_certificates
from watcher.alerts import Alerts
from watcher.assembly import open_store, phrases, provider_of
from watcher.config import MailboxConfig
from watcher.config_file import read_config
from watcher.health import MailboxHealth
from watcher.mailbox.connection import close, connect, log_in, tls_context
from watcher.mailbox.credentials import Credential
from watcher.mailbox.fetching import bodies, chunks_by_size, outlines, search_first
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.looking import Looking
from watcher.mailbox.wire import Wire
from watcher.messages.mail import Mail, Place
from watcher.receiving import Receiver

AMAZON_EVERY = 100
FIXTURE = Path(__file__).parent.parent / "fixtures" / "emails"
AHEAD = date(2020, 1, 1)


class Raw:
    """An IMAP client that parses nothing: the floor."""

    def __init__(self, config: MailboxConfig) -> None:
        sock = socket.create_connection((config.host, config.port))
        self.sock = tls_context(config.ca_file).wrap_socket(sock, server_hostname=config.host)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.recv(65536)
        self.number = 0
        self.command(b"LOGIN %s pw1" % config.user.encode())
        self.command(b"EXAMINE INBOX")

    def command(self, line: bytes) -> bytes:
        """Sends a command and reads up to its tagged answer."""
        self.number += 1
        tag = b"R%05d" % self.number
        self.sock.sendall(tag + b" " + line + b"\r\n")
        parts = []
        tail = b""
        while True:
            data = self.sock.recv(1 << 20)
            assert data, "the server hung up"
            parts.append(data)
            tail = (tail + data)[-4000:]
            at = tail.rfind(b"\r\n" + tag + b" ")
            if (at >= 0 or tail.startswith(tag + b" ")) and tail.endswith(b"\r\n"):
                return b"".join(parts)

    def close(self) -> None:
        self.sock.close()


class Nobody:
    """A recorder that keeps nothing but cursors, and counts."""

    def __init__(self) -> None:
        self.cursors: dict[str, Place] = {}
        self.mails = self.writes = 0

    def cursor(self, folder: str) -> Place | None:
        return self.cursors.get(folder)

    def is_candidate(self, header: bytes) -> bool:
        return b"amazon" in header

    def record(self, mail: Mail) -> None:
        self.writes += 1
        self.mails += 1
        self.cursors[mail.place.folder] = mail.place

    def pass_over(self, place: Place) -> None:
        self.writes += 1
        self.cursors[place.folder] = place

    def set_aside(self, place: Place, reason: str) -> bool:
        raise AssertionError(f"{place.uid}: {reason}")

    def report(self, _: MailboxHealth) -> None:
        self.writes += 1


def fill(server: Dovecot, mails: int) -> None:
    """A mailbox of invented mails, one in a hundred of Amazon, some 25 KB each."""
    rng = random.Random(7)
    cur = server.folder / "mail" / "u1" / "Maildir" / "cur"
    cur.mkdir(parents=True)
    (cur.parent / "new").mkdir()
    (cur.parent / "tmp").mkdir()
    text = base64.encodebytes("コンビニで受け取る。".encode() * 600)
    blob = base64.encodebytes(rng.randbytes(9000))
    for number in range(mails):
        sender = "order-update@amazon.co.jp" if number % AMAZON_EVERY == 50 else f"friend{number % 977}@example.com"
        head = (
            f"From: =?utf-8?b?{base64.b64encode('発送'.encode()).decode()}?= <{sender}>\r\nTo: me@example.jp\r\n"
            f"Subject: number {number}\r\nDate: Mon, 2 Mar 2026 09:00:00 +0900\r\nMessage-ID: <{number}@example.com>\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n'
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        )
        body = head.encode() + text + b"\r\n--b\r\nContent-Type: image/png\r\n\r\n" + blob + b"\r\n--b--\r\n"
        (cur / f"{1_700_000_000 + number}.M{number}.x:2,").write_bytes(body)
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", "nobody:nogroup", str(server.folder / "mail")], check=True)


def median(times: list[float]) -> float:
    return statistics.median(times) * 1000


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def opened(config: MailboxConfig) -> Wire:
    client = connect(config)
    log_in(client, config, Credential("pw1"))
    return client


def count_commands(client: Wire) -> list[bytes]:
    """The command lines that a connection sends from now on."""
    sent: list[bytes] = []
    send = client._imap.send

    def counting(data: bytes) -> None:
        sent.append(data)
        send(data)

    client._imap.send = counting
    return sent


def first_run(config: MailboxConfig, repetitions: int) -> None:
    """SEARCH and FETCH of what is Amazon's, on an open session."""
    raw, client = Raw(config), opened(config)
    client.select_folder("INBOX", readonly=True)
    sent = count_commands(client)
    found: list[int] = []

    def ours() -> None:
        nonlocal found
        sent.clear()
        found = search_first(client, AHEAD, ())
        for chunk in outlines(client, found):
            for part in chunks_by_size(chunk):
                texts, refused = bodies(client, part)
                assert len(texts) == len(part)
                assert not refused

    def floor() -> None:
        answer = raw.command(b"UID SEARCH SINCE 30-Dec-2019 FROM amazon")
        uids = b",".join(answer.split(b"\r\n")[0].split()[2:])
        raw.command(b"UID FETCH " + uids + b" (RFC822.SIZE INTERNALDATE BODY.PEEK[])")

    floor()
    ours()
    pairs = [(timed(ours), timed(floor)) for _ in range(repetitions)]
    commands = sum(data.endswith(b"\r\n") for data in sent)
    most = 2 + -(-len(found) // 200)
    print(
        f"first run, search and fetch of {len(found)}: {ratio(pairs)}   aim ≤ 1.15; {commands} commands, aim ≤ {most}"
    )
    raw.close()
    close(client)


def idle_poll(config: MailboxConfig, repetitions: int) -> None:
    """A look at a folder in which nothing is new."""
    raw, client, nobody = Raw(config), opened(config), Nobody()
    looking = Looking(client, config, ["INBOX"], nobody, lambda: datetime.now(UTC), lambda: None)
    looking.first_look()
    sent = count_commands(client)
    nobody.writes = 0
    pairs = [(timed(looking.poll), timed(lambda: raw.command(b"NOOP"))) for _ in range(repetitions * 40)]
    commands = sum(data.endswith(b"\r\n") for data in sent) / len(pairs)
    print(f"poll, nothing new: {ratio(pairs)}   aim ≤ 2; {commands:g} commands, {nobody.writes} writes")
    search = [
        (timed(lambda: raw.command(b"UID SEARCH UID 20001:*")), timed(lambda: raw.command(b"NOOP"))) for _ in range(100)
    ]
    print(f"  the same search on the raw socket: {ratio(search)}")
    raw.close()
    close(client)


def wake(server: Dovecot, config: MailboxConfig, folder: Path, deliveries: int) -> None:
    """From a delivery to the commit of the parcel, against the server's own delay before it tells a raw connection."""
    settings = folder / "config.toml"
    settings.write_text(toml(config, folder, 1), "utf-8")
    store = open_store(read_config(settings))
    committed = threading.Event()
    box = read_config(settings).mailboxes[0]
    receiver = Receiver(
        box,
        store,
        provider_of(box),
        phrases(),
        lambda: datetime.now(UTC),
        committed.set,
        Alerts("ja", datetime.now(UTC)),
    )
    mailbox = ImapMailbox(box, receiver)
    thread = threading.Thread(target=mailbox.watch)
    thread.start()
    wait_until(lambda: bool(store.healths()) and store.healths()[0].reached_at is not None)
    author = server.client()
    over = []
    for number in range(deliveries):
        time.sleep(1)
        committed.clear()
        author.append("INBOX", notice(number))
        delivered = time.perf_counter()
        assert committed.wait(60)
        over.append(time.perf_counter() - delivered)
    mailbox.close()
    thread.join()
    own = told_after(config, author, deliveries)
    author.logout()
    store.dispose()
    print(
        f"delivered to committed: p50 {median(over):.0f} ms; a raw connection is told after {median(own):.0f} ms   aim: 20 ms between"
    )


def told_after(config: MailboxConfig, author: IMAPClient, deliveries: int) -> list[float]:
    """Seconds from a delivery to EXISTS on a raw connection that idles alone: the server's own delay."""
    raw = Raw(config)
    raw.command(b"NOOP")
    raw.sock.sendall(b"I1 IDLE\r\n")
    raw.sock.recv(4096)
    times = []
    for number in range(deliveries):
        time.sleep(1)
        author.append("INBOX", notice(1000 + number))
        delivered = time.perf_counter()
        while b"EXISTS" not in raw.sock.recv(4096):
            pass
        times.append(time.perf_counter() - delivered)
    raw.close()
    return times


def notice(number: int) -> bytes:
    """An invented notice that a parcel waits."""
    text = (
        "商品が店舗に到着しました。\r\n受取店舗: ローソン 架空一丁目店\r\n"
        f"お問い合わせ番号: {512345000000 + number}\r\n認証番号: {7000000 + number}\r\n注文番号: 250-1234567-{7000000 + number}\r\n"
    )
    head = (
        'From: "Amazon.co.jp" <order-update@amazon.co.jp>\r\nTo: me@example.jp\r\nSubject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=\r\n'
        f"Date: {datetime.now(UTC):%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <w{number}@example.com>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + text.encode()


def toml(config: MailboxConfig, folder: Path, mailboxes: int) -> str:
    """A configuration of several mailboxes, all on one account."""
    table = f'''
[[mailbox]]
name = "home{{}}"
host = "{config.host}"
port = {config.port}
user = "{config.user}"
password_command = ["printf", "pw1"]
ca_file = "{config.ca_file}"
folders = ["INBOX"]
lookback_days = 1
'''
    head = f'[store]\npath = "{folder}/parcels.sqlite3"\n[notify]\ndesktop = false\n'
    return head + "".join(table.format(number) for number in range(mailboxes))


def idle_accounts(config: MailboxConfig, folder: Path, seconds: int) -> None:
    """The real program with five quiet accounts: memory and processor time, after a first run and started again."""
    folder.mkdir()
    settings = folder / "config.toml"
    settings.write_text(toml(config, folder, 5), "utf-8")
    with running(settings) as pid:
        print(f"five accounts right after a first run over five times 200 notices: {resident(pid)}")
    with running(settings) as pid:
        before, started = spent(pid), time.monotonic()
        time.sleep(seconds)
        used = (spent(pid) - before) / (time.monotonic() - started) * 100
        print(
            f"five idle accounts: {resident(pid)}   aim ≤ 60 MB; {used:.3f} % of a processor over {seconds} s, aim ≤ 0.05 %"
        )


@contextmanager
def running(settings: Path) -> Iterator[int]:
    """The process of ``konbini run``, once it has looked at all five accounts."""
    command = [sys.executable, "-m", "watcher", "--config", str(settings), "run"]
    began = datetime.now(UTC)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        store = open_store(read_config(settings))
        wait_until(lambda: sum(is_since(health.reached_at, began) for health in store.healths()) == 5, 120)
        store.dispose()
        time.sleep(10)
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def is_since(moment: datetime | None, began: datetime) -> bool:
    return moment is not None and moment >= began


def spent(pid: int) -> float:
    """Seconds of processor time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int) -> str:
    """Memory of a process: all of it, and without the pages of files that any process shares."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    whole, own = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
    return f"{whole:.1f} MB resident ({own:.1f} MB its own)"


def wait_until(condition: Callable[[], bool], limit: float = 60) -> None:
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def ratio(pairs: list[tuple[float, float]]) -> str:
    ours, floor = zip(*pairs, strict=True)
    middle = statistics.median(a / b for a, b in pairs)
    return f"{median(list(ours)):8.2f} ms, raw {median(list(floor)):8.2f} ms, ratio {middle:.2f}"


def main() -> None:
    mails, repetitions, seconds = (
        int(sys.argv[i]) if len(sys.argv) > i else d for i, d in ((1, 20_000), (2, 9), (3, 180))
    )
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        base.chmod(0o755)
        (base / "tls").mkdir()
        (base / "dovecot").mkdir()
        server = Dovecot(base / "dovecot", make_certificates(base / "tls"))
        try:
            fill(server, mails)
            config = server.config(folders=("INBOX",))
            first_run(config, repetitions)
            idle_poll(config, repetitions)
            wake(server, config, base, 20)
            idle_accounts(config, base / "run", seconds)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
