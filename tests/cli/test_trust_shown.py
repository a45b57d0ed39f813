"""What follows from a verdict, from outside: marks wherever a person looks, and silence about forged mails."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from icalendar import Calendar

from tests.cli.conftest import Run
from tests.store.mails import RULES
from tests.whole.test_reminding import Clock, Voice
from watcher.assembly import phrases
from watcher.extractors.extract import extract
from watcher.messages.mail import Mail, Place
from watcher.messages.message import Provider, Reception
from watcher.messages.read import read
from watcher.reminding import Reminding
from watcher.store.memory import MemoryStore

NOW = datetime.now(UTC)
DATE = f"Date: {NOW:%a, %d %b %Y %H:%M:%S} +0000"
UNPRINTED = """\
ご注文の商品が、お受け取りになる店舗に到着しました。
受取店舗: {shop}
お問い合わせ番号: 123456789013
注文番号: 250-1234567-7654321
"""
MARKS = {
    "en": ("could not be confirmed", "derived from the order number"),
    "ja": ("送信元を確認できていない", "注文番号から推定"),
}
SHORT = {"en": "sender not confirmed", "ja": "送信元未確認"}
"""What a list says, whose columns are narrow."""
LANGS: tuple[Literal["en", "ja"], ...] = ("en", "ja")
PAYLOAD = "ローソン \x1b]0;owned\x07\u202e<b>例</b>&amp;\x9b31m町店"
FORGED = ("From: Amazon.co.jp <order-update@amazon.co.jp.evil.example>",)


def raw(*fields: str, shop: str = "ローソン 架空一丁目店") -> bytes:
    top = fields or ("From: order-update@amazon.co.jp",)
    lines = (*top, "Subject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI?=", DATE, "Message-ID: <u1@example.com>",
             "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit")  # fmt: skip
    return "\r\n".join((*lines, "", UNPRINTED.format(shop=shop).replace("\n", "\r\n"))).encode()


def taken_in(konbini: Run, mail: bytes) -> None:
    assert konbini("import", "-", stdin=mail).returncode == 0


def together(text: str) -> str:
    """A screen without its line breaks and blanks."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("lang", LANGS)
def test_an_unverified_parcel_is_marked_wherever_it_is_shown(konbini: Run, tmp_path: Path, lang: str) -> None:
    taken_in(konbini, raw())
    (parcel,) = json.loads(konbini("list", "--json").stdout)
    assert (parcel["trust"], parcel["auth_number"], parcel["auth_source"]) == ("unverified", "7654321", "derived")
    unverified, derived = (together(mark) for mark in MARKS[lang])
    environment = {"LANG": f"{lang}_XX.UTF-8", "COLUMNS": "200"}
    for command in (("list",), ("show", "1")):
        shown = together(konbini(*command, **environment).stdout)
        assert (together(SHORT[lang]) if command == ("list",) else unverified) in shown, command
        assert derived in shown, command
    page = tmp_path / "card.html"
    assert konbini("show", "1", "--html", str(page), **environment).returncode == 0
    assert unverified in together(page.read_text("utf-8"))
    assert derived in together(page.read_text("utf-8"))
    calendar = konbini("export", "ics", **environment)
    text = together("".join(str(event["DESCRIPTION"]) for event in Calendar.from_ical(calendar.stdout).walk("VEVENT")))
    assert unverified in text
    assert derived in text


@pytest.mark.parametrize("lang", LANGS)
def test_an_unverified_parcel_is_marked_in_every_notification(lang: Literal["en", "ja"]) -> None:
    store, clock, voice = MemoryStore(RULES), Clock(NOW), Voice()
    clock.now = NOW.replace(hour=3, minute=0)  # noon in Japan
    mail = raw().replace(DATE.encode(), f"Date: {clock.now:%a, %d %b %Y %H:%M:%S} +0000".encode())
    notice = extract(read(mail, Reception(clock.now, None, Provider())), phrases())
    store.record(Mail(mail, Place("home", "INBOX", 1, 1), None), notice, "amazon.co.jp", clock.now)
    due = [row.reminder.due_at for row in store.reminders(1)]
    for moment in sorted(due):
        clock.now = max(clock.now, moment)
        asyncio.run(Reminding(store, [voice], clock, lang).say_what_is_due())
    assert len(voice.said) >= 4, "the whole plan was spoken"
    for said in voice.said:
        assert MARKS[lang][0] in said.body
        assert ("7654321" not in said.body and "765 4321" not in said.body) or MARKS[lang][1] in said.body


@pytest.mark.parametrize("lang", LANGS)
def test_a_forged_mail_is_told_of_by_one_sentence_only(konbini: Run, tmp_path: Path, lang: str) -> None:
    taken_in(konbini, raw(*FORGED))
    assert json.loads(konbini("list", "--all", "--json").stdout) == []
    (mail,) = json.loads(konbini("mails", "--suspicious", "--json", LANG=f"{lang}_XX.UTF-8").stdout)
    assert (mail["trust"], mail["reason"], mail["kind"]) == ("forged", "amazon_inside_domain", "not_amazon")
    shown = konbini("mails", "--suspicious", LANG=f"{lang}_XX.UTF-8", COLUMNS="200").stdout
    assert together(mail["explanation"]) in together(shown)
    assert bool(re.search("[ぁ-ん]", mail["explanation"])) is (lang == "ja")
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in ("123456789013", "7654321", "架空一丁目"):
        assert secret.encode() not in kept


def test_hold_shows_nothing_before_the_person_confirms(konbini: Run, tmp_path: Path) -> None:
    config = tmp_path / "hold.toml"
    config.write_text('[trust]\nunverified = "hold"\n')
    config.chmod(0o600)
    held = ("--config", str(config))
    assert konbini(*held, "import", "-", stdin=raw()).returncode == 0
    assert json.loads(konbini(*held, "list", "--json").stdout) == []
    (parcel,) = json.loads(konbini(*held, "list", "--all", "--json").stdout)
    assert parcel["held"]
    assert konbini(*held, "confirm", str(parcel["id"])).returncode == 0
    (parcel,) = json.loads(konbini(*held, "list", "--json").stdout)
    assert (parcel["held"], parcel["trust"]) == (False, "unverified")


def test_a_genuine_mail_later_upgrades_the_parcel(konbini: Run, tmp_path: Path) -> None:
    config = tmp_path / "one.toml"
    config.write_text(
        '[[mailbox]]\nname = "home"\nhost = "imap.example.jp"\nuser = "u"\nauthserv_id = "mx.example.jp"\n'
    )
    config.chmod(0o600)
    with_id = ("--config", str(config))
    assert konbini(*with_id, "import", "-", stdin=raw()).returncode == 0
    genuine = raw("Authentication-Results: mx.example.jp; dmarc=pass header.from=amazon.co.jp",
                  "From: order-update@amazon.co.jp").replace(b"<u1@", b"<u2@")  # fmt: skip
    assert konbini(*with_id, "import", "-", stdin=genuine).returncode == 0
    (parcel,) = json.loads(konbini(*with_id, "list", "--json").stdout)
    assert (parcel["id"], parcel["trust"]) == (1, "authenticated")


def test_hostile_text_of_a_mail_is_dead_wherever_it_goes(konbini: Run, tmp_path: Path) -> None:
    taken_in(konbini, raw(shop=PAYLOAD))
    page = tmp_path / "card.html"
    for command in (("list",), ("show", "1"), ("show", "1", "--history"), ("show", "1", "--html", str(page)),
                    ("export", "ics"), ("mails",), ("search", "123456789013")):  # fmt: skip
        done = konbini(*command, COLUMNS="200")
        assert done.returncode == 0, command
        for sign in ("\x1b", "\x07", "\x9b", "\u202e"):
            assert sign not in done.stdout + done.stderr, command
    assert "<b>例" not in page.read_text("utf-8")
    assert "\u202e" not in page.read_text("utf-8")
    (parcel,) = json.loads(konbini("list", "--json").stdout)
    assert "owned" in (parcel["pickup_point"]["name"] or "owned"), "JSON escapes what it holds"
