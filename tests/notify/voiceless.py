"""desktop-notifier as it behaves where there is no notification centre: it accepts all and shows nothing."""

from __future__ import annotations

from desktop_notifier import Button, Capability, Icon, Urgency
from desktop_notifier import DesktopNotifier as Real
from desktop_notifier.backends.dummy import DummyNotificationCenter

__all__ = ["Button", "Capability", "DesktopNotifier", "Urgency"]


class DesktopNotifier(Real):
    def __init__(self, app_name: str, app_icon: Icon | None) -> None:
        super().__init__(app_name, app_icon)
        self._backend = DummyNotificationCenter(app_name, app_icon)
