"""Our own DKIM check: mails signed here with our own keys, DNS given by the test."""

from __future__ import annotations

import time

import pytest

from tests.messages.mails import GENUINE_FROM, mail, received
from tests.messages.signing import SIGNED, key, sign, zone
from watcher.messages.message import Provider, Trust, TxtLookup

A, U = Trust.AUTHENTICATED, Trust.UNVERIFIED
NOBODY = Provider()
PLAIN = mail(GENUINE_FROM, "Reply-To: <a@amazon.co.jp>", "MIME-Version: 1.0", body="hello\r\nparcel  for you\r\n")
ZONE = zone(
    "amazon.co.jp", "bounces.amazon.co.jp", "amazonses.com", "evil.example", "amazon.co.jp.evil.example", "co.jp"
)
GENUINE = sign(PLAIN)
SHORT = key(512, 3)
GARBAGE = b"DKIM-Signature: v=1; d=amazon.co.jp; h=From:Subject:Date:Content-Type; b=%%\r\n"
PARTIAL = sign(PLAIN, length=True)


def without(*names: bytes) -> bytes:
    return sign(PLAIN, names=[name for name in SIGNED if name not in names])


CASES: list[tuple[str, bytes, Trust, str, TxtLookup]] = [
    ("genuine", GENUINE, A, "own_dkim_pass", ZONE),
    ("relaxed", sign(PLAIN, canonicalize=(b"relaxed", b"relaxed")), A, "own_dkim_pass", ZONE),
    ("amazonses above", sign(GENUINE, "amazonses.com"), A, "own_dkim_pass", ZONE),
    ("amazonses below", sign(sign(PLAIN, "amazonses.com")), A, "own_dkim_pass", ZONE),
    ("a subdomain", sign(PLAIN, "bounces.amazon.co.jp"), A, "own_dkim_pass", ZONE),
    ("LF", GENUINE.replace(b"\r\n", b"\n"), A, "own_dkim_pass", ZONE),
    ("Received added above", b"Received: from a by b\r\n" + GENUINE, A, "own_dkim_pass", ZONE),
    # -- valid signatures that prove nothing
    ("evil.example", sign(PLAIN, "evil.example"), U, "no_results", ZONE),
    ("amazonses only", sign(PLAIN, "amazonses.com"), U, "no_results", ZONE),
    ("look-alike", sign(PLAIN, "amazon.co.jp.evil.example"), U, "no_results", ZONE),
    ("co.jp", sign(PLAIN, "co.jp"), U, "no_results", ZONE),
    ("part of the body", PARTIAL, U, "dkim_not_usable", ZONE),
    ("text appended", PARTIAL + b"evil", U, "dkim_not_usable", ZONE),
    ("second Subject", b"Subject: evil\r\n" + GENUINE, U, "dkim_not_usable", ZONE),
    ("second Content-Type", b"Content-Type: text/html\r\n" + GENUINE, U, "dkim_not_usable", ZONE),
    ("Subject not signed", without(b"Subject"), U, "dkim_not_usable", ZONE),
    ("Content-Type not signed", without(b"Content-Type"), U, "dkim_not_usable", ZONE),
    ("blanks without end", sign(PLAIN + b" " * 5000 + b"x\r\n"), U, "dkim_not_usable", ZONE),
    # -- broken on the way, or not to be checked: never called forged
    ("[spam] in the subject", GENUINE.replace(b"Subject: test", b"Subject: [spam] test"), U, "dkim_broken", ZONE),
    ("a footer", GENUINE + b"-- \r\nlist\r\n", U, "dkim_broken", ZONE),
    ("key gone", GENUINE, U, "dkim_broken", zone("evil.example")),
    ("key revoked", GENUINE, U, "dkim_broken", zone("amazon.co.jp", record=b"v=DKIM1; k=rsa; p=")),
    ("key of 512 bits", sign(PLAIN, with_key=SHORT), U, "dkim_broken", zone("amazon.co.jp", record=SHORT.record)),
    ("garbage for a signature", GARBAGE + PLAIN, U, "dkim_broken", ZONE),
    ("unsigned", PLAIN, U, "no_results", ZONE),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "trust", "reason", "dns"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_who_signed_and_what(raw: bytes, trust: Trust, reason: str, dns: TxtLookup) -> None:
    verdict = received(raw, NOBODY, lookup_txt=dns).verdict
    assert (verdict.trust, verdict.reason) == (trust, reason)


def test_silent_dns_is_no_verdict() -> None:
    def silent(name: str) -> tuple[bytes, ...]:
        raise TimeoutError(name)

    verdict = received(GENUINE, NOBODY, lookup_txt=silent).verdict
    assert (verdict.trust, verdict.reason) == (U, "dns_unavailable")


def test_what_the_provider_found_comes_first() -> None:
    asked: list[str] = []

    def dns(name: str) -> tuple[bytes, ...]:
        asked.append(name)
        return ZONE(name)

    found = b"Authentication-Results: mx.example.jp; dkim=fail header.d=amazon.co.jp; dmarc=fail\r\n"
    assert received(found + GENUINE, lookup_txt=dns).verdict.trust is Trust.FORGED
    assert not asked


def test_without_dns_nothing_is_checked() -> None:
    assert received(GENUINE, NOBODY).verdict.reason == "no_results"


def test_a_forged_from_is_not_helped_by_a_signature_of_somebody_else() -> None:
    forged = sign(mail("From: <order-update@amazon.co.jp>", "From: <a@evil.example>"), "evil.example", names=[b"From"])
    assert received(forged, NOBODY, lookup_txt=ZONE).verdict.trust is Trust.FORGED


def test_long_mails_are_checked_in_linear_time() -> None:
    """Twice the mail costs about twice the time: quadratic inputs are refused before."""
    times = []
    for size in (40_000, 160_000):
        raw = sign(PLAIN + b"word " * (size // 5))
        start = time.process_time()
        received(raw, NOBODY, lookup_txt=ZONE)
        times.append(time.process_time() - start)
    assert times[1] < 4 * 3 * max(times[0], 0.005)
