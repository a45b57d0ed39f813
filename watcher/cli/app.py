"""What the commands share: configuration, store, clock, language, output.

Every command imports this module, completion too: what only some of them need is imported where it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from watcher.cli.words.language import language_of
from watcher.errors import ConfigurationError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from rich.console import Console

    from watcher.cli.words.shared import CliWords
    from watcher.config import Config
    from watcher.notify.notification import Language
    from watcher.store.sql_store import SqlStore


class App:
    """The state of one call of the command line.

    Args:
        config_file: the file named by ``--config``, or None.
        verbose: whether details go to standard error.
    """

    def __init__(self, config_file: Path | None, verbose: bool) -> None:
        self._config_file = config_file
        self.verbose = verbose
        use_utf8()
        set_up_logging(verbose)

    @cached_property
    def config(self) -> Config:
        """The person's configuration; the defaults where no file exists and none was named.

        Raises:
            ConfigurationError.
        """
        from watcher.config_file import read_config

        return read_config(self._config_file, required=False)

    @cached_property
    def config_or_defaults(self) -> Config:
        """The configuration where it can be read, the defaults otherwise: for what needs none."""
        try:
            return self.config
        except ConfigurationError:
            from watcher.config import Config, StoreConfig, default_store_url

            return Config(StoreConfig(default_store_url()))

    @cached_property
    def required_config(self) -> Config:
        """The configuration of a command that cannot do without one.

        Raises:
            ConfigurationError: also where there is no file.
        """
        from watcher.config_file import read_config

        return read_config(self._config_file)

    @cached_property
    def config_file(self) -> Path:
        from watcher.config import config_path

        return config_path(self._config_file)

    @cached_property
    def language(self) -> Language:
        """The person's language; a broken configuration must not silence what needs none."""
        return language_of(self.config_or_defaults.language)

    @cached_property
    def words(self) -> CliWords:
        from watcher.cli.words.shared import words

        return words(self.language)

    @cached_property
    def console(self) -> Console:
        """Standard output, with colour on a terminal only and never against NO_COLOR."""
        from rich.console import Console

        return Console(highlight=False, emoji=False, markup=False)

    def now(self) -> datetime:
        from datetime import UTC, datetime

        return datetime.now(UTC)

    def say(self, sentence: str) -> None:
        """Words for the person; they go to standard error, so that standard output stays data."""
        click.echo(sentence, err=True)

    @property
    def can_ask(self) -> bool:
        """Whether a person sits at standard input."""
        return sys.stdin is not None and sys.stdin.isatty()

    def print_json(self, value: Any) -> None:
        """One JSON document on standard output; of an array, each element is a line."""
        import json

        if isinstance(value, list) and value:
            lines = ",\n".join(json.dumps(element, ensure_ascii=False) for element in value)
            click.echo(f"[\n{lines}\n]")
        else:
            click.echo(json.dumps(value, ensure_ascii=False, indent=2))

    @contextmanager
    def store(self) -> Iterator[SqlStore]:
        """The store, brought up to date and closed afterwards.

        Raises:
            StoreError.
        """
        from watcher.assembly import open_store

        store = open_store(self.config)
        try:
            yield store
        finally:
            store.dispose()

    @contextmanager
    def store_if_any(self) -> Iterator[SqlStore | None]:
        """The store, or None where nothing was ever stored: reading makes no files."""
        from watcher.assembly import store_exists

        if not store_exists(self.config):
            yield None
            return
        with self.store() as store:
            yield store


def use_utf8() -> None:
    """Output is UTF-8 under any locale; what cannot be written is replaced, never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def set_up_logging(verbose: bool) -> None:
    """Our own messages to standard error; libraries that would log mail or addresses stay silent."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
    ours = logging.getLogger("watcher")
    ours.handlers = [handler]
    ours.propagate = False
    ours.setLevel(logging.DEBUG if verbose else logging.WARNING)
    for name in ("imapclient", "mailparser", "desktop_notifier", "apprise", "dkimpy", "oauthlib", "keyring"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


pass_app = click.make_pass_decorator(App)
