"""``konbini init`` as a person meets it: the real program on a terminal, in an empty home, against real servers."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.cli.dialogue import dialogue
from tests.fixtures import ROOT
from tests.servers import Dovecot, free_port
from watcher.assembly import provider_of
from watcher.config_file import read_config
from watcher.demo import USER, embedded_server

NOW = datetime.now(UTC)
OWN = "Authentication-Results: mx1.example.jp; spf=pass smtp.mailfrom={0}; dkim=pass header.d={0}; dmarc=pass"
READY = """\
商品が店舗に到着しました。
受取店舗: ローソン 架空{number}丁目店
お問い合わせ番号: {inquiry}
認証番号: {auth}
注文番号: 250-1234567-{auth}
"""


def a_mail(sender: str, number: int, body: str = "hello", top: str = OWN, subject: str = "test") -> bytes:
    """A mail as a provider hands it over, with its verdict on top."""
    domain = sender.rpartition("@")[2]
    lines = [top.format(domain)] if top else []
    at = NOW - timedelta(hours=number)
    lines += [
        f"Received: from out.{domain} by mx1.example.jp with ESMTPS; {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"From: <{sender}>",
        "To: taro@example.jp",
        f"Subject: {subject}",
        f"Date: {at:%a, %d %b %Y %H:%M:%S} +0000",
        f"Message-ID: <{number}.{domain}@example.com>",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\r\n".join((*lines, "", body.replace("\n", "\r\n"))).encode()


def arrived(number: int) -> bytes:
    eleven = 20000000000 + number
    body = READY.format(number=number, inquiry=f"{eleven}{eleven % 7}", auth=7000000 + number)
    return a_mail("order-update@amazon.co.jp", number, body, subject="=?UTF-8?B?5bqX6IiX5Yiw552A5riI?=")


def fill(dovecot: Dovecot, *, top: str = OWN) -> None:
    """Six mails of others and two parcels."""
    client = dovecot.client()
    for number, domain in enumerate(("shop.example", "news.example", "bank.example", "a.example", "b.example", "c.jp")):
        client.append("INBOX", a_mail(f"x@{domain}", number + 1, top=top), msg_time=NOW)
    for number in (11, 12):
        client.append("INBOX", arrived(number), msg_time=NOW)
    client.logout()


def options(dovecot: Dovecot) -> tuple[str, ...]:
    return ("--host", "localhost", "--port", str(dovecot.tls_port), "--user", "u1",
            "--ca-file", str(dovecot.certificates.ca))  # fmt: skip


def config_of(home: Path) -> Path:
    return home / ".config" / "konbini-watcher" / "config.toml"


def nothing_is_left(home: Path) -> bool:
    return not [path for path in home.rglob("*") if path.is_file()]


def parcels(home: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "watcher", "list", "--json"], cwd=ROOT, env={"HOME": str(home)}, capture_output=True,
        check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_a_person_sets_up_a_mailbox(dovecot: Dovecot, tmp_path: Path) -> None:
    fill(dovecot)
    with dialogue(tmp_path, "init", "--ca-file", str(dovecot.certificates.ca)) as talk:
        talk.answer("mail address: ", "taro")
        talk.until("no mail address: taro")
        talk.answer("mail address: ", "taro@example.jp")
        talk.answer("imap.example.jp or mail.example.jp answers? [Y/n]: ", "n")
        talk.answer("IMAP server: ", f"localhost:{dovecot.tls_port}")
        talk.answer("User name [taro@example.jp]: ", "u1")
        talk.answer("Password (not shown): ", "wrong")
        talk.until("The server refused this user name and password.")
        talk.answer("User name [u1]: ", "")
        talk.answer("Password (not shown): ", "pw1")
        talk.until("The login works. Watched folders: INBOX, Spam")
        talk.until("mx1.example.jp (8 of 8 mails)")
        talk.answer("[Y/n]: ", "y")
        talk.until("There is no usable keyring here")
        talk.until("KONBINI_PASSWORD_HOME")
        talk.until('"systemd-creds", "cat", "konbini-home"')
        talk.answer("(Enter: the environment): ", "printf wrong")
        talk.answer("(Enter: the environment): ", "printf 'pw1'")
        talk.until("The command works.")
        talk.until("Found in 30 days: 2 parcels (waiting for you: 2).")
        talk.until("架空11丁目店")
        talk.answer("start with your session? [Y/n]: ", "n")
        assert talk.end() == 0
        assert "pw1" not in talk.screen.replace("printf 'pw1'", "")
    path = config_of(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    config = read_config(path)
    assert config.warnings == ()
    (mailbox,) = config.mailboxes
    assert (mailbox.name, mailbox.host, mailbox.port, mailbox.user) == ("home", "localhost", dovecot.tls_port, "u1")
    assert mailbox.password_command == ("printf", "pw1")
    assert (mailbox.authserv_id, mailbox.forwarders) == ("mx1.example.jp", ("taro@example.jp",))
    assert [parcel["trust"] for parcel in parcels(tmp_path)] == ["authenticated", "authenticated"]
    assert not [name for name in path.parent.iterdir() if name != path]


def test_in_japanese_on_a_narrow_terminal(dovecot: Dovecot, tmp_path: Path) -> None:
    fill(dovecot)
    given = ("--address", "taro@example.jp", *options(dovecot))
    with dialogue(tmp_path, "init", *given, columns=40, LANG="ja_JP.UTF-8") as talk:
        talk.answer("パスワード(表示されません): ", "pw1")
        talk.until("ログインできました")
        talk.answer("見分けられます)", "n")
        talk.until("信用しません")
        talk.answer("環境変数): ", "")
        talk.until("KONBINI_PASSWORD_HOME")
        talk.until("過去30日間の荷物: 2件(受け取り待ち: 2件)。")
        assert talk.end() == 0
        assert "Found" not in talk.screen
    text = config_of(tmp_path).read_text("utf-8")
    assert "パスワードはこのファイルに書きません" in text
    assert "pw1" not in text
    (mailbox,) = read_config(config_of(tmp_path)).mailboxes
    assert mailbox.authserv_id is None
    assert {parcel["trust"] for parcel in parcels(tmp_path)} == {"unverified"}


@pytest.mark.parametrize("question", ["mail address: ", "User name", "Password", "[Y/n]: ", "the environment): "])
def test_ctrl_c_leaves_nothing(dovecot: Dovecot, tmp_path: Path, question: str) -> None:
    fill(dovecot)
    answers = {"mail address: ": "taro@example.jp", "User name": "u1", "Password": "pw1", "[Y/n]: ": "y"}
    host = ("--host", "localhost", "--port", str(dovecot.tls_port), "--ca-file", str(dovecot.certificates.ca))
    with dialogue(tmp_path, "init", *host) as talk:
        for asked, text in answers.items():
            if asked == question:
                break
            talk.answer(asked, text)
        talk.until(question)
        assert talk.interrupt() == 130
        assert talk.screen.endswith("Stopped.")
    assert nothing_is_left(tmp_path)


def test_a_wrong_host_and_a_strange_certificate(dovecot: Dovecot, tmp_path: Path) -> None:
    nobody = free_port()
    given = ("--address", "taro@example.jp", "--user", "u1", "--authserv-id", "none", "--no-service")
    with dialogue(tmp_path, "init", *given) as talk:
        talk.answer("answers? [Y/n]: ", "n")
        talk.answer("IMAP server: ", f"localhost:{nobody}")
        talk.answer("Password", "pw1")
        talk.until("could not be reached")
        talk.answer("IMAP server [localhost]: ", f"localhost:{dovecot.tls_port}")
        talk.answer("Password", "pw1")
        talk.until("could not prove that it is localhost")
        talk.answer("IMAP server [localhost]: ", "")
        talk.answer("Password", "pw1")
        assert talk.end() == 75
        assert "--ca-file" in talk.screen
        assert "What to do" in talk.screen
    assert nothing_is_left(tmp_path)


def test_three_wrong_passwords_end_it(dovecot: Dovecot, tmp_path: Path) -> None:
    with dialogue(tmp_path, "init", "--address", "taro@example.jp", *options(dovecot)) as talk:
        for tried in range(3):
            if tried:
                talk.answer("User name [u1]: ", "")
            talk.answer("Password (not shown): ", "wrong")
        assert talk.end() == 77
    assert nothing_is_left(tmp_path)


def test_options_answer_every_question(konbini: Run, dovecot: Dovecot, tmp_path: Path) -> None:
    fill(dovecot)
    script = ("init", "--no-input", "--address", "taro@example.jp", "--name", "mine", *options(dovecot),
              "--authserv-id", "auto", "--language", "ja", "--no-service")  # fmt: skip
    done = konbini(*script, "--password-command", "printf pw1")
    assert done.returncode == 0, done.stderr
    assert "架空11丁目店" in done.stdout
    data = tomllib.loads(config_of(tmp_path).read_text("utf-8"))
    assert data["language"] == "ja"
    assert data["mailbox"][0]["name"] == "mine"
    assert data["mailbox"][0]["authserv_id"] == "mx1.example.jp"
    assert konbini("check").returncode == 0
    assert konbini("config", "check").returncode == 0


def test_a_password_from_standard_input_is_kept_nowhere_without_a_keyring(
    konbini: Run, dovecot: Dovecot, tmp_path: Path
) -> None:
    fill(dovecot)
    given = ("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--password-stdin")
    done = konbini(*given, stdin=b"pw1\n")
    assert done.returncode == 0, done.stderr
    assert "KONBINI_PASSWORD_HOME" in done.stderr
    assert "--authserv-id mx1.example.jp" in done.stderr, "nobody confirmed it"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"pw1" in path.read_bytes()]
    assert konbini("check").returncode == 77
    assert konbini("check", KONBINI_PASSWORD_HOME="pw1").returncode == 0


KEYRING = {"PYTHON_KEYRING_BACKEND": "tests.cli.file_keyring.FileKeyring"}


def test_the_keyring_keeps_the_password_where_there_is_one(konbini: Run, dovecot: Dovecot, tmp_path: Path) -> None:
    given = ("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--password-stdin")
    done = konbini(*given, stdin=b"pw1\n", **KEYRING)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "keyring.json").read_text()) == {"konbini-watcher/home": "pw1"}
    assert "pw1" not in config_of(tmp_path).read_text("utf-8") + done.stderr + done.stdout
    assert konbini("check", **KEYRING).returncode == 0


def test_the_keyring_forgets_what_came_to_nothing(konbini: Run, dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file where a folder should be")
    given = ("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--password-stdin")
    assert konbini(*given, stdin=b"pw1\n", **KEYRING).returncode == 78
    assert json.loads((tmp_path / "keyring.json").read_text()) == {}


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        ("--address", ()),
        ("--host", ("--address", "taro@example.jp")),
        ("--user", ("--address", "taro@docomo.ne.jp")),
        ("--password-stdin", ("--address", "taro@example.jp", "--host", "localhost")),
    ],
)
def test_without_input_what_is_missing_is_named(
    konbini: Run, tmp_path: Path, missing: str, given: tuple[str, ...]
) -> None:
    done = konbini("init", "--no-input", *given)
    assert done.returncode == 2
    assert missing in done.stderr
    assert konbini("init", *given, stdin=b"").returncode == done.returncode, "no terminal is no input"
    assert nothing_is_left(tmp_path)


@pytest.mark.parametrize(
    "given",
    [
        ("--add", "--force"),
        ("--password-stdin", "--password-command", "pass"),
        ("--oauth", "google", "--password-stdin"),
        ("--address", "not an address"),
        ("--address", "taro@example.jp", "--host", "x", "--password-command", "printf 'open"),
    ],
)
def test_what_cannot_be_meant_is_refused(konbini: Run, tmp_path: Path, given: tuple[str, ...]) -> None:
    if "--add" in given:
        config_of(tmp_path).parent.mkdir(parents=True)
        config_of(tmp_path).write_text("")
    assert konbini("init", "--no-input", *given).returncode == 2


def test_a_configuration_that_is_there_is_never_overwritten_unasked(
    konbini: Run, dovecot: Dovecot, tmp_path: Path
) -> None:
    first = ("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--password-command",
             "printf pw1", "--no-service")  # fmt: skip
    assert konbini(*first).returncode == 0
    path = config_of(tmp_path)
    path.write_text(path.read_text("utf-8") + "# mine\n", "utf-8")
    before = path.read_text("utf-8")
    refused = konbini(*first)
    assert (refused.returncode, path.read_text("utf-8")) == (2, before)
    assert "--add" in refused.stderr
    assert "--force" in refused.stderr

    added = konbini(*first, "--add")
    assert added.returncode == 0, added.stderr
    assert path.read_text("utf-8").startswith(before)
    assert [mailbox.name for mailbox in read_config(path).mailboxes] == ["home", "mail2"]
    assert konbini(*first, "--add", "--name", "home").returncode == 2

    with dialogue(tmp_path, *first[:1], *first[2:]) as talk:
        talk.answer("or stop (s)?", "replace")
        talk.until("Please answer a, r or s.")
        talk.answer("or stop (s)?", "s")
        assert talk.end() == 0
    assert konbini(*first, "--force").returncode == 0
    assert [mailbox.name for mailbox in read_config(path).mailboxes] == ["home"]
    former = path.with_name("config.toml.before-init")
    assert "# mine" in former.read_text("utf-8")
    assert stat.S_IMODE(former.stat().st_mode) == 0o600


def test_nothing_is_added_to_a_broken_configuration(konbini: Run, tmp_path: Path) -> None:
    config_of(tmp_path).parent.mkdir(parents=True)
    config_of(tmp_path).write_text("mailbox = [\n")
    done = konbini("init", "--no-input", "--offline", "--address", "a@gmail.com", "--add")
    assert done.returncode == 78
    assert config_of(tmp_path).read_text() == "mailbox = [\n"


def test_outlook_logs_in_afterwards(konbini: Run, tmp_path: Path) -> None:
    given = ("init", "--no-input", "--address", "taro@outlook.jp", "--no-service")
    lacking = konbini(*given)
    assert (lacking.returncode, "--oauth-client-id" in lacking.stderr) == (2, True)
    done = konbini(*given, "--oauth-client-id", "0000-invented")
    assert done.returncode == 0, done.stderr
    assert "konbini login home --oauth microsoft" in done.stderr
    (mailbox,) = read_config(config_of(tmp_path)).mailboxes
    assert (mailbox.oauth, mailbox.host, mailbox.user) == ("microsoft", "outlook.office365.com", "taro@outlook.jp")
    assert mailbox.oauth_client_id == "0000-invented"
    assert provider_of(mailbox).without_id


def test_offline_only_writes(konbini: Run, tmp_path: Path) -> None:
    given = ("init", "--no-input", "--offline", "--address", "taro@icloud.com", "--no-service")
    done = konbini(*given, "--password-command", "pass show icloud")
    assert done.returncode == 0, done.stderr
    (mailbox,) = read_config(config_of(tmp_path)).mailboxes
    assert (mailbox.host, mailbox.user, mailbox.port) == ("imap.mail.me.com", "taro", 993)
    assert mailbox.forwarders == ("taro@icloud.com",)
    assert not (tmp_path / ".local").exists()


def test_a_provider_that_writes_nothing(konbini: Run, dovecot: Dovecot, tmp_path: Path) -> None:
    fill(dovecot, top="")
    done = konbini("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--password-command",
                   "printf pw1", "--authserv-id", "auto")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert read_config(config_of(tmp_path)).mailboxes[0].authserv_id is None
    assert "authserv_id in the configuration" in done.stderr or "no verdict" in done.stderr


def test_a_folder_that_cannot_be_written_leaves_nothing(konbini: Run, dovecot: Dovecot, tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file where a folder should be")
    done = konbini("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--password-command",
                   "printf pw1")  # fmt: skip
    assert done.returncode == 78
    assert "cannot be written" in done.stderr
    assert not (tmp_path / ".local").exists()


def test_another_server(tmp_path: Path) -> None:
    with embedded_server() as port:
        given = ("--address", "taro@example.jp", "--user", USER, "--security", "plain", "--host", f"127.0.0.1:{port}")
        with dialogue(tmp_path, "init", *given, "--no-service") as talk:
            talk.answer("Password (not shown): ", "wrong")
            talk.until("refused this user name and password.")
            talk.answer(f"User name [{USER}]: ", "")
            talk.answer("Password (not shown): ", USER)
            talk.until("too few mails")
            talk.answer("the environment): ", "")
            talk.until("No konbini parcel in the last 30 days.")
            assert talk.end() == 0
    assert read_config(config_of(tmp_path)).mailboxes[0].security == "plain"


@pytest.mark.parametrize("fails", [False, True])
def test_the_service_is_installed_when_wanted(konbini: Run, dovecot: Dovecot, tmp_path: Path, fails: bool) -> None:
    """With a stand-in for systemctl; one that refuses does not undo what was set up."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text(f'#!/bin/sh\necho "$@" >> "{tmp_path}/asked"\nexit {int(fails)}\n')
    (programs / "systemctl").chmod(0o755)
    path = {"PATH": f"{programs}:{os.environ['PATH']}"}
    given = ("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--service")
    done = konbini(*given, "--password-command", "printf pw1", **path)
    assert done.returncode == int(fails), done.stderr
    assert config_of(tmp_path).exists()
    assert "--user" in (tmp_path / "asked").read_text()
    assert (tmp_path / ".config" / "systemd" / "user" / "konbini-watcher.service").exists()


def test_no_service_starts_without_its_password(konbini: Run, dovecot: Dovecot, tmp_path: Path) -> None:
    given = ("init", "--no-input", "--address", "taro@example.jp", *options(dovecot), "--service")
    done = konbini(*given, "--password-stdin", stdin=b"pw1\n")
    assert done.returncode == 0, done.stderr
    assert "not installed now" in done.stderr
    assert not (tmp_path / ".config" / "systemd").exists()
