"""Notifications as text on a terminal, for people without a desktop and for the demonstration."""

from __future__ import annotations

from typing import TextIO

from watcher.errors import NotifyError
from watcher.notify.notification import Notification, Urgency
from watcher.text_safety import for_terminal

_MARKS = {Urgency.LOW: "-", Urgency.NORMAL: "*", Urgency.CRITICAL: "!"}


class Console:
    """A channel that writes to a stream.

    Args:
        stream: where to write; it is not closed.
    """

    name = "console"

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def send(self, notification: Notification) -> None:
        """Writes the title after a mark of its urgency, and the body indented below it.

        Letters that the stream's encoding cannot hold are written as escapes rather than not at all.

        Raises:
            NotifyError: the stream is closed or its reader is gone; permanent.
        """
        lines = [f"{_MARKS[notification.urgency]} {for_terminal(notification.title)}"]
        lines += [f"  {for_terminal(line)}" for line in notification.body.splitlines()]
        text = "\n".join(lines) + "\n"
        try:
            encoding = self._stream.encoding or "utf-8"
            self._stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            raise NotifyError(f"the console took nothing: {type(error).__name__}", permanent=True) from error

    async def close(self) -> None:
        """Nothing to let go of: the stream belongs to the caller."""
