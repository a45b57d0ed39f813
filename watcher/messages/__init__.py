"""Raw bytes in, a frozen :class:`Message` out. Pure: no clock, no I/O, no environment."""

from watcher.messages.message import Message, Reception
from watcher.messages.read import read

__all__ = ["Message", "Reception", "read"]
