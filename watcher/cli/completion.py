"""``completion``: the script that lets a shell complete commands, options and ids."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from watcher.cli.command import command

VARIABLE = "_KONBINI_COMPLETE"
"""The environment variable by which the script asks the program (click's protocol)."""


@command(
    "completion",
    examples=(
        'eval "$(konbini completion bash)"',
        "konbini completion zsh > ~/.zfunc/_konbini",
        "konbini completion fish > ~/.config/fish/completions/konbini.fish",
    ),
)
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion_command(shell: str) -> None:
    click.echo(script(shell))


def script(shell: str) -> str:
    """The script for ``bash``, ``zsh`` or ``fish``; it asks the program for what may follow."""
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 (click has all three)
    # not .source(), which for bash asks the shell that is installed here, perhaps for another machine
    asks = made(click.Command("konbini"), {}, "konbini", VARIABLE)
    return asks.source_template % asks.source_vars()
