"""Over any bytes whatsoever nothing leaves the packages: mutated mails, and bytes out of nowhere.

``FUZZ_MUTANTS`` says how many mutants; ``make fuzz`` sets it to 100,000.
"""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fixtures import NOW, fixtures
from watcher.assembly import phrases
from watcher.extractors.extract import extract
from watcher.messages.message import Message, Provider, Reception
from watcher.messages.read import read
from watcher.messages.triage import is_candidate

PHRASES = phrases()
RECEPTION = Reception(NOW, provider=Provider(("mx.example.jp",)))
MAILS = [path.read_bytes() for path, _ in fixtures() if 100 < path.stat().st_size < 20_000]
MUTANTS = int(os.environ.get("FUZZ_MUTANTS", "5000"))
BATCHES = 10
MORSELS = [
    b"\x00",
    b"\x1b$B",
    b"\x1b(B",
    b"\xff\xfe",
    b"=?utf-8?B?",
    b"?=",
    b"--",
    b"\r\n\r\n",
    b"\r",
    b"<",
    b"</table>",
    b"<td>",
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Transfer-Encoding: base64\r\n",
    b"charset=utf-7",
    b"From: ",
    "お問い合わせ番号".encode(),
    "認証番号".encode(),
    b"123456789013",
    b"7654321",
    b"250-1234567-7654321",
    "受取期限".encode(),
    "3月10日(火)まで".encode(),
    b"(" * 50,
    b'"' * 50,
    b"\xe3\x81",
    b";" * 30,
    b"Fwd: ",
    b"Authentication-Results: mx.example.jp; ",
]


def mutant(chance: random.Random) -> bytes:
    """A mail with a few random wounds."""
    raw = bytearray(chance.choice(MAILS))
    for _ in range(chance.randint(1, 8)):
        at, end = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
        match chance.randrange(6):
            case 0:
                raw[at : at + chance.randint(1, 4)] = b""
            case 1:
                raw[at:at] = chance.choice(MORSELS)
            case 2:
                raw[at : at + 1] = bytes((chance.randrange(256),))
            case 3:
                raw[at:at] = raw[at : min(end, at + 200)]
            case 4:
                other = chance.choice(MAILS)
                start = chance.randrange(len(other))
                raw[at:at] = other[start : start + 300]
            case _:
                raw = raw[:end] if chance.random() < 0.3 else raw
        raw = raw or bytearray(b"\n")
    return bytes(raw)


def check(raw: bytes) -> Message:
    message = read(raw, RECEPTION)
    notice = extract(message, PHRASES)
    for reading in notice.readings:
        assert reading.order_number or reading.inquiry_number or reading.pickup_code
        assert reading.inquiry_number is None or len(reading.inquiry_number) == 12
        assert reading.auth_number is None or (len(reading.auth_number) == 7 and reading.auth_number.isdecimal())
        assert reading.auth_number is None or reading.auth_number.isascii()
    assert notice.readings == () or notice.trust.value != "forged"
    is_candidate(raw[:2000], frozenset())
    return message


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutants(batch: int) -> None:
    chance = random.Random(batch)
    failed = 0
    for _ in range(MUTANTS // BATCHES):
        message = check(mutant(chance))
        failed += "unreadable" in [problem.value for problem in message.problems]
    assert failed < MUTANTS // BATCHES // 2, "most mutants are still mails"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_out_of_nowhere(raw: bytes) -> None:
    check(raw)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(MORSELS) | st.binary(max_size=12), max_size=40))
def test_morsels_of_mails(parts: list[bytes]) -> None:
    check(
        b"From: order-update@amazon.co.jp\r\nSubject: \xe5\xba\x97\xe8\x88\x97\xe5\x88\xb0\xe7\x9d\x80\r\n"
        + b"".join(parts)
    )
