"""The command line: one group whose commands are imported when they are called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from watcher import __version__
from watcher.cli import garbage
from watcher.cli.help_layout import HelpContext
from watcher.cli.words.help import (
    command_help,
    exit_codes_help,
    help_option_help,
    option_help,
    program_help,
    version_option_help,
)
from watcher.errors import WatcherError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from watcher.cli.app import App
    from watcher.cli.words.shared import CliWords
    from watcher.notify.notification import Language

_COMMANDS = {
    "init": "setup",
    "run": "watching",
    "check": "watching",
    "demo": "demonstration",
    "list": "parcels",
    "show": "parcels",
    "card": "card",
    "next": "finding",
    "search": "finding",
    "open": "finding",
    "collected": "actions",
    "undo": "actions",
    "snooze": "actions",
    "confirm": "actions",
    "note": "by_hand",
    "add": "by_hand",
    "edit": "by_hand",
    "extract": "files",
    "import": "files",
    "export": "exporting",
    "mails": "mails",
    "rescan": "mails",
    "status": "status",
    "stats": "statistics",
    "doctor": "doctor",
    "service": "service",
    "login": "login",
    "backup": "keeping",
    "restore": "keeping",
    "forget": "keeping",
    "config": "configuration",
    "completion": "completion",
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command is asked for, so that ``--help`` is fast."""

    context_class = HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"watcher.cli.{_COMMANDS[cmd_name]}")
        command = getattr(module, f"{cmd_name}_command")
        assert isinstance(command, click.Command)  # noqa: S101 (a programming error, not an input)
        return command

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = help_option_help()
        return option

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, command_help(name)) for name in _COMMANDS])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click's, without importing a command to learn what it does."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=command_help(name)) for name in _COMMANDS if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=LazyGroup,
    help=program_help(),
    epilog=exit_codes_help(),
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--config", "config_file", type=click.Path(), metavar="FILE", help=option_help("config_file"))
@click.option("--verbose", "-v", is_flag=True, help=option_help("verbose"))
@click.version_option(__version__, prog_name="konbini", help=version_option_help())
@click.pass_context
def konbini(ctx: click.Context, config_file: str | None, verbose: bool) -> None:
    from pathlib import Path

    from watcher.cli.app import App

    app = App(Path(config_file) if config_file else None, verbose)
    if isinstance(ctx.obj, list):
        ctx.obj.append(app)
    ctx.obj = app


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line and ends the process with its exit code."""
    garbage.search_seldom()
    try:
        sys.exit(_exit_code(arguments))
    finally:
        garbage.search_no_more()


def _exit_code(arguments: Sequence[str] | None) -> int:
    made: list[App] = []  # by the group, so that an error is said in the configured language
    try:
        code = konbini.main(args=arguments, prog_name="konbini", standalone_mode=False, obj=made)
    except click.exceptions.Abort:
        # Ctrl-C leaves the cursor behind the question; a password's question has ended its line itself.
        click.echo(f"\n{_words(made[0].language if made else None).stopped_asking}", err=True)
        code = 130
    except click.ClickException as error:
        _show(error, made)
        code = error.exit_code
    except WatcherError as error:
        _say(error, made)
        code = error.exit_code
    except BrokenPipeError:
        # The reader of our output went away; Python must not complain about it again at exit.
        sys.stdout = None
        code = 141
    except Exception as error:
        import logging

        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        words = _words()
        click.echo(words.error.format(words.unexpected.format(type(error).__name__)), err=True)
        code = 1
    return code if isinstance(code, int) else 0


def _show(error: click.ClickException, made: Sequence[App]) -> None:
    """What click cannot take, as click says it, or in Japanese."""
    from watcher.cli.words.language import language_of

    language = made[0].language if made else language_of()
    if language == "en":
        error.show()
        return
    from watcher.notify.error_words import in_language

    words = _words(language)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(error.ctx.get_usage(), err=True)
        click.echo(words.try_help.format(error.ctx.command_path), err=True)
    click.echo(words.error.format(in_language(error.format_message(), language)), err=True)


def _say(error: WatcherError, made: Sequence[App]) -> None:
    from watcher.cli.words.language import language_of
    from watcher.notify.error_words import advice, said

    language = made[0].language if made else language_of()
    words = _words(language)
    click.echo(words.error.format(said(error, language)), err=True)
    hint = advice(error, language)
    if hint:
        click.echo(words.hint.format(hint), err=True)


def _words(language: Language | None = None) -> CliWords:
    from watcher.cli.words.language import language_of
    from watcher.cli.words.shared import words

    return words(language or language_of())
