"""Tells systemd how the daemon is doing (sd_notify(3))."""

from __future__ import annotations

import os
import socket


def tell(state: str) -> bool:
    """Sends state lines such as ``READY=1``.

    Returns:
        False when no service manager listens, or it does not take the message.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sock:
        try:
            sock.connect("\0" + address[1:] if address.startswith("@") else address)
            sock.sendall(state.encode())
        except OSError:
            return False
    return True
