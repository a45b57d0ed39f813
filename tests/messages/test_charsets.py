"""Japanese text as it is really written: every label, every dialect, every way to get it wrong."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable

import mailparser
import pytest

from tests.messages.mails import received
from watcher.messages.charset import decode
from watcher.messages.headers import decode_text

PLAIN = "お問い合わせ番号は受取店舗でご確認ください"
VENDOR = "①㈱髙﨑№ ローソン"
ROW_13 = b"\x1b$B-!-j-b\x1b(B"
HALF = b"\x1b(I1234\x1b(B"


def test_a_western_label_over_utf_8() -> None:
    assert decode(PLAIN.encode(), "iso-8859-1") == PLAIN


def jis(text: str) -> bytes:
    return text.encode("iso2022_jp")


def eucms(text: str) -> bytes:
    """EUC with the NEC selection of IBM's characters, as CP51932 writes it."""
    out = bytearray()
    for sign in text:
        raw = sign.encode("cp932")
        if len(raw) == 1:
            out += raw if raw[0] < 0x80 else b"\x8e" + raw
            continue
        lead, trail = raw
        row = (lead - (0x70 if lead < 0xA0 else 0xB0)) * 2
        if trail >= 0x9F:
            cell = trail - 0x7E
        else:
            row -= 1
            cell = trail - (0x20 if trail > 0x7F else 0x1F)
        out += bytes((row | 0x80, cell | 0x80))
    return bytes(out)


LABELS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8"),
    "shift_jis": lambda text: text.encode("cp932"),
    "x-sjis": lambda text: text.encode("cp932"),
    "Windows-31J": lambda text: text.encode("cp932"),
    "cp932": lambda text: text.encode("cp932"),
    "iso-2022-jp": jis,
    "iso-2022-jp-ms": jis,
    "cp50220": jis,
    "cp50221": jis,
    "cp50222": jis,
    "euc-jp": lambda text: text.encode("euc_jp"),
    "eucJP-ms": lambda text: text.encode("euc_jp"),
    "cp51932": lambda text: text.encode("euc_jp"),
}


@pytest.mark.parametrize("label", LABELS)
def test_right_labels(label: str) -> None:
    assert decode(LABELS[label](PLAIN), label) == PLAIN


@pytest.mark.parametrize("label", ["shift_jis", "x-sjis", "Windows-31J", "cp932", "utf-8", None])
def test_vendor_characters_in_shift_jis(label: str | None) -> None:
    assert decode((VENDOR + PLAIN).encode("cp932"), label) == VENDOR + PLAIN


@pytest.mark.parametrize("label", ["euc-jp", "eucJP-ms", "cp51932", None])
def test_vendor_characters_in_euc(label: str | None) -> None:
    assert decode(eucms(VENDOR + PLAIN), label) == VENDOR + PLAIN


@pytest.mark.parametrize("label", ["iso-2022-jp", "iso-2022-jp-ms", "cp50221", "us-ascii", "utf-8", None])
def test_vendor_characters_and_half_width_kana_in_iso_2022_jp(label: str | None) -> None:
    assert decode(ROW_13 + HALF + b'\x1b$B$"\x1b(B', label) == "①㈱№ｱｲｳｴあ"


@pytest.mark.parametrize("label", ["utf-8", "shift_jis", "iso-2022-jp", "euc-jp", "us-ascii", "x-unknown", None])
@pytest.mark.parametrize("real", ["utf-8", "cp932", "iso2022_jp", "euc_jp"])
def test_wrong_and_missing_labels(label: str | None, real: str) -> None:
    assert decode(PLAIN.encode(real), label) == PLAIN


@pytest.mark.parametrize(
    "label",
    [
        "utf-7",
        "unicode_escape",
        "raw_unicode_escape",
        "idna",
        "punycode",
        "undefined",
        "base64",
        "rot13",
        "zlib",
        "",
        "a\0b",
    ],
)
def test_codecs_that_are_never_run(label: str) -> None:
    assert decode(PLAIN.encode(), label) == PLAIN
    assert decode(b"+AGEAYg- \\u0041", label) == "+AGEAYg- \\u0041"


@pytest.mark.parametrize("real", ["utf-8", "cp932", "euc_jp"])
def test_one_broken_byte_costs_little(real: str) -> None:
    raw = bytearray(PLAIN.encode(real))
    raw[len(raw) // 2] = 0xFF
    found = decode(bytes(raw), real.replace("_", "-"))
    assert sum(a != b for a, b in zip(found, PLAIN, strict=False)) <= 3 or PLAIN[-6:] in found
    assert PLAIN[:6] in found


def test_one_broken_byte_in_iso_2022_jp_costs_one_character() -> None:
    raw = jis(PLAIN).replace(b"<h", b"<\xff", 1)
    found = decode(raw, "iso-2022-jp")
    assert len(found) == len(PLAIN)
    assert sum(a != b for a, b in zip(found, PLAIN, strict=True)) == 1


def test_a_line_without_its_escape_does_not_spoil_the_next() -> None:
    assert decode(b'\x1b$B$"$$\r\nplain \x1b$B\xff\r\nend', "iso-2022-jp").endswith("end")


SUBJECT = "店舗到着済：受取方法をご案内します"


def word(text: bytes, charset: str, encoding: str = "B") -> bytes:
    inner = base64.b64encode(text) if encoding == "B" else quopri.encodestring(text, header=True).replace(b"=\n", b"")
    return b"=?" + charset.encode() + b"?" + encoding.encode() + b"?" + inner + b"?="


@pytest.mark.parametrize("cut", range(1, 20))
def test_subjects_cut_inside_a_character(cut: int) -> None:
    raw = SUBJECT.encode()
    for one, two in (("B", "B"), ("Q", "Q"), ("B", "Q")):
        folded = word(raw[:cut], "UTF-8", one) + b"\r\n " + word(raw[cut:], "utf-8", two)
        assert decode_text(folded.replace(b"\r\n", b"")) == SUBJECT


def test_subjects_of_other_times() -> None:
    old = b"=?ISO-2022-JP?Q?Amazon.co.jp_=1B$B$4CmJ8$NH/Aw=1B(B_(250-1234567-7654321)?="
    assert decode_text(old) == "Amazon.co.jp ご注文の発送 (250-1234567-7654321)"
    assert decode_text(b'"' + word("アマゾン".encode(), "utf-8") + b'" <a@b>') == '"アマゾン" <a@b>'
    assert decode_text(word(ROW_13, "iso-2022-jp")) == "①㈱№"
    for raw in (SUBJECT.encode(), SUBJECT.encode("cp932"), jis(SUBJECT)):
        assert decode_text(raw) == SUBJECT


BODIES = [
    ("iso-2022-jp", "7bit", jis(PLAIN)),
    ("iso-2022-jp", "", jis(PLAIN)),
    ("shift_jis", "8bit", (VENDOR + PLAIN).encode("cp932")),
    ("x-sjis", "base64", base64.b64encode((VENDOR + PLAIN).encode("cp932"))),
]


@pytest.mark.parametrize(("charset", "encoding", "body"), BODIES)
def test_where_bare_mail_parser_is_wrong_we_are_right(charset: str, encoding: str, body: bytes) -> None:
    head = f"From: a@example.jp\r\nContent-Type: text/plain; charset={charset}\r\n"
    head += f"Content-Transfer-Encoding: {encoding}\r\n" if encoding else ""
    raw = head.encode() + b"\r\n" + body + b"\r\n"
    assert PLAIN not in "".join(mailparser.parse_from_bytes(raw).text_plain)
    assert PLAIN in received(raw).bodies[0].text
