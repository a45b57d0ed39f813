"""What the documents promise is there."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from watcher.cli.main import _COMMANDS, konbini
from watcher.config_file import parse_config

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def codes(page: Path) -> list[str]:
    """What a page marks as something to type: fenced blocks of shell, and words in backticks."""
    return [*blocks(page), *re.findall(r"`([^`\n]+)`", page.read_text("utf-8"))]


def blocks(page: Path) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_that_are_named_exist(page: Path) -> None:
    named = {word for code in codes(page) for word in re.findall(r"\bkonbini ([a-z]+)\b", code)}
    assert named <= set(_COMMANDS), named - set(_COMMANDS)


def test_both_readmes_show_the_same_commands() -> None:
    commands = re.compile(r"^ *(?:konbini|make|install|mkdir) .*?(?=\s*#|$)", re.MULTILINE)
    english, japanese = ("\n".join(blocks(ROOT / name)) for name in ("README.md", "README.ja.md"))
    assert commands.findall(english) == commands.findall(japanese) != []


def test_make_targets_that_are_named_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        assert set(re.findall(r"`make ([a-z-]+)`", page.read_text("utf-8"))) <= targets


def typed(page: Path) -> list[list[str]]:
    """The words of every line that starts with ``konbini``, in a block of shell or between backticks."""
    lines = [line for block in blocks(page) for line in block.splitlines()]
    lines += re.findall(r"`(konbini [^`\n]+)`", page.read_text("utf-8"))
    found = (re.split(r"[|>;]|&&", line.partition(" #")[0])[0].strip() for line in lines)
    return [shlex.split(line)[1:] for line in found if line.startswith("konbini ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_typed_is_understood(page: Path) -> None:
    """Every command that a page shows is parsed: the options it names exist, and take what they are given."""
    for words in typed(page):
        command: click.Command = konbini
        for word in words:
            name = word.partition("=")[0]
            if isinstance(command, click.Group) and not word.startswith("-"):
                command = command.get_command(click.Context(command), word) or command
            elif word.startswith("-") and len(word) > 1:
                assert name in options_of(command), words


def options_of(command: click.Command) -> set[str]:
    """What may follow a command, as it is typed."""
    return {name for option in command.get_params(click.Context(command)) for name in option.opts} | {"-h"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_configurations_that_are_shown_have_no_mistake(page: Path) -> None:
    for block in re.findall(r"```toml\n(.*?)```", page.read_text("utf-8"), re.DOTALL):
        parse_config(tomllib.loads(block))


BOTH = sorted((ROOT / "docs").glob("*.ja.md"))


@pytest.mark.parametrize("page", BOTH, ids=lambda page: page.name)
def test_both_languages_of_a_page_show_the_same(page: Path) -> None:
    text, english = (each.read_text("utf-8") for each in (page, page.with_name(page.name.replace(".ja.md", ".md"))))
    for shape in (r"^#+ ", r"^```sh\n(.*?)```", r"^```toml\n(.*?)```", r"^\|"):
        found = [re.findall(shape, each, re.MULTILINE | re.DOTALL) for each in (text, english)]
        here, there = ([re.sub(" *(?<!#)# .*", "", block) for block in blocks] for blocks in found)
        assert here == there, shape
