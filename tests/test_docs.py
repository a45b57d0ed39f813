"""What the documents promise is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from watcher.cli.main import _COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


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
