"""The argument ``ID`` of the commands about one parcel: how it is found, and how a shell completes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from watcher.cli.app import App, use_utf8
from watcher.errors import AmbiguousParcelError

if TYPE_CHECKING:
    from watcher.notify.notification import Language
    from watcher.parcels.parcel import Parcel
    from watcher.store.store import Store

PATIENCE = 0.25
"""Seconds that completion waits for another process's transaction."""

_SEPARATORS = str.maketrans({",": " ", ":": " "})
"""What the shells' completion scripts split descriptions at."""


def parcel_argument(*, required: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declares ``ID``: the id of ``konbini list``, or the beginning of a number; the parameter is ``wanted``."""
    return click.argument("wanted", metavar="ID", required=required, shell_complete=complete_parcels)


def found(app: App, store: Store, wanted: str) -> Parcel:
    """The parcel that a person means; of several, each is described before the error.

    Raises:
        NoSuchParcelError, AmbiguousParcelError.
    """
    try:
        return store.find(wanted)
    except AmbiguousParcelError as error:
        for parcel_id in error.ids:
            app.say(f"{parcel_id:>6}  {describe(store.find(str(parcel_id)), app.language)}")
        raise


def describe(parcel: Parcel, language: Language) -> str:
    """A parcel in a few words without its numbers: the pick-up point, the deadline, the state."""
    from watcher.notify.phrasing import place_words, words_of
    from watcher.notify.wording import status_word
    from watcher.text_safety import for_terminal

    place = place_words(parcel.pickup_point, words_of(language), for_terminal)
    day = parcel.deadline.day.isoformat() if parcel.deadline else None
    return " · ".join(part for part in (place, day, status_word(parcel.status, language)) if part)


def complete_parcels(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the parcels in the default list, each with its shop and deadline.

    Silent whatever is wrong: nobody wants an error message between two presses of Tab.
    """
    del parameter
    try:
        use_utf8()
        return _current(context, incomplete)
    except Exception:  # noqa: BLE001 (a shell waits for words, not for reasons)
        return []


def _current(context: click.Context, incomplete: str) -> list[CompletionItem]:
    from watcher.cli.words.language import language_of
    from watcher.config_file import read_config

    config = read_config(context.find_root().params.get("config_file"), required=False)
    from watcher.assembly import peek, store_path

    path = store_path(config)
    if path is None or not path.exists():
        return []
    language = language_of(config.language)
    return [
        CompletionItem(str(parcel.id), help=describe(parcel, language).translate(_SEPARATORS))
        for parcel in peek(config, datetime.now(UTC), PATIENCE)
        if str(parcel.id).startswith(incomplete)
    ]
