"""One notification over every channel, each on its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from watcher.errors import NotifyError
from watcher.notify.notification import Channel, Notification

PATIENCE = 30.0
"""Seconds that a channel has for one notification."""


async def send_all(
    channels: Iterable[Channel], notification: Notification, patience: float = PATIENCE
) -> dict[str, NotifyError | None]:
    """Hands a notification to all channels at the same time.

    Args:
        channels: with different names.
        notification: what to say.
        patience: seconds; a channel that needs longer has failed and is not waited for.

    Returns:
        For the name of each channel None where it took the notification, otherwise why it did not. Never
        raises for what a channel does.
    """
    tasks = {asyncio.create_task(_send(channel, notification)): channel.name for channel in channels}
    if not tasks:
        return {}
    try:
        done, _ = await asyncio.wait(tasks, timeout=patience)
    finally:
        for task in tasks:
            task.cancel()  # without effect on those that are done
    slow = NotifyError(f"no answer within {patience:g} seconds")
    return {name: task.result() if task in done else slow for task, name in tasks.items()}


async def _send(channel: Channel, notification: Notification) -> NotifyError | None:
    try:
        await channel.send(notification)
    except NotifyError as error:
        return error
    except Exception as error:  # noqa: BLE001 (one broken channel must not hold up the others)
        return NotifyError(f"the channel broke: {type(error).__name__}")
    return None
