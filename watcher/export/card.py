"""The pick-up card: everything that a person needs at the shop, on a terminal, as a page, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import RenderableType

from watcher.export import page, picture, terminal
from watcher.export.content import Table, card_of
from watcher.export.sheet import Typeface
from watcher.notify.notification import Language
from watcher.parcels.parcel import Parcel
from watcher.text_safety import for_terminal


def terminal_card(
    parcels: Parcel | Sequence[Parcel], now: datetime, language: Language, steps: Table, *, codes: bool = False
) -> RenderableType:
    """The card for a terminal of any width.

    Args:
        parcels: one, or several that wait at one pick-up point, in the order in which to type them.
        now: the present, aware.
        language: of the person.
        steps: the table ``kiosk_steps``.
        codes: whether the terminal shows colours and may show codes for copying the numbers.
    """
    return terminal.render(card_of(_several(parcels), now, language, steps, for_terminal), codes=codes)


def html_card(parcels: Parcel | Sequence[Parcel], now: datetime, language: Language, steps: Table) -> str:
    """The card as an HTML document for a phone, arguments as above; it needs no network, now or later."""
    return page.render(card_of(_several(parcels), now, language, steps, for_terminal))


def png_card(
    parcels: Parcel | Sequence[Parcel], now: datetime, language: Language, steps: Table, typeface: Typeface
) -> bytes:
    """The card as a PNG of a phone's width, arguments as above.

    Args:
        typeface: with Japanese letters.

    Raises:
        MissingExtraError: the extra ``card`` is not installed.
    """
    return picture.render(card_of(_several(parcels), now, language, steps, for_terminal), typeface)


def _several(parcels: Parcel | Sequence[Parcel]) -> Sequence[Parcel]:
    return [parcels] if isinstance(parcels, Parcel) else parcels
