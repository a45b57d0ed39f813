"""The command reference and the man page, made from the same sentences as ``--help``.

``python -m watcher.cli.manual [FOLDER]`` writes them, and the completion scripts that packages install, into a folder
(``docs``). A test fails when they do not say what the program says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from watcher import __version__
from watcher.cli.command import WithExamples
from watcher.cli.completion import script
from watcher.cli.main import konbini
from watcher.cli.provider_pages import provider_page
from watcher.cli.words.exit_codes import EXIT_CODES
from watcher.cli.words.help import ARGUMENTS, COMMANDS, OPTIONS, PROGRAM
from watcher.cli.words.manual import ManualWords, words
from watcher.notify.notification import Language

_ROFF = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", '"': "\\(dq", "~": "\\(ti", "^": "\\(ha"})


COMPLETIONS = {"konbini.bash": "bash", "_konbini": "zsh", "konbini.fish": "fish"}
"""The file that each shell looks for, in the folder ``completion``."""

REVISED = "2026-11-27"
"""The date of the man page; the day on which it is made would make every day's page another."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One command: its words, what may follow them, and what is said about it.

    Attributes:
        arguments: name and sentence of those that need one.
        options: spelling and sentence of each.
    """

    path: str
    usage: str
    sentence: str
    arguments: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]


def pages() -> dict[str, str]:
    """The content of every file, by its name."""
    return {
        "commands.md": reference("en"),
        "commands.ja.md": reference("ja"),
        "providers.md": provider_page("en"),
        "providers.ja.md": provider_page("ja"),
        "konbini.1": man_page("en"),
        "konbini.ja.1": man_page("ja"),
        **{f"completion/{name}": script(shell) for name, shell in COMPLETIONS.items()},
    }


def reference(language: Language) -> str:
    """The command reference in Markdown."""
    said = words(language)
    parts = [f"# {said.title}", said.generated, _pick(PROGRAM, language), said.how_it_speaks]
    parts += [f"## {said.global_options}", _bullets(_global_options(language, said))]
    for entry in entries(language):
        parts += [f"## {entry.path}", f"```text\n{entry.usage}\n```", entry.sentence]
        listed = (*entry.arguments, *entry.options)
        parts += [_bullets(listed)] if listed else []
        parts += [f"{said.examples}:", "```sh\n" + "\n".join(entry.examples) + "\n```"] if entry.examples else []
    codes = [(str(code), _pick(meaning, language)) for code, meaning in EXIT_CODES.items()]
    parts += [f"## {said.exit_status.capitalize()}", _bullets(codes)]
    parts += [f"## {said.environment.capitalize()}", _bullets(_environment(said))]
    parts += [f"## {said.files.capitalize()}", _bullets(_files(said))]
    return "\n\n".join(parts) + "\n"


def man_page(language: Language) -> str:
    """The man page, in the macros of man(7)."""
    said = words(language)
    program = _pick(PROGRAM, language)
    lines = [
        '.\\" Made by python -m watcher.cli.manual; do not edit.',
        f'.TH KONBINI 1 "{REVISED}" "konbini\\-watcher {_roff(__version__)}" "{_roff(said.section)}"',
        *([".ad l", ".nh"] if language == "ja" else []),  # no spaces to stretch, no Latin word to divide
        f".SH {_roff(said.name)}",
        _roff(f"konbini - {program[0].lower()}{program[1:].rstrip('.。')}"),
        f".SH {_roff(said.synopsis)}",
        ".B konbini",
        _roff("[--config FILE] [--verbose] COMMAND [OPTIONS] [ARGUMENTS]"),
        f".SH {_roff(said.description)}",
        _roff(program),
        _roff(said.how_it_speaks),
        f".SH {_roff(said.global_options)}",
        *_tagged(_global_options(language, said)),
        f".SH {_roff(said.commands)}",
    ]
    for entry in entries(language):
        lines += [f".SS {_roff(entry.usage)}", _roff(entry.sentence), *_tagged((*entry.arguments, *entry.options))]
        if entry.examples:
            lines += [
                ".PP",
                _roff(f"{said.examples}:"),
                ".PP",
                ".RS 4",
                ".nf",
                *map(_roff, entry.examples),
                ".fi",
                ".RE",
            ]
    lines += [
        f".SH {_roff(said.exit_status)}",
        *_tagged([(str(code), _pick(both, language)) for code, both in EXIT_CODES.items()]),
    ]
    lines += [f".SH {_roff(said.environment)}", *_tagged(_environment(said))]
    lines += [f".SH {_roff(said.files)}", *_tagged(_files(said))]
    return "\n".join(lines) + "\n"


def entries(language: Language) -> Iterator[Entry]:
    """Every command, those of a group after it."""
    root = click.Context(konbini, info_name="konbini")
    for name in konbini.list_commands(root):
        yield from _entries(konbini.get_command(root, name), name, root, language)


def _entries(command: click.Command | None, path: str, parent: click.Context, language: Language) -> Iterator[Entry]:
    assert isinstance(command, WithExamples)  # noqa: S101 (declared by watcher.cli.command)
    context = click.Context(command, parent=parent, info_name=path.rpartition(" ")[2])
    yield Entry(
        path=path,
        usage=" ".join((context.command_path, *command.collect_usage_pieces(context))),
        sentence=_pick(COMMANDS[path], language),
        arguments=tuple(
            (argument.make_metavar(context).strip("[]."), _pick(ARGUMENTS[argument.name], language))
            for argument in command.params
            if isinstance(argument, click.Argument) and argument.name in ARGUMENTS
        ),
        options=tuple(
            _option(option, context, language) for option in command.params if isinstance(option, click.Option)
        ),
        examples=command.examples,
    )
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            yield from _entries(command.get_command(context, name), f"{path} {name}", context, language)


def _option(option: click.Option, context: click.Context, language: Language) -> tuple[str, str]:
    record = option.get_help_record(context)
    sentence = _pick(OPTIONS[option.name or ""], language)
    if option.show_default:
        sentence += " " + words(language).default.format(option.default)
    return (record[0] if record else option.opts[0]), sentence


def _global_options(language: Language, said: ManualWords) -> list[tuple[str, str]]:
    context = click.Context(konbini, info_name="konbini")
    own = [option for option in konbini.params if isinstance(option, click.Option) and option.name in OPTIONS]
    rest = [("--version", said.version_option), ("-h, --help", said.help_option)]
    return [*(_option(option, context, language) for option in own), *rest]


def _environment(said: ManualWords) -> list[tuple[str, str]]:
    return [
        ("KONBINI_CONFIG", said.environment_config),
        ("KONBINI_LANGUAGE", said.environment_language),
        ("NO_COLOR", said.environment_colour),
    ]


def _files(said: ManualWords) -> list[tuple[str, str]]:
    return [
        ("~/.config/konbini-watcher/config.toml", said.file_config),
        ("~/.local/state/konbini-watcher/parcels.sqlite3", said.file_store),
    ]


def _pick(pair: tuple[str, str], language: Language) -> str:
    return pair[1] if language == "ja" else pair[0]


def _bullets(pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"- `{term}`: {sentence}" for term, sentence in pairs)


def _tagged(pairs: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Iterator[str]:
    for term, sentence in pairs:
        yield from (".TP", f".B {_roff(term)}", _roff(sentence))


def _roff(text: str) -> str:
    """Text as roff reads it: nothing in it is a request, letters beyond ASCII by their number."""
    plain = text.translate(_ROFF)
    plain = "".join(sign if sign.isascii() else f"\\[u{ord(sign):04X}]" for sign in plain)
    return f"\\&{plain}" if plain.startswith(".") else plain


def main() -> None:
    """Writes the pages into the folder that is named, or into ``docs``."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, content in pages().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, "utf-8")


if __name__ == "__main__":
    main()
