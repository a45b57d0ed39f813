"""What reading costs, as ratios to bare mail-parser on the same mails in the same run.

    python -m benchmarks.reading [MAILS]

Mails of about 76 KB (text and HTML, UTF-8 and ISO-2022-JP, three transfer encodings) are read in turn by bare
mail-parser and by the whole of ours: guard, structure, characters, HTML, numbers. CPU time; the median ratio counts.
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
from watcher.messages import Reception, read
from watcher.messages.triage import is_candidate

PHRASES = phrases()
RECEPTION = Reception(datetime.now(UTC))
FILLING = "このたびはご注文いただき、まことにありがとうございます。商品の詳細は注文履歴をご覧ください。"


def mail(chance: random.Random) -> bytes:
    """One ready mail of about 76 KB."""
    charset, encoding = chance.choice((("utf-8", "base64"), ("utf-8", "quoted-printable"), ("iso-2022-jp", "7bit")))
    inquiry = chance.randrange(10**10, 10**11)
    facts = f"お問い合わせ番号: {inquiry}{inquiry % 7}\n認証番号: 7654321\n受取店舗: ローソン 架空店\n"
    plain = facts + FILLING * 60
    rows = "".join(f"<tr><td style='padding:0'><span>{FILLING}</span></td></tr>" for _ in range(170))
    html = f"<html><body><table>{rows}</table><p>{facts.replace(chr(10), '<br>')}</p></body></html>"
    parts = []
    for subtype, text in (("plain", plain), ("html", html)):
        head = (
            f"--b\r\nContent-Type: text/{subtype}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
        )
        parts.append(head.encode() + encoded(text.encode(charset.replace("-", "_")), encoding) + b"\r\n")
    head = (
        "From: order-update@amazon.co.jp\r\nSubject: =?utf-8?B?5bqX6IiX5Yiw552A5riI?=\r\n"
        "Date: Thu, 8 Jan 2026 05:29:40 +0000\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=b\r\n\r\n"
    )
    return head.encode() + b"".join(parts) + b"--b--\r\n"


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
    for i in range(2_000):
        ours(mails[i % len(mails)])
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"memory over 2,000 mails: +{grown:.1f} MB")


if __name__ == "__main__":
    main()
