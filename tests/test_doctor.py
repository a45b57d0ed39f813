"""``doctor`` as a process, on a real server and in every bad situation: it finds it, and tells nothing secret."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import string
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures import ROOT
from tests.mailbox.scripted import ScriptedServer
from tests.notify.fake_desktop import FakeDesktop
from tests.servers import Dovecot
from watcher.cli.doctor import next_of
from watcher.cli.words.doctor import CHECKS, FACTS, NEXT
from watcher.config import Config, StoreConfig
from watcher.doctor.finding import Finding, fail, masked, ok, warn
from watcher.doctor.running import Check, run_all
from watcher.doctor.stored import store
from watcher.store.engine import open_engine
from watcher.store.migrate import upgrade

LIMIT = 90.0
IMGHDR = "ignore:'imghdr' is deprecated:DeprecationWarning"
"""Imported by apprise on Python 3.11 and 3.12."""
Found = dict[str, dict[str, Any]]


class Home:
    """A home folder with a configuration and a store of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.config = path / ".config/konbini-watcher/config.toml"
        self.config.parent.mkdir(parents=True)
        self.database = path / ".local/state/konbini-watcher/parcels.sqlite3"
        self.environment: dict[str, str] = {}

    def configure(self, text: str) -> None:
        self.config.write_text(text)
        self.config.chmod(0o600)

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {"HOME": str(self.path), "PATH": os.environ["PATH"], "LANG": "C", **self.environment, **environment}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-W", IMGHDR, "-m", "watcher", *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return done

    def doctor(self, *arguments: str) -> tuple[int, Found]:
        """The exit code, and the findings by their fact; of several alike the last."""
        done = self.run("doctor", "--json", *arguments)
        found = json.loads(done.stdout)
        assert all(
            set(one) >= {"check", "state", "detail", "next"} and one["state"] in ("ok", "warn", "fail") for one in found
        )
        assert str(self.path) not in done.stdout
        assert not [one for one in found if one["state"] != "ok" and not one["next"]]
        return done.returncode, {one["fact"]: one for one in found}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def mailbox(dovecot: Dovecot, **changes: object) -> str:
    values: dict[str, object] = {
        "name": "home",
        "host": "localhost",
        "port": dovecot.tls_port,
        "user": "u1",
        "password_command": ["printf", "pw1"],
        "ca_file": str(dovecot.certificates.ca),
        **changes,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in values.items() if value is not None]
    return "[notify]\ncommand = ['cat']\ndesktop = false\n[[mailbox]]\n" + "\n".join(lines) + "\n"


def deliver(dovecot: Dovecot, result: str | None, at: datetime | None = None, sender: str = "shop@example.com") -> None:
    header = "" if result is None else f"Authentication-Results: {result}\r\n"
    header += "Received: from out.example by mx.other.example with ESMTPS; Tue, 10 Mar 2026 01:00:00 +0000\r\n"
    raw = f"{header}From: {sender}\r\nSubject: secret subject\r\n\r\nsecret body\r\n"
    client = dovecot.client()
    client.append("INBOX", raw.encode(), msg_time=at or datetime.now(UTC))
    client.logout()


def test_all_is_well_on_a_real_server(home: Home, dovecot: Dovecot) -> None:
    home.configure(mailbox(dovecot, authserv_id="mx.example.jp"))
    deliver(dovecot, "mx.example.jp; dmarc=pass header.from=example.com")
    assert home.run("check").returncode == 0
    code, found = home.doctor()
    assert code == 0
    assert [fact for fact, one in found.items() if one["state"] == "fail"] == []
    for fact in (
        "config_good", "private", "store_good", "dns_good", "connection_good", "login_good", "folders_good",
        "idle_offered", "authserv_good", "last_good", "command_there", "not_running", "service_absent",
    ):  # fmt: skip
        assert fact in found, found.keys()
    assert found["certificate_expires"]["state"] == "warn"  # the test's own lasts two days
    assert found["login_good"]["subject"] == "home"
    assert "INBOX, Spam" in found["folders_good"]["detail"]


def test_it_leaves_no_trace(home: Home, dovecot: Dovecot) -> None:
    home.configure(mailbox(dovecot))
    deliver(dovecot, None)
    assert home.doctor()[0] == 0
    assert not home.database.parent.exists()
    client = dovecot.client()
    client.select_folder("INBOX", readonly=True)
    assert client.get_flags([1])[1] in ((), (b"\\Recent",))
    client.logout()


WRONG: dict[str, dict[str, object]] = {
    "login_refused": {"password_command": ["printf", "wrong-secret"]},
    "no_secret": {"password_command": ["false"]},
    "dns_fails": {"host": "no-such-host.invalid"},
    "connection_fails": {"port": 9},
    "certificate_refused": {"ca_file": None},
    "folder_absent": {"folders": ["INBOX", "Nowhere"]},
    "tls_fails": {},
}


def test_what_is_wrong_with_each_mailbox(home: Home, dovecot: Dovecot) -> None:
    """All at once: one bad mailbox stops neither another nor any other check."""
    dovecot.client().logout()
    tables = [
        mailbox(dovecot, **{"name": fact, "port": dovecot.port if fact == "tls_fails" else dovecot.tls_port, **changes})
        for fact, changes in WRONG.items()
    ]
    home.configure(tables[0] + "".join(table[table.index("[[mailbox]]") :] for table in tables[1:]))
    code, found = home.doctor()
    for fact in WRONG:
        assert (found[fact]["state"], found[fact]["subject"]) == ("fail", fact), found.keys()
    assert {"store_none", "disk_good", "command_there", "not_running"} <= found.keys()
    assert "wrong-secret" not in json.dumps(found)
    assert code == 78


def test_whose_results_the_mails_carry(home: Home, dovecot: Dovecot) -> None:
    one, other = mailbox(dovecot, authserv_id="mx.example.jp"), mailbox(dovecot, name="work")
    home.configure(one + other[other.index("[[mailbox]]") :])
    deliver(dovecot, "mx.other.example; spf=pass")
    code, found = home.doctor()
    assert code == 0
    assert found["authserv_none"]["state"] == "warn"
    assert "mx.other.example" not in json.dumps(found), "one mail may have been written to be believed"
    for number in range(6):
        deliver(dovecot, "mx.other.example; spf=pass", sender=f"a@s{number}.example")
    code, found = home.doctor()
    assert code == 0
    for fact in ("authserv_other", "authserv_unknown"):
        assert found[fact]["state"] == "warn"
        assert 'authserv_id = "mx.other.example"' in found[fact]["next"]


def test_a_clock_that_is_behind_the_server(home: Home, dovecot: Dovecot) -> None:
    home.configure(mailbox(dovecot))
    deliver(dovecot, None, datetime.now(UTC) + timedelta(hours=2))
    code, found = home.doctor()
    assert (code, found["clock_behind_mail"]["state"]) == (1, "fail")
    assert found["authserv_none"]["state"] == "warn"


def test_no_configuration(home: Home) -> None:
    code, found = home.doctor()
    assert (code, found["config_absent"]["state"]) == (78, "fail")


def test_without_a_keyring_a_sign_in_needs_another_way_than_a_password(home: Home) -> None:
    home.configure(
        '[[mailbox]]\nname = "home"\nhost = "localhost"\nuser = "u1"\nport = 1\n'
        '[[mailbox]]\nname = "gmail"\nhost = "localhost"\nuser = "u2"\nport = 1\noauth = "google"\n'
        'oauth_client_id = "1-a.apps.googleusercontent.com"\n'
    )
    home.environment = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
    found = home.doctor()[1]
    assert "home" in found["keyring_needed"]["detail"]
    assert "KONBINI_PASSWORD" in found["keyring_needed"]["next"]
    assert "gmail" not in found["keyring_needed"]["detail"]
    assert "gmail" in found["keyring_needed_to_sign_in"]["detail"]
    assert "token_command" in found["keyring_needed_to_sign_in"]["next"]


def test_every_mistake_of_a_configuration(home: Home) -> None:
    home.configure('langage = "ja"\n[reminders]\nat = "late"\n')
    done = home.run("doctor")
    assert done.returncode == 78
    assert "did you mean 'language'?" in done.stdout
    assert "reminders.at" in done.stdout
    assert "konbini config check" in done.stdout


def test_files_that_others_can_read_are_told_and_left_as_they_are(home: Home, dovecot: Dovecot) -> None:
    home.configure(mailbox(dovecot))
    home.run("check")
    for path in (home.config, home.database, home.database.parent):
        path.chmod(0o755)
    code, found = home.doctor()
    assert (code, found["open_to_others"]["state"]) == (0, "warn")
    told = home.run("doctor").stdout
    assert "chmod 600 ~/.config/konbini-watcher/config.toml" in told
    assert "chmod 700 ~/.local/state/konbini-watcher" in told
    assert home.database.stat().st_mode & 0o777 == 0o755


@pytest.fixture
def stored(home: Home) -> Home:
    assert home.run("add", "--inquiry", "123456789013", "--auth", "7654321").returncode == 0
    return home


def test_a_damaged_store(stored: Home) -> None:
    whole = bytearray(stored.database.read_bytes())
    for start in range(4096 * 3, len(whole), 4096):
        whole[start : start + 200] = b"\xff" * 200
    for old in stored.database.parent.glob("*-wal"):
        old.unlink()
    stored.database.write_bytes(bytes(whole))
    assert {"store_damaged", "store_unusable"} & stored.doctor()[1].keys()
    stored.database.write_bytes(b"this was a database once " * 400)
    assert stored.doctor()[1]["store_unusable"]["state"] == "fail"


def test_a_locked_store(stored: Home) -> None:
    with closing(sqlite3.connect(stored.database, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert stored.doctor()[1]["store_busy"]["state"] == "fail"


@pytest.mark.parametrize(("version", "fact"), [("ffff", "store_newer"), ("0001", "store_older")])
def test_a_store_of_another_version_is_not_touched(home: Home, version: str, fact: str) -> None:
    engine = open_engine(f"sqlite:///{home.database}")
    upgrade(engine)
    engine.dispose()
    with closing(sqlite3.connect(home.database)) as other:
        other.execute("UPDATE alembic_version SET version_num = ?", [version])
        other.commit()
    before = home.database.read_bytes()
    assert fact in [finding.fact for finding in store(Config(StoreConfig(f"sqlite:///{home.database}")))]
    assert home.database.read_bytes() == before
    assert list(home.database.parent.glob("*.backup-*")) == []


def test_a_store_below_a_file(home: Home) -> None:
    (home.path / "file").touch()
    home.configure(f'[store]\npath = "{home.path}/file/parcels.sqlite3"\n')
    code, _ = home.doctor()
    assert code == 78  # there is no mailbox; what matters is that it ends


def test_channels_that_cannot_work(home: Home) -> None:
    home.configure('[notify]\ndesktop = false\npush = ["nonsense", "nosuch://x/secret"]\ncommand = ["none-such"]\n')
    code, found = home.doctor("--notify")
    assert code == 78
    assert {"push_no_url", "push_unknown", "command_absent", "test_refused"} <= found.keys()
    assert "secret" not in json.dumps(found)
    home.configure("[notify]\ndesktop = false\n")
    assert home.doctor()[1]["no_channel"]["state"] == "fail"


def test_a_channel_that_reminders_were_given_up_on(stored: Home) -> None:
    stored.configure('[notify]\ndesktop = false\npush = ["nosuch://x/secret"]\n[reminders]\nquiet = ""\n')
    with closing(sqlite3.connect(stored.database)) as other:
        other.execute("UPDATE reminder SET wake_at = due_at")
        (row,) = other.execute("SELECT min(id) FROM reminder").fetchone()
        other.execute(
            "INSERT INTO delivery (reminder_id, channel, tries, failed_at, error) VALUES (?, 'nosuch-1', 1, ?, 'no')",
            [row, "2026-03-02 00:00:00.000000"],
        )
        other.commit()
    _, found = stored.doctor()
    assert (found["channel_given_up"]["state"], found["channel_given_up"]["subject"]) == ("warn", "nosuch-1")


def test_the_notification_server_is_named_and_takes_a_test(home: Home, session_bus: str) -> None:
    home.configure("[notify]\ndesktop = true\n")
    home.environment["DBUS_SESSION_BUS_ADDRESS"] = session_bus
    _, found = home.doctor()
    assert found["desktop_absent"]["state"] == "fail"

    async def play() -> tuple[Found, list[str]]:
        desktop = await FakeDesktop().start()
        try:
            _, found = await asyncio.to_thread(home.doctor, "--notify")
            return found, [shown.title for shown in desktop.shown.values()]
        finally:
            await desktop.stop()

    found, titles = asyncio.run(play())
    assert "fake 1 (actions, body, body-markup)" in found["desktop_good"]["detail"]
    assert found["test_taken"]["subject"] == "desktop"
    assert titles == ["A test of konbini-watcher"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_secret_is_told(home: Home, dovecot: Dovecot, language: str) -> None:
    address = "taro.yamada@example.jp"
    home.configure(mailbox(dovecot, name=address, user=address, password_command=["printf", "pw"]))
    home.run("add", "--inquiry", "123456789013", "--auth", "7654321")
    deliver(dovecot, "mx.example.jp; spf=pass smtp.mailfrom=hanako@example.com")
    for arguments in (("doctor",), ("doctor", "--json"), ("status",)):
        done = home.run("--verbose", *arguments, KONBINI_LANGUAGE=language)
        told = done.stdout if arguments == ("status",) else done.stdout + done.stderr
        for secret in ("1234567890", "7654321", "secret", "hanako", str(home.path)):
            assert secret not in told
        if "doctor" in arguments:
            assert "taro.yamada" not in told
            assert "t…@example.jp" in told


def test_one_that_hangs_or_breaks_stops_no_other() -> None:
    gate = threading.Event()

    def hangs() -> Iterator[Finding]:
        yield ok("store", "store_good", version="1")
        gate.wait(LIMIT)

    def breaks() -> Iterator[Finding]:
        yield warn("disk", "disk_low", free="1 MB")
        raise RuntimeError("secret")

    def works() -> Iterator[Finding]:
        yield ok("clock", "clock_good", now="now")

    started = time.monotonic()
    found = list(run_all([Check("store", hangs, 0.5), Check("disk", breaks), Check("clock", works)]))
    gate.set()
    assert time.monotonic() - started < LIMIT / 2
    assert [one.fact for one in found] == ["store_good", "slow", "disk_low", "broken", "clock_good"]
    assert "secret" not in str(found)


def test_a_server_that_accepts_and_says_nothing(home: Home) -> None:
    with ScriptedServer(greeting=b"* BYE [UNAVAILABLE] not now") as server:
        home.configure(
            f'[[mailbox]]\nname = "home"\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "plain"\nuser = "u"\n'
            'password_command = ["printf", "x"]\n'
        )
        code, found = home.doctor()
    assert code == 75
    assert {"server_refuses", "server_busy"} & found.keys()


def test_every_fact_has_its_sentences() -> None:
    """Every fact in the code is worded, in both languages with the same blanks, and nothing is worded for nothing."""
    code = "".join(path.read_text("utf-8") for path in (ROOT / "watcher" / "doctor").glob("*.py"))
    named = set(re.findall(r'"([a-z_]+)"', code))
    assert set(FACTS) <= named
    assert set(NEXT) <= set(FACTS)
    assert set(re.findall(r'"((?:mailbox|channel)\.[a-z_]+)"', code)) <= set(CHECKS)
    for table in (FACTS, NEXT, CHECKS):
        for english, japanese in table.values():
            assert blanks(english) == blanks(japanese)
    call = r"\b(?:warn|fail)\((?:\d+|error\.exit_code)?,? ?(?:check|\"[a-z._]+\"), \"([a-z_]+)\""
    assert set(re.findall(call, code)) <= set(NEXT)


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@given(st.text(max_size=60), st.text(max_size=60))
def test_masking(before: str, after: str) -> None:
    told = masked(f"{before} taro@example.jp 250-1234567-7654321 {after}", Path("/home/taro"))
    assert "taro@" not in told
    assert "7654321" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/home/taro/.config", "~/.config"),
        ("/home/taro2/x", "/home/taro2/x"),
        ("a.b+c@mail.example.jp", "a…@mail.example.jp"),
        ("1234 5678 9012", "…"),
        ("2026-11-27 21:30", "2026-11-27 21:30"),
        ("port 993", "port 993"),
    ],
)
def test_what_masking_keeps(text: str, told: str) -> None:
    assert masked(text, Path("/home/taro")) == told


def test_the_gravest_failure_decides() -> None:
    from watcher.doctor.finding import exit_code

    assert exit_code([fail(75, "disk", "disk_full"), fail(1, "store", "store_damaged")]) == 1
    assert exit_code([fail(77, "mailbox.login", "no_secret"), fail(78, "channel", "no_channel")]) == 78
    assert exit_code([ok("disk", "disk_good"), warn("disk", "disk_low")]) == 0


def test_each_failure_of_a_store_has_its_own_advice(stored: Home) -> None:
    """A file that cannot be opened is not to be put aside."""
    stored.database.write_bytes(b"this was a database once " * 400)
    assert "restore" in stored.doctor()[1]["store_unusable"]["next"]
    stored.database.unlink()
    stored.database.mkdir()
    assert "restore" not in stored.doctor()[1]["store_unusable"]["next"]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_advice_names_the_pip_of_this_installation(language: str) -> None:
    said = next_of(fail(78, "extras", "extra_missing", extra="push", key="notify.push"), language)  # type: ignore[arg-type]
    assert said is not None
    assert said.endswith("'konbini-watcher[push]'`")
    assert "`pip " not in said
