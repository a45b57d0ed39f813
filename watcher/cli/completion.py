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
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 (click has all three)
    # not .source(), which for bash asks the shell that is installed here, perhaps for another machine
    script = made(context.find_root().command, {}, "konbini", VARIABLE)
    click.echo(script.source_template % script.source_vars())
