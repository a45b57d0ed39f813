"""How every command of ours is declared: help and options in the person's language, with examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from watcher.cli.help_layout import HelpContext
from watcher.cli.words.help import command_help, help_option_help, option_help
from watcher.cli.words.language import language_of
from watcher.cli.words.shared import words


class WithExamples(click.Command):
    """A command whose help ends with examples that can be typed as they stand."""

    examples: tuple[str, ...] = ()
    context_class = HelpContext

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = help_option_help()
        return option

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section(words(language_of()).examples.rstrip(":")):
                for example in self.examples:
                    formatter.write_text(example)
        super().format_epilog(ctx, formatter)


class Group(WithExamples, click.Group):
    """A command that has commands of its own."""


def command(
    path: str, *, examples: tuple[str, ...] = (), under: click.Group | None = None
) -> Callable[[Callable[..., Any]], WithExamples]:
    """Declares a command; put it above the options.

    Args:
        path: its words, e.g. ``list`` or ``mails export``; :mod:`watcher.cli.words.help` has its sentence.
        examples: lines that can be typed as they stand.
        under: the group it belongs to, for a path of two words.
    """

    def declare(function: Callable[..., Any]) -> WithExamples:
        name, said = path.rpartition(" ")[2], command_help(path)
        # the short one too, so that click does not cut a sentence in the list of commands
        made = click.command(name, cls=WithExamples, help=said, short_help=said)(function)
        if under is not None:
            under.add_command(made)
        return _finished(made, examples)

    return declare


def group(name: str, *, examples: tuple[str, ...] = (), alone: bool = False) -> Callable[[Callable[..., Any]], Group]:
    """Declares the command ``name`` that has others below it; ``alone`` if it does something by itself too."""

    def declare(function: Callable[..., Any]) -> Group:
        made = click.group(name, cls=Group, help=command_help(name), invoke_without_command=alone)(function)
        _finished(made, examples)
        return made

    return declare


def _finished(made: WithExamples, examples: tuple[str, ...]) -> WithExamples:
    """Adds the examples, and each option's sentence."""
    made.examples = examples
    for parameter in made.params:
        if isinstance(parameter, click.Option) and parameter.name and parameter.help is None:
            parameter.help = option_help(parameter.name)
    return made
