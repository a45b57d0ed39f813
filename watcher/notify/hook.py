"""A command of the person's own as a channel: each notification is JSON on its standard input."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Sequence

from watcher.errors import NotifyError
from watcher.notify.notification import Notification


class Hook:
    """Runs a command, without a shell, for each notification.

    Args:
        command: its words. What it prints is thrown away; exit code 0 means that it took the notification.
        seconds: how long it may take; then it is ended.
    """

    name = "command"

    def __init__(self, command: Sequence[str], seconds: float = 25.0) -> None:
        self._command = tuple(command)
        self._seconds = seconds

    async def send(self, notification: Notification) -> None:
        """Hands over one notification as ``{"title", "body", "urgency", "tag", "parcel_ids"}``.

        Raises:
            NotifyError: the command cannot be run, takes too long, or ends with another code than 0.
        """
        document = {
            "title": notification.title,
            "body": notification.body,
            "urgency": notification.urgency.value,
            "tag": notification.tag,
            "parcel_ids": list(notification.parcel_ids),
        }
        await asyncio.to_thread(self._run, json.dumps(document, ensure_ascii=False).encode())

    def _run(self, document: bytes) -> None:
        try:
            done = subprocess.run(
                self._command,
                input=document,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotifyError(f"the command took longer than {self._seconds:g} seconds") from None
        except OSError as error:
            raise NotifyError(
                f"the command cannot be run ({type(error).__name__})", hint="correct notify.command"
            ) from error
        if done.returncode:
            raise NotifyError(f"the command ended with code {done.returncode}")

    async def close(self) -> None:
        """Nothing is held open."""
