"""Who shows notifications on this desktop, asked over D-Bus (Desktop Notifications Specification 1.2)."""

from __future__ import annotations

from dataclasses import dataclass

from watcher.errors import NotifyError
from watcher.text_safety import for_terminal

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"


@dataclass(frozen=True, slots=True)
class Server:
    """A notification server and what it can do, e.g. ``actions`` for buttons."""

    name: str
    version: str
    capabilities: frozenset[str]


async def server_here() -> Server:
    """The notification server of this session.

    Raises:
        NotifyError: it refuses.
        OSError and errors of the library: there is no session bus, or nobody there shows notifications.
    """
    from dbus_fast import Message, MessageType
    from dbus_fast.aio import MessageBus

    bus = await MessageBus().connect()
    try:
        answers = []
        for member in ("GetServerInformation", "GetCapabilities"):
            call = Message(destination=_NAME, path=_PATH, interface=_NAME, member=member)
            answer = await bus.call(call)
            if answer is None or answer.message_type is MessageType.ERROR:
                raise NotifyError("no notification server answers")
            answers.append(answer.body)
    finally:
        bus.disconnect()
    (name, _, version, *_), (capabilities,) = answers
    return Server(for_terminal(str(name)), for_terminal(str(version)), frozenset(map(str, capabilities)))
