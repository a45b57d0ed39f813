"""Does a mail from elsewhere pose as Amazon.co.jp? Each trick has a name."""

from __future__ import annotations

import contextlib
import re
import unicodedata

from watcher.messages.message import AMAZON, Address

_LOOKS_LIKE = str.maketrans(
    "а\u0251αᴀ\u03bc\u043cм\u043e\u03bf\u0585օ\u0578\u057c\u1d0f\u0437\u1d22\u0440\u0441\u0435\u0445\u0443\u043a\u0456\u04cf",
    "aaaammmoooonnozzpcexykil",
)
_VOICING = "\u3099\u309a"
"""Voicing marks make another kana; accents do not make another Latin letter."""
_DIGITS = str.maketrans("0142", "olaz")
_AMAZON_ELSEWHERE = re.compile(
    r"(?:[a-z0-9_-]+\.)*amazon\.(?:com|de|fr|it|es|nl|se|pl|ca|in|ae|sa|sg|cn|eg|ie|jp"
    r"|co\.uk|co\.za|com\.au|com\.br|com\.mx|com\.tr|com\.be)\Z"
)
_SEPARATORS = re.compile(r"[.\-_]")
_PUNCTUATION = re.compile(r"[\s\"'’`“”「」『』【】\[\]()<>{}.,:;|/\\_\-–—!?*~・]+")
_PARTS = re.compile(r"[()]")
_NAMES = frozenset(("amazon", "amazoncojp", "amazonjp", "アマゾン", "アマゾンジャパン"))
_SERVICES = re.compile(
    r"(?:amazon|アマゾン)(?:カスタマ|サポート|プライム|配送|ショッピング|お客様|セキュリティ|アカウント|サービス"
    r"|ログイン|注文|お届け|発送|会員|ジャパン|株式会社|合同会社|事務局|ペイ|prime|japan|customer|support"
    r"|security|account|service|delivery|pay|shipping|order)"
)
MIN_LENGTH, MAX_LENGTH = 5, 7
"""Of a word that can be one letter away from ``amazon``."""


def skeleton(text: str) -> str:
    """A text as the eye reads it: compatibility forms, accents, and letters of other scripts folded."""
    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign) or sign in _VOICING)
    return unicodedata.normalize("NFC", plain).translate(_LOOKS_LIKE).replace("rn", "m")


def is_amazon_elsewhere(domain: str) -> bool:
    """True for amazon.com, amazon.de and the like: Amazon's, but not Amazon.co.jp's."""
    return _AMAZON_ELSEWHERE.match(domain) is not None


def posing_domain(domain: str) -> str | None:
    """Why a domain looks like amazon.co.jp, or None."""
    seen = skeleton(_decoded(domain))
    if is_amazon_elsewhere(domain):
        return None
    if seen == AMAZON or seen.endswith(f".{AMAZON}"):
        return "homograph_domain"
    flat = _SEPARATORS.sub("", seen)
    if f".{AMAZON}." in f".{seen}.":
        return "amazon_inside_domain"
    if "amazoncojp" in flat or "amazoncojp" in flat.translate(_DIGITS):
        return "look_alike_domain"
    words = _SEPARATORS.split(seen)
    if "amazon" in words or "amazon" in (word.translate(_DIGITS) for word in words):
        return "look_alike_domain"
    japanese = words[-1:] == ["jp"] or {"co", "jp"} <= set(words)
    if japanese and any(_one_letter_off(word) for word in words):
        return "misspelt_domain"
    return None


def posing_name(name: str) -> str | None:
    """Why a display name, or a comment in it, reads Amazon, Amazon.co.jp or an address of it; or None."""
    return next((reason for part in _PARTS.split(name) if (reason := _posing_text(part))), None)


def _posing_text(text: str) -> str | None:
    seen = skeleton(text)
    if f"@{AMAZON}" in seen or f".{AMAZON}" in seen:
        return "address_as_name"
    flat = _PUNCTUATION.sub("", seen)
    if "amazoncojp" in flat or flat in _NAMES or flat.translate(_DIGITS) in _NAMES:
        return "display_name"
    if _SERVICES.match(flat):
        return "display_name"
    if any(mark in seen for mark in ("【amazon】", "[amazon]", "「amazon」")):
        return "display_name"
    return None


def posing(address: Address) -> str | None:
    """Why a sender from elsewhere poses as Amazon.co.jp, or None."""
    return posing_domain(address.domain) or posing_name(address.name) or posing_name(address.local_part)


def _decoded(domain: str) -> str:
    labels = []
    for label in domain.split("."):
        if label.startswith("xn--"):
            with contextlib.suppress(UnicodeError, ValueError):
                label = label[4:].encode("ascii").decode("punycode")  # noqa: PLW2901 (the label, decoded)
        labels.append(label)
    return ".".join(labels)


def _one_letter_off(word: str) -> bool:
    """Whether one insertion, deletion, replacement or swap makes ``amazon``."""
    target = "amazon"
    if word == target or not MIN_LENGTH <= len(word) <= MAX_LENGTH:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, target, strict=False)) if a != b), len(target))
    rest, wanted = word[start:], target[start:]
    return (
        rest[1:] == wanted[1:]
        or rest[1:] == wanted
        or rest == wanted[1:]
        or (len(rest) > 1 and rest[1] + rest[0] + rest[2:] == wanted)
    )
