"""The sentence of every option of ``add`` and ``edit``: what a mail says, typed by hand."""

from __future__ import annotations

NUMBER_OPTIONS = {
    "inquiry": (
        "The inquiry number (12 digits).",
        "お問い合わせ番号(12桁)。",
    ),
    "auth": (
        "The auth number (7 digits).",
        "認証番号(7桁)。",
    ),
    "order": (
        "The order number (3-7-7 digits).",
        "注文番号(3桁-7桁-7桁)。",
    ),
    "code": (
        "The pick-up code of a locker or counter (6 digits).",
        "ロッカーや窓口の受け取りコード(6桁)。",
    ),
    "shop": (
        "The chain of the shop.",
        "受け取るコンビニのチェーン。",
    ),
    "shop_name": (
        "The name of the shop.",
        "店舗名。",
    ),
    "deadline": (
        "The last day to fetch it.",
        "受取期限の日付。",
    ),
}
"""Parameter → English, Japanese."""
