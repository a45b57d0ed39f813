"""The pick-up card, on terminals of any width and as a page."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from watcher.data import load
from watcher.export.card import html_card, terminal_card
from watcher.export.codes import code_128, qr
from watcher.export.lines import wrapped
from watcher.extractors.notice import AuthSource, Chain, CheckDigit, PickupPoint, PointKind
from watcher.messages.message import Trust
from watcher.notify.notification import Language
from watcher.parcels.parcel import JST, Deadline, DeadlineSource, Parcel, Status

STEPS = load("kiosk_steps")
LANGUAGES: tuple[Language, ...] = ("ja", "en")
NOW = datetime(2026, 3, 8, 9, tzinfo=JST)
LAWSON = Parcel(
    id=7,
    status=Status.READY,
    order_number="250-1234567-7654321",
    inquiry_number="123456789013",
    check_digit=CheckDigit.VALID,
    auth_number="7654321",
    auth_source=AuthSource.PRINTED,
    pickup_point=PickupPoint(PointKind.KONBINI, Chain.LAWSON, "ローソン 架空町店"),
    pickup_code=None,
    deadline=Deadline(date(2026, 3, 11), DeadlineSource.ESTIMATED, None, date(2026, 3, 4)),
    trust=Trust.AUTHENTICATED,
    received_at=datetime(2026, 3, 1, 3, tzinfo=UTC),
    orders=("250-1234567-7654321",),
)


def at(kind: PointKind, chain: Chain | None = None, name: str | None = None) -> Parcel:
    return replace(LAWSON, pickup_point=PickupPoint(kind, chain, name))


def printed(
    parcels: Parcel | Sequence[Parcel], language: Language = "ja", width: int = 200, now: datetime = NOW
) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width, color_system=None).print(terminal_card(parcels, now, language, STEPS))
    return stream.getvalue()


def test_the_card_holds_all_that_is_needed_at_the_shop() -> None:
    card = printed(LAWSON)
    for words in (
        "ローソン 架空町店",
        "1234   5678   9013",
        "765   4321",
        "3月11日(水)(推定) あと3日",
        "「各種番号をお持ちの方」",
        "30分以内",
        "返送され",
        "「アカウントサービス」→「注文履歴」→「受取可能」",
    ):
        assert words in card, words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("chain", "loppi", "famiport"),
    [
        (Chain.LAWSON, True, False),
        (Chain.MINISTOP, True, False),
        (Chain.FAMILYMART, False, True),
        (None, True, True),
    ],
)
def test_each_chain_has_the_steps_of_its_machine(
    language: Language, chain: Chain | None, loppi: bool, famiport: bool
) -> None:
    card = printed(at(PointKind.KONBINI, chain), language)
    assert ("「各種番号をお持ちの方」" in card) is loppi
    assert ("「店頭受取サービス」" in card) is famiport
    assert "1234 5678 9013" in card


def test_an_unknown_place_shows_the_steps_of_all() -> None:
    card = printed(replace(LAWSON, pickup_point=None))
    assert "Loppiでの受け取り方(ローソン・ミニストップ)" in card
    assert "Famiポートでの受け取り方(ファミリーマート)" in card


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [PointKind.LOCKER, PointKind.COUNTER, PointKind.CARRIER_OFFICE, PointKind.POST_OFFICE])
def test_other_places_have_steps_of_their_own(language: Language, kind: PointKind) -> None:
    card = printed(replace(at(kind), pickup_code="998877", auth_number=None), language)
    assert "Loppi" not in card
    assert "申込券" not in card
    assert "1." in card
    assert "998877" in card


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_da_number_is_never_to_be_typed(language: Language) -> None:
    card = printed(replace(LAWSON, inquiry_number="DA1234567890"), language)
    assert STEPS["words"][language]["da"] in card
    assert "Loppi" not in card
    assert "765" not in card


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_an_inquiry_number_the_order_number_and_the_barcode_are_named(language: Language) -> None:
    card = printed(replace(LAWSON, inquiry_number=None, auth_number=None, auth_source=None), language)
    assert "250-1234567-7654321" in card
    assert STEPS["words"][language]["no_number"] in card
    assert ("注文番号から推定" if language == "ja" else "derived") in card


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_auth_number_is_said_with_the_way_without_it(language: Language) -> None:
    without = replace(LAWSON, auth_number=None, auth_source=None, orders=("250-1234567-7654321", "250-1-1"))
    assert STEPS["words"][language]["no_auth"] in printed(without, language)
    assert STEPS["words"][language]["no_auth"] not in printed(LAWSON, language)


def test_a_parcel_on_its_way_is_not_there_yet() -> None:
    card = printed(replace(LAWSON, status=Status.SHIPPED, deadline=None, expected=date(2026, 3, 9)))
    assert "店舗に届くまでは受け取れません" in card
    assert "お届け予定日 3月9日(月)" in card


@pytest.mark.parametrize(("language", "hint"), [("ja", "利用が制限される"), ("en", "limit the account")])
def test_only_a_parcel_that_went_back_says_what_that_may_lead_to(language: Language, hint: str) -> None:
    assert hint in printed(replace(LAWSON, status=Status.RETURNED), language)
    assert hint not in printed(replace(LAWSON, status=Status.COLLECTED), language)
    assert hint not in printed(LAWSON, language)


def test_several_parcels_are_one_card_in_the_order_given() -> None:
    other = replace(LAWSON, id=9, inquiry_number="999999999999", auth_number="1111111")
    card = printed([LAWSON, other])
    assert card.index("1234   5678   9013") < card.index("9999   9999   9999")
    assert card.count("「各種番号をお持ちの方」") == 1
    assert "1234 5678 9013" not in card
    assert "入力する：" not in card
    assert STEPS["words"]["ja"]["several"] in card
    assert STEPS["words"]["ja"]["several"] not in printed(LAWSON)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [Status.COLLECTED, Status.RETURNED, Status.CANCELLED])
def test_a_closed_parcel_says_so_and_counts_no_days(language: Language, status: Status) -> None:
    card = printed(replace(LAWSON, status=status), language)
    assert "あと" not in card
    assert "left" not in card
    assert ("この荷物は" if language == "ja" else "This parcel has been") in card


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", [Status.RETURNED, Status.CANCELLED])
def test_nobody_is_sent_to_a_kiosk_for_what_is_gone(language: Language, status: Status) -> None:
    gone = replace(LAWSON, status=status)
    assert "Loppi" not in printed(gone, language)
    assert STEPS["words"][language]["slip"] not in printed(gone, language)
    assert "<svg" not in html_card(gone, NOW, language, STEPS)
    assert "Loppi" in printed(replace(LAWSON, status=Status.COLLECTED), language)


def test_after_an_estimated_deadline_it_may_have_gone_back() -> None:
    assert "すでに返送された可能性があります" in printed(LAWSON, now=datetime(2026, 3, 12, tzinfo=JST))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 21, 33, 40, 80, 120])
def test_no_line_is_wider_than_the_terminal(language: Language, width: int) -> None:
    parcels = [LAWSON, at(PointKind.UNKNOWN, None, "とても長い名前の店" * 5)]
    for parcel in (parcels[0], parcels[1], parcels):
        lines = printed(parcel, language, width).splitlines()
        assert max(map(cell_len, lines)) <= width
        frame = [line for line in lines if line.startswith("│")]
        assert {cell_len(line) for line in frame} == {width}


@pytest.mark.parametrize("width", [1, 2, 5])
def test_an_absurd_terminal_crashes_nothing(width: int) -> None:
    assert printed(LAWSON, width=width)


def test_japanese_is_broken_as_japanese_is() -> None:
    assert wrapped("番号を入力し、「次へ」を押します。", 12) == ["番号を入力", "し、「次へ」", "を押します。"]
    assert wrapped("Take the slip", 8) == ["Take the", "slip"]
    assert wrapped("", 8) == [""]


@given(st.text("あ、。「」ab 1\u3000ｱ", max_size=60), st.integers(4, 30))
@settings(max_examples=200, deadline=None)
def test_wrapping_loses_nothing_and_keeps_the_width(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


class Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


HEAD = ["html", "head", "meta", "title", "style"]
HARMLESS = {
    *HEAD,
    *("body", "header", "main", "section", "div", "h1", "h2", "p", "span", "b", "ol", "ul", "li"),
    *("figure", "figcaption", "svg", "path"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone(language: Language) -> None:
    page = html_card(LAWSON, NOW, language, STEPS)
    found = Page(page)
    assert {tag for tag, _ in found.tags} <= HARMLESS
    assert found.tags[0] == ("html", {"lang": language})
    assert not {name for _, attributes in found.tags for name in attributes} & {
        "src",
        "href",
        "onload",
        "style",
    }
    assert "url(" not in page
    assert "@import" not in page
    assert "http:" not in page
    assert "https:" not in page
    assert "default-src 'none'" in page.replace("&#x27;", "'")


@given(st.text(max_size=60), st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_text_of_a_mail_is_only_text_on_the_page(name: str, code: str) -> None:
    hostile = replace(
        at(PointKind.LOCKER, None, f'</p><script>x</script><img src="{name}"'), pickup_code=f"<svg>{code}"
    )
    found = Page(html_card(hostile, NOW, "ja", STEPS))
    assert {tag for tag, _ in found.tags} <= HARMLESS
    assert "\x1b" not in found.text


def test_numbers_stand_in_groups_and_are_copied_without_gaps() -> None:
    page = html_card(LAWSON, NOW, "ja", STEPS)
    assert "<span>1234</span><span>5678</span><span>9013</span>" in page
    assert "<span>765</span><span>4321</span>" in page


def test_the_codes_are_called_ours() -> None:
    pytest.importorskip("segno")
    pytest.importorskip("barcode")
    page = html_card(LAWSON, NOW, "ja", STEPS)
    assert page.count("<svg") == 3
    assert "Amazonのバーコードではありません" in page


def test_a_parcel_that_needs_amazons_barcode_has_no_code_that_could_be_taken_for_it() -> None:
    page = html_card(replace(LAWSON, inquiry_number="DA1234567890"), NOW, "ja", STEPS)
    assert "<svg" not in page
    assert STEPS["words"]["ja"]["da"] in page


def test_japanese_on_an_english_page_is_marked_as_japanese() -> None:
    page = html_card(LAWSON, NOW, "en", STEPS)
    body = page.partition("</head>")[2]
    unmarked = re.sub(r'<span lang="ja">[^<]*</span>', "", body)
    assert not re.search("[\u3040-\u30ff\u4e00-\u9fff]", unmarked)
    assert 'lang="ja"' not in html_card(LAWSON, NOW, "ja", STEPS).partition("</head>")[2]


def test_the_codes_hold_the_numbers() -> None:
    barcode = pytest.importorskip("barcode.codex")
    drawing = code_128("123456789013")
    assert drawing is not None
    bars = re.findall(r"M(\d+) 0h(\d+)v40", drawing.partition("/>")[2])
    (modules,) = barcode.Code128("123456789013").build()
    drawn = ["0"] * len(modules)
    for left, width in bars:
        drawn[int(left) - 10 : int(left) - 10 + int(width)] = "1" * int(width)
    assert "".join(drawn) == modules
    assert code_128("<svg>") is None
    assert qr("") is None


def test_the_card_works_without_the_drawing_packages() -> None:
    code = (
        "import sys; sys.modules['segno'] = None; sys.modules['barcode'] = None\n"
        "from tests.export.test_card import *\n"
        "page = html_card(LAWSON, NOW, 'ja', STEPS)\n"
        "assert '<svg' not in page and '1234' in page\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
