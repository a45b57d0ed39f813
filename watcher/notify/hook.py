"""A command of the person's own as a channel: each notification is JSON on its standard input (``docs/hook.md``)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from watcher.errors import NotifyError
from watcher.notify.notification import Notification


class Hook:
    """Runs a command, without a shell, for each notification.

    Args:
        command: its words. What it prints is thrown away; exit code 0 means that it took the notification.
        seconds: how long it may take; then it is ended, with the processes that it started.
    """

    name = "command"

    def __init__(self, command: Sequence[str], seconds: float = 25.0) -> None:
        self._command = tuple(command)
        self._seconds = seconds

    async def send(self, notification: Notification) -> None:
        """Hands over one notification as ``{"title", "body", "urgency", "tag", "parcel_ids"}``. The command has the
        environment of this program and a session of its own.

        Raises:
            NotifyError: the command cannot be run, takes too long, or ends with another code than 0.
        """
        process = await self._start()
        try:
            async with asyncio.timeout(self._seconds):
                await process.communicate(_document(notification))
        except TimeoutError:
            raise NotifyError(f"the command took longer than {self._seconds:g} seconds") from None
        finally:
            if process.returncode is None:  # too slow, or this program stops
                _end(process)
                await process.wait()
        if process.returncode:
            raise NotifyError(f"the command ended with code {process.returncode}")

    async def close(self) -> None:
        """Nothing is held open."""

    async def _start(self) -> Process:
        try:
            return await asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
            )
        except OSError as error:
            raise NotifyError(
                f"the command cannot be run ({type(error).__name__})", hint="correct notify.command"
            ) from error


def _document(notification: Notification) -> bytes:
    document = {
        "title": notification.title,
        "body": notification.body,
        "urgency": notification.urgency.value,
        "tag": notification.tag,
        "parcel_ids": list(notification.parcel_ids),
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
