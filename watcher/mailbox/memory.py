"""Gives memory back to the system after many mails were read."""

from __future__ import annotations

import sys


def give_back() -> None:
    """Has glibc return what was freed; where there is another C library nothing happens.

    Each thread has a heap of its own there, and what lies free in it below something that is still used stays resident
    (malloc_trim(3)): after a first look at five mailboxes that was a third of the process, for good.
    """
    if sys.platform != "linux":
        return
    try:
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (ImportError, OSError):  # a Python without ctypes, or that cannot load anything
        return
    if trim is not None:
        trim(ctypes.c_size_t(0))
