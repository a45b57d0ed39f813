"""``stats``: for people in both languages, for programs, and where there is nothing."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.terminal import on_terminal
from watcher.parcels.parcel import JST

MAIL = """From: Amazon.co.jp <order-update@amazon.co.jp>
To: me@example.jp
Subject: {subject}
Date: {date}
Message-ID: <{subject}@example.jp>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
注文番号: 250-1234567-765432{last}
お問い合わせ番号: {inquiry}
"""


@pytest.fixture
def year(konbini: Run, tmp_path: Path) -> Run:
    """A home with one parcel that was collected and one that went back, both this month."""
    for last, inquiry in enumerate(("123456789013", "200961185434")):
        konbini("add", "--inquiry", inquiry, "--order", f"250-1234567-765432{last}", "--shop", "lawson")
    konbini("collected", "1")
    now = datetime.now(UTC) + timedelta(seconds=2)  # a mail has whole seconds, and this one must come last
    mail = MAIL.format(
        subject="returned",
        date=f"{now:%a, %d %b %Y %H:%M:%S +0000}",
        text="受取期限が過ぎたため、荷物は返送されました。",
        last=1,
        inquiry="200961185434",
    )
    (tmp_path / "returned.eml").write_text(mail, "utf-8")
    assert konbini("import", str(tmp_path / "returned.eml")).returncode == 0
    return konbini


def test_programs_get_every_figure(year: Run) -> None:
    done = year("stats", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    now = datetime.now(JST)
    one = {"parcels": 2, "collected": 1, "returned": 1, "cancelled": 0}
    assert found["returned_last_year"] == 1
    assert found["days_until_collected"] == {"parcels": 1, "median": 0.0, "mean": 0.0, "longest": 0}
    assert len(found["months"]) == 12
    assert found["months"][0] == {"month": f"{now:%Y-%m}"} | one
    assert found["years"] == [{"year": now.year} | one]
    assert found["places"] == [{"kind": "konbini", "chain": "lawson"} | one]


@pytest.mark.parametrize(
    ("lang", "returned", "hint", "shop"),
    [
        ("C", "Sent back unfetched within the last year: 1", "can limit the account", "Lawson"),
        ("ja_JP.UTF-8", "受け取らずに返送された荷物(過去1年): 1件", "利用が制限される", "ローソン"),
    ],
)
def test_people_learn_what_returns_may_lead_to(year: Run, lang: str, returned: str, hint: str, shop: str) -> None:
    done = year("stats", LANG=lang)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == returned
    assert hint in done.stdout
    assert re.search(rf"^{shop} +2 +1 +1 +0$", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("lang", ["C", "ja_JP.UTF-8"])
def test_without_returns_nobody_is_warned(konbini: Run, lang: str) -> None:
    konbini("add", "--inquiry", "123456789013", "--shop", "familymart")
    shown = konbini("stats", LANG=lang).stdout
    assert not re.search("制限|limit", shown)


@pytest.mark.parametrize("lang", ["C.UTF-8", "ja_JP.UTF-8"])
def test_twenty_columns_lose_nothing(year: Run, tmp_path: Path, lang: str) -> None:
    wide = year("stats", LANG=lang).stdout
    code, screen = on_terminal(tmp_path, "stats", COLUMNS="20", LANG=lang)
    assert code == 0
    narrow = re.sub("\x1b\\[[0-9;]*m", "", screen)
    assert set(wide.replace(":", "").split()) <= set(narrow.replace(":", "").split())


@pytest.mark.parametrize(("lang", "words"), [("C", "nothing to count"), ("ja_JP.UTF-8", "まだありません")])
def test_nothing_to_count_says_what_to_do(konbini: Run, tmp_path: Path, lang: str, words: str) -> None:
    done = konbini("stats", LANG=lang)
    assert (done.returncode, done.stdout) == (0, "")
    assert words in done.stderr
    assert "konbini import" in done.stderr
    found = json.loads(konbini("stats", "--json").stdout)
    assert (found["returned_last_year"], found["days_until_collected"], found["years"]) == (0, None, [])
    assert not list(tmp_path.iterdir())
