"""A large message without its large parts: header and texts only, within caps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from watcher.mailbox.connection import within
from watcher.mailbox.structure import MAX_HEADER, PART, TOGETHER, Leaf, Node, assembled, readable, sections
from watcher.mailbox.wire import Wire

_HEADER = f"BODY.PEEK[HEADER]<0.{MAX_HEADER}>"


def fetch_texts(client: Wire, uid: int, size: int) -> bytes | None:
    """The header of a message and its texts, put together as a message that says that it is not whole.

    Args:
        client: with the folder selected.
        uid: of the message.
        size: its size in bytes, as the server told.

    Returns:
        None where the message vanished; empty bytes where the server gives nothing of it.
    """
    row, refused = _row(client, uid, (_HEADER, "BODYSTRUCTURE"))
    node: Node | None = None
    if refused:
        # A structure that the server or the parser cannot tell: the beginning of the text has to do.
        row, refused = _row(client, uid, (_HEADER,))
        node = Leaf("TEXT", PART, is_only=True)
    elif row is not None:
        structure = row.get(b"BODYSTRUCTURE")
        node = readable(structure) if structure else Leaf("TEXT", PART, is_only=True)
    if row is None:
        return b"" if refused else None
    header = _sections(row).get("HEADER", b"")
    if not header:
        return b""
    return assembled(header, node, {} if node is None else _texts(client, uid, node), size)


def _texts(client: Wire, uid: int, node: Node) -> dict[str, bytes]:
    wanted = sections(node)
    if not wanted:
        return {}
    items = tuple(f"BODY.PEEK[{section}]<0.{most}>" for section, most in wanted)
    row, _ = _row(client, uid, items, TOGETHER)
    return _sections(row or {})


def _row(
    client: Wire, uid: int, items: tuple[str, ...], size: int = MAX_HEADER
) -> tuple[Mapping[bytes, Any] | None, bool]:
    """The row of one message, and whether there is none because it was refused."""
    with within(client, client.limits.patience(size)):
        answer = client.fetch_rows(str(uid), items)
    row = answer.rows.get(uid)
    if row is not None and _sections(row):
        return row, False
    return None, answer.refusal is not None


def _sections(row: Mapping[bytes, Any]) -> dict[str, bytes]:
    """The literals of a row by section: ``BODY[1.MIME]<0>`` stands under ``1.MIME``."""
    found: dict[str, bytes] = {}
    for key, value in row.items():
        name = key.decode("ascii", "replace").upper()
        if name.startswith("BODY[") and "]" in name and isinstance(value, bytes):
            found[name[5 : name.index("]")]] = value
    return found
