"""What a channel is given to say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

Language = Literal["ja", "en"]


class Urgency(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    CRITICAL = "critical"


class Press(StrEnum):
    """What the person pressed on a notification."""

    COLLECTED = "collected"
    LATER = "later"
    SHOW = "show"


@dataclass(frozen=True, slots=True)
class Button:
    press: Press
    label: str


@dataclass(frozen=True, slots=True)
class Notification:
    """One thing to say.

    Attributes:
        tag: a newer notification with the same tag replaces the older one.
        title: one line, plain text.
        body: a few lines, plain text.
        urgency: rises as the deadline nears.
        parcel_ids: the parcels it speaks of.
        buttons: what can be pressed; empty where nothing can.
    """

    tag: str
    title: str
    body: str
    urgency: Urgency
    parcel_ids: tuple[int, ...] = ()
    buttons: tuple[Button, ...] = ()


class Channel(Protocol):
    """A way to reach the person."""

    @property
    def name(self) -> str:
        """A short stable word: ``desktop``, ``console``, ``ntfy`` …; never holds a secret."""

    async def send(self, notification: Notification) -> None:
        """Hands over one notification.

        Raises:
            NotifyError: the channel did not take it; ``permanent`` tells whether trying again can help.
        """

    async def close(self) -> None:
        """Lets go of connections."""
