"""A redacted mail still shows the extractor the same layout, and nothing of the person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import NOW, fixtures, name_of
from watcher.assembly import phrases
from watcher.export.redaction import redacted
from watcher.extractors.extract import extract
from watcher.messages.message import Reception
from watcher.messages.read import read

READY = [
    (path, expected)
    for path, expected in fixtures()
    if path.parent.name.startswith("ready-") and len(expected["parcels"]) == 1
]
PHRASES = phrases()


@pytest.mark.parametrize(("path", "expected"), READY, ids=[name_of(path) for path, _ in READY])
def test_nothing_private_is_left_and_the_layout_is(path: Path, expected: dict[str, Any]) -> None:
    copy = redacted(path.read_bytes())
    text = read(copy, Reception(NOW))
    seen = "\n".join([text.subject, *(body.text for body in text.bodies)])
    (parcel,) = expected["parcels"]
    for private in (parcel["order_number"], parcel["inquiry_number"], parcel["auth_number"], "taro@example.jp"):
        assert not private or private not in seen.replace(" ", "")
    before = extract(read(path.read_bytes(), Reception(NOW)), PHRASES)
    after = extract(text, PHRASES)
    assert after.kind is before.kind
    assert len(after.readings) == len(before.readings)
    for one, other in zip(before.readings, after.readings, strict=True):
        assert other.deadline == one.deadline
        assert (other.inquiry_number is None) is (one.inquiry_number is None)
        assert (other.auth_number is None) is (one.auth_number is None)


def test_the_same_number_is_exchanged_alike_everywhere() -> None:
    raw = (
        "From: order-update@amazon.co.jp\r\nSubject: 250-1234567-7654321\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "架空 花子 様\r\n注文番号 250-1234567-7654321\r\n認証番号 7654321\r\n"
        "〒123-4567 例示県架空市9-9-9\r\n3月8日まで\r\n"
    ).encode()
    message = read(redacted(raw), Reception(NOW))
    (body,) = message.bodies
    lines = body.text.split("\n")
    assert message.subject in lines[1]
    assert lines[2].split()[-1] == message.subject[-7:] != "7654321"
    assert "花子" not in body.text
    assert "架空市9" not in body.text
    assert "3月8日まで" in body.text


@pytest.mark.parametrize("raw", [b"", b"\0\xff", b"From: x\r\n\r\n"])
def test_anything_can_be_redacted(raw: bytes) -> None:
    assert redacted(raw)


def test_of_the_sender_only_the_domain_is_left() -> None:
    message = read(redacted(b"From: a@b.example\r\n\r\nhello 12345678\r\n"), Reception(NOW))
    assert message.senders[0].domain == "b.example"
    assert "12345678" not in message.bodies[0].text
