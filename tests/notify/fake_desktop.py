"""A notification server without a screen: real D-Bus messages, so that the real library can talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
INTROSPECTION = f"""<!DOCTYPE node PUBLIC "-//freedesktop//DTD D-BUS Object Introspection 1.0//EN"
"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd">
<node><interface name="{SERVICE}">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/>
<arg type="a{{sv}}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One notification on the imagined screen."""

    title: str
    body: str
    buttons: dict[str, str]
    urgency: int
    tag: str = ""


class FakeDesktop:
    """Shows notifications in a dictionary; it can be told to ``refuse`` with an error, or to ``hang``.

    As dunst does, it replaces what stands there with the same tag (the hint ``x-dunst-stack-tag``).

    Attributes:
        shown: what stands on the screen, by the number given to it.
        ever_shown: every notification that was answered, in their order.
    """

    def __init__(self) -> None:
        self.shown: dict[int, Shown] = {}
        self.ever_shown: list[Shown] = []
        self.refuse = False
        self.hang = False
        self._last = 0
        self._bus = MessageBus()

    async def start(self) -> FakeDesktop:
        await self._bus.connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name(SERVICE)
        return self

    async def stop(self) -> None:
        self._bus.disconnect()
        await asyncio.sleep(0)

    async def press(self, button: str) -> None:
        """The person presses a button of the newest notification."""
        await self._bus.send(Message.new_signal(PATH, SERVICE, "ActionInvoked", "us", [max(self.shown), button]))

    def _answer(self, call: Message) -> Message | bool | None:
        if call.message_type is not MessageType.METHOD_CALL or call.path != PATH:
            return None
        if self.hang:
            return True
        if call.member == "Introspect":
            return Message.new_method_return(call, "s", [INTROSPECTION])
        if self.refuse:
            return Message.new_error(call, "org.freedesktop.DBus.Error.Failed", "no")
        answers: dict[str, Callable[[list[Any]], tuple[str, list[Any]]]] = {
            "GetCapabilities": lambda _: ("as", [["actions", "body", "body-markup"]]),
            "GetServerInformation": lambda _: ("ssss", ["fake", "tests", "1", "1.2"]),
            "Notify": self._notify,
            "CloseNotification": self._close,
        }
        signature, body = answers[str(call.member)](call.body)
        return Message.new_method_return(call, signature, body)

    def _notify(self, arguments: list[Any]) -> tuple[str, list[Any]]:
        _, _, _, title, body, actions, hints, _ = arguments
        self._last += 1
        buttons = dict(zip(actions[::2], actions[1::2], strict=True))
        buttons.pop("default", None)
        tag = hints["x-dunst-stack-tag"].value if "x-dunst-stack-tag" in hints else ""
        for number in [number for number, older in self.shown.items() if tag and older.tag == tag]:
            del self.shown[number]
            asyncio.get_running_loop().call_soon(self._closed, number)
        shown = Shown(title, body, buttons, hints["urgency"].value, tag)
        self.shown[self._last] = shown
        self.ever_shown.append(shown)
        return "u", [self._last]

    def _close(self, arguments: list[Any]) -> tuple[str, list[Any]]:
        self.shown.pop(arguments[0], None)
        asyncio.get_running_loop().call_soon(self._closed, arguments[0])
        return "", []

    def _closed(self, number: int) -> None:
        self._bus.send(Message.new_signal(PATH, SERVICE, "NotificationClosed", "uu", [number, 3]))
