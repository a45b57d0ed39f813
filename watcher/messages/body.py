"""The readable texts of a parsed message, decoded by us: parsers get Japanese wrong, silently."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message as EmailMessage

from watcher.messages.charset import decode
from watcher.messages.html import html_to_text
from watcher.messages.links import orders_of, without_links
from watcher.messages.message import Body, Problem
from watcher.messages.normalise import normalise

MAX_PLAIN = 1024 * 1024
_CHARSET = re.compile(r"\bcharset\s*=\s*[\"']?\s*([^\s;\"'()]{1,60})", re.IGNORECASE)
_FLOWED = re.compile(r"\bformat\s*=\s*\"?flowed", re.IGNORECASE)
_DELSP = re.compile(r"\bdelsp\s*=\s*\"?yes", re.IGNORECASE)
_HREF = re.compile(r"<a\b[^<>]{0,2000}?\bhref\s*=\s*[\"']?([^\"'<>\s]{1,2000})", re.IGNORECASE)
_BREAK_TAG = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\s*/?>", re.IGNORECASE)
_KNOWN_TAG = re.compile(
    r"</?(?:a|b|i|u|p|br|em|hr|li|td|th|tr|ul|ol|div|img|span|font|table|tbody|strong|small|center|h[1-6])"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
MAX_ENCODED_MESSAGE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """What a message holds on its own level: its texts, and the messages attached to it."""

    bodies: tuple[Body, ...]
    attached: tuple[EmailMessage | bytes, ...]
    problems: tuple[Problem, ...]


def parts_of(message: EmailMessage) -> Parts:
    """Reads a parsed message. Attachments are never read; a text that merely has a name is."""
    plain: list[Body] = []
    html: list[Body] = []
    attached: list[EmailMessage | bytes] = []
    problems: list[Problem] = []
    for part in _leaves(message):
        if part.defects:
            problems.append(Problem.STRUCTURE_DAMAGED)
        content_type = part.get_content_type()
        if content_type == "message/rfc822":
            attached.extend(_attached(part))
        elif _is_attachment(part):
            continue
        elif content_type == "text/html":
            html.extend(_html_body(part, problems))
        elif content_type == "text/plain" or content_type.startswith("multipart/"):
            plain.extend(_plain_body(part, problems))
    return Parts((*plain, *html), tuple(attached), tuple(dict.fromkeys(problems)))


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """Parts in order, without entering attached messages; no recursion."""
    stack: list[EmailMessage] = [message]
    while stack:
        part = stack.pop()
        # The payload of a single part is not asked for here: the library would decode it by any label.
        payload = part.get_payload() if part.is_multipart() else None
        if isinstance(payload, list) and part.get_content_type() != "message/rfc822":
            if part is message or not _is_attachment(part):
                stack.extend(item for item in reversed(payload) if isinstance(item, EmailMessage))
        else:
            yield part


def _is_attachment(part: EmailMessage) -> bool:
    return part.get_content_disposition() == "attachment"


def _attached(part: EmailMessage) -> Iterator[EmailMessage | bytes]:
    payload = part.get_payload() if part.is_multipart() else None
    if isinstance(payload, list):
        inner = [item for item in payload if isinstance(item, EmailMessage)]
        encoded = inner[0].get_payload() if inner and not inner[0].keys() else None
        if _encoding(part) == "base64" and isinstance(encoded, str):
            yield _from_base64(encoded.encode("latin-1", "replace"))
        else:
            yield from inner
    else:
        yield payload_of(part)


def _plain_body(part: EmailMessage, problems: list[Problem]) -> Iterator[Body]:
    data = payload_of(part)
    if len(data) > MAX_PLAIN:
        problems.append(Problem.TOO_LARGE)
        return
    content_type = str(part.get("content-type", ""))[:4096]
    text = decode(data, _charset(content_type))
    if _FLOWED.search(content_type):
        text = unflowed(text, bool(_DELSP.search(content_type)))
    orders: tuple[str, ...] = ()
    if "<" in text:
        orders = tuple(order for url in _HREF.findall(text) for order in orders_of(url))
        text = _KNOWN_TAG.sub("", _BREAK_TAG.sub("\n", text)).replace("\\n", "\n")
    text, linked = without_links(text)
    yield from _body(Body(normalise(text), "plain", tuple(dict.fromkeys((*orders, *linked)))), text, problems)


def _html_body(part: EmailMessage, problems: list[Problem]) -> Iterator[Body]:
    html = decode(payload_of(part), _charset(str(part.get("content-type", ""))[:4096]))
    page = html_to_text(html)
    if page.cut:
        problems.append(Problem.TOO_COMPLEX)
    text, linked = without_links(page.text)
    orders = tuple(dict.fromkeys((*page.orders, *linked)))
    yield from _body(Body(normalise(text), "html", orders), text, problems)


def _body(body: Body, text: str, problems: list[Problem]) -> Iterator[Body]:
    if "\ufffd" in text:
        problems.append(Problem.TEXT_DAMAGED)
    if body.text or body.linked_orders:
        yield body


def payload_of(part: EmailMessage) -> bytes:
    """The bytes of a part with its transfer encoding undone, also where the header has a comment behind it."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b""
    written = str(part.get("content-transfer-encoding", "")).strip().lower()
    encoding = _encoding(part)
    if encoding != written:
        if encoding == "base64":
            return _from_base64(data)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(data)
    return data


def _encoding(part: EmailMessage) -> str:
    words = str(part.get("content-transfer-encoding", ""))[:200].lower().replace(";", " ").split()
    return words[0] if words else ""


def _from_base64(data: bytes) -> bytes:
    clean = _NOT_BASE64.sub(b"", data[: MAX_ENCODED_MESSAGE * 4 // 3])
    clean = clean[: len(clean) - len(clean) % 4] if len(clean) % 4 == 1 else clean
    return base64.b64decode(clean + b"=" * (-len(clean) % 4))


def _charset(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found[1] if found else None


def unflowed(text: str, delete_space: bool) -> str:
    """Joins the soft-broken lines of ``format=flowed`` (RFC 3676 §4.1, §4.3)."""
    out: list[str] = []
    open_line = False
    for line in text.replace("\r\n", "\n").split("\n"):
        content = line[1:] if line.startswith(" ") else line
        if open_line and not content.startswith(">"):
            out[-1] += content
        else:
            out.append(content)
        open_line = content.endswith(" ") and content != "-- "
        if open_line and delete_space:
            out[-1] = out[-1][:-1]
    return "\n".join(out)
