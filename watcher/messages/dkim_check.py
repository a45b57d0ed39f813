"""Our own DKIM check (RFC 6376), for providers that write no Authentication-Results; the extra ``dkim``.

A valid signature says only who signed. So the signer must be amazon.co.jp, the fields that a person sees must
be signed and stand once, and nothing may be left unsigned at the end of the body. A failure here is never
called forged: footers, subject tags and rotated keys break signatures of honest mail.
"""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Callable

from watcher.messages.headers import Header
from watcher.messages.message import AMAZON, Trust, TxtLookup, Verdict

MAX_SIGNATURES = 4
MIN_KEY_BITS = 1024
_MUST_SIGN = ("from", "subject", "date", "content-type")
_LONG_BLANKS = re.compile(rb"[ \t]{1000}")
"""Relaxed canonicalisation needs quadratic time for these (dkimpy 1.1.8), and the sender chooses it."""


def check_dkim(headers: tuple[Header, ...], raw: bytes, lookup_txt: TxtLookup | None) -> Verdict | None:
    """Authenticated where a signature of amazon.co.jp holds; otherwise unverified, with the reason.

    None where nothing can be checked: no DNS was given, the extra is not installed, or nobody signed.
    """
    if lookup_txt is None or not is_installed():
        return None
    signatures = [header.value for header in headers if header.name == "dkim-signature"]
    chosen = [i for i, value in enumerate(signatures) if _is_of_amazon(_tags(value))]
    if not chosen:
        return None
    usable = [i for i in chosen[:MAX_SIGNATURES] if _covers_enough(_tags(signatures[i]), headers)]
    if not usable or _LONG_BLANKS.search(raw):
        return Verdict(Trust.UNVERIFIED, "dkim_not_usable", "own_dkim")
    silent = _DnsState(lookup_txt)
    for index in usable:
        if _verifies(raw, index, silent):
            return Verdict(Trust.AUTHENTICATED, "own_dkim_pass", "own_dkim")
    return Verdict(Trust.UNVERIFIED, "dns_unavailable" if silent.timed_out else "dkim_broken", "own_dkim")


def is_installed() -> bool:
    """Whether the extra ``dkim`` is there."""
    return importlib.util.find_spec("dkim") is not None


class _DnsState:
    """Remembers whether DNS was silent, which dkimpy does not tell from a bad signature."""

    def __init__(self, lookup_txt: TxtLookup) -> None:
        self._lookup = lookup_txt
        self.timed_out = False

    def __call__(self, name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG002 (dkimpy's signature)
        try:
            return b"".join(self._lookup(name.decode("ascii").rstrip(".")))
        except (LookupError, UnicodeDecodeError):
            return b""
        except Exception:  # noqa: BLE001 (silence, or a resolver that breaks: either says nothing about the mail)
            self.timed_out = True
            return b""


def _verifies(raw: bytes, index: int, dns: Callable[..., bytes]) -> bool:
    import dkim

    try:
        return bool(dkim.DKIM(raw, minkey=MIN_KEY_BITS).verify(index, dnsfunc=dns))
    except Exception:  # noqa: BLE001 (dkimpy lets IndexError, binascii.Error and more escape)
        return False


def _tags(value: bytes) -> dict[str, str]:
    tags: dict[str, str] = {}
    for part in value[:16384].decode("latin-1").split(";"):
        name, found, text = part.partition("=")
        if found:
            tags.setdefault(name.strip().lower(), "".join(text.split()))
    return tags


def _is_of_amazon(tags: dict[str, str]) -> bool:
    domain = tags.get("d", "").lower().rstrip(".")
    return domain == AMAZON or domain.endswith(f".{AMAZON}")


def _covers_enough(tags: dict[str, str], headers: tuple[Header, ...]) -> bool:
    """RFC 6376 §8.2 and §8.15: no partial body, and no second field put on top of a signed one."""
    if "l" in tags:
        return False
    signed = {name.strip().lower() for name in tags.get("h", "").split(":")}
    counted = Counter(header.name for header in headers)
    return all(name in signed and counted[name] == 1 for name in _MUST_SIGN)
