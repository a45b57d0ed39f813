"""Mails made to hurt a parser; each is built when it is asked for."""

from __future__ import annotations

from collections.abc import Callable

HEAD = b"From: order-update@amazon.co.jp\r\nDate: Thu, 8 Jan 2026 05:29:40 +0000\r\nMIME-Version: 1.0\r\n"
SUBJECT = "Subject: 店舗到着済\r\n".encode()


def text(body: bytes, content_type: bytes = b"text/plain; charset=utf-8") -> Callable[[], bytes]:
    """A ready mail of Amazon's with this body, so that the extractors really look at it."""
    return lambda: HEAD + SUBJECT + b"Content-Type: " + content_type + b"\r\n\r\n" + body


def html(body: bytes) -> Callable[[], bytes]:
    return text(body, b"text/html; charset=utf-8")


def nested(depth: int) -> bytes:
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (i, i) for i in range(depth))
    return HEAD + b"".join(parts)


CASES: dict[str, Callable[[], bytes]] = {
    "small": text("お問い合わせ番号: 287496013582".encode()),
    "nested multiparts": lambda: nested(1000),
    "semicolons in a name": lambda: HEAD + b'Content-Type: text/plain; name="' + b";" * 100_000 + b'"\r\n\r\nx',
    "semicolons within the limit": lambda: HEAD + b'Content-Type: text/plain; name="' + b";" * 4000 + b'"\r\n\r\nx',
    "100,000 headers": lambda: b"".join(b"X-%d: y\r\n" % i for i in range(100_000)) + HEAD + b"\r\nx",
    "50,000 encoded words": lambda: HEAD + b"Subject: " + b"=?utf-8?b?44GC?= " * 50_000 + b"\r\n\r\nx",
    "50,000 addresses": lambda: b"From: " + b"a@b.c," * 50_000 + b"\r\n\r\nx",
    "parentheses in From": lambda: b"From: " + b"(" * 4000 + b"\r\n\r\nx",
    "quotes in From": lambda: b"From: " + b'"' * 4000 + b"\r\n\r\nx",
    "100,000 parts": lambda: (
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n\r\na\r\n" * 100_000
    ),
    "100,000 digits": text(b"1" * 100_000),
    "digits and blanks": text(b"1 " * 100_000),
    "digits and hyphens": text(b"1-" * 100_000),
    "labels, then digits": text("お問い合わせ番号".encode() * 3000 + b"1" * 100_000),
    "20,000 lines of labels": text("お問い合わせ番号\n".encode() * 20_000),
    "8,000 pairs on a line": text("お問い合わせ番号 287496013582 ".encode() * 8000),
    "8,000 lines of pairs": text("お問い合わせ番号 287496013582\n".encode() * 8000),
    "20,000 dates": text(("受取期限 " * 5000 + "3月10日 " * 20_000).encode()),
    "half dates": text("受取期限: 2026/".encode() * 20_000),
    "20,000 shops": text("受取店舗: ローソン ".encode() * 20_000),
    "names without end": text("ローソンあああああ".encode() * 20_000),
    "500,000 brackets": text(b"<" * 500_000),
    "200,000 open tags": text(b"<a " * 200_000),
    "5 MB of HTML": html(b"<p>" + b"a" * 4_900_000),
    "100,000 nested elements": html(b"<div>" * 100_000 + b"x"),
    "100,000 open paragraphs": html(b"<p>" * 100_000 + b"x"),
    "30,000 nested tables": html(b"<table><tr><td>" * 30_000 + b"x"),
    "3,000 rows of labels": html(
        ("<table>" + "<tr><td>お問い合わせ番号</td><td>認証番号</td></tr>" * 3000 + "</table>").encode()
    ),
    "tags of 16 KB": html((b"<a " + b"b=c " * 4000 + b">x</a>") * 50),
    "a tag of 400 KB": html(b"<a " + b"b=c " * 100_000 + b">x"),
    "comments in a style sheet": html(b"<style>" + b"/*" * 90_000 + b"</style>x"),
    "braces in a style sheet": html(b"<style>" + b"a{b" * 60_000 + b"</style>x"),
    "50,000 header lines in a forward": lambda: (
        b"From: a@example.jp\r\nSubject: Fwd: x\r\n\r\n" + b"From: a\r\n" * 50_000
    ),
    "results without end": lambda: (
        b"Authentication-Results: mx.example.jp; " + b"dmarc=pass " * 1400 + b"(" * 900 + b"\r\n" + HEAD + b"\r\nx"
    ),
    "quoted-printable": lambda: (
        HEAD
        + SUBJECT
        + b"Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/html\r\n\r\n"
        + b"=3D" * 500_000
    ),
}
