"""A :class:`~watcher.messages.message.Message` in, a :class:`Notice` out. Pure."""
