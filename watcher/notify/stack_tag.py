"""Gives desktop notifications a tag that outlives this process.

A daemon that is killed after the desktop answered, and before that is committed, says the reminder once more when it
comes back. It cannot know the number that the desktop gave the first one, so ``replaces_id`` is of no use; the hint
``x-dunst-stack-tag`` names what is replaced in our own words (dunst, mako and swaync heed it; others ignore hints
that they do not know, see the Desktop Notifications Specification 1.2, "Hints").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HINT = "x-dunst-stack-tag"


class TaggedCalls:
    """Stands before the library's call of ``Notify`` and adds the tag to the hints of each.

    Attributes:
        tag: of the next notification.
    """

    def __init__(self, notify: Any) -> None:
        self._notify = notify
        self.tag = ""

    async def __call__(self, *arguments: Any) -> Any:
        *head, hints, timeout = arguments
        return await self._notify(*head, self._tagged(hints), timeout)

    def _tagged(self, hints: Mapping[str, Any]) -> Mapping[str, Any]:
        if all(isinstance(value, str) for value in hints.values()):  # a server of old: a{ss}
            return {**hints, HINT: self.tag}
        from dbus_fast import Variant

        return {**hints, HINT: Variant("s", self.tag)}


async def give_tag(notifier: Any, tag: str) -> None:
    """Has the notifier's next notification carry a tag; nothing happens where it does not speak D-Bus.

    Args:
        notifier: of desktop-notifier 6.2, which has no public way to add a hint.
        tag: of the notification.

    Raises:
        Exception: whatever the library raises where no server answers.
    """
    await notifier.get_capabilities()  # connects
    interface = getattr(getattr(notifier, "_backend", None), "interface", None)
    call = getattr(interface, "call_notify", None)
    if call is None:
        return
    if not isinstance(call, TaggedCalls):
        call = TaggedCalls(call)
        interface.call_notify = call  # type: ignore[union-attr]
    call.tag = tag
