"""The ways to reach the person: are they there, and do they take a test?"""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

from watcher.assembly import channel_names
from watcher.config import Config
from watcher.doctor.finding import Finding, fail, ok, warn
from watcher.notify.desktop_server import Server, server_here
from watcher.notify.fan_out import send_all
from watcher.notify.notification import Channel, Notification

DESKTOP_SECONDS = 5.0


def desktop(config: Config) -> Iterator[Finding]:
    """Whether anybody shows notifications here; and whether there is any way to reach the person at all."""
    names = channel_names(config)
    if not names:
        yield fail(78, "channel", "no_channel")
    elif config.notify.desktop:
        yield _desktop(only=names == ("desktop",))


def push(config: Config) -> Iterator[Finding]:
    """Whether Apprise knows the addresses; nothing is sent, and nothing of an address is told but its scheme."""
    for number, url in enumerate(config.notify.push, 1):
        yield _push(url, f"{urlsplit(url).scheme or 'push'}-{number}")


def hook(config: Config) -> Iterator[Finding]:
    """Whether the person's own command is there."""
    command = config.notify.command
    if command and shutil.which(command[0]):
        yield ok("channel", "command_there", "command", program=command[0])
    elif command:
        yield fail(78, "channel", "command_absent", "command", program=command[0])


def trial(channels: list[Channel], notification: Notification) -> Iterator[Finding]:
    """Hands a test to every channel."""

    async def send() -> Iterator[Finding]:
        outcomes = await send_all(channels, notification)
        for channel in channels:
            await channel.close()
        return iter(
            [
                ok("channel.test", "test_taken", name)
                if error is None
                else fail(75, "channel.test", "test_refused", name, error=error)
                for name, error in outcomes.items()
            ]
        )

    yield from asyncio.run(send())


def _desktop(*, only: bool) -> Finding:
    if sys.platform in ("darwin", "win32"):
        return ok("channel", "desktop_untold", "desktop")
    try:
        server = asyncio.run(asyncio.wait_for(server_here(), DESKTOP_SECONDS))
    except Exception as error:  # noqa: BLE001 (no bus, no server, no answer: whatever the library raises)
        values = {"error": type(error).__name__}
        if only:
            return fail(75, "channel", "desktop_absent", "desktop", **values)
        return warn("channel", "desktop_absent", "desktop", **values)
    return _described(server)


def _described(server: Server) -> Finding:
    values = {"server": f"{server.name} {server.version}", "can": ", ".join(sorted(server.capabilities)) or "-"}
    if "actions" not in server.capabilities:
        return warn("channel", "desktop_without_buttons", "desktop", **values)
    return ok("channel", "desktop_good", "desktop", **values)


def _push(url: str, name: str) -> Finding:
    scheme = urlsplit(url).scheme
    if not scheme:
        return fail(78, "channel", "push_no_url", name)
    if importlib.util.find_spec("apprise") is None:
        return ok("channel", "push_unchecked", name)  # the missing extra is a finding of its own
    import apprise

    if not apprise.Apprise().add(url):
        return fail(78, "channel", "push_unknown", name, scheme=scheme)
    return ok("channel", "push_good", name)
