"""Desktop notifications through desktop-notifier; nothing else in this program knows that library.

What the library (6.2) leaves to us: it reports success when nothing was shown (a sent notification is known
by ``on_dispatched`` only), it neither replaces a notification nor escapes markup, it never recovers from a
restarted session bus, it keeps the connection of every failed attempt, without a notification centre it
does nothing and says nothing, and it does not notice that another notification server took over: the numbers of
the old one then belong to notifications of other programs.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from watcher.errors import NotifyError
from watcher.notify.notification import Button, Notification, Press, Urgency
from watcher.notify.stack_tag import give_tag
from watcher.text_safety import for_notification

if TYPE_CHECKING:
    from desktop_notifier import DesktopNotifier

OnPress = Callable[[Press, tuple[int, ...]], None]
"""What to do when a button is pressed; called on the loop's thread with the parcels' ids."""

_LIBRARY = "desktop_notifier"
_APP = "konbini-watcher"
_BUS = "org.freedesktop.DBus"
_SERVICE = "org.freedesktop.Notifications"
_GOODBYE = 1.0
"""Seconds for the connection to end."""
_URGENCIES = {Urgency.LOW: "Low", Urgency.NORMAL: "Normal", Urgency.CRITICAL: "Critical"}
_NO_SERVER = "start a desktop session with a notification server, or set notify.desktop = false"

log = logging.getLogger(__name__)


class Desktop:
    """A channel that shows notifications on the desktop of the person who runs the program.

    Args:
        on_press: what to do when a button is pressed; None shows no buttons.
        library: the module to show notifications with; another one must have the same names.
    """

    name = "desktop"

    def __init__(self, on_press: OnPress | None = None, library: str = _LIBRARY) -> None:
        self._on_press = on_press
        self._library = library
        self._notifier: DesktopNotifier | None = None
        self._shown: dict[str, tuple[str, frozenset[int]]] = {}
        self._server: str | None = None
        self._one_at_a_time = asyncio.Lock()

    async def send(self, notification: Notification) -> None:
        """Shows one notification and takes away those it replaces: the older of the same tag, and those that
        speak of none but its parcels.

        Raises:
            NotifyError: nothing was shown; permanent where this machine cannot show any.
        """
        async with self._one_at_a_time:
            await self._meet_the_server()
            had_worked = self._notifier is not None
            identifier = await self._show(notification)
            if identifier is None and had_worked:  # the session bus was restarted: once more, from scratch
                identifier = await self._show(notification)
            if identifier is None:
                raise NotifyError("the desktop did not show the notification", hint=_NO_SERVER)
            await self._clear_older(notification)
            self._shown[notification.tag] = identifier, frozenset(notification.parcel_ids)
            self._server = await self._owner()

    async def close(self) -> None:
        """Lets go of the session bus; what is shown stays on the screen."""
        bus = _bus_of(self._notifier)
        connected = bus is not None and bus.connected
        self._let_go()
        if connected:  # its socket is closed by the loop, which may end with the program
            with contextlib.suppress(Exception):
                await asyncio.wait_for(bus.wait_for_disconnect(), _GOODBYE)

    async def _show(self, notification: Notification) -> str | None:
        """The library's identifier of the shown notification, or None where nothing was shown."""
        library = _silent(self._library)
        if self._notifier is None:
            self._notifier = library.DesktopNotifier(app_name=_APP, app_icon=None)
        notifier = self._notifier
        took: list[bool] = []
        try:
            await give_tag(notifier, notification.tag)
            identifier = await notifier.send(
                title=for_notification(notification.title),
                message="\n".join(for_notification(line) for line in notification.body.splitlines()),
                urgency=library.Urgency[_URGENCIES[notification.urgency]],
                buttons=self._buttons(library, notification),
                on_dispatched=lambda: took.append(True),
            )
            if took and library.Capability.TITLE not in await notifier.get_capabilities():
                raise NotifyError("this system has no notification centre", permanent=True, hint=_NO_SERVER)
        except NotifyError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever the platform's backend raises)
            log.debug("desktop-notifier raised %s", type(error).__name__)
            took.clear()
        finally:
            if not took:  # also when the time is up
                self._let_go()
        return identifier if took else None

    async def _meet_the_server(self) -> None:
        """Begins anew where another server has taken over since the last notification: it knows none of ours."""
        if self._server is not None and await self._owner() != self._server:
            self._let_go()

    async def _owner(self) -> str | None:
        """The unique name of the notification server on the session bus; None where there is none, and on systems
        without a bus. The library has no public way to ask."""
        bus = _bus_of(self._notifier)
        if bus is None or not bus.connected:
            return None
        from dbus_fast import Message

        try:
            answer = await bus.call(
                Message(_BUS, "/org/freedesktop/DBus", _BUS, "GetNameOwner", signature="s", body=[_SERVICE])
            )
        except Exception as error:  # noqa: BLE001 (the bus is gone; sending will say so)
            log.debug("the session bus does not answer: %s", type(error).__name__)
            return None
        return str(answer.body[0]) if answer is not None and answer.signature == "s" else None

    def _buttons(self, library: Any, notification: Notification) -> list[Any]:
        if self._on_press is None:
            return []
        return [self._button(library, button, notification) for button in notification.buttons]

    def _button(self, library: Any, button: Button, notification: Notification) -> Any:
        def pressed() -> None:
            self._shown.pop(notification.tag, None)
            if self._on_press is not None:
                self._on_press(button.press, notification.parcel_ids)

        return library.Button(title=for_notification(button.label), on_pressed=pressed, identifier=button.press.value)

    async def _clear_older(self, newer: Notification) -> None:
        parcels = frozenset(newer.parcel_ids)
        older = [tag for tag, (_, ids) in self._shown.items() if tag == newer.tag or (ids and ids <= parcels)]
        for tag in older:
            identifier, _ = self._shown.pop(tag)
            if self._notifier is None:
                continue
            try:
                await self._notifier.clear(identifier)
            except Exception as error:  # noqa: BLE001 (KeyError once the person has acted on it)
                log.debug("an older notification was gone: %s", type(error).__name__)

    def _let_go(self) -> None:
        """Forgets the notifier and closes its connection, for which the library has no public way."""
        notifier, self._notifier, self._server = self._notifier, None, None
        self._shown.clear()
        bus = _bus_of(notifier)
        if bus is not None:
            with contextlib.suppress(OSError, AttributeError):  # never connected, or closed already
                bus.disconnect()


def _bus_of(notifier: DesktopNotifier | None) -> Any:
    return getattr(getattr(notifier, "_backend", None), "bus", None)


def _silent(name: str) -> Any:
    """The library, silenced: its warnings and debug lines hold the text of notifications.

    Raises:
        NotifyError: it cannot be imported here; permanent.
    """
    try:
        library = importlib.import_module(name)
    except Exception as error:
        raise NotifyError(
            f"desktop-notifier cannot be used here: {type(error).__name__}",
            permanent=True,
            hint="set notify.desktop = false, or reinstall the program",
        ) from error
    logger = logging.getLogger(_LIBRARY)
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False
    return library
