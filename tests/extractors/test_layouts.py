"""Layouts that were read wrongly once, and their neighbours: small texts, the whole reading spelt out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from watcher.assembly import phrases
from watcher.extractors.extract import extract
from watcher.extractors.notice import Kind, Notice
from watcher.messages.message import Address, Body, Message, Trust, Verdict

PHRASES = phrases()
A, B, C = "123456789013", "200961185434", "287496013582"
ONE, TWO, THREE = "250-1234567-7654321", "250-1111111-2222222", "503-1111111-3333333"
MAILED = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


def notice(text: str, subject: str = "店舗到着済:受取方法をご案内します") -> Notice:
    sender = Address("Amazon.co.jp", "order-update", "amazon.co.jp")
    trust = Verdict(Trust.AUTHENTICATED, "dmarc_pass")
    return extract(Message("m@x", (sender,), subject, MAILED, (Body(text, "plain"),), trust), PHRASES)


def numbers(found: Notice) -> list[tuple[str | None, str | None, str | None, date | None]]:
    return [(one.order_number, one.inquiry_number, one.auth_number, one.deadline) for one in found.readings]


def march(day: int) -> date:
    return date(2026, 3, day)


LAYOUTS = {
    "a column for each parcel": (
        f"\t1個目\t2個目\n注文番号\t{ONE}\t{TWO}\nお問い合わせ番号\t{A}\t{B}\n認証番号\t7654321\t2222222\n"
        "受取店舗\tローソン架空店\tファミリーマート見本店\n受取期限\t3月8日\t3月9日",
        [(ONE, A, "7654321", march(8)), (TWO, B, "2222222", march(9))],
    ),
    "a row for each parcel": (
        "注文番号\tお問い合わせ番号\t認証番号\t受取店舗\t受取期限\n"
        f"{ONE}\t{A}\t7654321\tローソン架空店\t3/8(日)\n{TWO}\t{B}\t2222222\tファミリーマート見本店\t3/9(月)\n"
        f"{THREE}\t{C}\t3333333\tミニストップ例示店\t3/10(火)",
        [(ONE, A, "7654321", march(8)), (TWO, B, "2222222", march(9)), (THREE, C, "3333333", march(10))],
    ),
    "labels and values far apart": (
        f"お問い合わせ番号\n\n{A}\n\n認証番号\n\n7654321\n\n受取店舗\n\nローソン 架空店\n\n受取期限\n\n2026/03/08",
        [(None, A, "7654321", march(8))],
    ),
    "values above their labels": (
        f"{A}\nお問い合わせ番号\n7654321\n認証番号\n3月8日(日)\n受取期限\nローソン 架空店\n受取店舗\n{ONE}\n注文番号",
        [(ONE, A, "7654321", march(8))],
    ),
    "one sentence": (
        f"お問い合わせ番号{A}と認証番号7654321をLoppiに入力してください。受取店舗はローソン架空店です。受取期限は3月8日(日)です。",
        [(None, A, "7654321", march(8))],
    ),
    "labels in brackets behind": (
        f"お受け取りの際は、{A}(お問い合わせ番号)と7654321(認証番号)をご入力ください。ローソン架空店",
        [(None, A, "7654321", None)],
    ),
    "a heading over plain columns": (
        f"お問い合わせ番号 認証番号 ご注文番号\n---------------- -------- -------------------\n{A} 7654321 {ONE}\n"
        f"{B} 2222222 {TWO}\n店舗に到着しました",
        [(ONE, A, "7654321", None), (TWO, B, "2222222", None)],
    ),
    "no blank behind the colon": (
        f"お問い合わせ番号:{A}\n認証番号:7654321\nローソン架空店",
        [(None, A, "7654321", None)],
    ),
    "a postal code under an empty label": (
        f"認証番号:\n〒150-0001 東京都架空区\nお問い合わせ番号:{A}\nローソン架空店\n注文番号 {ONE}",
        [(ONE, A, "7654321", None)],
    ),
    "a payment number beside": (
        f"お問い合わせ番号:{A}\n認証番号:7654321\nお支払い番号:{B}\nローソン架空店",
        [(None, A, "7654321", None)],
    ),
    "two inquiry numbers and one auth number": (
        f"お問い合わせ番号は{A}および{B}、認証番号は7654321です。ローソン架空店 注文番号 {ONE}",
        [(ONE, A, "7654321", None), (ONE, B, "7654321", None)],
    ),
    "kept until": (
        f"3月8日まで保管します。\nお問い合わせ番号:{A}\n認証番号:7654321\nローソン架空店",
        [(None, A, "7654321", march(8))],
    ),
}


@pytest.mark.parametrize(("text", "expected"), LAYOUTS.values(), ids=LAYOUTS)
def test_layout(text: str, expected: list[tuple[str | None, str | None, str | None, date | None]]) -> None:
    found = notice(text)
    assert found.kind is Kind.READY
    assert numbers(found) == expected


@pytest.mark.parametrize(
    ("subject", "text", "kind"),
    [
        ("配達済み:3点の商品", "商品を配達しました。玄関にお届けしました。", Kind.DELIVERED),
        ("配達済み:3点の商品", "ローソン架空店に配達しました。店舗でお預かりしています。", Kind.READY),
        ("配達中: ご注文の商品", "お荷物はローソン架空店に向けて配達中です。", Kind.SHIPPED),
        ("ご注文商品の返送と返金について", "受取期限を過ぎたため、商品は返送されました。", Kind.RETURNED),
        ("ご注文のキャンセルのお知らせ", "受取期限を過ぎたため返送され、ご注文はキャンセルされました。", Kind.RETURNED),
        ("ご注文のキャンセルのお知らせ", "ご依頼によりキャンセルされました。", Kind.CANCELLED),
        ("お問い合わせの件", "受け取りに必要な番号を再送いたします。", Kind.READY),
        ("返品を受け付けました", "返品伝票番号をご確認ください。", Kind.OTHER),
        ("店舗到着済", "受取期限を過ぎた場合は返送されます。受け取り済みの場合はご容赦ください。", Kind.READY),
        ("コンビニ受取なら、いつでも受け取れます", "商品が店舗に到着すると、番号が届きます。", Kind.OTHER),
    ],
)
def test_kind(subject: str, text: str, kind: Kind) -> None:
    assert notice(text, subject).kind is kind


def test_an_item_called_sample_is_no_example() -> None:
    text = f"Your package was shipped to Lawson Kaku. Tracking ID DA1234567890 Order # {ONE}"
    found = notice(text, 'Shipped: "Sample"')
    assert numbers(found) == [(ONE, "DA1234567890", None, None)]
