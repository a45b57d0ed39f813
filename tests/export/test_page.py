"""The card in a real browser: on a small phone, by day and at night, on paper, and with hostile text."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.conftest import needs
from tests.export.browser import ARTEFACTS, PHONE, chromium, measured
from tests.export.test_card import LANGUAGES, LAWSON, NOW, STEPS, at
from watcher.export.card import html_card
from watcher.extractors.notice import Chain, PickupPoint, PointKind
from watcher.messages.message import Trust
from watcher.notify.notification import Language
from watcher.parcels.parcel import JST, Deadline, DeadlineSource, Parcel, Status

TOMORROW = Deadline(date(2026, 3, 9), DeadlineSource.PRINTED, "3/9")
LONG = "ファミリーマート 架空駅前中央通り三丁目南口ロータリー横店"
UNBROKEN = PickupPoint(PointKind.UNKNOWN, None, "x" * 60)
CASES: dict[str, tuple[Parcel | list[Parcel], datetime]] = {
    "loppi": (LAWSON, NOW),
    "famiport": (replace(at(PointKind.KONBINI, Chain.FAMILYMART, LONG), deadline=TOMORROW), NOW),
    "ministop": (
        replace(at(PointKind.KONBINI, Chain.MINISTOP, "例町店"), auth_number=None, auth_source=None),
        NOW,
    ),
    "doubtful": (replace(LAWSON, pickup_point=UNBROKEN, trust=Trust.UNVERIFIED, ambiguous=True), NOW),
    "no-auth": (replace(at(PointKind.KONBINI), auth_number=None, orders=("a", "b"), deadline=None), NOW),
    "locker": (replace(at(PointKind.LOCKER, None, "りんご"), pickup_code="482913", inquiry_number=None), NOW),
    "barcode": (replace(LAWSON, inquiry_number="DA1234567890"), NOW),
    "past": (LAWSON, datetime(2026, 3, 13, 9, tzinfo=JST)),
    "returned": (replace(LAWSON, status=Status.RETURNED), NOW),
    "two": ([LAWSON, replace(LAWSON, id=9, deadline=TOMORROW)], NOW),
    "four": ([replace(LAWSON, id=number, trust=Trust.UNVERIFIED) for number in (7, 8, 9, 110)], NOW),
}


def every_page() -> list[str]:
    return [html_card(parcels, now, language, STEPS) for language in LANGUAGES for parcels, now in CASES.values()]


@pytest.mark.parametrize(("dark", "ground"), [(False, "rgb(255, 255, 255)"), (True, "rgb(16, 19, 22)")])
def test_a_small_phone_shows_everything_readably(dark: bool, ground: str, tmp_path: Path) -> None:
    picture = ARTEFACTS / f"cards-{'dark' if dark else 'light'}.png"
    pages = every_page()
    found = measured(tmp_path, pages, picture, dark=dark)
    assert len(found) == len(pages)
    for page in found:
        assert page["ground"] == ground
        assert (page["width"], page["beyond"]) == (PHONE, 0)
        assert page["contrast"] >= 4.5
        assert page["smallest"] >= 14
        for number, size, lines in page["numbers"]:
            assert lines == 1, number
            assert size >= 32, number
    assert sum(len(page["numbers"]) for page in found) == 2 * 25
    assert picture.stat().st_size > 10_000


@pytest.mark.parametrize(
    ("case", "language"), [("loppi", "ja"), ("doubtful", "ja"), ("doubtful", "en"), ("four", "ja"), ("four", "en")]
)
def test_a_printer_needs_one_sheet(case: str, language: Language, tmp_path: Path) -> None:
    needs("pdfinfo", "pdftotext")
    parcels, now = CASES[case]
    page, paper = tmp_path / "card.html", tmp_path / "card.pdf"
    page.write_text(html_card(parcels, now, language, STEPS), "utf-8")
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    about = subprocess.run(["pdfinfo", paper], check=True, capture_output=True, text=True).stdout
    assert "Pages:           1\n" in about
    assert "A4" in about
    text = subprocess.run(["pdftotext", "-layout", paper, "-"], check=True, capture_output=True, text=True).stdout
    assert "1234 5678 9013" in " ".join(text.split())


@pytest.mark.parametrize("dark", [False, True])
def test_a_camera_reads_our_codes_off_the_screen(dark: bool, tmp_path: Path) -> None:
    picture = tmp_path / "codes.png"
    measured(tmp_path, [html_card(*CASES["loppi"], "ja", STEPS)], picture, dark=dark)
    with Image.open(picture) as screen:
        found = {(code.format, code.text) for code in zxingcpp.read_barcodes(screen)}
    assert found == {
        (zxingcpp.BarcodeFormat.Code128, "123456789013"),
        (zxingcpp.BarcodeFormat.Code128, "7654321"),
        (zxingcpp.BarcodeFormat.QRCode, "123456789013\n7654321"),
    }


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str]]]:
    """A server that somebody else runs, and the requests it got."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            del args

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def payloads(outside: str) -> list[str]:
    """Names of shops that would take over a careless page."""
    return [
        "<script>document.title='taken'</script>",
        f"</title><script src={outside}/script></script>",
        f"</style><img src={outside}/image onerror=document.title='taken'>",
        f"<svg onload=document.title='taken'><image href={outside}/svg>",
        f"\"'><iframe src={outside}/frame>",
        f"<style>@import '{outside}/style';body{{display:none}}</style>",
        f"<meta http-equiv=refresh content=0;url={outside}/refresh>",
        f"<base href={outside}/><link rel=stylesheet href=base>",
        f"<a href=javascript:document.title='taken' autofocus onfocus=location='{outside}/focus'>x",
        "&lt;script&gt;document.title='taken'&lt;/script&gt;\u202e\u0000\x1b[31m",
        "--><!--<![CDATA[<plaintext>",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_text(language: Language, outside: tuple[str, list[str]], tmp_path: Path) -> None:
    address, asked = outside
    parcels = [
        replace(at(kind, None, payload[:60]), pickup_code=payload, inquiry_number=payload, auth_number=payload)
        for payload in payloads(address)
        for kind in (PointKind.UNKNOWN, PointKind.LOCKER)
    ]
    pages = [html_card(parcel, NOW, language, STEPS) for parcel in parcels]
    found = measured(tmp_path, pages)
    assert [page["width"] for page in found] == [PHONE] * len(pages)
    whole = tmp_path / "whole.html"
    whole.write_text(html_card(parcels, NOW, language, STEPS), "utf-8")
    dumped = chromium(tmp_path, "--dump-dom", "--virtual-time-budget=3000", whole.as_uri())
    assert "<title>taken" not in dumped
    for tag in ("<script", "<iframe", "<img", "<image", "<a ", "<link", "<base", "<plaintext"):
        assert tag not in dumped
    assert not asked
