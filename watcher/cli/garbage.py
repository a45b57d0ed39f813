"""How often Python looks for garbage: seldom in a command that soon ends, as it usually does in one that stays.

What a command imports is tens of thousands of objects that live until it ends; looking through them again and again
took a tenth of the time of a list.
"""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
_SELDOM = 100_000
"""New objects between two searches; more than the imports and a list of a thousand parcels make."""


def search_seldom() -> None:
    """For a command that soon ends."""
    gc.set_threshold(_SELDOM, *_USUAL[1:])


def search_as_usual() -> None:
    """For the daemon, whose memory must not grow."""
    gc.set_threshold(*_USUAL)


def search_no_more() -> None:
    """At the end of the process: a last search would take as long as a list."""
    gc.freeze()
