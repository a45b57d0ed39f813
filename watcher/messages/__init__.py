"""Raw bytes in, a frozen :class:`Message` out. Pure: no clock, no I/O, no environment."""
