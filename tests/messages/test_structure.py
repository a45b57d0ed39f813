"""Parts, forwards and dates of a message."""

from __future__ import annotations

import pytest

from tests.messages.mails import mail, received
from watcher.messages.forwards import written_date

HEADERS = {
    "Outlook, English": "From: Amazon.co.jp [mailto:order-update@amazon.co.jp]\r\nSent: Sunday, March 1, 2026 12:10 PM",
    "Gmail": "From: Amazon.co.jp <order-update@amazon.co.jp>\r\nDate: 2026年3月1日(日) 12:10",
    "iPhone": "差出人: Amazon.co.jp <order-update@amazon.co.jp>\r\n日付: 2026年3月1日 12:10:00 JST",
    "Outlook, Japanese": "差出人: Amazon.co.jp <order-update@amazon.co.jp>\r\n送信日時: 2026年3月1日 12:10",
    "Thunderbird": "件名: \tx\r\n日付: \tSun, 1 Mar 2026 03:10:00 +0000\r\n"
    "差出人: \tAmazon.co.jp <order-update@amazon.co.jp>",
}
REST = ("To: a@example.jp", "Date: Mon, 02 Mar 2026 03:00:00 +0000", "Content-Type: text/plain; charset=utf-8")


def forward(block: str, subject: str = "Fwd: x", sender: str = "hanako@example.com") -> bytes:
    body = f"see below 999999999999\r\n\r\n{block}\r\n\r\ninner text\r\n"
    return mail(f"From: {sender}", f"Subject: {subject}", body=body, rest=REST)


@pytest.mark.parametrize("block", HEADERS.values(), ids=HEADERS)
def test_forwards_of_many_programs_are_read_as_the_mail_inside(block: str) -> None:
    message = received(forward(block))
    (inner,) = message.forwarded
    assert str(inner.senders[0]) == "order-update@amazon.co.jp"
    assert inner.bodies[0].text == "inner text"
    assert inner.date is not None
    assert inner.date.isoformat() == "2026-03-01T03:10:00+00:00"
    assert "inner" not in message.bodies[0].text


def test_a_specimen_is_plain_text() -> None:
    assert not received(forward(HEADERS["Gmail"], subject="look at this")).forwarded


def test_only_forwarders_are_read_where_they_are_named() -> None:
    raw = forward(HEADERS["Gmail"])
    assert received(raw, forwarders=frozenset({"hanako@example.com"})).forwarded
    assert not received(raw, forwarders=frozenset({"taro@example.jp"})).forwarded


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, Mar 1, 2026 at 9:05 PM", "2026-03-01T12:05:00+00:00"),
        ("2026/03/01 午後9:05", "2026-03-01T12:05:00+00:00"),
        ("1 March 2026 00:30", "2026-02-28T15:30:00+00:00"),
        ("2026年2月30日 10:00", None),
        ("", None),
    ],
)
def test_dates_above_forwards(text: str, moment: str | None) -> None:
    found = written_date(text)
    assert (found.isoformat() if found else None) == moment


def multipart(*parts: str, subtype: str = "mixed") -> bytes:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    head = f"From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: multipart/{subtype}; boundary=b\r\n\r\n"
    return (head + body).encode()


def texts(raw: bytes) -> list[str]:
    return [body.text for body in received(raw).bodies]


def test_an_attachment_is_never_read_and_a_named_body_is() -> None:
    named = 'Content-Type: text/plain; name="body.txt"\r\n\r\nbody'
    attached = 'Content-Type: text/plain\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\nsecret'
    assert texts(multipart(named, attached)) == ["body"]


def test_text_of_an_attached_mail_is_not_mixed_in() -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nFrom: order-update@amazon.co.jp\r\nSubject: y\r\n\r\ninner"
    message = received(multipart("Content-Type: text/plain\r\n\r\nouter", inner))
    assert [body.text for body in message.bodies] == ["outer"]
    assert [body.text for body in message.forwarded[0].bodies] == ["inner"]


def test_broken_structures_keep_their_text() -> None:
    assert texts(b"From: a@example.jp\r\nContent-Type: multipart/mixed; boundary=none\r\n\r\njust text\r\n") == [
        "just text"
    ]
    assert texts(multipart("Content-Type: text/plain\r\n\r\nopen").replace(b"--b--", b"")) == ["open"]
    commented = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64 (x)\r\n\r\naGVsbG8="
    assert texts(multipart(commented)) == ["hello"]
    flowed = "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n1234 \r\n5678 \r\n9013"
    assert texts(multipart(flowed)) == ["123456789013"]
