"""HTML of a mail to text: what a person sees, nothing else.

Inline text is joined as it stands, a block begins a new line, the cells of a table row stand on one line with
tabs between them, so that a row of labels above a row of values keeps its columns. Hidden text is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from selectolax.lexbor import LexborHTMLParser, LexborNode

from watcher.messages.links import orders_of
from watcher.messages.stylesheet import Hidden, hidden_by

MAX_HTML = 1024 * 1024
MAX_TAG = 20 * 1024
MAX_DEPTH = 1000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{MAX_TAG}}}")
_CLOSES_ITSELF = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td th tr dt dd option".split()
)
_UNREAD = frozenset(
    "script style head title template noscript svg math textarea select object iframe audio video".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead"
    " ul".split()
)
_CELLS = frozenset(("td", "th"))
_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_LINES = re.compile(r" *\n[ \n]*")
MAX_UNEVEN = 3
"""Lines of a cell beside a shorter one; more of them are a column of the page, not a value."""
MAX_CELL = 400
"""A longer cell is part of the page's layout, not of a table of facts."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a person sees of an HTML text.

    Attributes:
        text: not yet normalised.
        orders: order numbers of its links.
        cut: True where the HTML was larger, deeper or had longer tags than any honest mail's; only what
            stands before that was read.
    """

    text: str
    orders: tuple[str, ...]
    cut: bool


def html_to_text(html: str) -> Page:
    """Reads HTML; never raises, in linear time."""
    html = html.replace("\0", "")
    safe = html[: _safe_length(html)]
    tree = LexborHTMLParser(safe)
    styles = "\n".join(node.text(deep=True) or "" for node in tree.css("style"))
    root = tree.root
    walk = _Walk(hidden_by(styles))
    if root is not None:
        walk.read(root)
    return Page(walk.text(), tuple(dict.fromkeys(walk.orders)), len(safe) < len(html))


def _safe_length(html: str) -> int:
    """How much can be given to the parser: up to an endless tag, or where the nesting gets too deep."""
    long_tag = _LONG_TAG.search(html, 0, MAX_HTML)
    limit = min(MAX_HTML, len(html), long_tag.start() if long_tag else len(html))
    depth = 0
    for tag in _TAG.finditer(html, 0, limit):
        if tag[2].lower() in _CLOSES_ITSELF:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            return tag.start()
    return limit


@dataclass(slots=True)
class _Row:
    cells: list[str] = field(default_factory=list)


class _Walk:
    """Walks the tree with a stack of its own, so that depth costs no recursion."""

    def __init__(self, hidden: Hidden) -> None:
        self._hidden = hidden
        self._buffers: list[list[str]] = [[]]
        self._rows: list[_Row] = []
        self.orders: list[str] = []

    def text(self) -> str:
        return _join(self._buffers[0])

    def read(self, root: LexborNode) -> None:
        node, entered = root, self._enter(root)
        while True:
            child = node.child if entered else None
            if child is not None:
                node, entered = child, self._enter(child)
                continue
            while True:
                if entered:
                    self._leave(node)
                if node.mem_id == root.mem_id:
                    return
                if node.next is not None:
                    node = node.next
                    entered = self._enter(node)
                    break
                parent = node.parent
                if parent is None:
                    return
                node, entered = parent, True

    def _enter(self, node: LexborNode) -> bool:
        """Begins an element; False where its inside is not read."""
        tag = node.tag or ""
        if tag == "-text":
            self._write(_SPACE.sub(" ", node.text_content or ""))
            return False
        if tag.startswith("-") or tag in _UNREAD:
            return tag == "-document"
        attributes = node.attributes
        if attributes and self._hidden.hides(tag, attributes):
            return False
        if tag == "a":
            self.orders.extend(orders_of(attributes.get("href") or ""))
        elif tag == "br":
            self._write("\n")
        elif tag == "tr":
            self._rows.append(_Row())
        elif tag in _CELLS:
            self._buffers.append([])
        elif tag in _BLOCKS:
            self._write("\n")
        return True

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _CELLS:
            cell = _join(self._buffers.pop())
            if self._rows:
                self._rows[-1].cells.append(cell)
            else:
                self._write(f"\n{cell}\n")
        elif tag == "tr":
            self._write(f"\n{_row_text(self._rows.pop().cells)}\n")
        elif tag in _BLOCKS:
            self._write("\n")

    def _write(self, text: str) -> None:
        if text:
            self._buffers[-1].append(text)


def _join(parts: list[str]) -> str:
    return _LINES.sub("\n", _SPACE_ONLY.sub(" ", "".join(parts))).strip(" \n")


_SPACE_ONLY = re.compile(" {2,}")


def _row_text(cells: list[str]) -> str:
    """A row as one line, or as several where its cells have several; else cell by cell."""
    full = [cell for cell in cells if cell]
    if len(full) <= 1:
        return full[0] if full else ""
    if any("\t" in cell or len(cell) > MAX_CELL for cell in full):
        return "\n".join(full)
    lines = [cell.split("\n") for cell in cells]
    heights = {len(cell) for cell in lines if cell != [""]}
    if len(heights) > 1 and max(heights) > MAX_UNEVEN:
        return "\n".join(full)
    return "\n".join("\t".join(row).rstrip("\t") for row in zip_longest(*lines, fillvalue=""))
