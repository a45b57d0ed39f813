"""What it costs to tell who wrote a mail.

    python -m benchmarks.trust [MAILS]

Our own DKIM check of signed mails of about 76 KB, with DNS answered from memory, as a ratio to the bare body hash; and
reading Authentication-Results of growing length, per character: a linear reader takes the same for each. CPU time, medians.
"""

from __future__ import annotations

import hashlib
import random
import statistics
import sys
import time
from collections.abc import Callable

from benchmarks.reading import mail
from tests.messages.signing import Zone, key, sign
from watcher.messages.authentication_results import MAX_LENGTH, parse
from watcher.messages.dkim_check import check_dkim
from watcher.messages.headers import split


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def signed(chance: random.Random) -> bytes:
    """A mail signed as amazon.co.jp signs, without the signatures that were on it."""
    head, _, body = mail(chance).partition(b"\r\n\r\n")
    fields = head.replace(b"DKIM-Signature:", b"X-Former-Signature:")
    return sign(fields + b"\r\n\r\n" + body)


def dkim(count: int) -> None:
    chance = random.Random(1)
    zone = Zone({"test._domainkey.amazon.co.jp": (key().record,)})
    mails = [signed(chance) for _ in range(count)]
    times: list[float] = []
    hashes: list[float] = []
    for raw in mails:
        headers = split(raw)[0]
        verdict = check_dkim(headers, raw, zone)
        assert verdict is not None
        assert verdict.reason == "own_dkim_pass", verdict
        times.append(min(cpu(lambda h=headers, r=raw: check_dkim(h, r, zone)) for _ in range(3)))  # type: ignore[misc]
        hashes.append(min(cpu(lambda r=raw: hashlib.sha256(r).digest()) for _ in range(3)))  # type: ignore[misc]
    kilobytes = statistics.median(map(len, mails)) / 1024
    ratio = statistics.median(a / b for a, b in zip(times, hashes, strict=True))
    print(
        f"DKIM of {kilobytes:.0f} KB without DNS: {statistics.median(times) * 1000:.2f} ms, {ratio:.0f} x its SHA-256"
    )


def tokenizer() -> None:
    shapes = {
        "results": "dkim=pass header.d=example.jp; ",
        "open comments": "(",
        "nested comments": "(a)",
        "quotes": '"\\"" ',
        "blanks": " ",
        "equals": "a=",
    }
    for name, piece in shapes.items():
        figures: list[str] = []
        for length in (MAX_LENGTH // 16, MAX_LENGTH // 4, MAX_LENGTH - 100):
            value = ("mx.example.jp; " + piece * (length // len(piece))).encode()
            best = min(cpu(lambda v=value: parse(v)) for _ in range(9))  # type: ignore[misc]
            figures.append(f"{best / len(value) * 1e9:.0f}")
        print(f"Authentication-Results, {name}: {' / '.join(figures)} ns a character at 1, 4 and 16 KB")


def main() -> None:
    dkim(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    tokenizer()


if __name__ == "__main__":
    main()
