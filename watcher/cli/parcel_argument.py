"""The argument ``ID`` of the commands about one parcel: how it is found, and how a shell completes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.app import App, use_utf8
from watcher.errors import AmbiguousParcelError

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

    from watcher.notify.notification import Language
    from watcher.parcels.parcel import Parcel
    from watcher.store.glance import Glimpse
    from watcher.store.store import Store

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
    from watcher.notify.phrasing import estimated, place_words, words_of
    from watcher.text_safety import for_terminal

    words = words_of(language)
    place = place_words(parcel.pickup_point, words, for_terminal)
    day = parcel.deadline.day.isoformat() if parcel.deadline else None
    if parcel.deadline and estimated(parcel.deadline):
        day = f"{day}{words.estimated_mark}"
    return " · ".join(part for part in (place, day, words.status[parcel.status]) if part)


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
    from datetime import UTC, datetime

    from click.shell_completion import CompletionItem

    from watcher.store.glance import glance

    file, language = _store_and_language(context.find_root().params.get("config_file"))
    if file is None or not file.exists():
        return []
    return [
        CompletionItem(str(one.id), help=_in_words(one, language).translate(_SEPARATORS))
        for one in glance(file, datetime.now(UTC))
        if str(one.id).startswith(incomplete)
    ]


def _store_and_language(named: str | None) -> tuple[Path | None, Language]:
    """As the configuration has them; of what else is wrong with it, other commands speak."""
    from pathlib import Path

    from watcher.cli.words.language import language_of
    from watcher.locations import config_path, default_store_url, sqlite_file

    config = config_path(Path(named) if named else None)
    if named is None and not config.exists():
        return sqlite_file(default_store_url()), language_of()
    import tomllib

    data = tomllib.loads(config.read_text("utf-8"))
    store, language = data.get("store", {}), language_of(data.get("language", "auto"))
    if "path" in store:
        return Path(store["path"]).expanduser(), language
    return sqlite_file(store.get("url") or default_store_url()), language


def _in_words(one: Glimpse, language: Language) -> str:
    """As :func:`describe`, of what is stored."""
    from watcher.cli.words.completing import ESTIMATED, STATUSES, place
    from watcher.text_safety import for_terminal

    japanese = language == "ja"
    name = for_terminal(one.name or "").strip()
    name = f"{name[:59]}…" if len(name) > 60 else name  # as place_words shortens it
    day = f"{one.deadline}{ESTIMATED[japanese]}" if one.source == "estimated" else one.deadline
    parts = (place(one.kind, one.chain, name, japanese=japanese), day, STATUSES[one.status][japanese])
    return " · ".join(part for part in parts if part)
