"""Large mails: of megabytes, only the header and the texts travel."""

from __future__ import annotations

import base64
import email
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response

from tests.mailbox.recording import MemoryRecorder
from tests.mailbox.scripted import HEADER, ScriptedServer, Session
from tests.mailbox.watched import config
from tests.servers import Dovecot
from watcher.errors import NetworkError
from watcher.mailbox.imap import ImapMailbox
from watcher.mailbox.structure import PART, TOGETHER, assembled, readable, sections
from watcher.messages.message import Problem, Provider, Reception
from watcher.messages.read import read

TEXT = "商品が店舗に到着しました。お問い合わせ番号: 512345678901"
RECEPTION = Reception(datetime(2026, 3, 10, tzinfo=UTC), None, Provider(), frozenset({"me@example.jp"}))


def large(attachment: int, inner: EmailMessage | None = None) -> EmailMessage:
    """A mail with a text, the same as HTML, and a picture of so many bytes."""
    mail = EmailMessage()
    mail["From"] = "order-update@amazon.co.jp" if inner is None else "me@example.jp"
    mail["Subject"] = "到着" if inner is None else "Fwd: 到着"
    mail["Date"] = "Tue, 10 Mar 2026 09:00:00 +0900"
    mail["Message-ID"] = "<large@example.com>"
    mail.set_content(TEXT)
    mail.add_alternative(f"<p>{TEXT}</p>", subtype="html")
    mail.add_attachment(b"x" * attachment, maintype="image", subtype="png", filename="写真.png")
    mail.add_attachment(b"not read", maintype="text", subtype="plain", filename="notes.txt")
    if inner is not None:
        mail.add_attachment(inner)
    return mail


class Everything(MemoryRecorder):
    """Takes other people's mail too."""

    def is_candidate(self, header: bytes) -> bool:
        return bool(header)


def fetched(dovecot: Dovecot, mail: EmailMessage) -> bytes:
    """What the mailbox hands over of a delivered mail."""
    client = dovecot.client()
    client.append("INBOX", mail.as_bytes().replace(b"\n", b"\r\n"), msg_time=datetime.now(UTC))
    client.logout()
    recorder = Everything()
    ImapMailbox(dovecot.config(folders=("INBOX",)), recorder).check()
    assert not recorder.failed
    return recorder.mails[0].raw


def test_a_large_mail_is_read_as_if_it_were_whole(dovecot: Dovecot) -> None:
    mail = large(3_000_000)
    raw = fetched(dovecot, mail)
    assert len(raw) < 10_000
    whole, part = read(mail.as_bytes(), RECEPTION), read(raw, RECEPTION)
    assert part.bodies == whole.bodies
    assert (part.subject, part.date, part.senders, part.message_id) == (
        whole.subject, whole.date, whole.senders, whole.message_id,
    )  # fmt: skip
    assert part.problems == (*whole.problems, Problem.PARTLY_FETCHED)


@pytest.mark.parametrize("size", [1000, 1_300_000], ids=["small", "large"])
def test_a_forward_within_a_large_mail_is_found(dovecot: Dovecot, size: int) -> None:
    mail = large(2_000_000, inner=large(size))
    raw = fetched(dovecot, mail)
    assert len(raw) < 30_000
    whole, part = read(mail.as_bytes(), RECEPTION), read(raw, RECEPTION)
    assert len(whole.forwarded) == 1
    assert [inner.bodies for inner in part.forwarded] == [inner.bodies for inner in whole.forwarded]
    assert [inner.senders for inner in part.forwarded] == [inner.senders for inner in whole.forwarded]


def test_a_mail_that_is_one_huge_text_is_cut(dovecot: Dovecot) -> None:
    mail = EmailMessage()
    mail["From"] = "order-update@amazon.co.jp"
    mail.set_content(TEXT + "\n" + "x\n" * 1_500_000)
    raw = fetched(dovecot, mail)
    assert PART < len(raw) < PART + 10_000
    message = read(raw, RECEPTION)
    assert TEXT.split("。", maxsplit=1)[0] in message.bodies[0].text
    assert Problem.PARTLY_FETCHED in message.problems


def test_a_structure_that_nobody_can_read_costs_the_beginning_only() -> None:
    def behave(session: Session, tag: bytes, command: bytes, arguments: bytes) -> bool:
        if command != b"UID" or not arguments.startswith(b"FETCH"):
            return False
        if b"BODYSTRUCTURE" in arguments:
            session.send(b"* 1 FETCH (UID 1 BODYSTRUCTURE ((((", tag + b" OK done")
        elif b"TEXT" in arguments:
            session.send(b"* 1 FETCH (UID 1 BODY[TEXT]<0> {5}\r\nhello)", tag + b" OK done")
        elif b"BODY.PEEK[HEADER]<0" in arguments:
            header = HEADER % 1
            session.send(b"* 1 FETCH (UID 1 BODY[HEADER]<0> {%d}\r\n%s)" % (len(header), header), tag + b" OK done")
        else:
            return False
        return True

    recorder = MemoryRecorder()
    with ScriptedServer(behave) as server:
        server.uids, server.sizes = [1], {1: 100_000_000}
        ImapMailbox(config(server), recorder).check()
    assert recorder.mails[0].raw.endswith(b"\r\n\r\nhello")
    assert b"X-Konbini-Partly-Fetched: 100000000\r\n" in recorder.mails[0].raw


def test_a_structure_too_long_to_be_read_stops_that_mail_only(dovecot: Dovecot) -> None:
    head = b'From: order-update@amazon.co.jp\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
    part = b'--b\r\nContent-Type: text/plain; name="%s"\r\n\r\nx\r\n' % (b"n" * 150)
    client = dovecot.client()
    client.append("INBOX", head + part * 8000 + b"--b--\r\n", msg_time=datetime.now(UTC))
    client.append("INBOX", HEADER % 2 + b"hello\r\n", msg_time=datetime.now(UTC))
    client.logout()
    recorder = MemoryRecorder()
    for _ in range(3):
        with pytest.raises(NetworkError):
            ImapMailbox(dovecot.config(folders=("INBOX",)), recorder).check()
    ImapMailbox(dovecot.config(folders=("INBOX",)), recorder).check()
    assert [(place.uid, reason) for place, reason in recorder.failed] == [(1, "TooMuchError")]
    assert recorder.subjects() == ["Subject: number 2"]


def test_only_texts_and_messages_are_asked_for_and_within_the_cap() -> None:
    row = (
        b'1 (UID 1 BODYSTRUCTURE (("TEXT" "PLAIN" ("CHARSET" "utf-8") NIL NIL "BASE64" 99999999 9)'
        b'("TEXT" "HTML" NIL NIL NIL "7BIT" 99999999 9)("IMAGE" "PNG" NIL NIL NIL "BASE64" 9999999)'
        b'("TEXT" "PLAIN" NIL NIL NIL "7BIT" 10 1 NIL ("ATTACHMENT" ("FILENAME" "a.txt")))'
        b'("APPLICATION" "PDF" NIL NIL NIL "BASE64" 999) "MIXED"))'
    )
    node = readable(parse_fetch_response([row])[1][b"BODYSTRUCTURE"])
    assert node is not None
    assert sections(node) == [("1.MIME", 4096), ("1", PART), ("2.MIME", 4096), ("2", PART)]


STRUCTURES: st.SearchStrategy[Any] = st.recursive(
    st.tuples(
        st.sampled_from([b"TEXT", b"IMAGE", b"MESSAGE"]), st.sampled_from([b"PLAIN", b"HTML", b"RFC822"]),
        st.none(), st.none(), st.none(), st.just(b"7BIT"), st.integers(0, 3 * PART),
    ),
    lambda inner: st.tuples(st.lists(inner, min_size=1, max_size=4), st.just(b"MIXED"))
    | st.lists(inner, min_size=1, max_size=4).map(lambda parts: (*parts, b"ALTERNATIVE"))
    | inner.map(lambda body: (b"MESSAGE", b"RFC822", None, None, None, b"7BIT", 2 * PART, (), body, 9)),
    max_leaves=12,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # on a busy machine
@given(STRUCTURES)
def test_whatever_the_structure_what_comes_of_it_is_a_message(structure: Any) -> None:
    node = readable(structure)
    wanted = [] if node is None else sections(node)
    assert sum(1 for name, _ in wanted if not name.endswith((".MIME", ".HEADER"))) * PART <= TOGETHER + 20 * PART
    texts = {
        name: b"Subject: inner\r\n\r\n" if name.endswith("HEADER")
        else b"Content-Type: text/plain\r\n\r\n" if name.endswith("MIME")
        else f"text of {name}".encode()
        for name, _ in wanted
    }  # fmt: skip
    raw = assembled(b"From: a@example.com\r\nContent-Type: multipart/x;\r\n boundary=q\r\n\r\n", node, texts, 9)
    message = email.message_from_bytes(raw)
    assert message["From"] == "a@example.com"
    assert message["X-Konbini-Partly-Fetched"] == "9"
    leaves = [str(part.get_payload()).strip() for part in walked(message) if not part.is_multipart()]
    assert [leaf for leaf in leaves if leaf.startswith("text of")] == [
        text.decode() for name, text in texts.items() if not name.endswith(("MIME", "HEADER"))
    ]


def walked(message: Message) -> list[Message]:
    return list(message.walk())


def test_base64_cut_in_the_middle_is_still_read() -> None:
    text = base64.encodebytes((TEXT * 20).encode())[:700]
    raw = (
        b"From: order-update@amazon.co.jp\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\nX-Konbini-Partly-Fetched: 9\r\n\r\n" + text
    )
    assert "512345678901" in read(raw, RECEPTION).bodies[0].text
