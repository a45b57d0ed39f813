"""Which parts of a large message to fetch, by its BODYSTRUCTURE (RFC 9051 §7.5.2), and what they make together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PART = 1024 * 1024
"""Bytes of one part; what lies beyond is not read by anybody."""
TOGETHER = 4 * PART
MAX_HEADER = 256 * 1024
MAX_PARTS, MAX_DEPTH, MAX_SEEN = 20, 20, 500
MARK = "X-Konbini-Partly-Fetched"
"""The field that says so in the bytes that are kept, with the size of the whole (see ``messages.read``)."""

_BOUNDARY = "=_konbini-watcher-part-{}"
_CONTENT = re.compile(
    rb"^content-(?:type|transfer-encoding)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that is fetched: its number, and whether it is the only part of its message (and shares its header)."""

    number: str
    octets: int
    is_only: bool = False


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A message within the message, too large to be fetched whole."""

    number: str
    body: Node | None


@dataclass(frozen=True, slots=True)
class Branch:
    """A multipart; ``subtype`` in lower case."""

    subtype: str
    parts: tuple[Node, ...]


Node = Leaf | Enclosed | Branch


def readable(structure: Sequence[Any]) -> Node | None:
    """The readable part of a structure: plain text and HTML that is no attachment, and enclosed messages.

    Args:
        structure: as IMAPClient parses it.

    Returns:
        None where nothing is readable.
    """
    return _Reader().node(structure, "", 0, is_only=True)


class _Reader:
    """Walks a structure, within bounds that no honest mail reaches."""

    def __init__(self) -> None:
        self._seen = 0

    def node(self, structure: Sequence[Any], number: str, depth: int, *, is_only: bool = False) -> Node | None:
        self._seen += 1
        if depth > MAX_DEPTH or self._seen > MAX_SEEN or not structure:
            return None
        if not isinstance(structure[0], bytes):
            return self._branch(structure, number, depth)
        own = number or "1"
        kind = b"/".join(_lower(item) for item in structure[:2])
        octets = structure[6] if len(structure) > 6 and isinstance(structure[6], int) else 0
        if kind == b"message/rfc822" and (octets <= PART or len(structure) < 9):
            return Leaf(own, octets, is_only)
        if kind == b"message/rfc822":
            inner = structure[8]
            place = own if _is_multipart(inner) else f"{own}.1"
            return Enclosed(own, self.node(inner, place, depth + 1, is_only=True) if inner else None)
        if kind in (b"text/plain", b"text/html") and not _is_attachment(structure[8:]):
            return Leaf(own, octets, is_only)
        return None

    def _branch(self, structure: Sequence[Any], number: str, depth: int) -> Branch | None:
        children, subtype = _children(structure)
        nodes = (
            self.node(child, f"{number}.{place}" if number else str(place), depth + 1)
            for place, child in enumerate(children, 1)
        )
        parts = tuple(node for node in nodes if node is not None)
        return Branch(subtype, parts) if parts else None


def sections(node: Node) -> list[tuple[str, int]]:
    """What to fetch for a tree: sections and the most bytes of each, all together within ``TOGETHER``."""
    wanted: list[tuple[str, int]] = []
    left = TOGETHER
    for part in list(_parts(node))[:MAX_PARTS]:
        if isinstance(part, Enclosed):
            wanted.append((f"{part.number}.HEADER", MAX_HEADER))
            left -= MAX_HEADER
        else:
            size = min(part.octets or PART, PART)
            if size > left:
                continue
            if not part.is_only:
                wanted.append((f"{part.number}.MIME", 4096))
            wanted.append((part.number, PART))
            left -= size
    return wanted


def assembled(header: bytes, node: Node | None, texts: Mapping[str, bytes], size: int) -> bytes:
    """A message of what was fetched: its own header, marked, and the structure of its readable parts.

    Args:
        header: of the message, without the empty line.
        node: of :func:`readable`.
        texts: what came, by section.
        size: of the whole message, in bytes.
    """
    mark = f"{MARK}: {size}\r\n".encode()
    return _message(mark + _whole_lines(header), node, texts, 0)


def _message(header: bytes, node: Node | None, texts: Mapping[str, bytes], depth: int) -> bytes:
    """A message; where its structure is rebuilt, its own fields about it go."""
    if isinstance(node, Leaf) and node.is_only:
        return header + b"\r\n" + texts.get(node.number, b"")
    kept = _CONTENT.sub(b"", header)
    return kept + (b"\r\n" if node is None else _written(node, texts, depth))


def _written(node: Node, texts: Mapping[str, bytes], depth: int) -> bytes:
    """A part with its own MIME header."""
    if isinstance(node, Leaf):
        return _whole_lines(texts.get(f"{node.number}.MIME", b"")) + b"\r\n" + texts.get(node.number, b"")
    if isinstance(node, Enclosed):
        header = _whole_lines(texts.get(f"{node.number}.HEADER", b""))
        return b"Content-Type: message/rfc822\r\n\r\n" + _message(header, node.body, texts, depth + 1)
    boundary = _BOUNDARY.format(depth)
    parts = [_written(part, texts, depth + 1) for part in node.parts if _has_come(part, texts)]
    lines = [f'Content-Type: multipart/{node.subtype}; boundary="{boundary}"\r\n\r\n'.encode()]
    lines += [f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts]
    lines.append(f"--{boundary}--\r\n".encode())
    return b"".join(lines)


def _has_come(node: Node, texts: Mapping[str, bytes]) -> bool:
    if isinstance(node, Branch):
        return any(_has_come(part, texts) for part in node.parts)
    return (f"{node.number}.HEADER" if isinstance(node, Enclosed) else node.number) in texts


def _parts(node: Node) -> Iterator[Leaf | Enclosed]:
    if isinstance(node, Branch):
        for part in node.parts:
            yield from _parts(part)
        return
    yield node
    if isinstance(node, Enclosed) and node.body is not None:
        yield from _parts(node.body)


def _whole_lines(header: bytes) -> bytes:
    """A header block cut at its empty line, or, where it was cut short, after its last whole line."""
    lines = header.replace(b"\r\n", b"\n").partition(b"\n\n")[0].strip(b"\n")
    if len(header) >= MAX_HEADER:
        lines = lines.rpartition(b"\n")[0]
    return lines.replace(b"\n", b"\r\n") + b"\r\n" if lines else b""


def _children(structure: Sequence[Any]) -> tuple[Sequence[Any], str]:
    """Parts and subtype of a multipart, in the two forms in which the library gives them."""
    if isinstance(structure[0], list):
        children: Sequence[Any] = structure[0]
        rest = structure[1:]
    else:
        end = next((place for place, item in enumerate(structure) if isinstance(item, bytes)), len(structure))
        children, rest = structure[:end], structure[end:]
    subtype = _lower(rest[0]).decode("ascii", "replace") if rest else "mixed"
    return children, subtype if re.fullmatch(r"[a-z0-9.+-]{1,40}", subtype) else "mixed"


def _is_multipart(structure: Sequence[Any]) -> bool:
    return bool(structure) and not isinstance(structure[0], bytes)


def _is_attachment(extension: Sequence[Any]) -> bool:
    """By the disposition behind the MD5 of a text part."""
    disposition = extension[1] if len(extension) > 1 else None
    return isinstance(disposition, tuple) and bool(disposition) and _lower(disposition[0]) == b"attachment"


def _lower(value: object) -> bytes:
    return value.lower() if isinstance(value, bytes) else b""
