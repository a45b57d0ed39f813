"""A copy of a mail that is safe to attach to a bug report: its layout stays, what is private goes.

Digits are exchanged for others, the same ones for the same number everywhere in the mail (an auth number stays the
end of its order number); names, addresses and mail addresses become invented ones; links lose what is behind the
host. Dates, labels, tags and line breaks stay, since they are what a reader of the report needs.
"""

from __future__ import annotations

import email
import hashlib
import re
from email import policy
from email.message import EmailMessage
from email.message import Message as ParsedMessage

from watcher.messages.body import payload_of
from watcher.messages.charset import decode
from watcher.messages.headers import decode_text, split, values

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']{1,60})", re.IGNORECASE)
_PATTERNS = re.compile(
    r"(?P<url>https?://[^\s<>\"'」）]{1,4000})"
    r"|(?P<mail>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,200})"
    r"|(?P<order>(?<![0-9A-Za-z-])[0-9A-Z]{3}-[0-9]{7}-[0-9]{7})"
    r"|(?P<date>20[0-9]{2}[-/年.]\s?[0-9]{1,2}[-/月.]\s?[0-9]{1,2}日?|[0-9０-９]{1,2}月[0-9０-９]{1,2}日"
    r"|(?<![0-9/])[0-9]{1,2}/[0-9]{1,2}(?![0-9/])|[0-9]{1,2}:[0-9]{2})"
    r"|(?P<address>〒\s?[0-9０-９]{3}[-－]?[0-9０-９]{4}[^\n<]{0,60}"
    r"|[^\s<>、。]{2,3}[都道府県][^\s<>、。]{1,12}[市区町村郡][^\n<]{0,60})"
    r"|(?P<person>[^\s<>:：、。0-9]{1,12}(?:[ 　][^\s<>:：、。0-9]{1,12})?(?=\s?様))"
    r"|(?P<number>[0-9０-９][0-9０-９ -]{3,40}[0-9０-９])"
)
_HOST = re.compile(r"(https?://[A-Za-z0-9.-]+)")
_DIGIT = re.compile(r"[0-9０-９]")
_SHOP = re.compile(r"(ローソン|ファミリーマート|ミニストップ)([\s　]?)[^\s<>、。()（）「」]{1,30}?店")


def redacted(raw: bytes) -> bytes:
    """The copy: a well-formed mail in UTF-8 with the same parts, in the same order.

    Args:
        raw: a mail as it was stored.
    """
    parsed = email.message_from_bytes(raw, policy=policy.compat32)
    secret = _Secrets(hashlib.sha256(raw).digest())
    copy = EmailMessage()
    copy["From"] = _sender(raw)
    copy["To"] = "user@example.jp"
    headers, _ = split(raw)
    for name, change in (("subject", secret.hide), ("date", str)):
        value = next(values(headers, name), None)
        if value is not None:
            copy[name.capitalize()] = change(" ".join(decode_text(value).split())[:500])
    texts = [part for part in parsed.walk() if part.get_content_type() in ("text/plain", "text/html")]
    for i, part in enumerate(texts[:10]):
        text = secret.hide(_text_of(part))
        subtype = part.get_content_subtype()
        if i == 0:
            copy.set_content(text, subtype=subtype, cte="8bit")
        else:
            copy.add_alternative(text, subtype=subtype, cte="8bit")
    return copy.as_bytes(policy=policy.SMTP.clone(cte_type="8bit", max_line_length=998))


def _text_of(part: ParsedMessage) -> str:
    found = _CHARSET.search(str(part.get("content-type", ""))[:4096])
    text = decode(payload_of(part), found[1] if found else None)
    return "\n".join(line[:900] for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _sender(raw: bytes) -> str:
    """The sender's domain alone matters."""
    headers, _ = split(raw)
    value = next(values(headers, "from"), b"").decode("latin-1")
    domain = re.search(r"@([A-Za-z0-9.-]{1,200})", value)
    return f"sender@{domain[1]}" if domain else "sender@example.com"


class _Secrets:
    """Exchanges what is private, always in the same way within one mail."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def hide(self, text: str) -> str:
        return _PATTERNS.sub(self._exchange, _SHOP.sub(r"\1\2見本店", text))

    def _exchange(self, found: re.Match[str]) -> str:
        text = found.group()
        if found["date"]:
            return text
        if found["url"]:
            host = _HOST.match(text)
            return f"{host[1] if host else 'https://example.com'}/…"
        if found["mail"]:
            domain = text.rpartition("@")[2]
            return f"someone@{domain if domain.endswith('amazon.co.jp') else 'example.jp'}"
        if found["address"]:
            return "〒000-0000 例示県見本市1-2-3"
        if found["person"]:
            return "架空 太郎"
        if found["order"]:
            return text[:4] + self._digits(text[4:11]) + "-" + self._digits(text[12:])
        return self._digits(text)

    def _digits(self, text: str) -> str:
        """Other digits in the same places; separators stay."""
        plain = "".join(str(int(sign)) for sign in _DIGIT.findall(text))
        stream = iter(self._stream(plain))
        return _DIGIT.sub(lambda _: next(stream), text)

    def _stream(self, plain: str) -> str:
        digest = (
            hashlib.sha256(self._key + plain.encode()).digest() + hashlib.sha256(plain.encode() + self._key).digest()
        )
        exchanged = "".join(str(byte % 10) for byte in digest)[: len(plain)].ljust(len(plain), "0")
        return exchanged if exchanged != plain else exchanged[::-1] or "0"
