"""What reading costs, as ratios to bare mail-parser on the same mails in the same run.

    python -m benchmarks.reading [MAILS]

Invented mails of 42 to 126 KB (text and HTML, UTF-8 and ISO-2022-JP, four transfer encodings, a full header block)
are read in turn by bare mail-parser and by the whole of ours: guard, structure, characters, HTML, numbers. CPU time;
the median ratio counts.
"""

from __future__ import annotations

import base64
import quopri
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.parser import BytesParser

import mailparser

from watcher.assembly import phrases
from watcher.extractors.extract import extract
from watcher.messages.message import Reception
from watcher.messages.read import read
from watcher.messages.triage import is_candidate

PHRASES = phrases()
RECEPTION = Reception(datetime.now(UTC))
FILLING = (
    "このたびはAmazon.co.jpをご利用いただき、まことにありがとうございます。",
    "ご注文の商品が受取店舗に到着しました。お早めにお受け取りください。",
    "商品の詳細、お届け先、お支払い方法は注文履歴からご確認いただけます。",
    "店頭では「お問い合わせ番号」と「認証番号」の入力が必要です(30分以内にレジへお持ちください)。",
    "お受け取りの際は、本人確認書類の提示をお願いする場合があります。",
    "返品をご希望のお客様は、返品受付センターからお手続きください。",
    "商品のレビューを投稿して、ほかのお客様に感想をお伝えください。",
    "おすすめ商品: 有機緑茶 ティーバッグ 50個入り",
    "数量: 1 / 価格: 1,280円(税込)",
    "このEメールアドレスは配信専用です。ご質問はヘルプページをご覧ください。",
    "プライム会員は、対象商品をお急ぎ便で何度でもご利用いただけます。",
    "Amazonアプリなら、配送状況をいつでもご確認いただけます。",
)
STYLE = (
    "padding:8px 12px;font-family:Arial,'Hiragino Kaku Gothic ProN',Meiryo,sans-serif;font-size:14px;line-height:20px"
)
FORMS = (
    [("utf-8", "quoted-printable")] * 31
    + [("utf-8", "base64")] * 21
    + [("utf-8", "8bit")] * 10
    + [("iso-2022-jp", "7bit")] * 38
)
"""How often each form occurs among 100 mails, after a corpus of Japanese shops' mails."""


def mail(chance: random.Random) -> bytes:
    """One ready mail of 42 to 126 KB, 76 KB in the middle, as Amazon builds them: mostly mark-up and links."""
    charset, encoding = chance.choice(FORMS)
    inquiry = chance.randrange(10**10, 10**11)
    facts = [f"お問い合わせ番号: {inquiry}{inquiry % 7}", "認証番号: 7654321", "受取店舗: ローソン 架空店"]
    plain = "\n\n".join((*facts, *(chance.choice(FILLING) for _ in range(chance.randrange(10, 40)))))
    size = chance.triangular(36_000, 105_000, 45_000) * {"quoted-printable": 0.85, "base64": 0.74}.get(encoding, 1.0)
    rows = [f'<tr><td style="{STYLE}" class="fact">{fact}</td></tr>' for fact in facts]
    while sum(map(len, rows)) < size:
        rows.append(row(chance))
    page = (
        f'<html lang="ja"><head><meta charset="{charset}"><style>{"td.a:hover{color:#c45500} " * 40}</style></head>'
        f'<body style="margin:0"><table width="640" cellpadding="0" style="{STYLE}">{"".join(rows)}</table></body></html>'
    )
    parts = []
    for subtype, text in (("plain", plain), ("html", page)):
        head = (
            f"--=_Part_1\r\nContent-Type: text/{subtype}; charset={charset}\r\n"
            f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
        )
        parts.append(head.encode() + encoded(text.encode(charset), encoding) + b"\r\n")
    return head_of(chance).encode() + b"".join(parts) + b"--=_Part_1--\r\n"


def row(chance: random.Random) -> str:
    """A row of a page: a table in a table, a picture, a sentence and a link that is followed."""
    link = f"https://www.amazon.co.jp/gp/r.html?C={token(chance, 13)}&K={token(chance, 13)}&R={token(chance, 13)}&T=C"
    link += f"&U=https%3A%2F%2Fwww.amazon.co.jp%2Fgp%2Fhelp%2F{token(chance, 40)}&H={token(chance, 28)}&ref_=pe_{token(chance, 8)}"
    return (
        f'<tr><td style="{STYLE};border-bottom:1px solid #ddd"><table width="100%" cellpadding="0" cellspacing="0"><tr>'
        f'<td width="80" style="vertical-align:top"><img src="https://m.media-amazon.com/images/I/{token(chance, 20)}.jpg"'
        f' width="72" height="72" alt="" style="display:block;border:0"></td><td style="{STYLE}">{chance.choice(FILLING)}'
        f'<br><a href="{link}" style="color:#007185;text-decoration:none">注文の詳細を見る</a></td></tr></table></td></tr>\n'
    )


def head_of(chance: random.Random) -> str:
    """The header block of a mail that came over three hosts and was checked on the way."""
    hops = "".join(
        f"Received: from mx{hop}.example.net (mx{hop}.example.net. [192.0.2.{hop}])\r\n"
        f" by relay{hop}.example.jp with ESMTPS id {token(chance, 16)}\r\n for <me@example.jp>;"
        f" Wed, 07 Jan 2026 21:29:4{hop} -0800 (PST)\r\n"
        for hop in range(1, 5)
    )
    signature = "\r\n ".join(token(chance, 70) for _ in range(4))
    return (
        f"Delivered-To: me@example.jp\r\n{hops}"
        f"ARC-Seal: i=1; a=rsa-sha256; t=1767850180; cv=none; d=example.net; s=arc;\r\n b={signature}\r\n"
        "Authentication-Results: mx.example.jp; dkim=pass header.i=@amazon.co.jp header.s=abc;\r\n"
        " spf=pass smtp.mailfrom=amazonses.com; dmarc=pass (p=QUARANTINE) header.from=amazon.co.jp\r\n"
        f"DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=abc; d=amazon.co.jp; t=1767850179;\r\n"
        f" h=Date:From:To:Message-ID:Subject:MIME-Version:Content-Type;\r\n bh={token(chance, 43)};\r\n b={signature}\r\n"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; s=ses; d=amazonses.com; t=1767850179;\r\n b={signature}\r\n"
        'Date: Thu, 8 Jan 2026 05:29:40 +0000\r\nFrom: "Amazon.co.jp" <order-update@amazon.co.jp>\r\n'
        f"To: =?UTF-8?B?5p625aC044CA5aSq6YOO?= <me@example.jp>\r\nMessage-ID: <{token(chance, 40)}@example.amazonses.com>\r\n"
        "Subject: =?UTF-8?B?5bqX6IiX5Yiw552A5riI44G/OiDjgZTms6jmloflk4HjgYzliLDnnYDjgZfjgb7jgZfjgZ8=?=\r\n"
        "MIME-Version: 1.0\r\nX-AMAZON-MAIL-RELAY-TYPE: notification\r\nBounces-to: bounce@example.net\r\n"
        f"Feedback-ID: 1.us-west-2.{token(chance, 44)}:AmazonSES\r\nX-SES-Outgoing: 2026.01.08-192.0.2.9\r\n"
        'Content-Type: multipart/alternative; boundary="=_Part_1"\r\n\r\n'
    )


def token(chance: random.Random, length: int) -> str:
    return "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=length))


def encoded(data: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(data)
    return quopri.encodestring(data) if encoding == "quoted-printable" else data


def bare(raw: bytes) -> object:
    """What mail-parser alone gives, as a reader would ask for it."""
    parsed = mailparser.parse_from_bytes(raw)
    return parsed.subject, parsed.from_, parsed.date, parsed.text_plain, parsed.text_html


def ours(raw: bytes) -> object:
    return extract(read(raw, RECEPTION), PHRASES)


def full_parse(raw: bytes) -> object:
    return BytesParser().parsebytes(raw)


def triage(raw: bytes) -> object:
    return is_candidate(raw[: raw.index(b"\r\n\r\n")], frozenset())


def cpu(work: Callable[[bytes], object], raw: bytes) -> float:
    start = time.process_time()
    work(raw)
    return time.process_time() - start


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    chance = random.Random(1)
    mails = [mail(chance) for _ in range(count)]
    print(f"{count} mails, median {statistics.median(map(len, mails)) / 1024:.0f} KB")
    for raw in mails[:20]:
        bare(raw), ours(raw)
    pairs = [(cpu(ours, raw), cpu(bare, raw)) for raw in mails]
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"whole reading {statistics.median(a for a, _ in pairs) * 1000:.2f} ms, {ratio:.2f} x bare mail-parser")
    pairs = [(cpu(full_parse, raw), cpu(triage, raw)) for raw in mails]
    print(f"header triage {statistics.median(a / b for a, b in pairs):.0f} x faster than a full parse")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for i in range(10_000):
        ours(mails[i % len(mails)])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"memory over 10,000 mails: +{grown:.1f} MB")


if __name__ == "__main__":
    main()
