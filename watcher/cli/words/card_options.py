"""The sentence of every option of ``card``."""

from __future__ import annotations

CARD_OPTIONS = {
    "page": (
        "Write the card as a page for a phone to this file (- for standard output).",
        "スマートフォン用のページをこのファイルに書き出します(標準出力は -)。",
    ),
    "picture": (
        "Write the card as a picture (PNG) to this file (- for standard output).",
        "カードの画像(PNG)をこのファイルに書き出します(標準出力は -)。",
    ),
    "terminal": (
        "Show the card here (also where neither --html nor --png is given).",
        "カードをここに表示します(--html も --png もないときと同じ)。",
    ),
    "alone": (
        "Leave out other parcels that wait at the same shop.",
        "同じ店舗で待っているほかの荷物を含めません。",
    ),
}
"""Parameter → English, Japanese."""
