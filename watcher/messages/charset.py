"""Bytes of a mail's text to characters, as Japanese mail really is written.

Labels are chosen from an allow-list (WHATWG Encoding Standard; never utf-7 or unicode_escape), and a label is
a hint: escape sequences and byte patterns win over it where they contradict it. ISO-2022-JP is read in all
its dialects (CP50220, CP50221, CP50222 decode alike, see IANA's registration of CP50220), Shift_JIS labels
mean CP932, EUC labels mean CP51932 with JIS X 0212.
"""

from __future__ import annotations

import codecs
import re

from watcher.messages.jis import decode_euc, decode_iso2022

_LABELS = {
    "utf-8": "utf-8", "utf8": "utf-8", "unicode-1-1-utf-8": "utf-8",
    "us-ascii": "ascii", "ascii": "ascii", "ansi_x3.4-1968": "ascii",
    "iso-2022-jp": "jis", "iso-2022-jp-1": "jis", "iso-2022-jp-2": "jis", "iso-2022-jp-3": "jis",
    "iso-2022-jp-2004": "jis", "iso-2022-jp-ms": "jis", "iso2022jp": "jis", "csiso2022jp": "jis",
    "cp50220": "jis", "cp50221": "jis", "cp50222": "jis", "x-iso-2022-jp": "jis",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932",
    "csshiftjis": "cp932", "windows-31j": "cp932", "cswindows31j": "cp932", "cp932": "cp932",
    "ms932": "cp932", "shift_jisx0213": "cp932", "shift_jis_2004": "cp932", "x-ms-cp932": "cp932",
    "euc-jp": "euc", "eucjp": "euc", "x-euc-jp": "euc", "eucjp-ms": "euc", "eucjp-win": "euc",
    "cp51932": "euc", "cseucpkdfmtjapanese": "euc", "euc-jp-ms": "euc", "euc_jp": "euc",
    "iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252", "cp1252": "cp1252",
    "iso-8859-2": "iso8859-2", "iso-8859-15": "iso8859-15", "windows-1250": "cp1250",
    "windows-1251": "cp1251", "koi8-r": "koi8-r", "iso-8859-5": "iso8859-5", "iso-8859-7": "iso8859-7",
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "euc-kr": "euc_kr",
    "ks_c_5601-1987": "cp949", "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip
_WESTERN = frozenset({"cp1252", "ascii", "iso8859-15"})
_JAPANESE = ("utf-8", "euc", "cp932")
_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\$\(D|\([BJI])")
_GOOD = re.compile("[\u3040-\u30ff\u4e00-\u9fff\u3001-\u3015\uff01-\uff5e]")
_ASCII = re.compile("[\x00-\x7f]+")
_BAD = re.compile("[\uff61-\uff9f\ue000-\uf8ff\ufffd\u0080-\u009f]")
CERTAIN = 0.7
"""A score at which a text is taken without trying other charsets."""
_SAMPLE = 1024
_LONG = 400
"""Continuation bytes of a text that is UTF-8 beyond doubt: no other charset makes so many by chance."""


def decode(data: bytes, label: str | None) -> str:
    """Text from bytes; never raises.

    Args:
        data: after its transfer encoding was undone.
        label: the declared charset, or None.

    Returns:
        The text, with U+FFFD in place of each character that cannot be read.
    """
    declared = _LABELS.get((label or "").strip().strip("\"'").lower())
    if data.startswith(codecs.BOM_UTF8):
        return data[3:].decode("utf-8", "replace")
    if declared in ("utf-16", "utf-16-le", "utf-16-be") or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode(declared if declared and declared.startswith("utf-16") else "utf-16", "replace")
    if (b"\x1b" in data and _ESCAPE.search(data)) or (declared == "jis" and b"\x0e" in data):
        return decode_iso2022(data)
    if data.isascii():
        return data.decode("ascii")
    return _decode_eight_bit(data, declared)


def _decode_eight_bit(data: bytes, declared: str | None) -> str:
    if declared in _WESTERN or declared in (None, "jis"):
        candidates: tuple[str, ...] = _JAPANESE
        if declared in ("cp1252", "iso8859-15"):
            candidates = ("utf-8",)
    elif declared in _JAPANESE:
        candidates = (declared, *(codec for codec in _JAPANESE if codec != declared))
    else:
        candidates = (declared,)
    readings: list[tuple[str, str]] = []
    for codec in candidates:
        text = _strict(data, codec)
        if text is not None:
            if codec == "utf-8" and len(data) - len(text) > _LONG:
                return text
            if _score(text) >= CERTAIN and codec in ("utf-8", declared):
                return text
            readings.append((codec, text))
    if readings:
        return max(readings, key=lambda reading: (_score(reading[1]), reading[0] == declared))[1]
    if declared in ("cp1252", "iso8859-15"):
        return data.decode(declared, "replace")
    return _damaged(data, declared, candidates)


def _damaged(data: bytes, declared: str | None, candidates: tuple[str, ...]) -> str:
    """The reading that loses least; the declared charset wins a tie."""
    readings = [(codec, _lenient(data, codec)) for codec in candidates]
    best = max(readings, key=lambda reading: (_score(reading[1]), reading[0] == declared))
    return best[1]


def _strict(data: bytes, codec: str) -> str | None:
    try:
        if codec == "euc":
            return decode_euc(data, strict=True)
        return data.decode(codec)
    except (UnicodeDecodeError, ValueError):
        return None


def _lenient(data: bytes, codec: str) -> str:
    return decode_euc(data, strict=False) if codec == "euc" else data.decode(codec, "replace")


def _score(text: str) -> float:
    """How much a text looks like Japanese: what only mojibake holds counts against it."""
    sample = _ASCII.sub("", text[: _SAMPLE * 4])[:_SAMPLE]
    return (len(_GOOD.findall(sample)) - 2 * len(_BAD.findall(sample))) / len(sample) if sample else 0.0
