"""The words by which completion describes a parcel: those of ``notify.wording``, by the stored values.

They stand here again because a shell waits for them, and the others need half of the program; a test holds the two
together.
"""

from __future__ import annotations

POINTS = {
    "konbini": ("convenience store", "コンビニ"),
    "locker": ("Amazon Hub locker", "Amazon Hub ロッカー"),
    "counter": ("Amazon Hub counter", "Amazon Hub カウンター"),
    "carrier_office": ("carrier's office", "運送会社の営業所"),
    "post_office": ("post office", "郵便局"),
    "unknown": ("unknown pick-up point", "受取場所不明"),
}
CHAINS = {
    "lawson": ("Lawson", "ローソン"),
    "familymart": ("FamilyMart", "ファミリーマート"),
    "ministop": ("MiniStop", "ミニストップ"),
}
STATUSES = {"ready": ("ready", "受取可能"), "shipped": ("on its way", "配送中")}
"""Value → English, Japanese."""
ESTIMATED = (" (estimated)", "(推定)")
"""English, Japanese."""


def place(kind: str | None, chain: str | None, name: str, *, japanese: bool) -> str:
    """Where to go, as :func:`watcher.notify.phrasing.place_words` says it; the name is already harmless."""
    plain = POINTS[kind or "unknown"]
    words = CHAINS[chain] if chain else plain
    if not name:
        return words[japanese]
    said = words if chain else (words[japanese],)
    if (chain is None and kind == "unknown") or any(_plain(word) in _plain(name) for word in said):
        return name
    return f"{words[japanese]} {name}"


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
