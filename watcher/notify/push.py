"""A phone, or whatever else Apprise can reach: one URL is one channel; the extra ``push``."""

from __future__ import annotations

import asyncio
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from watcher.errors import NotifyError
from watcher.notify.notification import Notification, Urgency

_TYPES = {Urgency.LOW: "info", Urgency.NORMAL: "info", Urgency.CRITICAL: "warning"}

_AT_ONCE = 2


class Push:
    """One Apprise URL; its secrets never leave this object.

    Args:
        url: e.g. ``ntfy://ntfy.example.jp/my-topic``.
        number: its place in the configuration, so that two URLs of one service are two channels.
    """

    def __init__(self, url: str, number: int) -> None:
        self._url = url
        self._name = f"{urlsplit(url).scheme or 'push'}-{number}"
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix=self._name)

    @property
    def name(self) -> str:
        return self._name

    async def send(self, notification: Notification) -> None:
        """Hands over one notification; the service is waited for on threads of this channel, so that one that does
        not answer takes none from the store or from other channels.

        Raises:
            NotifyError: permanent where the extra is missing or Apprise does not know the URL.
        """
        if importlib.util.find_spec("apprise") is None:
            raise NotifyError(
                "push needs an extra", permanent=True, hint="install it: pip install 'konbini-watcher[push]'"
            )
        await asyncio.get_running_loop().run_in_executor(self._threads, self._send, notification)

    def _send(self, notification: Notification) -> None:
        import apprise

        service = apprise.Apprise()
        if not service.add(self._url):
            raise NotifyError("Apprise does not know this URL", permanent=True, hint="correct notify.push")
        taken = service.notify(
            title=notification.title,
            body=notification.body,
            notify_type=_TYPES[notification.urgency],
            body_format=apprise.NotifyFormat.TEXT,
        )
        if not taken:
            raise NotifyError("the service did not take it")

    async def close(self) -> None:
        """Lets go of the threads; one that still waits for its service ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)
