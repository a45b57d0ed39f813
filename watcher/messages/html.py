"""HTML of a mail to text: what a person sees, nothing else.

Inline text is joined as it stands, a block begins a new line, the cells of a table row stand on one line with
tabs between them, so that a row of labels above a row of values keeps its columns. Hidden text is not read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
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
_ROLES = {
    **dict.fromkeys(
        "script style head title template noscript svg math textarea select object iframe audio video img".split(),
        "unread",
    ),
    **dict.fromkeys(
        "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer"
        " form h1 h2 h3 h4 h5 h6 header hr html legend li main nav ol p pre section summary table tbody tfoot thead"
        " ul".split(),
        "block",
    ),
    "td": "cell",
    "th": "cell",
    "tr": "row",
    "br": "break",
    "a": "link",
}
"""What an element does to the text; all others do nothing."""
_WHITE_SPACE = re.compile(r"[ \t\r\n\f\v]+")
_UNEVEN = re.compile(r"[\t\r\n\f\v]|  ")
_BLANKS = re.compile(" {2,}")
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
    html = html.replace("\0", "") if "\0" in html else html
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
    limit = min(MAX_HTML, len(html))
    half = MAX_TAG // 2
    if any(html.find(">", at, at + half) < 0 for at in range(0, limit - half, half)):
        long_tag = _LONG_TAG.search(html, 0, limit)
        limit = long_tag.start() if long_tag else limit
    return limit if html.count("<") - html.count("</") <= MAX_DEPTH else _shallow_length(html, limit)


def _shallow_length(html: str, limit: int) -> int:
    """How much can be read before more than MAX_DEPTH elements are open."""
    depth = 0
    for tag in _TAG.finditer(html, 0, limit):
        if tag[2].lower() in _CLOSES_ITSELF:
            continue
        depth = max(0, depth - 1) if tag[1] else depth + 1
        if depth > MAX_DEPTH:
            return tag.start()
    return limit


class _Walk:
    """Walks the tree with a stack of its own, so that depth costs no recursion."""

    def __init__(self, hidden: Hidden) -> None:
        self._hidden = hidden
        self._buffers: list[list[str]] = [[]]
        self._rows: list[list[str]] = []
        self.orders: list[str] = []

    def text(self) -> str:
        return _join(self._buffers[0])

    def read(self, root: LexborNode) -> None:
        """Reads an element and everything in it."""
        opened: list[tuple[LexborNode, str]] = []
        node, tag = root, root.tag or ""
        while True:
            following = None
            if tag == "-text":
                self._buffers[-1].append(_visible(node.text_content or ""))
            elif self._enter(node, tag):
                following = node.child
                if following is None:
                    self._leave(tag)
                else:
                    opened.append((node, tag))
            while following is None:
                if not opened:
                    return
                following = node.next
                if following is None:
                    node, tag = opened.pop()
                    self._leave(tag)
            node = following
            tag = node.tag or ""

    def _enter(self, node: LexborNode, tag: str) -> bool:
        """Begins an element; False where its inside is not read."""
        role = _ROLES.get(tag, "")
        if role == "break":
            self._buffers[-1].append("\n")
        if role in {"break", "unread"} or tag[:1] == "-":
            return False
        attributes = node.attributes
        if attributes and self._hidden.hides(tag, attributes):
            return False
        if role == "cell":
            self._buffers.append([])
        elif role == "block":
            self._buffers[-1].append("\n")
        elif role == "row":
            self._rows.append([])
        elif role == "link":
            self.orders.extend(orders_of(attributes.get("href") or ""))
        return True

    def _leave(self, tag: str) -> None:
        role = _ROLES.get(tag)
        if role == "cell":
            cell = _join(self._buffers.pop())
            if self._rows:
                self._rows[-1].append(cell)
            else:
                self._buffers[-1].append(f"\n{cell}\n")
        elif role == "row":
            self._buffers[-1].append(f"\n{_row_text(self._rows.pop())}\n")
        elif role == "block":
            self._buffers[-1].append("\n")


def _visible(text: str) -> str:
    """Text as it is shown: white space of the source is one blank."""
    return _WHITE_SPACE.sub(" ", text) if _UNEVEN.search(text) else text


def _join(parts: list[str]) -> str:
    text = "".join(parts)
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    text = text.strip(" \n")
    return _LINES.sub("\n", text) if "\n" in text else text


def _row_text(cells: list[str]) -> str:
    """A row as one line, or as several where its cells have several; else cell by cell."""
    if len(cells) == 1:
        return cells[0]
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
