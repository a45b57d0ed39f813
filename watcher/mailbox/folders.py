"""Which folders to watch: by name, or by what they are for (RFC 6154)."""

from __future__ import annotations

from collections.abc import Sequence

from watcher.errors import FolderError
from watcher.mailbox.connection import within
from watcher.mailbox.wire import Wire

_JUNK = (
    "junk", "junk email", "junk e-mail", "spam", "bulk", "bulk mail", "迷惑メール", "[gmail]/spam",
    "[gmail]/迷惑メール", "inbox.junk", "inbox.spam", "inbox.迷惑メール", "迷惑メールフォルダ", "迷惑メールフォルダー",
)  # fmt: skip
_KNOWN_NAMES = {"\\junk": _JUNK}


def resolve(client: Wire, wanted: Sequence[str]) -> list[str]:
    """The server's names of the folders to watch, INBOX first.

    A special use that the server does not have is left out: not everybody has a junk folder.

    Raises:
        FolderError: a folder given by its name does not exist; the message lists those that do.
    """
    with within(client):
        listed = [(flags, str(name)) for flags, _, name in client.list_folders()]
    names = {name.lower(): name for _, name in listed}
    found: list[str] = []
    for folder in wanted:
        if folder.startswith("\\"):
            name = _by_use(folder.lower(), listed, names)
        elif folder.upper() == "INBOX":
            name = "INBOX"
        else:
            name = names.get(folder.lower()) or names.get(f"inbox.{folder.lower()}")
            if name is None:
                raise FolderError(
                    f"there is no folder {folder!r}; there are {', '.join(sorted(name for _, name in listed))}",
                    "correct the list of folders in the configuration",
                )
        if name is not None and name not in found:
            found.append(name)
    return sorted(found, key=lambda name: name != "INBOX") or ["INBOX"]


def _by_use(use: str, listed: list[tuple[tuple[bytes, ...], str]], names: dict[str, str]) -> str | None:
    for flags, name in listed:
        if use.encode() in (flag.lower() for flag in flags):
            return name
    return next((names[known] for known in _KNOWN_NAMES.get(use, ()) if known in names), None)
