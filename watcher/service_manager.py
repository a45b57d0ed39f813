"""Tells systemd how the daemon is doing (sd_notify(3))."""

from __future__ import annotations

import os
import socket

FEED = "WATCHDOG=1"
PATIENCE = 1.0
"""Seconds to wait for a service manager whose queue is full."""


def listens() -> bool:
    """Whether a service manager wants to know."""
    return bool(os.environ.get("NOTIFY_SOCKET"))


def tell(state: str) -> bool:
    """Sends state lines such as ``READY=1``.

    Returns:
        False when no service manager listens, or it does not take the message.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        sock.settimeout(PATIENCE)  # one that does not read must not stop the watcher
        try:
            sock.connect("\0" + address[1:] if address.startswith("@") else address)
            sock.sendall(state.encode())
        except OSError:
            return False
    return True
