"""Raw bytes in, a frozen :class:`~watcher.messages.message.Message` out. Pure: no clock, no I/O, no environment."""
