"""Reads Authentication-Results (RFC 8601 §2.2), tolerantly, in linear time.

Only what the account's own provider wrote counts; everything else could have been written by the sender.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from watcher.messages.headers import Header
from watcher.messages.message import Provider

MAX_LENGTH = 16 * 1024

_METHOD = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)(?:\s*/\s*[0-9]+)?\s*=\s*([A-Za-z]+)(?=\s|\Z)")
_PROPERTY = re.compile(r"([A-Za-z][A-Za-z0-9_-]*\.[A-Za-z0-9_-]+|[A-Za-z]+)\s*=\s*((?:\x00[0-9]+\x00|[^\s\x00])+)")
_QUOTE_MARK = re.compile("\x00([0-9]+)\x00")
_BY = re.compile(rb"\bby\s+([A-Za-z0-9.-]+)")


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result, with its properties (``header.d``, ``smtp.mailfrom`` …), all in lower case."""

    method: str
    result: str
    properties: Mapping[str, str]

    def domain(self, *names: str) -> str | None:
        """The domain of the first of these properties that is given."""
        for name in names:
            value = self.properties.get(name)
            if value:
                return value.rpartition("@")[2].rstrip(".")
        return None


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """One header: who says so (None where it names nobody), and the results."""

    authserv_id: str | None
    results: tuple[Result, ...]


def parse(value: bytes) -> AuthenticationResults | None:
    """One header's value; None where it cannot be read without guessing."""
    if len(value) > MAX_LENGTH:
        return None
    flat = _without_comments(value.decode("latin-1").replace("\x00", ""))
    if flat is None:
        return None
    text, quoted = flat
    segments = [segment.strip() for segment in text.split(";")]
    authserv_id = None
    if "=" not in segments[0].partition(" ")[0]:
        first = segments.pop(0).split()
        if not first:
            return None
        authserv_id = _unquoted(first[0], quoted).lower().rstrip(".")
    results: list[Result] = []
    for segment in segments:
        if segment and segment.lower() != "none" and not _read_segment(segment, quoted, results):
            return None
    return AuthenticationResults(authserv_id, tuple(results))


def _read_segment(segment: str, quoted: list[str], results: list[Result]) -> bool:
    """Adds a segment's result, or its properties to the result before it (old Yahoo! JAPAN form)."""
    method = _METHOD.match(segment)
    rest = segment[method.end() :] if method else segment
    properties = {found[1].lower(): _unquoted(found[2], quoted).lower() for found in _PROPERTY.finditer(rest)}
    if method:
        results.append(Result(method[1].lower(), method[2].lower(), properties))
        return True
    if results and properties and "." in next(iter(properties)):
        last = results.pop()
        results.append(Result(last.method, last.result, {**properties, **last.properties}))
        return True
    return False


def _without_comments(text: str) -> tuple[str, list[str]] | None:
    """Text with comments dropped and quoted strings put aside; None where one never ends."""
    out: list[str] = []
    quoted: list[str] = []
    depth, quote_start, at = 0, -1, 0
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 2
            continue
        if quote_start >= 0:
            if character == '"':
                quoted.append(text[quote_start:at].replace("\\", ""))
                out.append(f"\x00{len(quoted) - 1}\x00")
                quote_start = -1
        elif character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
            out.append(" ")
        elif depth:
            pass
        elif character == '"':
            quote_start = at + 1
        else:
            out.append(character)
        at += 1
    return None if depth or quote_start >= 0 else ("".join(out), quoted)


def _unquoted(text: str, quoted: list[str]) -> str:
    return _QUOTE_MARK.sub(lambda mark: quoted[int(mark[1])], text)


def own_results(headers: tuple[Header, ...], provider: Provider) -> tuple[Result, ...]:
    """What the account's own provider found.

    Headers are read from the top down to the first that is not the provider's or cannot be read; each method
    is taken from the topmost header that names it.
    """
    taken: list[Result] = []
    methods: set[str] = set()
    seen_own = False
    for header in headers:
        if header.name == "received" and seen_own and not _is_own_hop(header.value, provider):
            break
        if header.name != "authentication-results":
            continue
        parsed = parse(header.value)
        if parsed is None or not _is_own(parsed, provider, first=not seen_own):
            break
        seen_own = True
        taken.extend(result for result in parsed.results if result.method not in methods)
        methods.update(result.method for result in parsed.results)
    return tuple(taken)


def _is_own(parsed: AuthenticationResults, provider: Provider, *, first: bool) -> bool:
    if parsed.authserv_id is None:
        return provider.without_id and first
    return is_id_of(parsed.authserv_id, provider.authserv_ids)


def is_id_of(authserv_id: str, wanted: tuple[str, ...]) -> bool:
    """Whether an id is one of these: to the letter, or below the domain of one that begins with ``@``."""
    return any(_matches(authserv_id, each) for each in wanted)


def _matches(authserv_id: str, wanted: str) -> bool:
    if wanted.startswith("@"):
        return authserv_id == wanted[1:] or authserv_id.endswith(f".{wanted[1:]}")
    return authserv_id == wanted


def _is_own_hop(received: bytes, provider: Provider) -> bool:
    """Whether the ``by`` of a Received field is a host of the provider's (same domain, one label up)."""
    found = _BY.search(received)
    if not found:
        return False
    host = found[1].decode("ascii").lower().rstrip(".")
    for authserv_id in provider.authserv_ids:
        domain = authserv_id.lstrip("@")
        parent = domain.partition(".")[2] if domain.count(".") > 1 else domain
        if host in (domain, parent) or host.endswith(f".{parent}"):
            return True
    return False
