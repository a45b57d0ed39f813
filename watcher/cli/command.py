"""How every command of ours is declared: help and options in the person's language, with examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from watcher.cli.words import help_of, language_of, words

_OPTIONS = {
    "as_json": "option_json",
    "everything": "option_all",
    "problems": "option_problems",
    "history": "option_history",
    "authserv_id": "option_authserv_id",
    "desktop": "option_desktop",
    "duration": "option_for",
    "not_understood": "option_not_understood",
    "suspicious": "option_suspicious",
    "failed": "option_failed",
    "page": "option_html",
}
"""Parameter → field of CliWords, so that one option reads alike in every command."""


class WithExamples(click.Command):
    """A command whose help ends with examples that can be typed as they stand."""

    examples: tuple[str, ...] = ()

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section(words(language_of()).examples.rstrip(":")):
                for example in self.examples:
                    formatter.write_text(example)
        super().format_epilog(ctx, formatter)


class Group(WithExamples, click.Group):
    """A command that does something by itself and has commands of its own."""


def command(name: str, *, examples: tuple[str, ...]) -> Callable[[Callable[..., Any]], WithExamples]:
    """Declares the command ``name``; put it above the options."""

    def declare(function: Callable[..., Any]) -> WithExamples:
        return _finished(click.command(name, cls=WithExamples, help=help_of(name))(function), examples)

    return declare


def group(name: str, *, examples: tuple[str, ...]) -> Callable[[Callable[..., Any]], Group]:
    """Declares the command ``name`` that has others below it."""

    def declare(function: Callable[..., Any]) -> Group:
        made = click.group(name, cls=Group, help=help_of(name), invoke_without_command=True)(function)
        _finished(made, examples)
        return made

    return declare


def _finished(made: WithExamples, examples: tuple[str, ...]) -> WithExamples:
    """Adds the examples, and each option's sentence."""
    made.examples = examples
    sentences = words(language_of())
    for parameter in made.params:
        if isinstance(parameter, click.Option) and parameter.name in _OPTIONS:
            parameter.help = getattr(sentences, _OPTIONS[parameter.name])
    return made
