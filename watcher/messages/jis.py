"""JIS codes that Python's codecs do not know: NEC and IBM characters in ISO-2022-JP and EUC-JP.

A JIS X 0208 pair becomes Shift_JIS by arithmetic and is read as CP932, which has row 13 (①, ㈱) and the NEC
selection of IBM's characters (髙, 﨑) where the others have holes.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(rb"\x1b(?:\$\([A-Z]|\$[@-B]|\([A-Z]|&@)|[\x0e\x0f\r\n]")
_TO_KANJI = frozenset({b"\x1b$@", b"\x1b$B"})
_TO_SUPPLEMENT = b"\x1b$(D"
_TO_KANA = b"\x1b(I"
_LOST = "\ufffd"
_LOW, _HIGH = 0x21, 0x7E


def decode_iso2022(data: bytes) -> str:
    """ISO-2022-JP in any dialect; a broken byte costs one character."""
    try:
        return data.decode("iso2022_jp")
    except UnicodeDecodeError:
        return _decode_by_state(data)


def _decode_by_state(data: bytes) -> str:
    out: list[str] = []
    mode, shifted, at = b"", False, 0
    for token in _TOKEN.finditer(data):
        out.append(_segment(data[at : token.start()], mode, shifted))
        at = token.end()
        sign = token.group()
        if sign in (b"\r", b"\n"):
            # RFC 1468: a line ends in ASCII; a writer that forgot it must not spoil the next line.
            out.append(sign.decode())
            mode, shifted = b"", False
        elif sign in (b"\x0e", b"\x0f"):
            shifted = sign == b"\x0e"
        else:
            mode = sign
    out.append(_segment(data[at:], mode, shifted))
    return "".join(out)


def _segment(data: bytes, mode: bytes, shifted: bool) -> str:
    if not data:
        return ""
    if shifted or mode == _TO_KANA:
        return "".join(chr(0xFF40 + (byte & 0x7F)) if 0x21 <= byte & 0x7F <= 0x5F else chr(byte) for byte in data)
    if mode in _TO_KANJI:
        return _pairs(data, supplement=False)
    if mode == _TO_SUPPLEMENT:
        return _pairs(data, supplement=True)
    return data.decode("ascii") if data.isascii() else data.decode("utf-8", "replace")


def _pairs(data: bytes, *, supplement: bool) -> str:
    out: list[str] = []
    at = 0
    while at < len(data):
        first = data[at]
        if first <= 0x20:
            out.append(chr(first))
            at += 1
            continue
        second = data[at + 1] if at + 1 < len(data) else 0
        out.append(_supplement(first, second) if supplement else kanji(first, second))
        at += 2
    return "".join(out)


def kanji(first: int, second: int) -> str:
    """One character of JIS X 0208 with NEC's and IBM's additions, from its two 7-bit codes."""
    if not (_LOW <= first <= _HIGH and _LOW <= second <= _HIGH):
        return _LOST
    lead = (first + 1) // 2 + (0x70 if first <= 0x5E else 0xB0)
    trail = second + ((0x1F if second <= 0x5F else 0x20) if first % 2 else 0x7E)
    return bytes((lead, trail)).decode("cp932", "replace")[:1]


def _supplement(first: int, second: int) -> str:
    if not (_LOW <= first <= _HIGH and _LOW <= second <= _HIGH):
        return _LOST
    return bytes((0x8F, first | 0x80, second | 0x80)).decode("euc_jp", "replace")[:1]


def decode_euc(data: bytes, *, strict: bool) -> str:
    """EUC-JP with NEC's and IBM's additions (CP51932, eucJP-ms).

    Raises:
        ValueError: in strict mode, where a byte cannot be read.
    """
    try:
        return data.decode("euc_jp")
    except UnicodeDecodeError:
        return "".join(_euc_characters(data, strict))


def _euc_characters(data: bytes, strict: bool) -> list[str]:
    out: list[str] = []
    at = 0
    while at < len(data):
        if strict and out and out[-1] == _LOST:
            raise ValueError("no EUC-JP")
        byte = data[at]
        rest = data[at + 1 : at + 3]
        if byte < 0x80:
            out.append(chr(byte))
            at += 1
        elif byte == 0x8E and rest and 0xA1 <= rest[0] <= 0xDF:
            out.append(chr(0xFF40 + (rest[0] & 0x7F)))
            at += 2
        elif byte == 0x8F and len(rest) == 2:
            out.append(_supplement(rest[0] & 0x7F, rest[1] & 0x7F) if min(rest) > 0xA0 else _LOST)
            at += 3
        elif byte > 0xA0 and rest and rest[0] > 0xA0:
            out.append(kanji(byte & 0x7F, rest[0] & 0x7F))
            at += 2
        else:
            out.append(_LOST)
            at += 1
    if strict and out and out[-1] == _LOST:
        raise ValueError("no EUC-JP")
    return out
