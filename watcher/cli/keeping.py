"""``backup``, ``restore`` and ``forget``: what is stored, as a whole and for good."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from watcher.cli.app import App, pass_app
from watcher.cli.choosing import yes_or_no
from watcher.cli.command import command
from watcher.cli.parcel_argument import describe, found, parcel_argument
from watcher.cli.words.everyday import words
from watcher.errors import AmbiguousParcelError, ConfigurationError, NoSuchParcelError, StoreError

if TYPE_CHECKING:
    from watcher.parcels.parcel import Parcel

_SURE = 6
"""How many characters of a number it takes to delete its parcel; nobody has so many parcels."""

_FILE = click.Path(path_type=Path, dir_okay=False)


@command("backup", examples=("konbini backup ~/parcels.backup", "konbini backup --force /media/stick/parcels.backup"))
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True)
@pass_app
def backup_command(app: App, file: Path, force: bool) -> None:
    from watcher.store.copies import back_up

    said, database = words(app.language), _database(app)
    if not database.exists():
        raise StoreError(said.nothing_stored, said.nothing_stored_hint)
    if file.exists() and file.samefile(database):
        raise click.UsageError(said.same_file)
    try:
        back_up(database, file, replace=force)
    except FileExistsError:
        raise click.UsageError(said.file_exists.format(file)) from None
    app.say(said.backed_up.format(file))


@command("restore", examples=("konbini restore ~/parcels.backup",))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@pass_app
def restore_command(app: App, file: Path) -> None:
    from watcher.assembly import lock_path
    from watcher.lock import only_daemon
    from watcher.store.copies import restore

    said, database = words(app.language), _database(app)
    if database.exists() and file.samefile(database):
        raise click.UsageError(said.same_file)
    with only_daemon(lock_path(app.config)):
        replaced = restore(file, database, app.now())
        with app.store() as store:  # an older copy is migrated before anybody needs it
            store.ping()
    app.say(said.restored.format(file))
    if replaced is not None:
        app.say(said.replaced.format(replaced))


@command("forget", examples=("konbini forget 3", "konbini forget 3 --yes"))
@parcel_argument()
@click.option("--yes", is_flag=True)
@pass_app
def forget_command(app: App, wanted: str, yes: bool) -> None:
    said = words(app.language)
    with app.store() as store:
        try:
            parcel = found(app, store, wanted)
            _not_by_chance(wanted, parcel)
        except AmbiguousParcelError:
            raise
        except NoSuchParcelError:
            store.sweep()  # it may be forgotten already, and the files not cleaned
            raise
        app.say(f"{parcel.id:>6}  {describe(parcel, app.language)}")
        if not yes:
            if not app.can_ask:
                raise click.UsageError(said.needs_yes)
            if not yes_or_no(said.ask_forget, default=False, language=app.language):
                app.say(said.nothing_forgotten)
                return
        deleted = store.forget(parcel.id)
    app.say(said.forgotten.format(parcel.id))
    for copy in deleted:
        app.say(said.copy_deleted.format(copy))


def _not_by_chance(wanted: str, parcel: Parcel) -> None:
    """Refuses a few digits that were meant as the id of another parcel, perhaps one that is already forgotten.

    Raises:
        NoSuchParcelError.
    """
    from watcher.store.judging import no_such_parcel, wanted_number

    plain = wanted_number(wanted)
    if plain != str(parcel.id) and len(plain) < _SURE:
        raise no_such_parcel()


def _database(app: App) -> Path:
    """The SQLite file of the store.

    Raises:
        ConfigurationError: the store is another database.
    """
    from watcher.config import store_path

    path = store_path(app.config)
    if path is None:
        said = words(app.language)
        raise ConfigurationError((said.other_database,), said.other_database_hint)
    return path
